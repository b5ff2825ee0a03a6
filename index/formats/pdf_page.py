"""A page of a PDF: its lines as they were written, its rules, and what is filled in and noted."""

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from ctypes import byref, c_float, c_int, c_ushort, create_string_buffer
from dataclasses import dataclass

import pypdfium2 as pdfium
from pypdfium2 import raw as pdfium_c

from index.formats.pdf_lines import Box, Line, Word, turned

# Scripts that do not part words are boxed character by character.
_WORD = re.compile("[^\\s\u2e80-\U0010ffff]+|[\u2e80-\U0010ffff]")
# pdfium gives \x02 for a hyphen that parts a word, and then no line end.
_LINE = re.compile("([^\r\n\x02]+)(\x02?)")
_BOLD = re.compile(rb"bold|black|heavy|demi|cmbx|\bbx", re.IGNORECASE)
_UNSEEN = dict.fromkeys([0xAD, *range(0x200B, 0x200E), 0x2060, 0xFEFF])  # soft hyphens, zero width
# TeX's older fonts draw an accent by itself, before its letter. (` before a word is a quote.)
_ACCENTED = re.compile("([\u00a8\u00b4\u00b8\u02c6\u02c7\u02dc]|(?<=[^\\W\\d_])`)([A-Za-z\u0131])")
_COMBINING = dict(
    zip(
        "\u00a8\u00b4\u00b8\u02c6\u02c7\u02dc`",
        "\u0308\u0301\u0327\u0302\u030c\u0303\u0300",
        strict=True,
    )
)
_OBJECTS = 20_000  # of a page; more is a map or a plot
_SEGMENTS = 2_000  # of a path
_INNER = 100
_THIN = 3.0  # points
_TILT = 0.5  # points
_PASSWORD = 1 << 13  # a flag of a field
_LINE_HEIGHT = 13.0  # points; fields are higher than their text
_FIELD_CHARS = 30


@dataclass(frozen=True, slots=True)
class Page:
    """What is on a page; boxes are in the frame in which most of its text runs to the right.

    `turns` is how many quarters that frame is turned from the page's own. `aside` are lines that
    run in another direction, as a stamp in the margin does. `values` are filled in in a form.
    `rules` are thin boxes: lines and the edges of rectangles. `pictured` is the share of the page
    under its largest picture, `shapes` how many are drawn on it.
    """

    number: int
    turns: int
    lines: list[Line]
    aside: list[Line]
    values: list[Line]
    rules: list[Box]
    notes: list[str]
    pictured: float
    shapes: int


def read_page(document: pdfium.PdfDocument, number: int) -> Page:
    """Read a page (counted from 0)."""
    page = document[number]
    text_page = page.get_textpage()
    try:
        found = list(_lines(text_page, number + 1))
        turns = Counter(turn for turn, _ in found).most_common(1)[0][0] if found else 0
        rules, pictured, shapes = _drawn(page)
        values, notes = _annotations(document, page, number + 1)
        return Page(
            number=number + 1,
            turns=turns,
            lines=[_turned(line, turns) for turn, line in found if turn == turns],
            aside=[_turned(line, turns) for turn, line in found if turn != turns],
            values=[_turned(line, turns) for line in values],
            rules=[turned(rule, turns) for rule in rules],
            notes=notes,
            pictured=pictured,
            shapes=shapes,
        )
    finally:
        text_page.close()
        page.close()


def _turned(line: Line, turns: int) -> Line:
    if not turns:
        return line
    words = [Word(w.text, *turned(w[1:5], turns), w.spaced) for w in line.words]
    return Line.of(line.page, words, line.broken, line.row, line.bold)


