import time
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
        ("Notice\nValid until: 3 May 2021\nDate: 4 June 2020\n\nIt is so.", "2020-06-04"),
        ("Notice\nDate of next inspection: 4 June 2020\n\nIt is so.", None),
        ("Ada Low\nDate of birth: 4 June 1920\n\nShe sang.", None),
        ("Ada Low\nborn on 4 June 1920\n\nShe sang.", None),
        ("Ada Low (4 June 1920 - 5 May 1999)\n\nShe sang.", None),
        ("Call for papers\n1 June 2999\n\nIt is so.", None),
        ("Call for papers\nDate: 1 June 2999\n\nIt is so.", None),
        (
            "Figures\n1 May 2020 to 31 May 2020\nPosted by Ada Low on 3 June 2020\n\nUp.",
            "2020-06-03",
        ),
        ("Released from prison on 4 June 1920.\nIt is so.", None),
        ("Data collected in June 2020\nIt is so.", None),
        ("Rules\nUpdated 5 May 2021\nPublished 4 May 2020\n\nIt is so.", "2020-05-04"),
        ("Rules\nLast updated: 5 May 2021\n\nIt is so.", "2021-05-05"),
        ("Rules\nPublished: May 2021\n\nIt is so.", "2021-05"),
        ("Budget for May 2021\n\nIt is so.", None),
        ("Ada Low\nMill Road 4\n1 May 2020\n\nDear Sir,\nIt is so.", "2020-05-01"),
        ("1 May 2020\n2 May 2020\n\nIt is so.", None),
        ("Bericht\nKöln, den 7. März 2019\n\nEs ist so.", "2019-03-07"),
        ("Bericht\nDatum: Montag, 04.03.2019\n\nEs ist so.", "2019-03-04"),
        ("Rapport\nPublié le 1er août 2018\n\nC'est ainsi.", "2018-08-01"),
        ("Acta\nFecha: 9 de enero de 2017\n\nEs así.", "2017-01-09"),
        ("Verbale\n14 luglio 2016\n\nÈ così.", "2016-07-14"),
        ("Protokół\n2 października 2015\n\nTak jest.", "2015-10-02"),
        ("議事録\n2021年3月5日\n\nそうです。", "2021-03-05"),
        ("Notes\n25/12/2014\n\nIt is so.", "2014-12-25"),
        ("Notes\n12/25/2014\n\nIt is so.", "2014-12-25"),
        ("Notes\n03/04/2014\n\nIt is so.", "2014"),
        ("Notes\n03/04/2014\n\nIt was sent on 25/03/2014.", "2014-04-03"),
        ("Notes\n03/04/2014\n\nIt was sent on 03/25/2014.", "2014-03-04"),
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
        (
            "Ada Low, baker\nborn 4 June 1920, died 5 May 1999 at home\n\nShe sang.",
            "Ada Low, baker",
        ),
        ("Pass\nHolder of this pass: Ada Low\nGate of entry: the third\n", "Pass"),
        ("Mill news: the wheel turns\n4 May 2020\n\nIt is so.", "Mill news: the wheel turns"),
        ("  \n ", None),
    ],
)
def test_a_title_is_the_texts_own(text: str, title: str | None) -> None:
    assert find_title(text) == title


def test_a_long_first_sentence_is_cut_at_a_word() -> None:
    title = find_title(" ".join(["wording"] * 40) + ".")
    assert title is not None and title.endswith("wording…") and len(title) <= 91


def test_a_heading_of_endless_space_takes_no_time() -> None:
    for heading in (f"# x{' ' * 400_000}y", f"# x{'#' * 400_000}y", f"# {' #' * 200_000}y"):
        began = time.process_time()
        assert (find_title(heading) or "").startswith(("x", "#"))
        assert time.process_time() - began < 2
