import io
import textwrap

import numpy as np
import pytest
from reportlab.lib.pagesizes import A4
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import SimpleDocTemplate, Table

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
    with pytest.raises(CorpusError, match="no text in it; it looks scanned: index with --ocr auto"):
        extract(".pdf", drawn([], []))


def test_an_encrypted_file_is_said_to_be_one() -> None:
    raw = drawn(column("Secret."), encrypt=StandardEncryption("password"))
    with pytest.raises(CorpusError, match="encrypted: save it without a password first"):
        extract(".pdf", raw)


def test_what_makers_write_as_title_is_no_title() -> None:
    for title in (
        *("untitled", "(anonymous)", "Document1", "Microsoft Word - draft.docx", "thesis.tex"),
        *("PowerPoint Presentation", "Slide 1", "scan_0042.tif", "(unspecified)", "12345"),
    ):
        raw = making.pdf([["The heron stood. It left."]], title=title)
        assert extract(".pdf", raw).title == "The heron stood."
    assert extract(".pdf", making.pdf([["The heron."]], title="On herons")).title == "On herons"


def test_one_line_has_one_rectangle() -> None:
    boxes = np.array([(0, 3, 1, 0, 0, 1000, 1000), (4, 7, 1, 1200, 100, 2000, 900)], np.int32)
    found = Document("a", "", None, "one two", "", boxes=boxes)
    assert found.rectangles(0, 7) == [Rectangle(1, 0, 0, 20, 10)]
    assert found.rectangles(4, 5) == [Rectangle(1, 12, 1, 20, 9)]


LEFT = [
    *(
        "The keeper of the tower wrote that the lamp",
        "had been lit for three hundred winter nights",
    ),
    *(
        "in a row, and that all of the oil was brought",
        "by a boat from the mainland on each Monday.",
    ),
]
RIGHT = [
    *("Her sister kept the books of the harbour in", "those years, and found that eleven barrels"),
    *("had been paid for twice. The money came back", "in the following autumn with interest."),
]


def two_columns(row_by_row: bool) -> list[tuple[float, float, str]]:
    left = [(60.0, 700.0 - 14 * n, text) for n, text in enumerate(LEFT)]
    right = [(320.0, 700.0 - 14 * n, text) for n, text in enumerate(RIGHT)]
    rows = [part for pair in zip(left, right, strict=True) for part in pair]
    return [(60, 760, "Two sisters on the island"), *(rows if row_by_row else left + right)]


@pytest.mark.parametrize("row_by_row", [False, True])
def test_columns_are_read_one_after_the_other_however_they_were_written(row_by_row: bool) -> None:
    text = document(drawn(two_columns(row_by_row))).text
    assert text.split("\n\n") == ["Two sisters on the island", " ".join(LEFT), " ".join(RIGHT)]


def test_three_columns_written_row_by_row_are_read_one_after_the_other() -> None:
    columns = [
        [
            f"{name} went to the mill early",
            "and came back with a sack",
            f"of flour for {name} alone.",
        ]
        for name in ("Anna", "Bertil", "Cecil")
    ]
    page = [(50.0 + 180 * c, 700.0 - 14 * n, columns[c][n]) for n in range(3) for c in range(3)]
    text = document(drawn(page)).text
    assert all(" ".join(column) in text for column in columns)
    assert text.index("Anna alone") < text.index("Bertil went") < text.index("Cecil went")


def test_lines_written_from_the_bottom_up_are_read_from_the_top_down() -> None:
    page = column("The first line of it,", "which the second goes on", "and the third line ends.")
    page += [(72, 500 - 14 * n, f"Later line number {n}.") for n in range(6)]
    text = document(drawn(page[::-1])).text
    assert text.index("first line") < text.index("third line") < text.index("number 5")


def test_headers_and_footers_do_not_cut_sentences_and_have_a_place_of_their_own() -> None:
    head = [(72.0, 800.0, "Office of Weights"), (72.0, 786.0, "Draft, not for release")]
    one = [*head, *column("The scales of the town must be tested"), (280, 40, "Page 1 of 2")]
    two = [*head, *column("every nine weeks by a sworn weigher."), (280, 40, "Page 2 of 2")]
    found = document(drawn(one, two))
    assert "must be tested every nine weeks by a sworn weigher." in found.text
    assert found.text.count("Office of Weights") == 1
    place = found.place_at(found.text.index("Draft, not for release"))
    assert place is not None and (place.label, place.page) == ("header or footer", None)
    assert found.rectangles(place.start, place.end)[0].y0 > 780


def test_a_heading_with_a_number_of_its_own_is_no_running_header() -> None:
    pages = [[(72.0, 800.0, f"Annex {n}"), *column(f"This is part {n}.")] for n in (1, 2)]
    text = document(drawn(*pages)).text
    assert text.index("Annex 1") < text.index("part 1") < text.index("Annex 2")


