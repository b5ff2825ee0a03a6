import pytest

from qa.forms import (
    addresses_the_tool,
    is_small_talk,
    is_yes_no,
    named_option,
    option_in,
    options,
)


@pytest.mark.parametrize(
    "question",
    ["Is the sauna heated in May?", "May guests bring a cat?", "Doesn’t the lock need oil?"],
)
def test_yes_or_no_is_asked_for(question: str) -> None:
    assert is_yes_no(question)


@pytest.mark.parametrize(
    "question",
    [
        "When is the sauna heated?",
        "Can you tell me when the sauna is heated?",
        "Is the sauna heated with wood or with gas?",
        "May 2014 takings",
    ],
)
def test_yes_or_no_is_not_asked_for(question: str) -> None:
    assert not is_yes_no(question)


@pytest.mark.parametrize(
    ("question", "left", "right"),
    [
        ("Is the sauna heated with wood or with gas?", "wood", "gas"),
        ("Is the key kept in the red tin or the blue one?", "red", "blue"),
        ("Does the course last six or nine weeks?", "six", "nine"),
        ("Who won, Ann or Ben?", "ann", "ben"),
    ],
)
def test_two_answers_are_offered(question: str, left: str, right: str) -> None:
    found = options(question)
    assert found is not None
    assert left in found[0]
    assert right in found[1]


@pytest.mark.parametrize(
    "question",
    [
        "Are cats or dogs allowed?",
        "Which is cheaper, the red tin or the blue one?",
        "What happens if the lock is broken or the key is lost?",
        "Who reads the Times, Herald or Gazette?",
    ],
)
def test_no_two_answers_are_offered(question: str) -> None:
    assert options(question) is None


def test_the_answer_of_two_is_the_one_that_the_sentence_names() -> None:
    question, text = "Is the sauna heated with wood or with gas?", "It burns birch wood."
    assert named_option(question, text)
    start, end = option_in(question, text, 0, len(text))
    assert text[start:end] == "wood"
    assert named_option(question, "It burns wood and gas.") is False
    assert named_option("What heats it?", text) is None


@pytest.mark.parametrize("said", ["Hello!", "good evening", "thanks a lot", "Who are you?", "??"])
def test_small_talk_asks_for_nothing(said: str) -> None:
    assert is_small_talk(said)


@pytest.mark.parametrize("said", ["hello world program", "Who are the trustees?", "help desk"])
def test_a_question_about_the_documents_is_no_small_talk(said: str) -> None:
    assert not is_small_talk(said)


def test_a_question_may_be_about_the_one_who_answers() -> None:
    assert addresses_the_tool("What is your favourite song?")
    assert not addresses_the_tool("How do you oil the lock?")
