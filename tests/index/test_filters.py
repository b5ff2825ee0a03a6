"""Which documents a filter lets through; the part of it that needs no index."""

import time
from calendar import monthrange
from datetime import date
from glob import escape
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.dates import in_range, is_date
from index.errors import FilterError
from index.filters import Filter, Selected, select
from index.types import Document


def document(id: str = "a.txt", day: str | None = None, title: str = "", **said: str) -> Document:
    return Document(id, title, day, "Text.", "", said)


@st.composite
def days(draw: st.DrawFn) -> str:
    """A date of a few years, as precise as it may be."""
    day = draw(st.dates(date(2003, 1, 1), date(2006, 12, 31))).isoformat()
    return day[: draw(st.sampled_from([4, 7, 10]))]


def span(day: str) -> tuple[date, date]:
    """Return the first and the last day of a date."""
    year, month, number = (int(part) for part in (day + "-0-0").split("-")[:3])
    last = month or 12
    return (
        date(year, month or 1, number or 1),
        date(year, last, number or monthrange(year, last)[1]),
    )


@given(days(), st.none() | days(), st.none() | days())
def test_a_date_is_in_range_where_one_of_its_days_is(
    day: str, after: str | None, before: str | None
) -> None:
    since = span(after)[0] if after is not None else date.min
    until = span(before)[1] if before is not None else date.max
    first, last = span(day)
    if since > until:
        with pytest.raises(FilterError, match="no day is in between"):
            Filter(after=after, before=before)
    else:
        assert in_range(day, after, before) == (first <= until and last >= since)
        assert Filter(after=after, before=before).matches(document(day=day)) == in_range(
            day, after, before
        )


@given(days(), days())
def test_a_range_of_one_date_is_all_of_it_and_more_conditions_let_less_through(
    day: str, other: str
) -> None:
    assert Filter(after=day, before=day).matches(document(day=day))
    assert Filter(after=day).matches(document(day=other)) or Filter(before=day).matches(
        document(day=other)
    )


@pytest.mark.parametrize("text", ["2009", "2009-08", "2009-08-15", "2008-02-29", "0999"])
def test_dates(text: str) -> None:
    assert is_date(text)


@pytest.mark.parametrize(
    "text",
    ["", "09", "2009-13", "2009-02-29", "2009-8", "2009-08-15T10:00", "0000", "٢٠٠٩", "2009\n"],
)
def test_what_is_no_date_is_refused_in_one_line(text: str) -> None:
    assert not is_date(text)
    for limits in ({"after": text}, {"before": text}):
        with pytest.raises(FilterError, match="write 2009, 2009-08 or 2009-08-15") as error:
            Filter(**limits)
        assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("glob", "through"),
    [
        ("reports", {"reports/a.pdf", "reports/2009/b.txt"}),
        ("reports/", {"reports/a.pdf", "reports/2009/b.txt"}),
        ("reports/*", {"reports/a.pdf", "reports/2009/b.txt"}),
        ("*.pdf", {"reports/a.pdf", "mail.zip/x [1].pdf"}),
        ("mail.zip", {"mail.zip/x [1].pdf"}),
        ("*/2009/*", {"reports/2009/b.txt"}),
        ("reports/[ab].pdf", {"reports/a.pdf"}),
        ("Reports", set()),
        ("report", set()),
        ("", set()),
    ],
)
def test_a_glob_is_of_documents_folders_and_archives(glob: str, through: set[str]) -> None:
    names = ["reports/a.pdf", "reports/2009/b.txt", "mail.zip/x [1].pdf", "notes.txt"]
    within = Filter(documents=(glob,))
    assert {name for name in names if within.matches(document(name))} == through


names = st.text(st.characters(codec="utf-8"), min_size=1, max_size=20) | st.text(
    "ab/*?[]!-\n", min_size=1
)


@given(names, names)
def test_an_escaped_name_is_the_glob_of_that_document_and_what_is_below_it(
    one: str, two: str
) -> None:
    within = Filter(documents=(escape(one),))
    assert within.matches(document(one))
    assert within.matches(document(two)) == (two == one or two.startswith(one.rstrip("/") + "/"))


@given(st.lists(names, max_size=4), names)
def test_any_glob_is_understood_and_one_that_matches_is_enough(globs: list[str], id: str) -> None:
    found = [Filter(documents=(glob,)).matches(document(id)) for glob in globs]
    assert Filter(documents=tuple(globs)).matches(document(id)) == (any(found) or not globs)


def test_metadata_holds_a_value_whatever_the_case_and_the_form_of_its_letters() -> None:
    found = document(title="Of Rivers", author="José Álvarez", language="en-GB")
    for where in (
        {"author": "álvarez"},
        {"author": "Jose\u0301"},
        {"title": "RIVERS"},
        {"language": "EN"},
        {"language": "en-gb", "title": "of"},
    ):
        assert Filter(where=where).matches(found), where
    for where in (
        {"author": "ada"},
        {"language": "gb"},
        {"url": "x"},
        {"title": "x", "author": "j"},
    ):
        assert not Filter(where=where).matches(found), where


def test_nothing_left_is_said_with_the_reason() -> None:
    documents = [document("a.txt", "2009", author="Ada"), document("b.txt"), document("c.pdf")]
    assert select(documents, Filter(after="2009")) == Selected(("a.txt",), ("b.txt", "c.pdf"))
    assert select(documents, Filter()) == Selected(("a.txt", "b.txt", "c.pdf"), ())
    for within, message in (
        (
            Filter(("*.pdf",), after="2010"),
            r"matches \*.pdf, from 2010; 1 would, but have no date",
        ),
        (Filter(("x", "y")), "none of the 3 documents matches x or y"),
        (Filter(where={"autor": "a"}), "none says its autor: they say author, title"),
    ):
        with pytest.raises(FilterError, match=message):
            select(documents, within)
    with pytest.raises(FilterError, match="write author=VALUE"):
        Filter(where={"author": " "})


@pytest.mark.parametrize(
    "given",
    [
        {"documents": tuple(f"{n}*" for n in range(40_000))},
        {"documents": ("*a" * 20_000,)},
        {"where": {"title": "x" * 1_000_000}},
        {"where": {f"name{n}": "x" for n in range(40_000)}},
        {"after": "2" * 1_000_000},
    ],
)
def test_a_filter_that_would_keep_everybody_waiting_is_refused_at_once(
    given: dict[str, Any],
) -> None:
    began = time.process_time()
    with pytest.raises(FilterError) as error:
        Filter(**given)
    assert time.process_time() - began < 0.2 and len(str(error.value)) < 200


def test_the_largest_filter_takes_no_time_by_the_length_of_a_name() -> None:
    globs = tuple("*a" * 400 + f"*{n}" for n in range(100))
    began = time.process_time()
    assert not Filter(globs).matches(document("a" * 4_000))
    assert time.process_time() - began < 5


def test_single_documents_are_let_through_beside_what_globs_match() -> None:
    both = Filter(("*.pdf",), ids=("a [1].txt", "a [1].txt"))
    found = [Document(name, "", None, "", "") for name in ("a [1].txt", "a 1.txt", "b.pdf")]
    assert select(found, both).documents == ("a [1].txt", "b.pdf")
    assert str(both) == "*.pdf or 1 chosen"
    assert str(Filter(after="2009", before="2012")) == "2009 to 2012"
    assert str(Filter(before="2012", ids=("b", "a"))) == "2 chosen, until 2012"