def test_a_table_with_rules_has_a_line_for_each_row_and_names_the_columns() -> None:
    rows = [["Quay", "Ship", "Sails"], ["North", "Alma", "09:30"], ["South", "", "11:15"]]
    found = document(table(rows, [("GRID", (0, 0), (-1, -1), 1, "black")]))
    assert found.text.splitlines() == [
        "Quay | Ship | Sails",
        "Quay: North | Ship: Alma | Sails: 09:30",
        "Quay: South | Sails: 11:15",
    ]
    start = found.text.index("09:30")
    (box,) = found.rectangles(start, start + 5)
    assert box.x1 - box.x0 < 40  # the cell, and not the row


def test_cells_of_several_lines_are_one_each_also_in_a_second_table() -> None:
    rows = [["Fault", "What to do"], ["The bell\nis silent", "Oil the\nhinge"], ["Rust", "Paint"]]
    found = document(table(rows, [("GRID", (0, 0), (-1, -1), 1, "black")], times=2))
    assert found.text.count("The bell is silent: Oil the hinge") == 2


def test_a_table_without_rules_is_read_by_its_columns() -> None:
    rows = [["Quay", "Ship", "Sails"], ["North", "Alma", "09:30"], ["South", "Bris", "11:15"]]
    text = document(table(rows, [])).text
    assert "Quay: South | Ship: Bris | Sails: 11:15" in text.splitlines()


def test_labels_and_what_stands_beside_them_are_lines() -> None:
    said = {"Plot": "27, north row", "Tenant": "Ada Byron", "Rent": "46 crowns"}
    page = [
        part
        for n, (label, value) in enumerate(said.items())
        for part in ((72.0, 700.0 - 16 * n, f"{label}:"), (200.0, 700.0 - 16 * n, value))
    ]
    text = document(drawn(page)).text
    assert text.splitlines() == ["Plot: 27, north row", "Tenant: Ada Byron", "Rent: 46 crowns"]


def table(rows: list[list[str]], style: list[tuple[object, ...]], times: int = 1) -> bytes:
    stream = io.BytesIO()
    tables = [Table(rows, colWidths=140, style=style, spaceAfter=30) for _ in range(times)]
    SimpleDocTemplate(stream, pagesize=A4).build(tables)
    return stream.getvalue()


@pytest.mark.parametrize("quarters", [1, 2, 3])
def test_text_that_is_turned_is_read_in_its_own_frame(quarters: int) -> None:
    stream = io.BytesIO()
    canvas = Canvas(stream, pagesize=A4)
    canvas.translate(300, 400)
    canvas.rotate(90 * quarters)
    lines = [
        "The mill by the weir grinds",
        "barley until the ice comes",
        "and then it stands still.",
    ]
    for n, line in enumerate(lines):
        canvas.drawString(0, -14 * n, line)
    canvas.save()
    found = document(stream.getvalue())
    assert found.text == " ".join(lines)
    (box,) = found.rectangles(0, 3)
    # It begins where the frame was put, and runs the way it was turned.
    across, up = ((0, 1), (-1, 0), (0, -1))[quarters - 1]
    x, y = (box.x0 + box.x1) / 2 - 300, (box.y0 + box.y1) / 2 - 400
    assert 5 < across * x + up * y < 20


def test_what_is_filled_in_in_a_form_stands_at_its_label() -> None:
    stream = io.BytesIO()
    canvas = Canvas(stream, pagesize=A4)
    for y, label, value in ((700, "Surname:", "Lindqvist"), (660, "Trade:", "rope maker")):
        canvas.drawString(72, y, label)
        canvas.acroForm.textfield(name=label, value=value, x=200, y=y - 6, width=200, height=20)
    canvas.drawString(90, 620, "has a stall")
    canvas.acroForm.checkbox(name="stall", checked=True, x=72, y=618, size=14)
    canvas.save()
    found = document(stream.getvalue())
    assert found.text.splitlines()[:2] == ["Surname: Lindqvist", "Trade: rope maker"]
    assert "[x] has a stall" in found.text
    start = found.text.index("Lindqvist")
    (box,) = found.rectangles(start, start + 9)
    assert box.x0 >= 199 and 690 < box.y0 < 710


def test_a_note_on_a_page_is_read_and_has_a_place() -> None:
    stream = io.BytesIO()
    canvas = Canvas(stream, pagesize=A4)
    canvas.drawString(72, 700, "The fee is due in May.")
    canvas.textAnnotation("No longer so since 2019.", Rect=[72, 600, 90, 620])
    canvas.save()
    found = document(stream.getvalue())
    place = found.place_at(found.text.index("No longer so"))
    assert place is not None and place.label == "note on page 1"


@pytest.mark.parametrize(
    ("lines", "text"),
    [
        (("It was a well-", "known fact."), "It was a well-known fact."),
        (("It was the govern-", "ment of the day."), "It was the government of the day."),
        (("The Anglo-", "Saxon coins lay there."), "The Anglo-Saxon coins lay there."),
    ],
)
def test_hyphens_are_kept_where_they_belong_to_the_word(lines: tuple[str, ...], text: str) -> None:
    assert document(drawn(column(*lines))).text == text


