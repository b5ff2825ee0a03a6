"""What the page sends with a question: which documents to ask, and where the last answers are."""

import json
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.errors import FilterError, QuestionError
from index.filters import Filter
from index.types import Document
from qa.conversation import Turn
from qa.types import Answer, Citation, Status
from qa.web.filtering import chosen, in_words
from qa.web.prior import place_of, turns_of
from qa.web.serving import Running
from tests.web.answers import FakeCorpus
from tests.web.parsing import texts
from tests.web.test_library import called

TEXT = "The gauge stood at seven feet. Nobody saw it."
QUOTE = Citation("a.txt", "Rivers", None, 19, 29, TEXT[19:29], TEXT[:30], 0, 0.9)


def corpus(text: str = TEXT) -> FakeCorpus:
    found = FakeCorpus()
    found.documents = {"a.txt": Document("a.txt", "Rivers", None, text, "")}
    return found


def answered(*quotes: Citation) -> Turn:
    text = quotes[0].quote if quotes else None
    return Turn(
        "How high?", "How high?", Answer("", Status.ANSWERED, text, 0.9, quotes, (), (), {})
    )


def test_only_the_last_ten_turns_are_taken_however_many_are_sent() -> None:
    place = place_of(answered(QUOTE))
    sent = [{**place, "question": f"How high, {n}?"} for n in range(150)]
    taken = turns_of(json.dumps(sent), corpus())
    assert [turn.question for turn in taken] == [f"How high, {n}?" for n in range(140, 150)]


def test_turns_come_back_from_where_they_are_in_documents() -> None:
    sent = json.dumps([place_of(answered(QUOTE)), place_of(answered())])
    quoted, without = turns_of(sent, corpus())
    assert quoted.answer.answer == "seven feet"
    assert quoted.answer.citations[0].snippet == "The gauge stood at seven feet."
    assert without.answer.answer is None and not without.answer.citations
    (gone,) = turns_of(json.dumps([place_of(answered(QUOTE))]), corpus("Short."))
    assert gone.answer.answer is None
    assert turns_of("", corpus()) == ()


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | texts,
    lambda inner: st.lists(inner, max_size=6) | st.dictionaries(texts, inner, max_size=4),
)
places = st.fixed_dictionaries(
    {"question": texts, "searched_for": texts, "quote": json_values | st.lists(json_values)}
)


@given(json_values | st.lists(places) | st.lists(places | json_values))
def test_whatever_a_browser_sends_is_turns_or_refused(sent: Any) -> None:
    try:
        turns = turns_of(json.dumps(sent), corpus())
    except QuestionError:
        return
    for turn in turns:
        assert all(TEXT[c.start : c.end] == c.quote for c in turn.answer.citations)


@given(json_values | st.dictionaries(st.sampled_from(["ids", "after", "before"]), json_values))
def test_whatever_is_chosen_is_a_filter_or_refused(sent: Any) -> None:
    try:
        within = chosen(json.dumps(sent))
    except FilterError:
        return
    assert within is None or isinstance(within, Filter)


@pytest.mark.parametrize("sent", ["{", "[1]", '{"ids": "a"}', '{"ids": [1]}', '{"after": 2009}'])
def test_what_is_no_choice_is_refused(sent: str) -> None:
    with pytest.raises(FilterError, match="choose them again"):
        chosen(sent)


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({}, ""),
        ({"ids": ["0.txt"]}, "“T0”"),
        ({"ids": ["0.txt", "1.txt"], "after": "2009"}, "“T0”, “T1”, from 2009"),
        ({"ids": ["0.txt", "1.txt", "2.txt"]}, "3 chosen documents"),
        ({"ids": ["0.txt", "gone.txt"]}, "“T0”, 1 more that is not there any more"),
        ({"after": "2009", "before": "2009"}, "2009"),
        ({"after": "2009", "before": "2012"}, "2009 to 2012"),
    ],
)  # fmt: skip
def test_a_choice_is_said_in_words(sent: dict[str, Any], said: str) -> None:
    held = {f"{n}.txt": Document(f"{n}.txt", f"T{n}", None, "", "") for n in range(3)}
    assert in_words(chosen(json.dumps(sent)), held) == said


def test_an_answer_comes_with_its_record_while_its_documents_are_there() -> None:
    held = FakeCorpus("a.txt")  # which does not say what it is quoted with
    with Running(held) as running, httpx.Client(base_url=running.url, timeout=60) as client:
        assert called(client, "converse", "why?", "", "", False)["record"] is None
        held.documents = {"a.txt": Document("a.txt", "", None, "The Here is a quote.", "")}
        said = called(client, "converse", "why?", "", "", False)
        assert said["record"]["quotes"][0]["quote"] == "quote"
