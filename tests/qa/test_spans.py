import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.types import Hit, Passage
from qa.spans import (
    asks_for_reason,
    decisive,
    distinct,
    gives_reason,
    group_equal,
    normalise,
    reason_odds,
    stands_beside,
    tidy,
    units_of,
    whole,
    widen,
)
from qa.types import Span


def span(text: str, score: float = 0.0, start: int = 0, document: str = "a.txt") -> Span:
    passage = Passage(f"{document}:{start}", document, start, start + len(text), text)
    return Span(Hit(passage, 0.0, 1, 1), start, start + len(text), score)


def test_equal_answers_differ_in_case_punctuation_and_articles_only() -> None:
    assert normalise("The “Human Rights” Commission.") == normalise("human rights commission")
    assert normalise("Human Rights") != normalise("human right")


def test_overlapping_spans_of_a_document_become_the_best() -> None:
    found = [span("Hu Jintao", 1.0), span("President Hu", 2.0, 5), span("Hu", 0.5, 0, "b.txt")]
    assert [s.text for s in distinct(found)] == ["President Hu", "Hu"]


def test_equal_answers_from_several_documents_are_one() -> None:
    found = [span("Geneva", 1.0), span("Beijing", 3.0, 9), span("geneva.", 2.0, 0, "b.txt")]
    groups = group_equal(found)
    assert [[s.text for s in g] for g in groups] == [["Beijing"], ["geneva.", "Geneva"]]


def test_answers_agree_across_documents_where_one_is_most_of_the_other() -> None:
    found = [
        span("Peter Mandelson", 3.0),
        span("Mandelson", 2.0, 0, "b.txt"),
        span("Mandelson", 1.0, 90),
        span("Mandelson, who later went to Beijing", 0.5, 0, "c.txt"),
    ]
    assert [len(g) for g in group_equal(found)] == [2, 1, 1]
    assert [s.hit.passage.document_id for s in group_equal(found)[0]] == ["a.txt", "b.txt"]


texts = st.sampled_from(["Geneva", "geneva.", "the Geneva", "Beijing", "?!", "…"])
spans = st.builds(span, texts, st.floats(-9, 9), st.integers(0, 30), st.sampled_from("ab"))


@given(st.lists(spans))
def test_grouping_keeps_every_distinct_span_once_best_first(found: list[Span]) -> None:
    kept = distinct(found)
    groups = group_equal(kept)
    assert sorted((s.score, s.start) for g in groups for s in g) == sorted(
        (s.score, s.start) for s in kept
    )
    best = [g[0].score for g in groups]
    assert best == sorted(best, reverse=True)
    for i, one in enumerate(kept):
        for other in kept[i + 1 :]:
            same = one.hit.passage.document_id == other.hit.passage.document_id
            assert not (same and one.start < other.end and other.start < one.end)


@pytest.mark.parametrize(
    ("question", "asks"),
    [
        ("Why did it rain?", True),
        ("what was the reason for it", True),
        ("How was the chair chosen?", False),
        ("Who reasoned with them?", False),
    ],
)
def test_questions_for_a_reason_are_told_from_others(question: str, asks: bool) -> None:
    assert asks_for_reason(question) is asks


@pytest.mark.parametrize(
    ("text", "marked", "gives"),
    [
        ("It closed because of the heavy rain.", "heavy rain", True),
        ("It closed because of the heavy rain.", "because of the heavy rain", True),
        ("It closed due to rain.", "rain", True),
        ("It closed because it rained. The port was full.", "The port was full", False),
        ("The port was full.", "full", False),
    ],
)
def test_a_reason_is_what_a_causal_word_introduces(text: str, marked: str, gives: bool) -> None:
    assert gives_reason(text, *place(text, marked)) is gives


@pytest.mark.parametrize(
    ("text", "marked", "beside"),
    [
        ("It closed, in a break with custom.", "in a break with custom", True),
        ("It closed, in a break with custom.", "break with custom", True),
        ("It closed in the end because it rained.", "it rained", False),
        ("It closed because of rain in the north.", "of rain in the north", False),
        ("The port was full.", "was full", False),
        ("Begin again.", "again", False),
    ],
)
def test_what_a_preposition_opens_or_introduces_stands_beside_a_reason(
    text: str, marked: str, beside: bool
) -> None:
    assert stands_beside(text, *place(text, marked)) is beside


