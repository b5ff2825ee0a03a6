"""Pages of a PDF that are pictures, read by OCR, and the account of how well that went."""

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

import pypdfium2 as pdfium

from index.formats.ocr import DPI, NONE, SCANNED, Found, Ocr, Picture
from index.formats.pdf_lines import Box, Line, Word, turned
from index.formats.pdf_page import Page

_PICTURED, _COVERED = 0.02, 0.6  # of a page is under a picture: so that it holds text, or is a scan
_STAMP = 15  # words that may be written on a scan
_DRAWN = 40  # shapes of a page whose letters are drawn
_UNKNOWN = 0.25  # of a page's letters are not known, and its fonts do not say which they are
_DOTS = 25_000_000  # of a page
_PAGES = 1_000  # of a file
_SURE = 0.75  # below which it is said that a page has been read badly
_BELOW = re.compile(r"[gjpqy,;()\[\]{}|_/QJ]")  # what goes below the line


@dataclass(slots=True)
class Scan:
    """The pages of a file that are pictures: those that were read, and those that were not."""

    sure: dict[int, float] = field(default_factory=dict)  # 0 to 1, by the page
    blank: list[int] = field(default_factory=list)
    failed: list[int] = field(default_factory=list)
    unread: list[int] = field(default_factory=list)

    def account(self, ocr: Ocr) -> Iterator[str]:
        """Yield what is to be said of these pages."""
        if self.unread:
            them = "them" if len(self.unread) > 1 else "it"
            yield f"{_named(self.unread, 'has', 'have')} no text; {ocr.remedy} to read {them}"
        if self.failed:
            yield f"{_named(self.failed, 'is', 'are')} scanned, and OCR failed or took too long"
        if self.blank:
            yield f"{_named(self.blank, 'is', 'are')} scanned, and OCR found no text"
        well = [page for page, sure in self.sure.items() if sure >= _SURE]
        if well:
            sure = sum(self.sure[page] for page in well) / len(well)
            yield f"{_named(well, 'is', 'are')} scanned: OCR is {sure:.0%} sure of the words"
        for page, sure in self.sure.items():
            if sure < _SURE:
                yield f"page {page} is scanned: OCR is only {sure:.0%} sure of the words"

    def metadata(self, ocr: Ocr) -> dict[str, str]:
        """Return by what a file is known that another OCR would read otherwise."""
        if self.unread or not (self.sure or self.blank or self.failed):
            return {SCANNED: NONE} if self.unread else {}
        mean = sum(self.sure.values()) / max(len(self.sure), 1)
        return {SCANNED: f"{ocr.languages} {mean:.0%}"}


def read_scans(
    document: pdfium.PdfDocument, pages: Sequence[Page], ocr: Ocr
) -> tuple[list[Page], Scan]:
    """Return the pages with those read by OCR that are pictures."""
    scan = Scan()
    found = {page.number: page for page in pages}
    wanted = [page for page in pages if _is_scan(page)]
    if not ocr.languages:
        scan.unread = [page.number for page in wanted if not page.lines]
        return list(pages), scan
    scan.unread = [page.number for page in wanted[_PAGES:]]
    wanted = wanted[:_PAGES]
    for page, lines in zip(wanted, ocr.read(_pictures(document, wanted)), strict=True):
        words = [word for line in lines or () for word in line]
        if lines is None:
            scan.failed.append(page.number)
        elif len(words) < 2 * sum(len(line.words) for line in page.lines if not _is_unknown(page)):
            continue  # the picture is one behind the text
        elif not words:
            scan.blank.append(page.number)
        else:
            letters = sum(len(word.text) for word in words)
            scan.sure[page.number] = sum(word.sure * len(word.text) for word in words) / letters
            found[page.number] = _read_page(document, page, lines)
    return list(found.values()), scan


def _is_scan(page: Page) -> bool:
    words = sum(len(line.words) for line in page.lines)
    if not words:
        return page.pictured > _PICTURED or page.shapes > _DRAWN
    return _is_unknown(page) or (words < _STAMP and page.pictured > _COVERED)


