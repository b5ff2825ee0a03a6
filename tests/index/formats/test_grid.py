"""Which row of a table names its columns, and how the others read."""

import pytest

from index.formats.grid import Row, grid


def read(table: str, **said: bool) -> list[str]:
    rows: list[Row] = [(n, line.split(";")) for n, line in enumerate(table.splitlines(), start=1)]
    return [f"{n} {text}" for n, text in grid(rows, **said).lines()]


def test_title_lines_above_a_header_are_no_header() -> None:
    table = "Dues of the club;;\nYear:;2023;\n;;\nName;Paid;Boat\nOle;12,50;\nRuth;;Petrel"
    assert read(table) == [
        "1 Dues of the club",
        "2 Year: 2023",
        "5 Name: Ole | Paid: 12,50",
        "6 Name: Ruth | Boat: Petrel",
    ]


@pytest.mark.parametrize(
    ("table", "first"),
    [
        ("Name;Town\nOle;Hesk\nRuth;Tarva", "2 Name: Ole | Town: Hesk"),
        (";a;b\n0;1;2\n1;3;4", "2 0 | a: 1 | b: 2"),
        ("Region;2021;2022\nNorth;5;6\nSouth;7;8", "2 Region: North | 2021: 5 | 2022: 6"),
        ("Name;Phone\nOle;+47 555 0142\nRuth;+47 555 0188", "2 Name: Ole | Phone: +47 555 0142"),
    ],
)
def test_names_head_the_table(table: str, first: str) -> None:
    assert read(table)[0] == first


@pytest.mark.parametrize(
    "table",
    [
        "1;2;3\n4;5;6",
        "Ole;12 May 2020;5 kg\nRuth;13 May 2020;6 kg",
        "a@b.org;Ole;1\nc@d.org;Ruth;2",
    ],
)
def test_a_table_of_values_has_no_header(table: str) -> None:
    assert read(table)[0] == "1 " + table.splitlines()[0].replace(";", " | ")


def test_a_table_that_names_its_own_values_is_one_of_facts() -> None:
    assert read("Plot;27\nTenant;Casimir Dahl\nRent:;46\nGate;") == [
        *("1 Plot: 27", "2 Tenant: Casimir Dahl", "3 Rent: 46", "4 Gate")
    ]
    words = "Caretaker;Ines Moreau\nDeputy;Ole Dahl"
    assert read(words, facts=True) == ["1 Caretaker: Ines Moreau", "2 Deputy: Ole Dahl"]
    assert read(words) == ["2 Caretaker: Deputy | Ines Moreau: Ole Dahl"]
    assert read("Lane;Swimmers\n1;slow", named=True) == ["2 Lane: 1 | Swimmers: slow"]


def test_a_note_among_rows_stands_by_itself() -> None:
    assert read("Name;Paid;Boat\nNorthern branch;;\nOle;1;Petrel")[:1] == ["2 Northern branch"]


def test_a_text_in_a_cell_keeps_its_lines() -> None:
    letter = "\n".join(f"Line {n} of a long letter, which goes on." for n in range(9))
    (row,) = grid([(1, ["Name", "Letter", "Paid"]), (2, ["Ole", letter, "1"])]).lines()
    assert row == (2, f"Name: Ole | Paid: 1\nLetter: {letter}")


@pytest.mark.parametrize("table", ["", "One line", "Name;Paid", ";;\n;;"])
def test_whatever_there_is_is_kept(table: str) -> None:
    assert "".join(read(table)).translate({ord(c): None for c in " 1:;|"}) == "".join(
        table.split()
    ).replace(";", "").replace(" ", "")
