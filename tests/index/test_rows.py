"""Rows as text, and their cells found again."""

from hypothesis import given
from hypothesis import strategies as st

from index.kinds import facts, headings
from index.rows import cells, place_of, row_text
from index.types import Document, Place
from tests.index.test_passages import split

BERTHS = "Boat: Petrel | Length: 7.2 m | Berth: 14"
CARD = "Plot: 27, north row\nTenant:   Casimir Dahl\nRent: 46 euros a year"


def named(text: str) -> list[tuple[str, str]]:
    return [(cell.name, text[cell.start : cell.end]) for cell in facts(text)]


def test_a_row_names_its_cells_and_an_empty_one_is_left_out() -> None:
    names = ["Boat", "Owner", "Note: old", ""]
    assert row_text(names, ["Petrel", "", "a |\n b", "14", "x"]) == (
        "Boat: Petrel | Note - old: a / b | 14 | x"
    )


words = st.text("ab:| .", min_size=1, max_size=8)


@given(st.lists(st.tuples(words, words), min_size=1, max_size=5))
def test_the_cells_of_a_row_are_found_again(pairs: list[tuple[str, str]]) -> None:
    line = row_text([name for name, _ in pairs], [value for _, value in pairs])
    found = cells(line, 0, len(line))
    assert all(0 <= c.label <= c.start <= c.end <= len(line) for c in found)
    clean = [("ab", value) for _, value in pairs if value.split() and ":" not in value]
    line = row_text([name for name, _ in clean], [value for _, value in clean])
    values = [line[c.start : c.end] for c in cells(line, 0, len(line))]
    assert values == [" ".join("/" if w == "|" else w for w in v.split()) for _, v in clean]


def test_lines_with_names_that_follow_one_another_are_facts_a_lone_one_is_a_heading() -> None:
    assert named(CARD) == [
        ("Plot", "27, north row"),
        ("Tenant", "Casimir Dahl"),
        ("Rent", "46 euros a year"),
    ]
    alone = "Chapter 3: The storm\n\nThe ship sank."
    assert named(alone) == [] and len(headings(alone)) == 1
    assert named("He said: we are leaving tomorrow.\nShe said: so am I, and soon.") == []


def test_a_run_of_short_lines_is_one_passage_under_its_heading() -> None:
    hours = "Monday closed\nTuesday 9 to 17\nSunday 10 to 14"
    address = "Harbour office\n12 Mill Rd.\n4021 Hesk"
    text = f"Opening hours\n\n{hours}\n\n{address}\n\nThe shop has been ours since 1950."
    assert [p.text for p in split(text)] == [
        f"Opening hours\n\n{hours}\n\n{address}",
        "The shop has been ours since 1950.",
    ]
    assert [p.text for p in split(f"Allotment card\n{CARD}")] == [f"Allotment card\n{CARD}"]
    assert [text[a:b] for a, b in headings(text)] == ["Opening hours"]


def test_lines_whose_columns_are_aligned_are_rows_each_a_passage() -> None:
    sailings = ["07:15  Petrel   Hesk", "11:40  Fulmar   Brask", "18:05  Petrel   Hesk"]
    text = "\n".join(["Sailings\n", *sailings, "\nNo dogs are allowed on board."])
    assert [p.text for p in split(text)] == [
        *("Sailings", *sailings, "No dogs are allowed on board.")
    ]


def test_headlines_apart_from_one_another_stay_headings() -> None:
    assert len(split("Home\n\nWorld\n\nBusiness")) == 3
    assert len(split("One title\nAnother")) == 2


def test_the_place_of_a_cell_is_its_row_and_column() -> None:
    text = f"Boats\n\n{BERTHS}\nNote: It leaks.\nSince May.\n\nAfter."
    start, end = text.index("Boat:"), text.index("\n\nAfter")
    document = Document("a", "", None, text, "", places=(Place(start, end, "sheet A, row 2"),))
    for quote, place in {
        "Boats": None,
        "Petrel": "sheet A, row 2, Boat",
        "Length": "sheet A, row 2, Length",
        "14": "sheet A, row 2, Berth",
        "leaks": "sheet A, row 2, Note",
        "Since": "sheet A, row 2, Note",
        "After": None,
    }.items():
        assert place_of(document, text.index(quote)) == place
    page = Document("a", "", None, BERTHS, "", places=(Place(0, 40, "page 1", 1),))
    assert place_of(page, 9) == "page 1, Boat"
