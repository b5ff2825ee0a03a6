"""Pure: the running headers and footers of a PDF, apart from the text that they cut."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise
from statistics import median

from index.formats.pdf_lines import Line, joined, rows_of

_ROWS = 8  # at an edge of a page, among which running lines are looked for
_APART = 1.5  # times the step from row to row, between running lines and the text, at least
_NUMBER = re.compile(r"\b\d{1,5}\b")
_LAST_NUMBER = re.compile(r"\b\d{1,5}\b(?=\D*$)")
_PAGE = re.compile(
    r"\W*(?:(?:p(?:age|\.|g\.|\u00e1gina|\u00e1g\.|agina)?|s(?:eite|\.|ida|ide|heet)?|blad|str\.?)\W*)?\d+"
    r"\W*(?:(?:of|von|de|di|sur|av|af|van|z|/)?\W*\d+\W*)?",
    re.IGNORECASE,
)
_PAGE_CHARS = 60  # of "- page 12 of 200 -"
_AT_ENDS = re.compile(r"^\W*(\d{1,4}|[ivxlc]+)\b|\b(\d{1,4}|[ivxlc]+)\W*$", re.IGNORECASE)
_ROMAN = re.compile(r"(?=.)(c{0,3})(xc|xl|l?x{0,3})(ix|iv|v?i{0,3})", re.IGNORECASE)
_COUNTED = "#"
_ENDS_ONLY = re.compile(_COUNTED + r"\d -?\d+")
_ROMANS = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}

_Row = list[Line]


def without_running(pages: Sequence[Sequence[Line]]) -> tuple[list[list[Line]], list[Line]]:
    """Return the lines of each page but for running headers and footers, and each of those once.

    A running line is one of those at the edge of a page, apart from its text, that say the same on
    another page, or the same but for the page's number.
    """
    rows = [rows_of(page) for page in pages]
    seen: dict[str, list[int]] = defaultdict(list)  # the pages, by what is there
    for number, page in enumerate(rows):
        for side in (1, -1):
            for key in {key for row in page[::side][:_ROWS] for key in _keys(row, side)}:
                seen[key].append(number)
    full = sum(bool(page) for page in pages)
    running = {key for key, found in seen.items() if _is_running(key, found, full)}
    out: dict[int, Line] = {}
    for page in rows:
        for side in (1, -1):
            for row in _outer(page[::side], side, running):
                out |= {id(line): line for line in row}
    rest = [[line for line in page if id(line) not in out] for page in pages]
    return rest, list(_once(rows, out))


def _is_running(key: str, pages: Sequence[int], full: int) -> bool:
    """Whether lines on these pages are running, of so many pages with text."""
    if key.startswith(_COUNTED):
        return len(pages) > 2 and _is_dense(pages)
    return len(pages) > 1 and (len(pages) >= 0.4 * full or _is_dense(pages))


def _is_dense(pages: Sequence[int]) -> bool:
    """Whether three of five pages that follow one another are among these."""
    return any(last - first < 5 for first, last in zip(pages, pages[2:], strict=False))


def _outer(page: Sequence[_Row], side: int, running: set[str]) -> Sequence[_Row]:
    """Return the running rows of a page, whose rows are given from one edge to the other."""
    n = 0
    while n < len(page[:_ROWS]) and not running.isdisjoint(_keys(page[n], side)):
        n += 1
    n = min(n, max(3, len(page) // 2), len(page) - 1)  # there is a text that they run beside
    steps = [abs(one[0].base - two[0].base) for one, two in pairwise(page)]
    while n > 0:
        height = max(page[n][0].height, page[n - 1][0].height)
        usual = min(median(steps[n:] or [height]), 2 * height)
        if steps[n - 1] > _APART * max(usual, height):
            break
        n -= 1
    return page[: max(n, 0)]


def _keys(row: _Row, side: int) -> Iterator[str]:
    """Yield a row's text, and with its first and its last number counted from the page's."""
    text = " ".join(line.text for line in row)
    page = row[0].page

    def relative(number: re.Match[str]) -> str:
        return f"#{int(number.group()) - page}"

    yield f"{side} {text}"
    counted = "" if len(text) <= _PAGE_CHARS and _PAGE.fullmatch(text) else _COUNTED
    for pattern in (_NUMBER, _LAST_NUMBER):
        if (said := pattern.sub(relative, text, count=1)) != text:
            yield f"{counted}{side} {said}"
    for match in _AT_ENDS.finditer(text):
        number = _count(match.group(1) or match.group(2))
        if number is not None:  # a chapter's name may be beside the page's number
            yield f"{_COUNTED}{side} {number - page}"


def _count(number: str) -> int | None:
    if number.isdecimal():
        return int(number)
    if not _ROMAN.fullmatch(number):
        return None
    values = [_ROMANS[letter] for letter in number.lower()]
    return sum(-a if a < b else a for a, b in zip(values, [*values[1:], 0], strict=True))


def _once(pages: Sequence[Sequence[_Row]], out: dict[int, Line]) -> Iterator[Line]:
    """Yield each of the rows that are left out where it comes first."""
    seen: set[str] = set()
    for row in (row for page in pages for row in page if id(row[0]) in out):
        keys = {key for key in _keys(row, 0) if not _ENDS_ONLY.fullmatch(key)}
        if seen.isdisjoint(keys):
            yield joined(row, row=True)
        seen |= keys
