"""The page's HTML; what a browser makes of it is in browser/."""

from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.conversation import Turn
from qa.listing import Listing
from qa.types import Answer, Citation, Status
from qa.web.answer_html import WEAK, Shown, render_answer, render_turn
from qa.web.cards import reference
from qa.web.html import render_note
from qa.web.listing_html import render_listing
from qa.wording import confidence_in_words
from tests.web.answers import ANSWERED, CITATION, ELSEWHERE, NOT_FOUND, UNSURE
from tests.web.parsing import Parsed, texts

TAGS = {
    "section", "p", "strong", "blockquote", "bdi", "h3", "ol", "ul", "li", "span", "mark", "a",
    "button", "details", "summary",
}  # fmt: skip
# safe.js lets no other through, and of these none runs anything where an address leads to the page.
ATTRIBUTES = {
    "class", "dir", "href", "name", "value", "type", "role", "tabindex", "style", "aria-label",
}  # fmt: skip


@st.composite
def citations(draw: st.DrawFn) -> Citation:
    before, quote, after = draw(texts), draw(texts.filter(bool)), draw(texts)
    start = draw(st.integers(0, 9)) + len(before)
    return Citation(
        document=draw(texts),
        title=draw(texts),
        date=draw(st.none() | texts | st.dates().map(str)),
        start=start,
        end=start + len(quote),
        quote=quote,
        snippet=before + quote + after,
        snippet_start=start - len(before),
        score=0.5,
        place=draw(st.none() | texts),
    )


several = st.lists(citations()).map(tuple)


@given(st.sampled_from(Status), texts, several, several, several)
def test_whatever_documents_hold_is_shown_as_text(
    status: Status,
    text: str,
    said: tuple[Citation, ...],
    others: tuple[Citation, ...],
    nearest: tuple[Citation, ...],
) -> None:
    answer = Answer(text, status, text, 0.5, said, others, nearest, {})
    html = render_answer(answer, Shown("visitor", feedback=True, only=text, otherwise=text))
    cited = [*said, *others] if said else []
    parsed = Parsed(html)
    assert set(parsed.tags) <= TAGS
    assert set(parsed.attributes) <= ATTRIBUTES
    passages = parsed.by_name.get("snippet", [])[len(cited) :]
    shown = [*cited, *(c for c in nearest if c.snippet in passages)]
    assert parsed.by_name.get("mark", []) == [c.quote for c in [*said[:1], *cited]]
    assert parsed.by_name.get("snippet", []) == [c.snippet for c in shown]
    assert parsed.by_name.get("open title", []) == [c.title or c.document for c in shown]
    assert parsed.by_name.get("file", []) == [c.document for c in shown]
    assert parsed.by_name.get("place", []) == [c.place for c in shown if c.place]
    for citation, link in zip(reversed(shown), reversed(parsed.links), strict=False):
        asked = parse_qs(urlsplit(link).query, keep_blank_values=True)
        assert urlsplit(link).path == "document"
        assert asked["name"] == [citation.document.encode(errors="replace").decode()]
        assert (asked["start"], asked["end"]) == ([str(citation.start)], [str(citation.end)])
        assert asked["visitor"] == ["visitor"]


@given(texts)
def test_a_note_is_shown_as_text(question: str) -> None:
    parsed = Parsed(render_note("problem", question, question))
    assert set(parsed.tags) <= TAGS
    assert parsed.by_name["verdict"] == [question]


def test_half_a_surrogate_pair_can_be_sent() -> None:
    render_note("problem", "half \ud800").encode()


def test_an_answer_says_how_sure_it_is_and_where_it_stands() -> None:
    parsed = Parsed(render_answer(ANSWERED))
    assert parsed.by_name["said"] == ["Answered"]
    assert parsed.by_name["level"] == ["high confidence, 87%"]
    assert parsed.by_name["meaning"][0].startswith("Of 100 answers with this figure about 87 are")
    assert parsed.by_name["agreed"] == ["2 sources say this."]
    assert parsed.by_name["numbers"] == ["12"]
    assert parsed.by_name["number"] == ["1", "2"]
    assert parsed.by_name["date"] == ["12 April 2003"]
    assert parsed.by_name["score"] == ["80% likely to hold the answer"] * 2


def test_a_quote_stands_in_its_sentence() -> None:
    snippet = "Before it. Here is a quote, at last. After it."
    cited = replace(CITATION, snippet=snippet, snippet_start=0, start=21, end=26)
    parsed = Parsed(render_answer(replace(ANSWERED, citations=(cited,))))
    assert parsed.by_name["blockquote"] == ["Here is a quote, at last. 1"]
    assert parsed.by_name["mark"][0] == "quote"


def test_two_quotes_of_one_document_are_one_source() -> None:
    html = render_answer(replace(ANSWERED, citations=(CITATION, CITATION)))
    assert Parsed(html).by_name["h3"] == ["Source"]
    assert "agreed" not in Parsed(html).by_name


def test_each_answer_is_shown_once_and_what_disagrees_below_it_with_its_date() -> None:
    other = replace(ELSEWHERE, quote="other", date="2009")
    parsed = Parsed(render_answer(replace(ANSWERED, others=(other, ELSEWHERE))))
    assert parsed.by_name["h3"] == ["Other sources differ", "Sources"]
    assert parsed.by_name["side"] == ["2009 other 3", "quote 4"], "no word where there is no date"
    assert parsed.by_name["number"] == ["1", "2", "3", "4"]