def _lines(text_page: pdfium.PdfTextPage, number: int) -> Iterator[tuple[int, Line]]:
    """Yield the lines of a page, in pdfium's order, and the quarters that each is turned by."""
    handle = text_page.raw
    box_of = pdfium_c.FPDFText_GetLooseCharBox
    text = _characters(text_page)
    first, last = pdfium_c.FS_RECTF(), pdfium_c.FS_RECTF()
    one, two = byref(first), byref(last)
    for line in _LINE.finditer(text):
        words = []
        at = line.start(1)
        plain = line.group(1).isascii() and "`" not in line.group(1)
        for word in _WORD.finditer(text, at, line.end(1)):
            start, end = word.span()
            shown = word.group()
            if not plain:
                shown = _ACCENTED.sub(_composed, shown.translate(_UNSEEN))
            if shown and box_of(handle, start, one) and box_of(handle, end - 1, two):
                x0, y0, x1, y1 = first.left, first.bottom, first.right, first.top
                a0, b0, a1, b1 = last.left, last.bottom, last.right, last.top
                words.append(
                    Word(
                        shown,
                        x0 if x0 < a0 else a0,
                        y0 if y0 < b0 else b0,
                        x1 if x1 > a1 else a1,
                        y1 if y1 > b1 else b1,
                        start > at,
                    )
                )
            at = end
        if words:
            start = line.start(1)
            turns = -round(pdfium_c.FPDFText_GetCharAngle(handle, start) * 2 / math.pi) % 4
            broken = bool(line.group(2)) or text[line.end(1) - 1] == "\xad"
            yield turns, Line.of(number, words, broken, bold=_is_bold(handle, start))


def _characters(text_page: pdfium.PdfTextPage) -> str:
    """Return the characters of a page; each has the number that pdfium gives it."""
    handle, count = text_page.raw, text_page.count_chars()
    units = (c_ushort * (count + 1))()
    # All at once is faster; but what has no character is left out, and rare ones are two units.
    if pdfium_c.FPDFText_GetText(handle, 0, count, units) == count + 1:
        text = bytes(units)[: 2 * count].decode("utf-16-le", "surrogatepass")
        text = text.replace("￾", "")  # as hyphens that part words are given there
        if len(text) == count and "\0" not in text:
            return text
    return "".join([chr(pdfium_c.FPDFText_GetUnicode(handle, i)) for i in range(count)])


def _composed(accented: re.Match[str]) -> str:
    letter = accented.group(2).replace("\u0131", "i")
    whole = unicodedata.normalize("NFC", letter + _COMBINING[accented.group(1)])
    return whole if len(whole) == 1 else accented.group()


def _is_bold(handle: object, character: int) -> bool:
    name, flags = create_string_buffer(64), c_int()
    pdfium_c.FPDFText_GetFontInfo(handle, character, name, len(name), byref(flags))
    return _BOLD.search(name.value) is not None


def _drawn(page: pdfium.PdfPage) -> tuple[list[Box], float, int]:
    """Return a page's rules, the share of it under its largest picture, and its other shapes.

    What is drawn as one, such as a page inside a page, counts as many shapes.
    """
    rules: list[Box] = []
    shapes = 0
    largest = 0.0
    count = pdfium_c.FPDFPage_CountObjects(page)
    for i in range(min(count, _OBJECTS)):
        item = pdfium_c.FPDFPage_GetObject(page, i)
        kind = pdfium_c.FPDFPageObj_GetType(item)
        shapes += _INNER if kind == pdfium_c.FPDF_PAGEOBJ_FORM else 0
        if kind not in {pdfium_c.FPDF_PAGEOBJ_PATH, pdfium_c.FPDF_PAGEOBJ_IMAGE}:
            continue
        edges = [c_float() for _ in range(4)]
        if not pdfium_c.FPDFPageObj_GetBounds(item, *map(byref, edges)):
            continue
        x0, y0, x1, y1 = (edge.value for edge in edges)
        if kind == pdfium_c.FPDF_PAGEOBJ_IMAGE:
            largest = max(largest, (x1 - x0) * (y1 - y0))
        elif min(x1 - x0, y1 - y0) <= _THIN:
            rules.append((x0, y0, x1, y1))
        else:
            shapes += 1
            rules += _edges(item) if count < _OBJECTS else ()
    width, height = page.get_size()
    return rules, largest / max(width * height, 1.0), shapes


