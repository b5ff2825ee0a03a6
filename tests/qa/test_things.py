from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.spans import whole
from qa.things import Kind, things


@pytest.mark.parametrize(
    ("text", "kind", "thing"),
    [
        ("Ask lost.property@rail-north.example.", Kind.EMAIL, "lost.property@rail-north.example"),
        ("See https://fens.example/a/b?x=1&y=2.", Kind.URL, "https://fens.example/a/b?x=1&y=2"),
        ("Go to www.fens.example/map.html, then", Kind.URL, "www.fens.example/map.html"),
        ("Our shop is fen-boats.co.uk today", Kind.URL, "fen-boats.co.uk"),
        ("It lies in D:\\plans\\2020\\roof.dwg.", Kind.PATH, "D:\\plans\\2020\\roof.dwg"),
        ("It lies in /opt/boats/list.txt now", Kind.PATH, "/opt/boats/list.txt"),
        ("Ring 01632 960 555 or", Kind.PHONE, "01632 960 555"),
        ("Ring (555) 555-0123 or", Kind.PHONE, "(555) 555-0123"),
        ("Permit EN/77/0412-b(c).", Kind.IDENTIFIER, "EN/77/0412-b(c)"),
        ("It runs 4.12.0 now", Kind.IDENTIFIER, "4.12.0"),
        ("It is −3.5 °C outside", Kind.AMOUNT, "−3.5 °C"),
        ("It cost US$7.1 million then", Kind.AMOUNT, "US$7.1 million"),
        ("It takes two and a half years to", Kind.AMOUNT, "two and a half years"),
        ("On 3 May 2014 it", Kind.DATE, "3 May 2014"),
        ("At 2020-02-03T10:15Z it", Kind.DATE, "2020-02-03T10:15Z"),
        ("At 6.40 p.m. it", Kind.TIME, "6.40 p.m."),
        ("It was J. P. van den Berg, Jr. who", Kind.NAME, "J. P. van den Berg, Jr."),
        ("It was Mary O'Neill-Ward who", Kind.NAME, "O'Neill-Ward"),
        ("The 1,300 boats", Kind.NUMBER, "1,300"),
    ],
)
def test_a_thing_is_found_whole(text: str, kind: Kind, thing: str) -> None:
    assert (kind, thing) in [(found.kind, found.text) for found in things(text)]


@pytest.mark.parametrize("text", ["the mid-1990s", "a 20-year-old", "the 19th", "and/or", "e.g. x"])
def test_words_are_no_identifiers(text: str) -> None:
    assert all(found.kind is not Kind.IDENTIFIER for found in things(text))


def test_a_range_of_years_or_times_is_two_things() -> None:
    assert [t.text for t in things("1998-2004 and 10:00-15:00")] == [
        "1998",
        "2004",
        "10:00",
        "15:00",
    ]


def test_an_acronym_and_the_end_of_a_sentence_are_no_initials() -> None:
    assert not things("The U.S. President took vitamin C. The others did not.")


@given(st.text(alphabet="ab.@/-:19 AZ£|(", max_size=40))
def test_things_stand_in_the_text_in_order_and_apart(text: str) -> None:
    found = things(text)
    assert all(text[t.start : t.end] == t.text and t.text for t in found)
    assert all(a.end <= b.start for a, b in pairwise(found))


@pytest.mark.parametrize(
    ("text", "part", "question", "grown"),
    [
        ("Write to a.b@c-d.example now", "b@c", "", "a.b@c-d.example"),
        ("The wall is 48 metres high", "48", "How high is it?", "48 metres"),
        ("The wall is 48 metres high", "48", "How many metres high is it?", "48"),
        ("Opened on 3 May 2014 here", "3 May", "When was it opened?", "3 May 2014"),
        ("Opened on 3 May 2014 here", "2014", "In which year was it opened?", "2014"),
        ("By J. P. Moore here", "P. Moore", "By whom?", "J. P. Moore"),
    ],
)
def test_a_span_grows_to_the_things_that_it_cuts(
    text: str, part: str, question: str, grown: str
) -> None:
    start = text.index(part)
    low, high = whole(text, start, start + len(part), question)
    assert text[low:high] == grown
