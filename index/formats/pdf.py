"""PDF: the text of the pages in paragraphs, and where every word of it is."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from statistics import median

import numpy as np
import pypdfium2 as pdfium
from pypdfium2 import raw as pdfium_c

from index.errors import CorpusError
from index.formats.extracted import Extracted, join_places
from index.formats.ocr import NO_OCR, Ocr
from index.formats.paragraphs import compose
from index.formats.pdf_layout import arrange
from index.formats.pdf_lines import Line
from index.formats.pdf_numbers import without_line_numbers
from index.formats.pdf_page import Page, read_page, utf16
from index.formats.pdf_running import without_running
from index.formats.pdf_scan import named_pages, read_scans
from index.headers import find_date, find_title
from index.types import Place, no_boxes

_ENCRYPTED = (pdfium_c.FPDF_ERR_PASSWORD, pdfium_c.FPDF_ERR_SECURITY)
_NOT_A_TITLE = re.compile(
    r"\W*(untitled|unspecified|unknown|anonymous|none|null|no title|title|document|slide|page|scan"
    r"|scanned document|powerpoint presentation|presentation|print|layout)\W*\d*\W*$"
    r"|.*\.(docx?|pdf|indd|tex|dvi|rtf|odt|qxd|pptx?|xlsx?|html?|txt|ps|eps|tiff?|jpe?g|png)\W*$"
    r"|microsoft |untitled|https?:|file:|\W*$|[\W\d]*$",
    re.IGNORECASE,
)
NUMBERED = "the numbers of lines in the margin"
RUNNING = "header or footer"  # the label of their place
_LARGER = 1.15  # times the usual height of a line, and a line may be the title
_TITLED_LINES, _TITLE_LINES, _TITLE_CHARS = 4, 4, 200


def read(raw: bytes, ocr: Ocr = NO_OCR) -> Extracted:
    """Read a PDF, its scanned pages by OCR.

    Its date is the one in its text: the file tells when it was made, if that.
    """
    try:
        document = pdfium.PdfDocument(raw)
    except pdfium.PdfiumError as error:
        if error.err_code in _ENCRYPTED:
            raise CorpusError("encrypted: save it without a password first") from error
        raise CorpusError("damaged, or not a .pdf file") from error
    try:
        if document.get_formtype() != pdfium_c.FORMTYPE_NONE:
            document.init_forms()
        found = [read_page(document, n) for n in range(len(document))]
        pages, scan = read_scans(document, found, ocr)
        numbered = _without_line_numbers(pages)
        info = document.get_metadata_dict()
        language = utf16(pdfium_c.FPDFCatalog_GetLanguage, document)
    finally:
        document.close()
    pages = [page if rest is None else replace(page, lines=rest) for page, rest in numbered]
    extracted = _composed(pages)
    if not extracted.text:
        if scan.blank or scan.failed:
            raise CorpusError("; ".join(scan.account(ocr)))
        raise CorpusError(f"no text in it; it looks scanned: {ocr.remedy} to read it")
    if extracted.text.count("\0") > len(extracted.text) / 4:
        raise CorpusError(f"its fonts do not say which letters they show: {ocr.remedy} to read it")
    said = _with_running_first(extracted)
    title, author = (
        value if not _NOT_A_TITLE.match(value) else "" for value in (info["Title"], info["Author"])
    )
    return replace(
        extracted,
        title=title or _title(pages) or find_title(said),
        date=find_date(said),
        metadata={"author": author, "language": language, **scan.metadata(ocr)},
        left_out=(*scan.account(ocr), *_numbers_account(numbered)),
    )


def _without_line_numbers(pages: Sequence[Page]) -> list[tuple[Page, list[Line] | None]]:
    """Return each page, and its lines without their numbers if it has some."""
    found = [without_line_numbers(page.lines) for page in pages]
    if any(rest is not None for rest in found):
        found = [
            without_line_numbers(page.lines, known=True) if rest is None else rest
            for page, rest in zip(pages, found, strict=True)
        ]
    return list(zip(pages, found, strict=True))


def _numbers_account(pages: Sequence[tuple[Page, list[Line] | None]]) -> Iterator[str]:
    """Say on which pages the numbers of lines were left out."""
    found = [page.number for page, rest in pages if rest is not None]
    if found:
        yield f"{named_pages(found)}: {NUMBERED}"


def _composed(pages: Sequence[Page]) -> Extracted:
    """Put the pages together as one text; what runs along them and notes come last, by itself."""
    arranged = [arrange(page.lines, page.values, page.rules) + page.aside for page in pages]
    flow, running = without_running(arranged)
    turns = {page.number: page.turns for page in pages}
    text, places, boxes = compose([line for page in flow for line in page], turns)
    found = [Extracted(text, places=places, boxes=boxes)] if text else []
    if running:
        text, _, boxes = compose(running, turns)
        place = Place(0, len(text), RUNNING)
        found.append(Extracted(text, places=(place,), boxes=boxes))
    notes = ((f"note on page {page.number}", note) for page in pages for note in page.notes)
    text, places = join_places(notes)
    found += [Extracted(text, places=places)] if text else []
    return _joined(found)


def _with_running_first(found: Extracted) -> str:
    """Return the text with its headers and footers before it, as they are on the first page."""
    place = next((place for place in found.places if place.label == RUNNING), None)
    if place is None:
        return found.text
    running = found.text[place.start : place.end]
    return f"{running}\n\n{found.text[: place.start]}{found.text[place.end :]}"


def _joined(parts: Sequence[Extracted]) -> Extracted:
    """Put the texts of parts together as one, with their places and boxes."""
    text = ""
    places: list[Place] = []
    boxes = [no_boxes()]
    for part in parts:
        at = len(text) + 2 if text else 0
        text = f"{text}\n\n{part.text}" if text else part.text
        places += [replace(p, start=p.start + at, end=p.end + at) for p in part.places]
        boxes.append(part.boxes + np.array([at, at, 0, 0, 0, 0, 0], np.int32))
    return Extracted(text, places=tuple(places), boxes=np.concatenate(boxes))


def _title(pages: Sequence[Page]) -> str | None:
    """Return what the first page says in the largest letters, if that stands out."""
    lines = next((page.lines for page in pages if page.lines), [])
    if len(lines) < _TITLED_LINES:
        return None
    usual = median(line.height for line in lines for _ in line.words)
    largest = max(line.height for line in lines)
    title = [line for line in lines if line.height > 0.95 * largest]
    said = " ".join(line.text for line in title)
    if largest < _LARGER * usual or len(title) > _TITLE_LINES or len(said.split()) < 2:
        return None
    return said if len(said) <= _TITLE_CHARS and lines.index(title[0]) < _TITLED_LINES * 2 else None
