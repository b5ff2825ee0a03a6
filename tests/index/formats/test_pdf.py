import io

import numpy as np
import pytest
from reportlab.lib.pagesizes import A4
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from index.errors import CorpusError
from index.formats import extract
from index.types import Document, Rectangle
from tests.index.formats import making
from tests.index.formats.making import FILLER


def drawn(*pages: list[tuple[float, float, str]], **options: object) -> bytes:
    """Return a PDF with these strings at these points, in Helvetica 12."""
    stream = io.BytesIO()
    canvas = Canvas(stream, pagesize=A4, **options)
    for page in pages:
        canvas.setFont("Helvetica", 12)
        for x, y, text in page:
            canvas.drawString(x, y, text)
        canvas.showPage()
    canvas.save()
    return stream.getvalue()


def column(*lines: str, top: float = 700) -> list[tuple[float, float, str]]:
    return [(72, top - 14 * n, line) for n, line in enumerate(lines)]


def document(raw: bytes) -> Document:
    found = extract(".pdf", raw)
    return Document("a.pdf", "", None, found.text, "", {}, found.places, found.boxes)


def test_the_rectangle_of_a_word_is_where_it_was_drawn() -> None:
    found = document(drawn([(72, 700, "Nothing here.")], [(100, 500, "The heron stood still.")]))
    start = found.text.index("heron")
    (box,) = found.rectangles(start, start + len("heron"))
    left = 100 + stringWidth("The ", "Helvetica", 12)
    right = left + stringWidth("heron", "Helvetica", 12)
    assert box.page == 2
    assert abs(box.x0 - left) < 1 and abs(box.x1 - right) < 1
    assert 494 < box.y0 <= 500 and 509 <= box.y1 < 516


def test_a_quote_of_several_lines_and_pages_has_a_rectangle_for_each_line() -> None:
    text = " ".join(f"word{n} and so on" for n in range(400))
    found = document(making.pdf([[text]]))
    boxes = found.rectangles(0, len(found.text))
    lines = {(box.page, round(box.y0)) for box in boxes}
    assert len(boxes) == len(lines) > 20
    assert {box.page for box in boxes} == {place.page for place in found.places} == {1, 2}
    assert found.rectangles(0, 0) == []


def test_every_word_has_a_box() -> None:
    found = document(making.pdf([[FILLER, FILLER], [FILLER]]))
    boxed = [found.text[start:end] for start, end in found.boxes[:, :2].tolist()]
    assert boxed == found.text.split()
    assert (np.diff(found.boxes[:, 0]) > 0).all()


def test_lines_become_paragraphs() -> None:
    raw = making.pdf([["First paragraph. " + FILLER, "Second paragraph. " + FILLER]])
    assert document(raw).text.split("\n\n") == [
        "First paragraph. " + FILLER.strip(),
        "Second paragraph. " + FILLER.strip(),
    ]


def test_lines_that_end_on_purpose_stay_lines() -> None:
    lines = [
        *("Terms of use", "Short line here", "A rather long line which fills the column well"),
        *("and goes on in this one, as prose that is wrapped at", "the margin does. It ends."),
    ]
    assert document(drawn(column(*lines))).text.split("\n\n") == [
        "Terms of use",
        "Short line here",
        "A rather long line which fills the column well and goes on in this one, as prose that is "
        "wrapped at the margin does. It ends.",
    ]


def test_a_word_parted_at_the_end_of_a_line_is_whole_again() -> None:
    lines = ["The well-known chair of the sub-", "committee met a well-", "known reporter there."]
    found = document(drawn(column(*lines)))
    assert found.text == "The well-known chair of the subcommittee met a well-known reporter there."
    start = found.text.index("subcommittee")
    assert len(found.rectangles(start, start + 12)) == 2


def test_a_sentence_goes_on_across_pages_and_is_cited_from_where_it_begins() -> None:
    top = column("The heron, which had stood in the shallow water since", top=100)
    found = document(drawn(top, column("dawn, rose at last.")))
    assert found.text == "The heron, which had stood in the shallow water since dawn, rose at last."
    place = found.place_at(found.text.index("heron"))
    assert place is not None and place.page == 1
    assert {box.page for box in found.rectangles(4, len(found.text))} == {1, 2}


def test_sentences_that_stand_alike_on_every_page_are_kept() -> None:
    """Only what stands apart from the text, at its edge, is a running header or footer."""
    pages = [column("Each page says this.", f"Page {n} says that.", "And this.") for n in range(5)]
    assert document(drawn(*pages)).text.count("And this.") == 5


def test_numbers_that_are_not_the_page_s_are_no_running_header() -> None:
    invoices = [4711, 815, 1234, 42]
    pages = [[(72, 800, f"Invoice {number}"), *column("It is due in May.")] for number in invoices]
    text = document(drawn(*pages)).text
    assert all(f"Invoice {number}" in text for number in invoices)


def test_a_scan_is_said_to_be_one() -> None:
    with pytest.raises(CorpusError, match="no text in it; it looks scanned, run OCR first"):
        extract(".pdf", drawn([], []))


def test_an_encrypted_file_is_said_to_be_one() -> None:
    raw = drawn(column("Secret."), encrypt=StandardEncryption("password"))
    with pytest.raises(CorpusError, match="encrypted: save it without a password first"):
        extract(".pdf", raw)


def test_what_makers_write_as_title_is_no_title() -> None:
    for title in ("untitled", "Microsoft Word - draft.docx", "thesis.tex"):
        raw = making.pdf([["The heron stood. It left."]], title=title)
        assert extract(".pdf", raw).title == "The heron stood."
    assert extract(".pdf", making.pdf([["The heron."]], title="On herons")).title == "On herons"


def test_one_line_has_one_rectangle() -> None:
    boxes = np.array([(0, 3, 1, 0, 0, 1000, 1000), (4, 7, 1, 1200, 100, 2000, 900)], np.int32)
    found = Document("a", "", None, "one two", "", boxes=boxes)
    assert found.rectangles(0, 7) == [Rectangle(1, 0, 0, 20, 10)]
    assert found.rectangles(4, 5) == [Rectangle(1, 12, 1, 20, 9)]