def test_a_number_at_the_start_of_a_line_is_not_always_an_entry_of_a_list() -> None:
    lines = [
        "The keeper wrote down all of it in the large book and gave it file",
        "100. It is lost.",
    ]
    assert document(drawn(column(*lines))).text == " ".join(lines)


def test_a_value_below_its_label_or_behind_its_box_is_put_to_it() -> None:
    stream = io.BytesIO()
    canvas = Canvas(stream, pagesize=A4)
    canvas.drawString(72, 740, "Full name")
    canvas.acroForm.textfield(name="n", value="Oona Lind", x=72, y=714, width=240, height=20)
    for x, label, checked in ((72, "Sweep", True), (160, "Scull", False)):
        canvas.acroForm.checkbox(name=label, checked=checked, x=x, y=660, size=12)
        canvas.drawString(x + 18, 662, label)
    canvas.save()
    lines = document(stream.getvalue()).text.splitlines()
    assert lines[0] == "Full name: Oona Lind"
    assert lines[1:] == ["[x] Sweep", "[ ] Scull"]


def test_cells_of_several_lines_without_rules_are_one_each() -> None:
    rows = [
        ["Fault", "What one does"],
        ["Leak", "Dry the hull and sand the crack, then\nclose it with resin and let it rest"],
        ["Loose seat", "Tighten both of the screws below\nthe rail with the small key"],
    ]
    text = document(table(rows, [("VALIGN", (0, 0), (-1, -1), "TOP")])).text
    assert "sand the crack, then close it with resin and let it rest" in text
    assert "screws below the rail with the small key" in text


def test_what_follows_below_columns_is_read_after_them() -> None:
    text = document(drawn([*two_columns(False), (60, 560, "Printed on the island.")])).text
    assert text.split("\n\n")[-1] == "Printed on the island."


def test_an_accent_drawn_before_its_letter_is_one_with_it() -> None:
    """As TeX's older fonts do."""
    raw = drawn(column("El art\u00b4iculo de Jos\u00b4e y la opini\u00b4on de Espa\u02dcna."))
    text = document(raw).text
    assert text.startswith("El art\u00edculo de Jos\u00e9 y la opini\u00f3n")
    assert "say `apt` twice" in document(drawn(column("Here say `apt` twice."))).text


def test_labels_and_values_that_were_written_column_by_column_are_put_together() -> None:
    labels, values = ("Boat:", "Home port:", "Skipper:", "Survey:"), ("Tern", "Hesk", "Ada", "May")
    raw = drawn(
        [(72, 700 - 18 * n, label) for n, label in enumerate(labels)]
        + [(200, 700 - 18 * n, value) for n, value in enumerate(values)]
    )
    assert extract(".pdf", raw).text == "Boat: Tern\nHome port: Hesk\nSkipper: Ada\nSurvey: May"


def test_a_title_above_a_table_without_rules_joins_no_columns() -> None:
    rows = [("Fault", "Cause", "Remedy"), ("It blinks", "Cold", "Warm it"), ("Red", "Seal", "Send")]
    cells = [
        (72 + 100 * n, 680 - 18 * r, cell)
        for r, row in enumerate(rows)
        for n, cell in enumerate(row)
    ]
    found = extract(".pdf", drawn([(240, 700, "Faults"), *cells])).text
    assert "Fault: It blinks | Cause: Cold | Remedy: Warm it" in found


def numbered(first: int, texts: list[str]) -> list[tuple[float, float, str]]:
    """Return lines with their numbers in the margin."""
    found = []
    for n, text in enumerate(texts):
        found += [(60.0, 700.0 - 20 * n, str(first + n)), (90.0, 700.0 - 20 * n, text)]
    return found


def test_numbers_of_lines_in_the_margin_cut_no_sentence_and_are_said() -> None:
    told = "The lock was built by Ada Low of Hesk in the year of the flood. "
    texts = textwrap.wrap(5 * (FILLER + told), 60)
    pages = [numbered(10, texts), numbered(10 + len(texts), texts)]
    found = extract(".pdf", drawn(*pages))
    assert " ".join(found.text.split()).count(told.strip()) >= 4
    assert told.strip() in found.text
    assert not any(map(str.isdigit, found.text))
    assert found.left_out == ("pages 1-2: the numbers of lines in the margin",)
    rows = extract(".pdf", drawn(numbered(1, ["Ole", "Ada", "Ruth", "Bo", "Ida"])))
    assert "5" in rows.text and not rows.left_out


def test_entries_of_a_table_of_contents_stay_with_their_pages() -> None:
    entries = [("1 The locks", 4), ("2 The weirs", 9), ("3 The ferries", 17), ("4 The dues", 30)]
    page = []
    for n, (entry, number) in enumerate(entries):
        y = 700.0 - 16 * n
        dots = [(180.0 + 10 * d, y, ".") for d in range(20)]
        page += [(72.0, y, entry), *dots, (390.0, y, str(number))]
    text = extract(".pdf", drawn(page)).text
    lines = [line.replace(" .", "").strip() for line in text.splitlines() if line.strip()]
    assert [line.replace("|", "").split() for line in lines] == [
        [*entry.split(), str(number)] for entry, number in entries
    ]
