"""The test dialogues say what the seeds say, and are not those that the rules were made with."""

from collections import Counter
from pathlib import Path

import pytest

from index.loading import load
from index.sentences import sentences
from qa.evaluation.conversations import NEW, OPENING
from qa.evaluation.datasets import Line, check_spans, load_conversations, load_questions
from qa.understanding import PriorTurn, in_context

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def dialogues() -> list[list[Line]]:
    return load_conversations(ROOT / "tests" / "conversations.jsonl")


@pytest.mark.parametrize("folder", ["tests", "training"])
def test_every_accepted_span_stands_in_the_seeds(folder: str) -> None:
    found = load_conversations(ROOT / folder / "conversations.jsonl")
    documents = {d.id: d for d in load(ROOT / "seeds").documents}
    check_spans([line.question for dialogue in found for line in dialogue], documents)


def test_there_are_enough_dialogues_of_every_kind(dialogues: list[list[Line]]) -> None:
    kinds = Counter(line.question.kind for dialogue in dialogues for line in dialogue)
    assert len(dialogues) >= 20
    assert kinds[NEW] >= 15
    assert kinds["pronoun"] + kinds["ellipsis"] + kinds["definite"] >= 45
    for dialogue in dialogues:
        assert dialogue[0].question.kind == OPENING and 2 <= len(dialogue) <= 4
    unanswerable = [
        line for dialogue in dialogues for line in dialogue[1:] if not line.question.answers
    ]
    assert len(unanswerable) >= 5


def test_new_questions_are_asked_as_they_are_written_out(dialogues: list[list[Line]]) -> None:
    for dialogue in dialogues:
        for line in dialogue:
            if line.question.kind in (OPENING, NEW):
                assert line.full == line.question.text


def test_no_dialogue_of_development_is_measured(dialogues: list[list[Line]]) -> None:
    known = load_conversations(ROOT / "training" / "conversations.jsonl")
    openings = {dialogue[0].full for dialogue in known}
    assert not openings & {dialogue[0].full for dialogue in dialogues}


def test_questions_that_stand_by_themselves_are_asked_as_typed() -> None:
    """Each of the 116 test questions after each of the others: they share topics and words."""
    questions = load_questions(ROOT / "tests" / "questions.jsonl")
    texts = {d.id: d.text for d in load(ROOT / "seeds").documents}
    said = [
        PriorTurn(
            q.text, q.answers[0].text, _around(texts[q.answers[0].document], q.answers[0].start)
        )
        for q in questions
        if q.answers
    ]
    pairs = [(q.text, s) for q in questions for s in said if s.question != q.text]
    changed = [text for text, s in pairs if in_context(text, [s]) != text]
    assert len(changed) / len(pairs) <= 0.02, Counter(changed).most_common()


def _around(text: str, start: int) -> str:
    return next(text[a:b] for a, b in sentences(text) if a <= start < b)
