"""Word files: tables, tracked changes, what is hidden, and what is beside the text."""

import io
from typing import Any

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.shared import Pt

from index.errors import CorpusError
from index.formats import extract
from index.formats.extracted import Extracted

W = nsdecls("w")


def read(document: Any) -> Extracted:
    stream = io.BytesIO()
    document.save(stream)
    return extract(".docx", stream.getvalue())


def places(found: Extracted) -> list[tuple[str, str]]:
    return [(place.label, found.text[place.start : place.end]) for place in found.places]


def table(document: Any, *rows: tuple[str, ...]) -> Any:
    made = document.add_table(len(rows), len(rows[0]))
    for row, texts in zip(made.rows, rows, strict=True):
        for cell, text in zip(row.cells, texts, strict=True):
            cell.text = text
    return made


def run(text: str, properties: str = "") -> str:
    return f'<w:r {W}><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def test_an_empty_cell_moves_no_value_under_another_heading() -> None:
    document = docx.Document()
    document.add_heading("Berths", 1)
    made = table(document, ("Boat", "May", "June"), ("Petrel", "", "40"), ("Fulmar", "55", ""))
    made.cell(1, 0).add_paragraph("of Hesk")
    table(document, ("Year", "Ale", "Rye"), ("2020", "1", "2"))
    assert places(read(document)) == [
        ("section Berths", "Berths"),
        ("section Berths, row 2", "Boat: Petrel of Hesk | June: 40"),
        ("section Berths, row 3", "Boat: Fulmar | May: 55"),
        ("section Berths, table 2, row 2", "Year: 2020 | Ale: 1 | Rye: 2"),
    ]


def test_merged_cells_hold_for_all_their_rows_and_a_table_in_a_cell_is_read() -> None:
    document = docx.Document()
    rows = (
        ("Quay", "Boat", "Length"),
        ("North", "Petrel", "7"),
        ("", "Fulmar", "11"),
        ("*", "", ""),
    )
    made = table(document, *rows)
    made.cell(1, 0).merge(made.cell(2, 0))
    made.cell(3, 0).merge(made.cell(3, 2))
    inner = made.cell(1, 1).add_table(2, 3)
    for n, text in enumerate(("Who", "Since", "Dues", "Ole", "1998", "5")):
        inner.cell(n // 3, n % 3).text = text
    assert [text for _, text in places(read(document))] == [
        "Quay: North | Boat: Petrel | Length: 7",
        "Quay: North | Boat: Fulmar | Length: 11",
        "*",
        "Who: Ole | Since: 1998 | Dues: 5",
    ]


def test_a_tracked_move_is_read_once_and_hidden_text_is_not_but_is_said() -> None:
    document = docx.Document()
    document.styles.add_style("Secret", 1).element.get_or_add_rPr().append(
        parse_xml(f"<w:vanish {W}/>")
    )
    for kind in ("moveFrom", "moveTo"):
        moved = f'<w:{kind} {W} w:id="1" w:author="A">{run("The key hangs here.")}</w:{kind}>'
        document.add_paragraph()._p.append(parse_xml(moved))
    paragraph = document.add_paragraph("Seen")._p
    paragraph.append(parse_xml(run(" and hidden", "<w:vanish/>")))
    paragraph.append(parse_xml(run(", too", '<w:vanish w:val="0"/>')))
    document.add_paragraph("Nobody sees it.", style="Secret")
    found = read(document)
    assert found.text.splitlines() == ["The key hangs here.", "Seen, too"]
    assert found.left_out == ("hidden text: Word does not show it",)


def test_headers_and_footers_are_read_once_and_comments_are_places() -> None:
    document = docx.Document()
    noted = document.add_paragraph("The bell is cracked.")
    document.add_comment(noted.runs, "Cast in Hesk.", author="Lea")
    for section in (document.sections[0], document.add_section()):
        section.header.is_linked_to_previous = section.footer.is_linked_to_previous = False
        section.header.paragraphs[0].text = "Contract of the bell founders"
        section.footer.paragraphs[0].text = "Page 3"
    assert places(read(document)) == [
        ("comment 1, Lea", "Cast in Hesk."),
        ("header", "Contract of the bell founders"),
    ]


def test_a_table_that_lays_out_a_page_is_read_as_its_paragraphs() -> None:
    document = docx.Document()
    made = document.add_table(1, 1)
    made.cell(0, 0).text = "In a frame."
    made.cell(0, 0).add_paragraph("Still in it.").runs[0].font.size = Pt(9)
    assert read(document).text.strip().splitlines() == ["In a frame.", "Still in it."]


def test_an_encrypted_file_is_said_to_be() -> None:
    with pytest.raises(CorpusError, match="encrypted"):
        extract(".docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))
