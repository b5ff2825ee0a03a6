"""Scanned pages: read with tesseract where it is installed, and never passed over in silence."""

import io
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont
from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from index.errors import CorpusError
from index.formats import extract, ocr
from index.formats.extracted import Extracted
from index.formats.ocr import NEVER, Ocr
from index.formats.worker import Worker
from index.loading import read
from index.types import Document

needs_tesseract = pytest.mark.skipif(
    "eng" not in ocr.languages("auto"), reason="needs Debian's tesseract-ocr and tesseract-ocr-eng"
)
LINES = (
    *("The keeper of the lock at Alder Weir is", "called Ingrid Falk. She opens the gates"),
    "at six and closes them at nine.",
)


def picture(lines: tuple[str, ...] = LINES, quarters: int = 0) -> Image.Image:
    """Return a scanned A4 page, 150 dots an inch, turned to the left by so many quarters."""
    image = Image.new("L", (1240, 1754), 255)
    font = ImageFont.load_default(34)
    for n, line in enumerate(lines):
        ImageDraw.Draw(image).text((150, 200 + 50 * n), line, fill=0, font=font)
    return image.rotate(90 * quarters, expand=True)


def scanned(*pages: str | Image.Image) -> bytes:
    """Return a PDF of pages of text and of pictures."""
    stream = io.BytesIO()
    canvas = Canvas(stream, pagesize=A4)
    for page in pages:
        if isinstance(page, str):
            canvas.drawString(72, 700, page)
        else:
            canvas.drawImage(ImageReader(page), 0, 0, *A4)
        canvas.showPage()
    canvas.save()
    return stream.getvalue()


def document(found: Extracted) -> Document:
    return Document("a.pdf", "", None, found.text, "", {}, found.places, found.boxes)


def test_pages_without_text_are_named_with_what_to_do() -> None:
    raw = scanned("This lease is for a boat.", picture(), picture(), "Signed.", picture())
    found = extract(".pdf", raw, Ocr("auto", ""))
    assert found.left_out == ("pages 2-3, 5 have no text; install tesseract-ocr to read them",)
    found = extract(".pdf", scanned("A lease.", picture()), Ocr(NEVER))
    assert found.left_out == ("page 2 has no text; index with --ocr auto to read it",)


def test_a_page_without_anything_on_it_is_no_loss() -> None:
    assert extract(".pdf", scanned("This lease is for a boat.", "")).left_out == ()


@needs_tesseract
def test_scanned_pages_are_read_and_their_words_have_boxes() -> None:
    found = extract(".pdf", scanned("This lease is for a boat.", picture()), Ocr.of("eng"))
    assert " ".join(LINES) in found.text
    assert found.left_out[0].startswith("page 2 is scanned: OCR is ")
    assert found.metadata["ocr"].startswith("eng ")
    start = found.text.index("Ingrid")
    place = document(found).place_at(start)
    assert place is not None and place.page == 2
    (box,) = document(found).rectangles(start, start + len("Ingrid Falk."))
    assert box.page == 2
    assert 0 < (box.x0 - 150 * 0.48) < 120  # the second word of a line that begins at 150 dots
    assert abs(A4[1] - 270 * 0.48 - box.y0) < 15


@needs_tesseract
@pytest.mark.skipif("osd" not in ocr._all_installed(), reason="needs tesseract-ocr-osd")
def test_a_page_scanned_sideways_is_read() -> None:
    found = extract(".pdf", scanned(picture(LINES * 3, quarters=1)), Ocr.of("eng"))
    assert "opens the gates at six" in found.text
    start = found.text.index("opens")
    (box,) = document(found).rectangles(start, start + 5)
    assert box.y1 - box.y0 > 2 * (box.x1 - box.x0)


