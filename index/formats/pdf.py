"""PDF: the text of the pages in paragraphs, and where every word of it stands."""

import re
from collections.abc import Iterator
from ctypes import c_ushort

import pypdfium2 as pdfium
from pypdfium2 import raw as pdfium_c

from index.errors import CorpusError
from index.formats.extracted import Extracted
from index.formats.paragraphs import Line, Word, compose
from index.headers import find_date, find_title

_ENCRYPTED = (pdfium_c.FPDF_ERR_PASSWORD, pdfium_c.FPDF_ERR_SECURITY)
# Scripts that do not part words are boxed character by character.
_WORD = re.compile("[^\\s\u2e80-\U0010ffff]+|[\u2e80-\U0010ffff]")
# pdfium gives \x02 for a hyphen that parts a word, and then no line end.
_LINE = re.compile("([^\r\n\x02]+)(\x02?)")
_NOT_A_TITLE = re.compile(
    r"untitled|unspecified|anonymous|.*\.(docx?|pdf|indd|tex|dvi|rtf|odt|qxd|pptx?)$|microsoft ",
    re.IGNORECASE,
)


def read(raw: bytes) -> Extracted:
    """Read a PDF. Its date is the one in its text: the file tells when it was made, if that."""
    try:
        document = pdfium.PdfDocument(raw)
    except pdfium.PdfiumError as error:
        if error.err_code in _ENCRYPTED:
            raise CorpusError("encrypted: save it without a password first") from error
        raise
    try:
        lines = [line for n in range(len(document)) for line in _lines(document, n)]
        info = document.get_metadata_dict()
        language = _language(document)
    finally:
        document.close()
    text, places, boxes = compose(lines)
    if not text:
        raise CorpusError("no text in it; it looks scanned, run OCR first")
    if text.count("\0") > len(text) / 4:
        raise CorpusError("its fonts do not say which letters they show; run OCR first")
    title, author = (
        value if not _NOT_A_TITLE.match(value) else "" for value in (info["Title"], info["Author"])
    )
    said = {"author": author, "language": language}
    return Extracted(text, title or find_title(text), find_date(text), said, places, boxes)


def _lines(document: pdfium.PdfDocument, number: int) -> Iterator[Line]:
    """Yield the lines of a page (counted from 0), in pdfium's order."""
    page = document[number]
    text_page = page.get_textpage()
    unicode_of, handle = pdfium_c.FPDFText_GetUnicode, text_page.raw
    text = "".join([chr(unicode_of(handle, i)) for i in range(text_page.count_chars())])
    for line in _LINE.finditer(text):
        found = list(_WORD.finditer(text, line.start(1), line.end(1)))
        if not found:
            continue
        start, end = found[0].start(), found[-1].end()
        words = [
            Word(word.start() - start, word.end() - start, *_box(text_page, word)) for word in found
        ]
        yield Line.of(number + 1, text[start:end], words, bool(line.group(2)))
    text_page.close()
    page.close()


def _box(page: pdfium.PdfTextPage, word: re.Match[str]) -> tuple[float, float, float, float]:
    """Return the box around a word's first and last character."""
    first = page.get_charbox(word.start(), loose=True)
    last = page.get_charbox(word.end() - 1, loose=True)
    (ax0, ay0, ax1, ay1), (bx0, by0, bx1, by1) = first, last
    return min(ax0, bx0), min(ay0, by0), max(ax1, bx1), max(ay1, by1)


def _language(document: pdfium.PdfDocument) -> str:
    """Return the language that the file states, or ""."""
    size = pdfium_c.FPDFCatalog_GetLanguage(document, None, 0)
    units = (c_ushort * (size // 2))()
    pdfium_c.FPDFCatalog_GetLanguage(document, units, size)
    return bytes(units).decode("utf-16", "replace").rstrip("\0")
