"""What each format's reader makes of its files, PDF apart."""

import io

import docx
import pytest
from docx.opc.constants import RELATIONSHIP_TYPE as RT
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from index.errors import CorpusError
from index.formats import extract
from tests.index.formats import making
from tests.index.formats.making import FILLER, with_part


def places(suffix: str, raw: bytes) -> list[tuple[str, str]]:
    found = extract(suffix, raw)
    return [(place.label, found.text[place.start : place.end]) for place in found.places]


def page(body: str, head: str = "") -> bytes:
    return f"<!DOCTYPE html><html><head>{head}</head><body>{body}</body></html>".encode()


def test_a_short_page_keeps_its_blocks() -> None:
    raw = page("<h2>Terms</h2><p>One <b>year</b>.</p><ul><li><p>a pen</p></li><li>paper</li></ul>"
               "<table><tr><td>2001</td><td>12</td></tr></table><pre>a\n  b</pre>")  # fmt: skip
    assert extract(".html", raw).text == "Terms\nOne year.\n- a pen\n- paper\n2001: 12\na\n  b"
    assert [label for label, _ in places(".html", raw)] == ["section Terms"]


def test_scripts_styles_and_comments_are_no_text() -> None:
    raw = page(
        "<script>let x</script><style>p{}</style><p>One<!-- two --> three.</p>", "<title>T</title>"
    )
    found = extract(".html", raw)
    assert (found.text, found.title) == ("One three.", "T")


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "windows-1251", "iso-8859-15", "utf-16"]
)
def test_a_page_is_decoded_as_it_says(encoding: str) -> None:
    text = "Представитель сказал." if encoding == "windows-1251" else "Der Präsident ging."
    raw = page(f"<p>{text}</p>", f'<meta charset="{encoding}">').decode().encode(encoding)
    assert extract(".html", raw).text == text


def test_a_page_that_says_a_wrong_encoding_is_decoded_all_the_same() -> None:
    raw = page("<p>Der Präsident ging.</p>", '<meta charset="ascii">')
    assert extract(".html", raw).text == "Der Präsident ging."


def test_a_date_told_in_the_text_of_a_page_is_not_its_date() -> None:
    raw = page(f"<article><h1>Herons</h1><p>On 4 May 1977 they came. {FILLER * 5}</p></article>")
    assert extract(".html", raw).date is None
    posted = page(f"<article><h1>Herons</h1><p>Posted 4 May 1977</p><p>{FILLER * 5}</p></article>")
    assert extract(".html", posted).date == "1977-05-04"


def test_a_relative_address_is_not_canonical() -> None:
    raw = page(f"<article><p>{FILLER * 5}</p></article>", '<link rel="canonical" href="/rivers">')
    assert "url" not in extract(".html", raw).metadata


def test_tables_insertions_and_content_controls_of_word_are_read_deletions_are_not() -> None:
    document = docx.Document()
    document.add_paragraph("Before.")
    table = document.add_table(2, 2)
    for row, column in ((0, 0), (0, 1), (1, 0), (1, 1)):
        table.cell(row, column).text = f"cell {row}{column}"
    paragraph = document.add_paragraph("Kept")._p
    word = nsdecls("w")
    paragraph.append(parse_xml(f"<w:ins {word}><w:r><w:t> and added</w:t></w:r></w:ins>"))
    paragraph.append(parse_xml(f"<w:del {word}><w:r><w:delText> gone</w:delText></w:r></w:del>"))
    boxed = "<w:sdtContent><w:p><w:r><w:t>Boxed.</w:t></w:r></w:p></w:sdtContent>"
    paragraph.addnext(parse_xml(f"<w:sdt {word}>{boxed}</w:sdt>"))
    document.add_paragraph("a pen", style="List Bullet")
    stream = io.BytesIO()
    document.save(stream)
    found = extract(".docx", stream.getvalue())
    assert found.text.splitlines() == [
        *(
            "Before.",
            "cell 00: cell 01",
            "cell 10: cell 11",
            "Kept and added",
            "Boxed.",
            "- a pen",
        )
    ]
    assert found.date is None  # python-docx's template says 2013
    assert "author" not in found.metadata


