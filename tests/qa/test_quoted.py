"""A mail's own words count before what it quotes."""

from index.types import Hit, Passage
from qa.quoted import beside_own_words, names_sender, own_words_first
from qa.types import Span

OWN, QUOTE, OTHER = (
    "We play on 14 May instead, at noon.",
    "The concert is on 7 May at 19:30. Is the hall for 80?",
    "It rains.",
)


def hit(document: str, text: str) -> Hit:
    return Hit(Passage(f"{document}:{text}", document, 0, len(text), text), 0.0, None, None)


def is_quoted(found: Hit) -> bool:
    return found.passage.text == QUOTE


def span(document: str, text: str, answer: str, score: float) -> Span:
    start = text.index(answer)
    return Span(hit(document, text), start, start + len(answer), score)


def ranked(*spans: Span) -> list[str]:
    return [found.text for found in own_words_first(spans, is_quoted)]


def test_an_answer_of_the_same_kind_in_own_words_takes_the_place_of_a_quoted_one() -> None:
    quoted, own = span("a", QUOTE, "7 May", 9.0), span("a", OWN, "14 May", 4.0)
    assert ranked(quoted, own) == ["14 May", "7 May"]
    assert own_words_first([quoted, own], is_quoted)[0].score == 9.0
    assert ranked(quoted, span("a", OWN, "14 May", 0.5)) == ["7 May", "14 May"]


def test_an_answer_of_another_kind_or_mail_does_not() -> None:
    assert ranked(span("a", QUOTE, "19:30", 9.0), span("a", OWN, "14 May", 4.0))[0] == "19:30"
    assert ranked(span("a", QUOTE, "7 May", 9.0), span("b", OWN, "14 May", 8.5))[0] == "7 May"


def test_what_a_quote_asks_is_no_answer() -> None:
    assert ranked(span("a", QUOTE, "80", 9.0), span("b", OTHER, "It", 2.0)) == ["It", "80"]


def test_own_words_are_read_beside_the_quotes_of_their_mail() -> None:
    quote, other, own = hit("a", QUOTE), hit("b", OTHER), hit("a", OWN)
    assert beside_own_words([other, quote, other, own], 3, is_quoted) == [other, own, quote]
    assert beside_own_words([other, own], 1, is_quoted) == [other]


def test_whom_a_question_names_is_asked_for() -> None:
    label = "quoted from Ada Low, 2024-05-07"
    assert names_sender("Which day did ADA give?", label)
    assert not names_sender("On which day in 2024 is the concert?", label)
