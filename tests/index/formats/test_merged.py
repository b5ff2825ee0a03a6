"""Merged cells, headers of several rows, and what is drawn rather than written."""

import io

import docx
import openpyxl
import pptx
import pytest
from odf import office, table, text
from odf.opendocument import OpenDocumentSpreadsheet, OpenDocumentText
from odf.style import Style, TextProperties
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.util import Inches

from index.formats import extract
from index.formats.grid import Row, grid
from index.formats.office import is_page_number
from index.headers import find_title
from index.lines import is_art
from index.passages import split_document
from index.types import Document
from tests.index.formats import office_files


def lines(rows: list[str]) -> list[str]:
    split: list[Row] = [(n, row.split(";")) for n, row in enumerate(rows, start=1)]
    return [line for _, line in grid(split, facts=True).lines()]


def test_names_that_span_columns_group_the_names_below_them() -> None:
    assert lines(["Zone;Price;Price", "Zone;Adult;Child", "A;3.10;1.50", "B;;2"]) == [
        "Zone: A | Price, Adult: 3.10 | Price, Child: 1.50",
        "Zone: B | Price, Child: 2",
    ]
    assert lines(["Fares;Fares;Fares", "Zone;Adult;Child", "A;3.10;1.50"])[0] == "Fares"


def test_in_a_table_of_words_what_stands_below_a_merged_name_may_be_a_value() -> None:
    assert lines(["Crew;Crew;Watch", "Mate;Rolf;night", "Cook;Mia;day"])[0] == (
        "Crew: Mate | Rolf | Watch: night"
    )
    # Whose names these are cannot be told where merged cells are written as one.
    assert lines(["Crew;Watch;", "Mate;Rolf;night", "Cook;Mia;day"])[1] == "Mate | Rolf | night"


def test_a_lone_value_keeps_the_name_of_its_column_and_equal_values_theirs() -> None:
    rows = lines(["Room;Day;Night", "Hall;1;2", ";;5", "7;7;7"])
    assert rows[1:] == ["Night: 5", "Room: 7 | Day: 7 | Night: 7"]


def test_merged_cells_of_spreadsheets_hold_for_all_their_cells() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "A"
    for row in (["Name", "Post", None], [None, "Trade", "Since"], ["Ole", "kiln", 1998]):
        sheet.append(row)
    sheet.append([None, "press", 2001])
    for cells in ("A1:A2", "B1:C1", "A3:A4"):
        sheet.merge_cells(cells)
    expected = (
        "Name: Ole | Post, Trade: kiln | Post, Since: 1998\n\n"
        "Name: Ole | Post, Trade: press | Post, Since: 2001"
    )
    assert extract(".xlsx", office_files.saved(book)).text == expected

    made = OpenDocumentSpreadsheet()
    found = table.Table(name="A")
    down = {"numberrowsspanned": 2}
    for cells in (
        [("Name", down), ("Post", {"numbercolumnsspanned": 2}), None],
        [None, ("Trade", {}), ("Since", {})],
        [("Ole", down), ("kiln", {}), ("1998", {})],
        [None, ("press", {}), ("2001", {})],
    ):
        row_of = table.TableRow()
        for cell in cells:
            made_cell = table.CoveredTableCell() if cell is None else table.TableCell(**cell[1])
            if cell is not None:
                made_cell.addElement(text.P(text=cell[0]))
            row_of.addElement(made_cell)
        found.addElement(row_of)
    comment = office.Annotation()
    comment.addElement(text.P(text="Counted by Edda."))
    found.childNodes[-1].childNodes[1].addElement(comment)
    made.spreadsheet.addElement(found)
    assert extract(".ods", office_files.saved(made)).text == f"{expected}\n\nCounted by Edda."


