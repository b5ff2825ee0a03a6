from dataclasses import replace

from index.about import about, described, under_headings
from index.passages import split_document
from index.types import Hit, Place
from tests.tiny import document

MARKDOWN = (
    "# Boats\n\nAll of them.\n\n## Hire\n\nBy the hour.\n\n### Price\n\nFour pounds.\n\n"
    "## Sale\n\nNone now."
)


def test_a_passage_is_about_its_title_and_the_headings_above_it() -> None:
    found = document(MARKDOWN, "a.md")
    assert about(found, MARKDOWN.index("Four")).split("\n")[-3:] == ["Boats", "Hire", "Price"]
    assert about(found, MARKDOWN.index("None")).split("\n")[-2:] == ["Boats", "Sale"]


def test_a_row_of_a_table_is_no_heading() -> None:
    text = "Prices\n\nPunt | 4\n\nCanoe | 6\n\nOne can pay by card, but not on Sundays.\n"
    assert "Canoe" not in about(document(text, "a.txt"), text.index("One can"))


def test_hits_are_described_by_their_documents() -> None:
    found = document(MARKDOWN, "a.md")
    hits = [Hit(p, 0.0, 1, 1) for p in split_document(found)]
    (price,) = [h.passage for h in described(hits, {"a.md": found}) if "Four" in h.passage.text]
    assert "Hire" in price.about and "Sale" not in price.about


def test_a_passage_is_under_its_title_and_headings_but_says_nothing_twice() -> None:
    found = document(MARKDOWN, "a.md", title="Boats")
    spans = [(p.start, p.end) for p in split_document(found)]
    whole = list(under_headings(found, spans))
    assert whole[-1] == "Boats\n## Sale\n\nNone now."
    assert [text.count("Boats") for text in whole] == [1] * len(whole)
    assert whole[2] == "Boats\nHire\n### Price\n\nFour pounds."


def test_the_rows_of_a_table_are_under_the_title_alone() -> None:
    text = "Prices\n\nPunt: 4\n"
    places = (Place(8, len(text), "row 1"),)
    table = replace(document(text, "a.csv", title="Boats"), places=places)
    assert list(under_headings(table, [(8, 15)])) == ["Boats\nPunt: 4"]
