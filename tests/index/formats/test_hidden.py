"""What a page does not show is left out, and said to be."""

import pytest

from index.formats import extract
from index.formats.hidden import HIDDEN
from tests.index.formats import making


@pytest.mark.parametrize(
    "hidden",
    [
        "<p hidden>Not shown.</p>",
        '<div style="color: red; display : none">Not <b>shown</b>.</div>',
        '<span aria-hidden="true">Not shown.</span>',
        "<dialog>Not shown.</dialog>",
        '<p style="mso-hide:all">Not shown.</p>',
    ],
)
def test_hidden_elements_are_left_out_and_their_tails_are_not(hidden: str) -> None:
    page = f"<html><body><p>One {hidden} two.</p>{hidden}<p>three.</p></body></html>"
    found = extract(".html", page.encode())
    assert found.text.split() == ["One", "two.", "three."]
    assert found.left_out == (HIDDEN,)


def test_what_a_search_or_a_dialog_hides_for_now_is_read() -> None:
    page = '<body><p hidden="until-found">One.</p><div aria-hidden="true"><main>Two.</main></div>'
    found = extract(".html", page.encode())
    assert (found.text, found.left_out) == ("One.\nTwo.", ())


def test_lines_and_columns_of_preformatted_text_are_kept_in_an_article_too() -> None:
    timetable = "06:00  Gudrun\n 09:30\tAstrid"
    raw = making.html([making.FILLER * 9, f"</p><pre>{timetable}</pre><p>{making.FILLER}"])
    assert timetable in extract(".html", raw).text


def book(files: dict[str, str], contents: str = "") -> list[tuple[str, str]]:
    """Return the places of a book whose files have these bodies."""
    raw = making.epub({name: ["x"] for name in files})
    for n, (name, body) in enumerate(files.items()):
        part = f"OEBPS/text/c {n}.xhtml"
        raw = making.with_part(raw, part, (f"<h1>{name}</h1><p>x</p>", body))
    if contents:
        item = '<item id="n" href="toc.ncx" media-type="application/x-dtbncx+xml"/></manifest>'
        raw = making.with_part(raw, "OEBPS/book.opf", ("</manifest>", item))
        raw = making.with_file(raw, "OEBPS/toc.ncx", contents)
    found = extract(".epub", raw)
    return [(place.label, found.text[place.start : place.end]) for place in found.places]


def test_chapters_begin_at_headings_and_go_on_in_the_next_file() -> None:
    assert book(
        {
            "a": "<h1>The book</h1><p>By Ada.</p>",
            "b": "<h2>Well</h2><p>One.</p><h3>Rope</h3><p>Two.</p><h2>Road</h2><p>Three.</p>",
            "c": "<p>Four.</p><h2>End</h2><p>Five.</p>",
        }
    ) == [
        ("chapter The book", "The book\nBy Ada."),
        ("chapter Well", "Well\nOne.\nRope\nTwo."),
        ("chapter Road", "Road\nThree."),
        ("chapter Road", "Four."),
        ("chapter End", "End\nFive."),
    ]


def test_chapters_begin_where_the_contents_say() -> None:
    points = "".join(
        f"<navPoint><navLabel><text>{title}</text></navLabel><content src='text/{to}'/></navPoint>"
        for title, to in (
            ("Well", "c%200.xhtml"),
            ("Road", "c%200.xhtml#r"),
            ("End", "c%201.xhtml"),
        )
    )
    ncx = f'<ncx xmlns="http://www.daisy.org/z3986/2005/ncx/"><navMap>{points}</navMap></ncx>'
    bodies = {"a": "<p>One.</p><p id='r'>Two.</p>", "b": "<h1>III</h1><p>Three.</p>"}
    assert book(bodies, ncx) == [
        ("chapter Well", "One."),
        ("chapter Road", "Two."),
        ("chapter End", "III\nThree."),
    ]


def test_files_of_a_book_without_headings_go_by_their_numbers() -> None:
    assert book({"a": "<p>One.</p>", "b": "<p>Two.</p>"}) == [
        ("chapter 1", "One."),
        ("chapter 2", "Two."),
    ]