@pytest.mark.parametrize("kind", ["footnote", "endnote"])
def test_notes_of_word_stand_at_the_end_each_in_its_place(kind: str) -> None:
    document = docx.Document()
    document.add_heading("Terms", 1)
    document.add_paragraph("A year.")
    note = "<w:p><w:r><w:t>Or {}.</w:t></w:r></w:p>"
    line = f'<w:{kind} w:type="separator" w:id="0"><w:p><w:r><w:t>-</w:t></w:r></w:p></w:{kind}>'
    notes = "".join(f'<w:{kind} w:id="{n}">{note.format(n)}</w:{kind}>' for n in (1, 2))
    raw = f"<w:{kind}s {nsdecls('w')}>{line}{notes}</w:{kind}s>".encode()
    kind_of = f"application/vnd.openxmlformats-officedocument.wordprocessingml.{kind}s+xml"
    part = Part(PackURI(f"/word/{kind}s.xml"), kind_of, raw, document.part.package)
    document.part.relate_to(part, f"{RT.OFFICE_DOCUMENT.rsplit('/', 1)[0]}/{kind}s")
    stream = io.BytesIO()
    document.save(stream)
    assert places(".docx", stream.getvalue()) == [
        ("section Terms", "Terms\nA year."),
        (f"{kind} 1", "Or 1."),
        (f"{kind} 2", "Or 2."),
    ]
    head = f"<w:{kind}s"
    bomb = with_part(stream.getvalue(), f"word/{kind}s.xml", (head, making.BOMB + head))
    with pytest.raises(CorpusError, match="declares XML entities"):
        extract(".docx", bomb)


def test_a_text_box_of_word_is_read_once_and_apart_from_the_paragraph_that_holds_it() -> None:
    document = docx.Document()
    spaces = " ".join(
        f'xmlns:{name}="http://schemas.{rest}"'
        for name, rest in {
            "mc": "openxmlformats.org/markup-compatibility/2006",
            "w": "openxmlformats.org/wordprocessingml/2006/main",
            "wps": "microsoft.com/office/word/2010/wordprocessingShape",
        }.items()
    )
    boxed = "<w:txbxContent><w:p><w:r><w:t>In the box.</w:t></w:r></w:p></w:txbxContent>"
    box = f"""<w:r {spaces}><mc:AlternateContent>
        <mc:Choice Requires="wps"><wps:txbx>{boxed}</wps:txbx></mc:Choice>
        <mc:Fallback><w:pict>{boxed}</w:pict></mc:Fallback></mc:AlternateContent></w:r>"""
    document.add_paragraph("Around it.")._p.append(parse_xml(box))
    stream = io.BytesIO()
    document.save(stream)
    assert extract(".docx", stream.getvalue()).text == "Around it.\nIn the box."


def test_a_word_document_is_cited_by_its_headings() -> None:
    raw = making.docx_file({"Terms": ["A year."], "Ends": ["Never."]}, title="Of terms")
    assert places(".docx", raw) == [
        ("section Terms", "Terms\nA year."),
        ("section Ends", "Ends\nNever."),
    ]
    assert extract(".docx", raw).title == "Of terms"


def test_chapters_come_in_reading_order_with_their_entities() -> None:
    raw = making.epub({"One": ["Caf&eacute; &amp; bar.&nbsp;Yes."], "Two": ["More."]})
    assert places(".epub", raw) == [
        ("chapter One", "One\nCafé & bar. Yes."),
        ("chapter Two", "Two\nMore."),
    ]


def test_a_date_that_the_calendar_does_not_have_is_none() -> None:
    raw = with_part(making.epub({"One": ["More."]}), "OEBPS/book.opf", ("1843-09", "1843-19"))
    assert extract(".epub", raw).date is None


def test_a_message_has_its_sender_s_date_and_decoded_subject() -> None:
    raw = making.eml(["Schöne Grüße."], subject="Grüße 🪶", markup=True)
    found = extract(".eml", raw)
    assert (found.text, found.title, found.date) == ("Schöne Grüße.", "Grüße 🪶", "2012-04-03")


def test_a_message_without_date_or_known_character_set_is_read() -> None:
    raw = b"From: a@b.c\nContent-Type: text/plain; charset=klingon\n\nThe heron stood.\n"
    found = extract(".eml", raw)
    assert (found.text.strip(), found.date) == ("The heron stood.", None)
    with pytest.raises(CorpusError, match="it has no headers"):
        extract(".eml", b"\n\nNo message.")