def _edges(path: object) -> Iterator[Box]:
    """Yield the straight parts of a path that run along the page's edges."""
    matrix = pdfium_c.FS_MATRIX()
    pdfium_c.FPDFPageObj_GetMatrix(path, byref(matrix))
    x, y = c_float(), c_float()
    at = start = (0.0, 0.0)
    for i in range(min(pdfium_c.FPDFPath_CountSegments(path), _SEGMENTS)):
        segment = pdfium_c.FPDFPath_GetPathSegment(path, i)
        pdfium_c.FPDFPathSegment_GetPoint(segment, byref(x), byref(y))
        point = (
            matrix.a * x.value + matrix.c * y.value + matrix.e,
            matrix.b * x.value + matrix.d * y.value + matrix.f,
        )
        kind = pdfium_c.FPDFPathSegment_GetType(segment)
        if kind == pdfium_c.FPDF_SEGMENT_MOVETO:
            start = point
        ends = [(at, point)] if kind == pdfium_c.FPDF_SEGMENT_LINETO else []
        if pdfium_c.FPDFPathSegment_GetClose(segment):
            ends.append((point, start))
        for (ax, ay), (bx, by) in ends:
            if abs(ax - bx) < _TILT or abs(ay - by) < _TILT:
                yield min(ax, bx), min(ay, by), max(ax, bx), max(ay, by)
        at = point


def _annotations(
    document: pdfium.PdfDocument, page: pdfium.PdfPage, number: int
) -> tuple[list[Line], list[str]]:
    """Return the values of a page's form, each at its place, and the texts of its notes."""
    values: list[Line] = []
    notes: list[str] = []
    for i in range(pdfium_c.FPDFPage_GetAnnotCount(page)):
        annotation = pdfium_c.FPDFPage_GetAnnot(page, i)
        if not annotation:
            continue
        flags = pdfium_c.FPDFAnnot_GetFlags(annotation)
        kind = pdfium_c.FPDFAnnot_GetSubtype(annotation)
        if flags & (pdfium_c.FPDF_ANNOT_FLAG_HIDDEN | pdfium_c.FPDF_ANNOT_FLAG_NOVIEW):
            pass
        elif kind == pdfium_c.FPDF_ANNOT_WIDGET:
            values += _value(document, annotation, number)
        elif kind not in {pdfium_c.FPDF_ANNOT_LINK, pdfium_c.FPDF_ANNOT_POPUP}:
            said = utf16(pdfium_c.FPDFAnnot_GetStringValue, annotation, b"Contents").strip()
            author = utf16(pdfium_c.FPDFAnnot_GetStringValue, annotation, b"T").strip()
            notes += [f"{author}: {said}" if said and author else said]
        pdfium_c.FPDFPage_CloseAnnot(annotation)
    return values, [note for note in notes if note]


def _value(document: pdfium.PdfDocument, annotation: object, number: int) -> Iterator[Line]:
    """Yield what is filled in in a field as one line."""
    form = document.formenv
    if form is None:
        return
    kind = pdfium_c.FPDFAnnot_GetFormFieldType(form, annotation)
    if kind in {pdfium_c.FPDF_FORMFIELD_CHECKBOX, pdfium_c.FPDF_FORMFIELD_RADIOBUTTON}:
        said = "[x]" if pdfium_c.FPDFAnnot_IsChecked(form, annotation) else "[ ]"
    elif (
        kind == pdfium_c.FPDF_FORMFIELD_PUSHBUTTON
        or pdfium_c.FPDFAnnot_GetFormFieldFlags(form, annotation) & _PASSWORD
    ):
        said = ""
    else:
        said = utf16(pdfium_c.FPDFAnnot_GetFormFieldValue, form, annotation)
    rect = pdfium_c.FS_RECTF()
    lines = [line.split() for line in said.translate(_UNSEEN).splitlines() if line.strip()]
    if not lines or not pdfium_c.FPDFAnnot_GetRect(annotation, byref(rect)):
        return
    x0, x1 = sorted((rect.left, rect.right))
    y0, y1 = sorted((rect.bottom, rect.top))
    height = min((y1 - y0) / len(lines), _LINE_HEIGHT)
    top = (y0 + y1) / 2 + height / 2 if len(lines) == 1 else y1
    boxed = []
    for n, words in enumerate(lines):
        width = (x1 - x0) / max(sum(len(word) + 1 for word in words), _FIELD_CHARS)
        at, low = x0, top - (n + 1) * height
        for word in words:
            boxed.append(Word(word, at, low, at + width * len(word), low + height))
            at += width * (len(word) + 1)
    yield Line.of(number, boxed, row=True)


def utf16(function: object, *arguments: object) -> str:
    """Return a string that pdfium gives in UTF-16."""
    size = function(*arguments, None, 0)  # type: ignore[operator]
    units = (c_ushort * (size // 2 + 1))()
    function(*arguments, units, size)  # type: ignore[operator]
    return bytes(units).decode("utf-16-le", "replace").split("\0", 1)[0]
