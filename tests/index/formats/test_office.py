"""Spreadsheets, presentations and the files of LibreOffice."""

import io
from datetime import datetime, time

import openpyxl
import pptx
import pytest
from openpyxl.comments import Comment

from index.errors import CorpusError
from index.formats import extract
from index.formats.number_formats import shown
from tests.index.formats import making, office_files
from tests.index.formats.making import with_part

ROWS = (
    ("Dues of the rowing club", "", ""),
    (),
    ("Member", "Boat", "Paid"),
    ("Ole Dahl", "", "12.50"),
    ("Ruth Vane", "Petrel", ""),
)
READ = [
    ("sheet Dues, row 1", "Dues of the rowing club"),
    ("sheet Dues, row 4", "Member: Ole Dahl | Paid: 12.50"),
    ("sheet Dues, row 5", "Member: Ruth Vane | Boat: Petrel"),
]


def places(suffix: str, raw: bytes) -> list[tuple[str, str]]:
    found = extract(suffix, raw)
    return [(place.label, found.text[place.start : place.end]) for place in found.places]


def test_rows_of_sheets_have_the_names_of_their_columns() -> None:
    rows = [[value or None for value in row] for row in ROWS]
    assert places(".xlsx", office_files.xlsx({"Dues": rows})) == READ
    assert places(".ods", office_files.ods({"Dues": ROWS})) == READ


def test_cells_are_read_as_they_are_shown_and_hidden_sheets_are_said() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Log"
    sheet.append(["When", "Depth", "Share", "Cost", "At", "Sum"])
    sheet.append([datetime(2024, 5, 2), 1480.5, 0.125, 9, time(9, 30), "=B2+D2"])
    for cell, code in zip(
        sheet[2], ("DD.MM.YYYY", "#,##0.00", "0.0%", '0.00" €"', "h:mm"), strict=False
    ):
        cell.number_format = code
    sheet["B2"].comment = Comment("Measured twice.", "Lea")
    book.create_sheet("Draft").sheet_state = "hidden"
    raw = office_files.saved(book)
    found = extract(".xlsx", raw)
    assert places(".xlsx", raw) == [
        (
            "sheet Log, row 2",
            "When: 2024-05-02 | Depth: 1,480.50 | Share: 12.5% | Cost: 9.00 € | At: 09:30",
        ),
        ("sheet Log, comment on B2", "Measured twice."),
    ]
    assert found.left_out == ("sheet Draft: hidden sheets are not read",)
    hidden = office_files.ods({"Dues": ROWS, "Draft": [("Secret", "1")]}, hidden=["Draft"])
    assert places(".ods", hidden) == READ
    assert extract(".ods", hidden).left_out == ("sheet Draft: hidden sheets are not read",)


@pytest.mark.parametrize(
    ("value", "code", "text"),
    [
        ("318.5", "General", "318.5"),
        ("0.1", "General", "0.1"),
        ("1234567.891", "#,##0.00", "1,234,567.89"),
        ("-5.5", "#,##0.00;[Red](#,##0.00)", "(5.50)"),
        ("-5", "0", "-5"),
        ("0.5", "0%", "50%"),
        ("12", '"No. "0', "No. 12"),
        ("1500000", '0.0,,"M"', "1.5M"),
        ("7", "[$€-407] #,##0", "€ 7"),
        ("45414", "d. mmmm yyyy", "2024-05-02"),
        ("45414.75", "yyyy-mm-dd hh:mm", "2024-05-02 18:00"),
        ("1.5", "[h]:mm", "36:00"),
        ("60000000", "yyyy", "60000000"),
        ("text", "0", "text"),
        ("2.50", "@", "2.5"),
    ],
)  # fmt: skip
def test_a_number_is_shown_by_its_format(value: str, code: str, text: str) -> None:
    assert shown(value, code) == text


def test_slides_have_their_lines_tables_and_notes_hidden_ones_are_said() -> None:
    raw = office_files.pptx_file(
        [("The mill", ["It grinds rye.", "Since 1790."], "Say who built it."), ("Draft", [], "")]
    )
    made = pptx.Presentation(io.BytesIO(raw))
    grid = made.slides[0].shapes.add_table(2, 3, 0, 0, 100, 100).table
    for n, text in enumerate(("Year", "Rye", "Oats", "1790", "", "40")):
        grid.cell(n // 3, n % 3).text = text
    made.slides[1]._element.set("show", "0")
    raw = office_files.saved(made)
    assert places(".pptx", raw) == [
        ("slide 1", "The mill\nIt grinds rye.\nSince 1790."),
        ("slide 1, row 2", "Year: 1790 | Oats: 40"),
        ("notes of slide 1", "Say who built it."),
    ]
    assert extract(".pptx", raw).left_out == ("slide 2: hidden slides are not read",)


def test_texts_and_slides_of_libreoffice() -> None:
    rows = (("Boat", "May", "June"), ("Petrel", "", "40"))
    raw = office_files.odt({"Berths": ["All are let."], "Dues": ["Paid in May."]}, rows)
    assert places(".odt", raw) == [
        ("section Berths", "Berths\nAll are let."),
        ("section Dues", "Dues\nPaid in May."),
        ("section Dues, row 2", "Boat: Petrel | June: 40"),
    ]
    assert places(".odp", office_files.odp([("a", ["The mill", "Since 1790."])])) == [
        ("slide 1", "The mill\nSince 1790.")
    ]
    found = extract(".odt", office_files.annotated("The bell is cracked.", "Cast in Hesk."))
    assert found.text.split("\n\n") == [
        "The bell is cracked. It goes on.", "Note: Cast in Hesk.", "Cast in Hesk."
    ]  # fmt: skip


SUFFIXES = (".xlsx", ".pptx", ".odt", ".ods", ".odp")


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_encrypted_truncated_and_lying_files_are_one_line(suffix: str) -> None:
    whole = {
        ".xlsx": office_files.xlsx({"A": [("a", "b"), ("c", "1")]}),
        ".pptx": office_files.pptx_file([("The mill", ["It grinds rye."], "")]),
        ".odt": office_files.odt({"A": ["The mill."]}),
        ".ods": office_files.ods({"A": [("a", "b"), ("c", "1")]}),
        ".odp": office_files.odp([("a", ["The mill."])]),
    }[suffix]
    assert extract(suffix, whole).text
    with pytest.raises(CorpusError, match="encrypted"):
        extract(suffix, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))
    lying = making.zipped({"mimetype": b"x"})
    for raw in (whole[:200], whole[: len(whole) // 2], lying, b"no zip at all"):
        with pytest.raises(CorpusError) as error:
            extract(suffix, raw)
        assert "\n" not in str(error.value)


def test_bombs_in_spreadsheets_are_refused_or_cut() -> None:
    raw = office_files.ods({"A": [("a", "b"), ("c", "1")]})
    for tag, much in (("cell", "columns-repeated"), ("row", "rows-repeated")):
        wide = f'<table:table-{tag} table:number-{much}="1048576">'
        repeated = with_part(raw, "content.xml", (f"<table:table-{tag}>", wide))
        assert len(extract(".ods", repeated).text) < 100_000
    head = "<?xml version='1.0' encoding='UTF-8'?>"
    bomb = with_part(raw, "content.xml", (head, making.BOMB))
    with pytest.raises(CorpusError, match="declares XML entities"):
        extract(".ods", bomb)