@needs_tesseract
def test_what_is_scanned_is_read_again_when_that_changes_and_only_then(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(scanned("This lease is for a boat.", picture()))
    unread = read(tmp_path, ocr="never")
    assert "Ingrid" not in unread.documents[0].text
    assert read(tmp_path, known=unread).documents[0] is unread.documents[0]
    again = read(tmp_path, known=unread, ocr="eng")
    assert "Ingrid Falk" in again.documents[0].text
    assert read(tmp_path, known=again).documents[0] is again.documents[0]


@needs_tesseract
def test_a_file_of_scans_alone_is_a_document(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(scanned(picture()))
    never = read(tmp_path, ocr="never")
    assert not never.documents and "looks scanned" in never.skipped[0].reason
    assert "Ingrid Falk" in read(tmp_path, known=never, ocr="auto").documents[0].text


@needs_tesseract
def test_the_clock_of_the_process_starts_again_every_few_pages() -> None:
    started: list[int] = []
    reading = Ocr("eng", "eng", alive=lambda: started.append(1))
    extract(".pdf", scanned(*[picture()] * 3), reading)
    assert len(started) == -(-3 // ocr._PROCESSES)


@needs_tesseract
def test_the_process_apart_reads_scans() -> None:
    with Worker(ocr=Ocr.of("eng")) as worker:
        assert "Ingrid Falk" in worker.extract(".pdf", scanned(picture())).text


def test_what_tesseract_has_is_kept_where_it_is_gone() -> None:
    gone = Ocr("auto", "")
    assert gone.reads_like("eng 96%") and gone.reads_like("none") and gone.reads_like(None)
    assert not Ocr(NEVER).reads_like("eng 96%")
    assert not Ocr("deu", "deu").reads_like("eng 96%") and Ocr("deu", "deu").reads_like("deu 50%")


@pytest.mark.parametrize("choice", ["eng;rm", "--psm", "../eng", "eng+", "a b"])
def test_only_languages_are_taken_for_languages(choice: str) -> None:
    with pytest.raises(CorpusError, match="write auto, never, or languages"):
        ocr.check(choice)


def test_a_language_that_is_missing_is_said_to_be() -> None:
    with pytest.raises(CorpusError, match=r"tesseract (is not installed|has no xyz)"):
        ocr.check("xyz")


def test_badly_read_pages_are_said_to_be(monkeypatch: pytest.MonkeyPatch) -> None:
    def badly(_: Ocr, pictures: object) -> object:
        for _ in pictures:  # type: ignore[attr-defined]
            yield [[ocr.Found("Ingrid", 100, 100, 200, 130, 0.41)]]

    monkeypatch.setattr(Ocr, "read", badly)
    found = extract(".pdf", scanned("This lease is for a boat.", picture()), Ocr("eng", "eng"))
    assert found.left_out == ("page 2 is scanned: OCR is only 41% sure of the words",)
    assert found.text.endswith("Ingrid")


def saved(image: Image.Image, kind: str, *more: Image.Image) -> bytes:
    stream = io.BytesIO()
    image.save(stream, kind, **({"save_all": True, "append_images": more} if more else {}))
    return stream.getvalue()


def test_a_picture_is_left_out_in_one_line_where_it_cannot_be_read() -> None:
    with pytest.raises(CorpusError, match=r"no text in it; it looks scanned: .* to read it"):
        extract(".png", saved(picture(), "PNG"))
    with pytest.raises(CorpusError, match="too small"):
        extract(".jpg", saved(Image.new("L", (20, 20), 255), "JPEG"))
    with pytest.raises(CorpusError, match="damaged, or not a picture"):
        extract(".tif", b"II*\0no picture")


def test_no_program_draws_what_only_claims_to_be_a_picture_of_its_kind() -> None:
    drawing = b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 90 90\n%%EndComments\nshowpage\n"
    with pytest.raises(CorpusError, match="damaged, or not a picture"):
        extract(".png", drawing)


@needs_tesseract
def test_pictures_are_read_as_pages_are() -> None:
    found = extract(".jpg", saved(picture().convert("RGB"), "JPEG"), Ocr.of("eng"))
    assert "called Ingrid Falk. She opens the gates at six" in found.text
    assert (found.places, len(found.boxes)) == ((), 0)
    assert "OCR is" in found.left_out[0]
    other = picture(("The second page is about eels", "and about nothing else at all."))
    found = extract(".tiff", saved(picture(), "TIFF", other), Ocr.of("eng"))
    place = found.places[1]
    assert (place.label, place.page) == ("page 2", None)
    assert "eels" in found.text[place.start : place.end]
