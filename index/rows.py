"""Pure: rows of a table as lines, "Name: value | Name: value", and the cells found again in them.

Whatever format a table comes from, its rows are in a document's text in this form, each a place
of its own. "Name: value" lines that people write are rows of one cell.
"""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from index.types import Document

_BAR = " | "
_MAX_NAME = 60  # characters
_NAME_WORDS = 6  # of a name that people write before a colon
_LABEL = re.compile(rf"([^\s:|](?:[^\n:|]{{0,{_MAX_NAME - 2}}}[^\s:|])?)[^\S\n]*:(?:[^\S\n]+|$)")
_ROW = re.compile(r"\brow \d")


class Cell(NamedTuple):
    """A cell of a row: the name of its column, if any, is text[label:start], then its value."""

    name: str
    label: int
    start: int
    end: int


def row_text(names: Sequence[str], values: Sequence[str]) -> str:
    """Return a row as a line; empty cells are left out, and white space is folded.

    A value beyond the names, or of a column without one, is given by itself.
    """
    parts = []
    for n, value in enumerate(values):
        name = as_name(names[n]) if n < len(names) else ""
        if folded := " ".join("/" if word == "|" else word for word in value.split()):
            parts.append(f"{name}: {folded}" if name else folded)
    return _BAR.join(parts)


def as_name(name: str) -> str:
    """Return a name of a column as it is written in a row: short, on one line, without a colon."""
    folded = " ".join(name.replace("|", "/").split()).rstrip(": ")
    return folded.replace(":", " -")[:_MAX_NAME].strip()


def cells(text: str, start: int, end: int) -> list[Cell]:
    """Return the cells of the line text[start:end], none where it is not a row.

    At least half of the cells have names. One "Name: value" is a row, too.
    """
    found: list[Cell] = []
    at = start
    while at <= end:
        bar = text.find(_BAR, at, end)
        stop = bar if bar >= 0 else end
        label = _LABEL.match(text, at, stop)
        found.append(
            Cell(label.group(1), at, label.end(), stop) if label else Cell("", at, at, stop)
        )
        at = stop + len(_BAR)
    named = sum(cell.name != "" for cell in found)
    lone = len(found) == 1 and len(found[0].name.split()) > _NAME_WORDS
    return [] if lone or not named or 2 * named < len(found) else found


def is_row(text: str, start: int, end: int) -> bool:
    """Whether the line text[start:end] is a row of two cells or more."""
    return text.find(_BAR, start, end) >= 0 and len(cells(text, start, end)) > 1


def place_of(document: Document, offset: int) -> str | None:
    """Return what people call the place of an offset: "page 3", or "row 7, Phone" in a table."""
    place = document.place_at(offset)
    if place is not None and _ROW.search(place.label):
        names = _names_before(document.text, place.start, offset, place.end)
        return ", ".join([place.label, *filter(None, names[:1])])
    start, end = _line_at(document.text, offset)
    row = [cell for cell in cells(document.text, start, end) if cell.label <= offset]
    name = row[-1].name if is_row(document.text, start, end) else ""
    return ", ".join(filter(None, [place.label if place is not None else "", name])) or None


def _names_before(text: str, low: int, offset: int, high: int) -> list[str]:
    """Return the name of the cell in which an offset is, or none.

    A value of several lines begins on a line of its own.
    """
    for start, end in _lines_before(text, low, offset, high):
        found = cells(text, start, end)
        inside = [cell.name for cell in found if cell.label <= offset <= end]
        if found:
            return inside[-1:] or [cell.name for cell in found if len(found) == 1]
    return []


def _line_at(text: str, offset: int) -> tuple[int, int]:
    end = text.find("\n", offset)
    return text.rfind("\n", 0, offset) + 1, end if end >= 0 else len(text)


def _lines_before(text: str, low: int, offset: int, high: int) -> Iterator[tuple[int, int]]:
    """Yield (start, end) of the line that holds an offset, and of those before it."""
    end = text.find("\n", offset, high)
    end = end if end >= 0 else high
    while end > low:
        start = max(text.rfind("\n", low, end) + 1, low)
        yield start, end
        end = start - 1