def test_rows_are_places_counted_as_a_spreadsheet_does() -> None:
    rows = [
        "id;Title;Body;Date",
        '1;First;"Two',
        'lines; here";2003-04-12',
        "2;Second;;",
        "3;;Last.;",
    ]
    raw = "\r\n".join(rows).encode()
    assert places(".csv", raw) == [
        ("row 2", "id: 1 | Title: First | Body: Two lines; here | Date: 2003-04-12"),
        ("row 3", "id: 2 | Title: Second"),
        ("row 4", "id: 3 | Body: Last."),
    ]


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b'{"text": "a"}\n{"text', "line 2 is not JSON"),
        (b'{"text": "a"}\n[1]', "line 2 is not a JSON object"),
        (b"[" * 100_000, "line 1 is not JSON"),
        (b"\n\n", "empty: there is no row in it"),
    ],
)
def test_lines_that_are_no_objects_are_named(raw: bytes, reason: str) -> None:
    with pytest.raises(CorpusError, match=reason):
        extract(".jsonl", raw)


def test_half_a_character_becomes_one_other_so_that_offsets_hold() -> None:
    assert extract(".jsonl", rb'{"text": "a\ud83db\u0000c"}').text == "a\ufffdb\ufffdc"


def test_nested_json_is_flattened_and_numbers_stay_as_written() -> None:
    raw = b"""{"name": "Ferry", "port": {"city": "Hesk", "berths": [3, 4]}, "open": true, "x": null,
        "trips": [{"at": "06:00", "fare": 12.50, "stops": [{"n": 1}, {"n": 2}]}, {"at": "09:30"}],
        "notes": ["Ring twice.", "Wait."]}"""
    assert extract(".json", raw).text.split("\n\n") == [
        "name: Ferry\nport.city: Hesk\nport.berths: 3, 4\nopen: true\nnotes: Ring twice. Wait.",
        "at: 06:00 | fare: 12.50 | stops.1.n: 1 | stops.2.n: 2",
        "09:30",
    ]
    assert places(".json", raw)[0] == (
        "trips, row 1",
        "at: 06:00 | fare: 12.50 | stops.1.n: 1 | stops.2.n: 2",
    )
    assert places(".json", b'[{"a": "b", "c": 1}, {"a": "d"}]')[0] == ("row 1", "a: b | c: 1")


@pytest.mark.parametrize("raw", [b"[" * 100_000, b'{"a":' * 90 + b"1" + b"}" * 90, b"[1"])
def test_json_that_is_none_or_a_bomb_is_refused(raw: bytes) -> None:
    with pytest.raises(CorpusError, match="JSON"):
        extract(".json", raw)


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_the_one_that_makes_even_rows(delimiter: str) -> None:
    cells = [["Who", "What"], ["Ole", "1,50; or |2"], ["Ruth", "3,25"]]
    rows = [delimiter.join(f'"{c}"' if delimiter in c else c for c in row) for row in cells]
    wanted = ["Who: Ole | What: 1,50; or |2", "Who: Ruth | What: 3,25"]
    assert [text for _, text in places(".csv", "\n".join(rows).encode())] == wanted
    said = f"sep={delimiter}\n" + "\n".join(rows)
    assert places(".tsv", said.encode())[0] == ("row 3", wanted[0])


PRICES = """<h2>Prices</h2><table><caption>In crowns</caption><tr><th>Trip</th><th>Adult</th>
    <th>Child</th></tr><tr><td>Hesk</td><td>120</td><td></td></tr><tr><td>Tarva</td><td></td>
    <td><p>70</p><p>with a card</p></td></tr></table>"""


def test_rows_of_a_page_s_tables_have_names_and_places() -> None:
    facts = "<table><tr><td>Open</td><td>9 to 5</td><tr><td>Keeper</td><td>Ole</td></table>"
    spans = """<table><tr><th>Day</th><th colspan=2>Times</th></tr><tr><td rowspan="2">Monday</td>
        <td>06:00</td><td>x</td></tr><tr><td>09:30</td><td>y</td></tr></table>"""
    assert places(".html", page(PRICES + facts + spans)) == [
        ("section Prices", "Prices\nIn crowns"),
        ("section Prices, row 2", "Trip: Hesk | Adult: 120"),
        ("section Prices, row 3", "Trip: Tarva | Child: 70 with a card"),
        ("section Prices", "Open: 9 to 5\nKeeper: Ole"),
        ("section Prices, table 2, row 2", "Day: Monday | Times: 06:00 | x"),
        ("section Prices, table 2, row 3", "Day: Monday | Times: 09:30 | y"),
    ]


def test_a_table_that_lays_out_a_page_is_no_table() -> None:
    raw = page("<table><tr><td><h2>Terms</h2><p>One year.</p></td><td>News</td></tr></table>")
    assert extract(".html", raw).text.splitlines() == ["Terms", "One year.", "News"]
