from index.about import about, described
from index.passages import split_document
from index.types import Hit
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
