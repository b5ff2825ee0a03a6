from dataclasses import replace

import pytest

from index.types import Document, Place
from qa.several import asks_for_several, entries, entries_beside, section_named


@pytest.mark.parametrize(
    ("question", "several"),
    [
        ("Which boats are for hire?", True),
        ("Who were the guests?", True),
        ("List the rules of the harbour", True),
        ("What are the duties of the warden?", True),
        ("On what grounds can he be sent away?", True),
        ("In what ways can one pay?", True),
        ("Which is longer, the punt or the canoe?", True),
        ("Who is the warden?", False),
        ("Which boat is for hire?", False),
        ("When were the boats built?", False),
        ("What was the price?", False),
        ("What does it cost?", False),
    ],
)
def test_a_question_that_asks_for_several_is_known(question: str, several: bool) -> None:
    assert asks_for_several(question) is several


def found(text: str, own: str) -> list[str]:
    start = text.index(own)
    return [text[a:b] for a, b in entries(text, start, start + len(own))]


def test_the_items_of_a_sentence_are_entries() -> None:
    text = "They met. Guests: Una Frey (chair), Ida Moss, Karl Oake and Bo Linn. It rained."
    assert found(text, "Ida Moss") == ["Ida Moss", "Una Frey", "Karl Oake", "Bo Linn"]


def test_the_lines_of_a_list_are_entries() -> None:
    text = "Rules:\n- Tie up the boat.\n- Pay at the hut.\n- Be back by six.\n\nThe hut is green."
    assert found(text, "Pay at the hut.") == [
        "Pay at the hut.",
        "Tie up the boat.",
        "Be back by six.",
    ]


def test_a_span_outside_of_any_list_is_alone() -> None:
    assert found("The hut is green and small.", "green") == ["green"]
    assert found("The warden is Una Frey.", "Una Frey") == ["Una Frey"]


@pytest.mark.parametrize(
    ("text", "own", "entries_of"),
    [
        (
            "They sell rope, tar and old nets here.",
            "rope, tar and old nets",
            ["rope", "tar", "old nets"],
        ),
        ("Stoves serve for cooking, drying and baking.", "drying", ["drying", "cooking", "baking"]),
        (
            "Members are the Kells, the Moors and the Finns.",
            "the Finns",
            ["the Finns", "Kells", "Moors"],
        ),
        (
            "It was built by Ada Fry, Bo Linn, and Ida Moss in May.",
            "Bo Linn",
            ["Bo Linn", "Ada Fry", "Ida Moss"],
        ),
        ("Rope and tar are sold.", "Rope and tar", ["Rope and tar"]),
    ],
)
def test_a_list_is_parted_into_its_items_from_whichever_is_marked(
    text: str, own: str, entries_of: list[str]
) -> None:
    assert found(text, own) == entries_of


def test_a_long_sentence_with_commas_is_no_list() -> None:
    text = (
        "The ferry, which had been out of use since the long winter of that year, sank, and nobody"
        " who had ever been on board of it before was sad."
    )
    assert found(text, "sank") == ["sank"]


def test_a_whole_entry_of_a_list_has_others_beside_it() -> None:
    text = "Bring:\n- a warm coat\n- two candles\n- a map\n\nLeave the dog at home."
    start = text.index("two candles")
    found = [text[a:b] for a, b in entries_beside(text, start, start + len("two candles"))]
    assert found == ["a warm coat", "a map"]
    assert entries_beside(text, start, start + 3) == []
    assert entries_beside(text, text.index("Leave"), len(text)) == []


def test_what_stands_below_a_heading_that_names_what_is_asked_for() -> None:
    trips = "In May we sing in Kell. In June we go to Dorn."
    text = f"# Choir\n\n## Trips\n\n{trips}\n\n## Fees\n\nNone.\n"
    choir = Document.of(text, id="choir.md", title="Choir")
    found = [text[a:b] for a, b in section_named("Which trips are there?", choir)]
    assert found == ["In May we sing in Kell.", "In June we go to Dorn."]
    assert section_named("Which fees are there?", choir) == []
    assert section_named("Which songs does the choir sing?", choir) == []
    assert section_named("Which trips are there?", Document.of(trips, id="a.txt")) == []


def test_a_section_that_is_a_place_has_its_name_for_a_heading() -> None:
    text = "## Trips\n\nIn May we sing in Kell. In June we go to Dorn.\n"
    places = (Place(0, len(text), "section Trips"),)
    choir = replace(Document.of(text, id="choir.md", title="Choir"), places=places)
    assert len(section_named("Which trips are there?", choir)) == 2
