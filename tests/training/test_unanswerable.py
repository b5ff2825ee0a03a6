"""Questions made unanswerable ask of a sibling that the answering sentence does not name."""

import random

import pytest

from training.data import Example
from training.unanswerable import asked_of_a_sibling

PASSAGE = (
    "The north mill was inspected by Hanna Orlov in 2014, when it ground 300 tonnes. "
    "The south mill was inspected by Piet Wagner in 2017. Pump KX-310 failed there; KX-470 held."
)


def example(question: str, answer: str) -> Example:
    start = PASSAGE.index(answer)
    return Example(question, PASSAGE, ((start, start + len(answer)),))


@pytest.mark.parametrize(
    ("question", "answer", "expected"),
    [
        ("Who inspected the mill in 2014?", "Hanna Orlov", "Who inspected the mill in 2017?"),
        (
            "When did the inspector Hanna Orlov come?",
            "2014",
            "When did the inspector Piet Wagner come?",
        ),
    ],
)
def test_a_year_or_name_becomes_another_of_the_passage(
    question: str, answer: str, expected: str
) -> None:
    made = asked_of_a_sibling(example(question, answer), random.Random(0))
    assert made == Example(expected, PASSAGE, ())


def test_a_code_without_a_sibling_outside_its_sentence_becomes_one_that_is_not_there() -> None:
    made = asked_of_a_sibling(example("What happened to KX-310?", "failed"), random.Random(0))
    assert made is not None
    code = made.question.removeprefix("What happened to ").removesuffix("?")
    assert code.startswith("KX-31")
    assert code not in PASSAGE
    assert made.spans == ()


def test_a_question_that_names_nothing_of_the_passage_is_left_alone() -> None:
    assert asked_of_a_sibling(example("Who came?", "Hanna Orlov"), random.Random(0)) is None
    asked = example("Who inspected the mill in 1999?", "Hanna Orlov")
    assert asked_of_a_sibling(asked, random.Random(0)) is None
