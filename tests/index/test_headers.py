from pathlib import Path

import pytest

from index.headers import find_date, find_title
from index.loading import load

SEEDS = Path(__file__).parents[2] / "seeds"


def test_the_seeds_titles_and_dates() -> None:
    found = {d.id[:3]: (d.title, d.date) for d in load(SEEDS).documents}
    assert found["001"] == (
        "US Declines to Sponsor UN Human Rights Resolution against China",
        "2003-04-12",
    )
    assert found["003"] == ("CHINA-US: Clinton Urged to Press Beijing on Human Rights", "2009")
    assert found["004"] == (
        "Rights Groups Call for US to Pressure China on Rights Abuses",
        "2012-07-24",
    )
    # These two say neither; their first sentences stand in for titles.
    assert found["000"][1] is None and found["000"][0].startswith("The US is likely to call")
    assert found["002"][1] is None and found["002"][0].startswith("The administration of US")


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("A title - 2003-04-12\n\nIt is so.", "2003-04-12"),
        ("A title\nPosted July 24th, 2012 at 6:10 am (UTC-5)\nIt is so.", "2012-07-24"),
        ("A title\n5 March 1999\nIt is so.", "1999-03-05"),
        ("A title\nIt is so.\nPublished: Sept. 3, 2020", "2020-09-03"),
        ("A title\nIt is so.\n© Some Press (2009) — All Rights Reserved.", "2009"),
        ("It happened on March 15, 2001, they say.", None),
        ("A title\nIt is so.\n© 2025 Some Press", None),
        ("© A (2009)\n© B (2010)\nIt is so.", None),
        ("A title - 2003-13-45\nIt is so.", None),
        ("- Lebanon: a warning Friday, December 05, 2025", None),
        ("Room 1234-56-78\nIt is so.", None),
        ("", None),
    ],
)
def test_a_date_is_what_the_text_says_of_itself_or_none(text: str, date: str | None) -> None:
    assert find_date(text) == date


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Menu\n\n# The real one\n\nLonger navigation line than this\n\nIt is.", "The real one"),
        ("Links\n\nA title of some words\n\nIt is so.", "A title of some words"),
        ("It is so. And more.", "It is so."),
        ("  \n ", None),
    ],
)
def test_a_title_is_the_texts_own(text: str, title: str | None) -> None:
    assert find_title(text) == title


def test_a_long_first_sentence_is_cut_at_a_word() -> None:
    title = find_title(" ".join(["wording"] * 40) + ".")
    assert title is not None and title.endswith("wording…") and len(title) <= 91