def test_sources_of_an_unsure_answer_are_not_said_to_differ() -> None:
    parsed = Parsed(render_answer(replace(UNSURE, others=(ELSEWHERE,))))
    assert parsed.by_name["h3"][0] == "Or else"


def test_a_weak_guess_is_passages_and_no_quote() -> None:
    strong = Parsed(render_answer(replace(UNSURE, confidence=WEAK)))
    assert strong.by_name["blockquote"] == ["Here is a quote. 1"]
    weak = Parsed(render_answer(replace(UNSURE, confidence=WEAK - 0.01)))
    assert "blockquote" not in weak.tags and "mark" not in weak.tags
    assert weak.by_name["h3"] == ["Closest passages"]
    assert weak.by_name["snippet"] == [CITATION.snippet, ELSEWHERE.snippet]


def test_passages_that_hold_a_quote_shown_above_are_not_shown_again() -> None:
    around = replace(CITATION, snippet=f"Before. {CITATION.snippet}", snippet_start=0, start=0)
    cited = replace(CITATION, snippet_start=8, start=18)
    parsed = Parsed(render_answer(replace(UNSURE, citations=(cited,), nearest=(around, ELSEWHERE))))
    assert parsed.by_name["summary"][-2:] == ["Other passages (1)", "Passage"]


def test_how_a_passage_was_found_is_said() -> None:
    found = (replace(CITATION, dense_rank=1, lexical_rank=12), replace(CITATION, lexical_rank=3))
    parsed = Parsed(render_answer(replace(ANSWERED, citations=found)))
    assert parsed.by_name["ranks"] == [
        "found by wording 12th, by meaning 1st", "found by wording 3rd"
    ]  # fmt: skip


def test_a_quote_is_copied_with_its_source() -> None:
    copied = "“quote” (A title, 12 April 2003, page 3)"
    assert reference(replace(CITATION, place="page 3")) == copied


def test_a_list_says_how_many_there_are_and_about_how_many_are_missing() -> None:
    found = Listing("who?", (CITATION, ELSEWHERE), (1, 1), 9, 3, missed=1.6)
    parsed = Parsed(render_listing(found, "visitor"))
    assert parsed.by_name["h3"] == ["One of several: 2 answers found"]
    assert parsed.by_name["p"] == ["By document and place. About 2 more may be missing."]
    assert parsed.by_name["open title"] == ["A title", "Another"]
    assert render_listing(replace(found, answers=(CITATION,)), "") == ""


@given(texts, texts)
def test_how_a_question_was_read_is_shown_where_it_was_not_as_typed(typed: str, asked: str) -> None:
    parsed = Parsed(render_turn(Turn(typed, asked, ANSWERED), Shown(otherwise=typed)))
    expected = [] if typed == asked else [f"Searched for: {asked} Edit"]
    expected += [f"It may also mean: {typed} Ask that"] if typed else []
    assert parsed.by_name.get("read", []) == expected
    assert set(parsed.tags) <= TAGS


def test_unsure_and_not_found_say_so_and_show_what_is_closest() -> None:
    unsure, not_found = Parsed(render_answer(UNSURE)), Parsed(render_answer(NOT_FOUND))
    assert unsure.by_name["said"] == ["Not sure: this may be the answer"]
    assert unsure.by_name["h3"] == ["Source"]
    assert unsure.by_name["summary"] == ["Passage", "Other passages (1)", "Passage"]
    assert not_found.by_name["said"] == ["Not found: the documents do not seem to say"]
    assert not_found.by_name["h3"] == ["Closest passages"]
    assert "blockquote" not in not_found.tags
    assert "mark" not in not_found.tags
    assert not_found.by_name["snippet"] == [CITATION.snippet, ELSEWHERE.snippet]


@pytest.mark.parametrize(
    ("confidence", "words"),
    [
        (1.0, "very high confidence, over 99%"),
        (0.9, "very high confidence, 90%"),
        (0.7, "high confidence, 70%"),
        (0.69, "moderate confidence, 69%"),
        (0.15, "low confidence, 15%"),
        (0.06, "very low confidence, 6%"),
        (0.0, "very low confidence, under 1%"),
    ],
)
def test_confidence_in_words_and_number(confidence: float, words: str) -> None:
    assert confidence_in_words(confidence) == words


@pytest.mark.parametrize(
    ("iso", "shown"),
    [(None, []), ("2003-04-12", ["12 April 2003"]), ("2012-07", ["2012-07"]), ("2009", ["2009"])],
)
def test_dates_are_shown_at_the_precision_they_have(iso: str | None, shown: list[str]) -> None:
    html = render_answer(replace(ANSWERED, citations=(replace(CITATION, date=iso),)))
    assert Parsed(html).by_name.get("date", []) == shown


def test_a_quote_has_a_direction_of_its_own() -> None:
    """So that "35 million" in a sentence from right to left is not shown as "million 35"."""
    assert '<mark dir="auto">quote</mark>' in render_answer(ANSWERED)