def test_hidden_text_of_libreoffice_is_left_out_and_said() -> None:
    made = OpenDocumentText()
    style = Style(name="T9", family="text")
    style.addElement(TextProperties(display="none"))
    made.automaticstyles.addElement(style)
    paragraph = text.P(text="Seen ")
    paragraph.addElement(text.Span(stylename="T9", text="unseen "))
    paragraph.addText("words.")
    made.text.addElement(paragraph)
    found = extract(".odt", office_files.saved(made))
    assert found.text == "Seen words."
    assert found.left_out == ("hidden text: word processors do not show it",)


def test_a_chart_is_rows_of_its_values() -> None:
    made = pptx.Presentation()
    slide = made.slides.add_slide(made.slide_layouts[5])
    slide.shapes.title.text = "The catch"
    data = CategoryChartData()
    data.categories = ["Trout", "Pike"]
    data.add_series("2021", (12, 7))
    data.add_series("2022", (9.5, None))
    size = (0, 0, Inches(4), Inches(3))
    slide.shapes.add_chart(XL_CHART_TYPE.COLUMN_CLUSTERED, *size, data)
    found = extract(".pptx", office_files.saved(made))
    read = [(p.label, found.text[p.start : p.end]) for p in found.places]
    assert read == [
        ("slide 1", "The catch"),
        ("slide 1, chart, row 1", "Trout | 2021: 12 | 2022: 9.5"),
        ("slide 1, chart, row 2", "Pike | 2021: 7"),
    ]


@pytest.mark.parametrize(
    ("line", "number"),
    [
        *(("Page 3 of 4", True), ("- 3 -", True), ("Seite 2", True), ("3/4", True)),
        *(("Ref 77-Q", False), ("HB-2291", False), ("Acme", False), ("Version 4", False)),
    ],
)
def test_a_header_is_read_unless_it_is_a_page_number(line: str, number: bool) -> None:
    assert is_page_number(line) is number
    made = docx.Document()
    made.add_paragraph("The text.")
    made.sections[0].header.paragraphs[0].text = line
    stream = io.BytesIO()
    made.save(stream)
    assert (line not in extract(".docx", stream.getvalue()).text) is number


def test_a_short_page_without_line_ends_keeps_its_blocks_and_terms() -> None:
    page = (
        "<html><body><nav>Home</nav><main><h1>The mill</h1><p>It turns.</p><pre>Sat  Lena\nSun  Bo"
        "</pre><dl><dt>Miller</dt><dd>Greta</dd></dl><p>Costs <s>20</s> 15 crowns.</p>"
        "<table><tr><th>Kind</th><th>Price</th></tr><tr><td>Rye</td><td>3</td></tr></table>"
        "<iframe>no frames</iframe></main></body></html>"
    )
    found = extract(".html", page.encode())
    assert found.text == (
        "The mill\nIt turns.\nSat  Lena\nSun  Bo\nMiller: Greta\nCosts 15 crowns.\n\n"
        "Kind: Rye | Price: 3"
    )
    assert found.left_out == ("struck-out text: it no longer holds",)


def test_what_is_drawn_is_in_no_passage_and_no_title() -> None:
    drawn = "╔══════════════╗\n║ TIDE TABLES  ║\n╚══════════════╝\n ░▒▓█ ▄▄ █▓▒░\n"
    found = extract(".nfo", (drawn + "\nThe pilot was Hector Quill.\n").encode("cp437"))
    assert found.title == "TIDE TABLES"
    document = Document("a.nfo", "", None, found.text, "")
    read = [passage.text for passage in split_document(document)]
    assert [line.strip("║ ") for line in read] == ["TIDE TABLES", "The pilot was Hector Quill."]
    assert is_art("░▒▓█▓ a") and not is_art("│ 1991 │") and not is_art("-----")


def test_a_form_is_called_by_its_first_line() -> None:
    form = "Harbour baths\n\nMonday: closed\nTuesday: 7 to 9\n\nAddress\n14 Upper Quay Street\n"
    assert find_title(form) == "Harbour baths"