def _is_unknown(page: Page) -> bool:
    text = "".join(line.text for line in page.lines)
    return text.count("\0") > _UNKNOWN * len(text)


def _pictures(document: pdfium.PdfDocument, pages: Iterable[Page]) -> Iterator[Picture]:
    for each in pages:
        page = document[each.number - 1]
        bitmap = page.render(scale=_scale(page), grayscale=True)
        dots = bitmap.to_numpy()
        yield Picture(dots.tobytes(), bitmap.width, bitmap.height)
        bitmap.close()
        page.close()


def _scale(page: pdfium.PdfPage) -> float:
    width, height = page.get_size()
    return float(min(DPI / 72, math.sqrt(_DOTS / max(width * height, 1.0))))


def _size(page: pdfium.PdfPage) -> tuple[int, int]:
    """Return the width and height of a page's picture, as pdfium rounds them."""
    scale = _scale(page)
    width, height = page.get_size()
    return math.ceil(width * scale), math.ceil(height * scale)


def _read_page(document: pdfium.PdfDocument, page: Page, lines: Sequence[Sequence[Found]]) -> Page:
    """Return a page with the lines that were found on its picture, in place of its own."""
    shown = document[page.number - 1]
    where = pdfium.PdfPosConv(shown, (0, 0, *_size(shown), 0))

    def on_page(found: Found) -> Box:
        ax, ay = where.to_page(found.left, found.top)
        bx, by = where.to_page(found.right, found.bottom)
        return min(ax, bx), min(ay, by), max(ax, bx), max(ay, by)

    boxed = [[on_page(word) for word in line] for line in lines]
    shown.close()
    turns = Counter(_turns(line) for line in boxed for _ in line).most_common(1)[0][0]
    read = []
    for words, boxes in zip(lines, boxed, strict=True):
        in_frame = [turned(box, turns) for box in boxes]
        read.append(_line(page.number, [word.text for word in words], in_frame))
    return replace(page, turns=turns, lines=read, aside=[], rules=[])


def _turns(line: Sequence[Box]) -> int:
    """Return by how many quarters the direction of a line's words is turned."""
    (ax0, ay0, ax1, ay1), (bx0, by0, bx1, by1) = line[0], line[-1]
    across, up = (bx0 + bx1) - (ax0 + ax1), (by0 + by1) - (ay0 + ay1)
    return round(math.atan2(up, across) * 2 / math.pi) % 4


def _line(number: int, texts: Sequence[str], boxes: Sequence[Box]) -> Line:
    """Return a line whose words are all as high: on a picture each is as high as its letters."""
    top = max(y1 for _, _, _, y1 in boxes)
    lows = sorted(
        y0 for text, (_, y0, _, _) in zip(texts, boxes, strict=True) if not _BELOW.search(text)
    )
    base = lows[len(lows) // 2] if lows else min(y0 for _, y0, _, _ in boxes)
    low = base - 0.25 * (top - base)
    broken = len(texts[-1]) > 1 and texts[-1][-1] in "-\u2010\xad"
    if broken:
        texts = [*texts[:-1], texts[-1][:-1]]
    words = [
        Word(text, x0, low, x1, top) for text, (x0, _, x1, _) in zip(texts, boxes, strict=True)
    ]
    return Line.of(number, words, broken)


def named_pages(pages: Sequence[int]) -> str:
    """Return "page 2", or "pages 2-4, 7"."""
    runs: list[list[int]] = []
    for page in sorted(pages):
        if runs and page == runs[-1][-1] + 1:
            runs[-1].append(page)
        else:
            runs.append([page])
    said = ", ".join(f"{run[0]}-{run[-1]}" if len(run) > 1 else str(run[0]) for run in runs)
    return f"pages {said}" if len(pages) > 1 else f"page {said}"


def _named(pages: Sequence[int], one: str, many: str) -> str:
    """Return "page 2 has", "pages 2-4, 7 have"."""
    return f"{named_pages(pages)} {many if len(pages) > 1 else one}"