def test_few_words_and_what_stands_beside_are_less_of_a_reason_and_a_causal_word_more() -> None:
    text = "The old port closed early. It shut as the gate was stuck, in a break with custom."
    odds = [
        reason_odds(text, *place(text, marked))
        for marked in ("early", "closed early", "port closed early", "old port closed early")
    ]
    assert odds == sorted(set(odds)) and odds[-1] == 0
    assert reason_odds(text, *place(text, "in a break with custom")) < 0
    text = text.replace(" as ", " because ")
    reason = reason_odds(text, *place(text, "the gate was stuck"))
    assert reason > 0 and reason > reason_odds(text, *place(text, "the gate"))


def place(text: str, part: str) -> tuple[int, int]:
    return text.index(part), text.index(part) + len(part)


@pytest.mark.parametrize(
    ("text", "marked", "kept"),
    [
        ("in Geneva, on Monday", "Geneva,", "Geneva"),
        ('he said "no" twice', '"no', "no"),
        ('he said "no" twice', '"no"', '"no"'),
        ("the vote (53 to 1) was", "(53 to 1", "53 to 1"),
        ("the U.S. did", "U.S.", "U.S."),
        ("what?! ,", ",", ","),
    ],
)
def test_a_span_loses_what_dangles(text: str, marked: str, kept: str) -> None:
    start, end = tidy(text, *place(text, marked))
    assert text[start:end] == kept


@pytest.mark.parametrize(
    ("text", "marked", "grown"),
    [
        ("he lost US$855,259 to them", "$855,259", "US$855,259"),
        ("he lost US$855,259 to them", "855", "US$855,259"),
        ("it rose by 3.5% in May", "3.5", "3.5%"),
        ("it rose by 3.5% in May", "5% in May", "3.5% in May"),
        ("in the 1990s.", "1990", "1990s"),
        ("Chen's family", "Chen", "Chen"),
        ("a US-China dialogue", "China", "China"),
        ("in 2003, 53 nations", "53", "53"),
        ("习近平主席访问", "主席", "主席"),
    ],
)
def test_a_span_does_not_cut_words_and_amounts(text: str, marked: str, grown: str) -> None:
    start, end = whole(text, *place(text, marked))
    assert text[start:end] == grown


CHOSEN = "It met. The board chose Ana, because she had led the port, and went home. Why? Rain."


@pytest.mark.parametrize(
    ("marked", "grown"),
    [
        ("port", "because she had led the port"),
        ("had led the", "had led the"),
        ("Ana", "The board chose Ana"),
        ("Rain", "Rain."),
    ],
)
def test_a_lone_word_grows_to_its_clause(marked: str, grown: str) -> None:
    start, end = widen(CHOSEN, *place(CHOSEN, marked))
    assert CHOSEN[start:end] == grown


@given(st.text(max_size=60), st.integers(0, 60), st.integers(0, 60))
def test_growing_never_loses_a_word_and_tidying_never_adds_one(text: str, a: int, b: int) -> None:
    start, end = sorted((min(a, len(text)), min(b, len(text))))
    assert whole(text, start, end)[0] <= start <= end <= whole(text, start, end)[1] <= len(text)
    low, high = tidy(text, start, end)
    assert start <= low <= high <= end
    assert (low < high) == (start < end)
    if start < end and text[start:end].strip(" ,;:") == text[start:end]:
        low, high = widen(text, start, end)
        assert low <= start or text[low : low + 1].strip() != ""
        assert 0 <= low < high <= len(text)


def test_sentences_and_cells_are_units_and_initials_end_none() -> None:
    text = "Tin melts at 232 degrees. J. P. Lead melts at 327.\nTin | 232"
    words = [text.index(word) for word in ("Tin", "232", "P.", "Lead", "Tin |")]
    at = np.array([*words, text.rindex("232")])
    first, second, third, fourth, fifth, sixth = units_of(text, at).tolist()
    assert first == second < third == fourth < fifth < sixth


def test_whether_something_is_so_a_whole_sentence_says() -> None:
    text = "The gate is blue. Bicycles are admitted if they are locked. It closes at six."
    start = text.index("locked")
    low, high = decisive(text, start, start + 6, "Are bicycles admitted?")
    assert text[low:high] == "Bicycles are admitted if they are locked."
    assert decisive(text, start, start + 6, "How must bicycles be?") == (start, start + 6)


def test_of_two_answers_the_one_that_the_sentence_names_is_shown() -> None:
    text = "They put the spare key into the blue tin each night."
    start = text.index("each night")
    low, high = decisive(text, start, len(text) - 1, "Is the key in the red tin or the blue one?")
    assert text[low:high] == "blue"
