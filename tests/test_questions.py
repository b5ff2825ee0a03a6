"""The test question set says what the seeds say."""

from collections import Counter
from pathlib import Path

import pytest

from index.loading import load
from qa.evaluation.datasets import check_spans, load_questions
from qa.types import Question

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def questions() -> list[Question]:
    return load_questions(ROOT / "tests" / "questions.jsonl")


def test_every_accepted_span_stands_in_the_seeds(questions: list[Question]) -> None:
    check_spans(questions, {d.id: d for d in load(ROOT / "seeds").documents})


def test_there_are_enough_questions_of_every_kind(questions: list[Question]) -> None:
    kinds = Counter(q.kind for q in questions)
    assert len(questions) >= 90
    assert kinds["why_how"] >= 15
    assert kinds["two_documents"] >= 10
    assert kinds["paraphrase"] >= 12
    assert kinds["typo"] >= 5
    unanswerable = kinds["unanswerable"] + kinds["near_miss"]
    assert unanswerable >= 25 and kinds["near_miss"] * 2 >= unanswerable


def test_a_question_has_answers_unless_its_kind_says_so(questions: list[Question]) -> None:
    for question in questions:
        assert bool(question.answers) != (question.kind in ("unanswerable", "near_miss"))
        if question.kind == "two_documents":
            assert len({a.document for a in question.answers}) >= 2


def test_the_seeds_are_those_that_were_given() -> None:
    sizes = {d.id: len(d.text.encode()) for d in load(ROOT / "seeds").documents}
    assert list(sizes.values()) == [6077, 3510, 6668, 6868, 2697]
