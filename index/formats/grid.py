"""Pure: the cells of a table, whatever its format -> its title lines, header and rows as text.

A file seldom says which row names the columns. The header is the widest row of names above the
first one of values, with those that part or group its names; what is above it are title lines.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise, zip_longest
from statistics import median

from index.rows import as_name, row_text

Row = tuple[int, Sequence[str]]  # its number as a spreadsheet or an editor counts, its cells

_LOOKED_AT = 40  # rows from the top; nobody writes a longer title
_WIDE = 0.7  # of the usual number of cells, at least, that a header fills
_NAME_CHARS = 60
_LONG = 300  # characters of a value that is a text of its own
_LONG_LINES = 100  # the same, of one of several lines
# What names no column: amounts, dates, times, telephone numbers, addresses.
_VALUE = re.compile(
    r"[^\w]*\d[\d.,'’/:+\-\s\u00a0()]*(?:%|[€$£]|[^\W\d_]{1,4}\.?)?|[\d\W]+|[^\s@]+@[^\s@]+|https?://\S+"
    r"|\d{1,2}\.? [^\W\d_]{3,9}\.? \d{2,4}|true|false|yes|no",
    re.IGNORECASE,
)
_YEAR = re.compile(r"(?:19|20)\d\d")


@dataclass(frozen=True, slots=True)
class Grid:
    """A table: title lines above it, the names of its columns if it has some, and its rows.

    In a table of `facts` each row is one: what it is called, and its value.
    """

    titles: tuple[Row, ...]
    names: tuple[str, ...]
    rows: tuple[Row, ...]
    facts: bool = False

    def lines(self) -> Iterator[tuple[int, str]]:
        """Yield (number, text) of each title line and row; index/rows.py says how a row reads."""
        for number, cells in self.titles:
            yield number, " ".join(dict.fromkeys(cell for cell in cells if cell))
        for number, cells in self.rows:
            if self.facts:
                yield number, _fact(cells)
            elif _is_note(cells):
                yield number, cells[0]
            else:
                yield number, row_lines(self.names, cells)


def grid(rows: Iterable[Row], named: bool | None = None, facts: bool = False) -> Grid:
    """Find the header of a table; `named` says whether the first row is it, where the file does.

    A table of two columns without a header is one of facts; `facts` says that such a table of
    words alone, which could be either, is one, too.
    """
    found = [(n, [cell.strip() for cell in cells]) for n, cells in rows]
    found = [(n, cells) for n, cells in found if any(cells)]
    at = 0 if named else None if named is False else _header_at(found, facts)
    width = max((_width(cells) for _, cells in found), default=0)
    if at is None or at + 1 >= len(found):
        return Grid((), (), tuple(found), facts=width == 2)
    first, last = _header_of(found, at)
    names = _joined([cells for _, cells in found[first : last + 1]])
    unique = tuple(name if names.index(name) == n else "" for n, name in enumerate(names))
    return Grid(tuple(found[:first]), unique if width > 1 else (), tuple(found[last + 1 :]))


def row_lines(names: Sequence[str], values: Sequence[str]) -> str:
    """Return a row as text: a line of its short cells, then each text in it on lines of its own."""
    short = ["" if _is_long(value) else value for value in values]
    lines = [row_text(names, short)]
    for n, value in enumerate(values):
        if _is_long(value):
            name = as_name(names[n]) if n < len(names) else ""
            lines.append(f"{name}: {value}" if name else value)
    return "\n".join(line for line in lines if line)


def _is_long(value: str) -> bool:
    return len(value) > (_LONG_LINES if "\n" in value else _LONG)


def _fact(cells: Sequence[str]) -> str:
    name, rest = as_name(cells[0]), " ".join(cell for cell in cells[1:] if cell)
    return f"{name}: {rest}" if name and rest else name or rest


def _is_note(cells: Sequence[str]) -> bool:
    """Whether a row is a heading or a note among the others: one text, in the first column or all.

    One in all columns that are filled, but not in the first, is a value.
    """
    if not cells or not cells[0]:
        return False
    filled = [cell for cell in cells if cell]
    same = len(set(filled)) == 1 and not any(map(str.isdigit, cells[0]))
    return len(cells) > 2 and same and len(filled) in (1, len(cells))


def _header_of(rows: Sequence[Row], at: int) -> tuple[int, int]:
    """Return the first and the last row of a header, of which one is known.

    A name that spans columns, and so is in each of them, groups the names in the row below.
    """
    cells = [cells for _, cells in rows[: at + _LOOKED_AT]]
    valued = not all(map(_names, cells))
    first = last = at
    while first and _groups(cells[first - 1], cells[first], valued):
        first -= 1
    while last + 2 < len(cells) and _groups(cells[last], cells[last + 1], valued):
        last += 1
    return first, last


def _groups(above: Sequence[str], below: Sequence[str], valued: bool) -> bool:
    """Whether a row groups the names below it; in a table of words they may be the first values."""
    spans = [
        (a, b)
        for (a, after), (b, next_) in zip(pairwise(above), pairwise(below), strict=False)
        if a and a == after and b != next_
    ]
    alike = len({cell for cell in above if cell}) == 1 and all(above)  # a title over all columns
    tall = any(b and a in ("", b) for a, b in zip(above, below, strict=False))
    return bool(spans) and not alike and (valued or tall) and _names(above) and _names(below)


def _joined(rows: Sequence[Sequence[str]]) -> list[str]:
    """Return the names of columns that are spread over several rows: "Price, Adult"."""
    return [", ".join(dict.fromkeys(filter(None, column))) for column in zip_longest(*rows)]


def _header_at(rows: Sequence[Row], facts: bool) -> int | None:
    """Return which row is the header, None for no row."""
    looked_at = [cells for _, cells in rows[:_LOOKED_AT]]
    counts = [sum(map(bool, cells)) for cells in looked_at]
    if not looked_at:
        return None
    enough = max(_WIDE * median(counts), min(2, max(counts)))
    wide = [
        n
        for n, cells in enumerate(looked_at)
        if counts[n] + (not cells[0]) >= enough  # the column of the rows' names often has none
        and not _is_note(cells)
    ]
    names = [n for n in wide if _names(looked_at[n])]
    values = next((n for n in wide if n not in names), None)
    if values is None:  # words alone: nothing but its width tells the header from the rows
        at = max(wide, key=lambda n: (counts[n], -n), default=0)
        narrower = at and 1 < counts[at - 1] < counts[at]  # whose names may span columns
        grouped = narrower and not _groups(looked_at[at - 1], looked_at[at], valued=False)
        return None if grouped or (facts and max(map(_width, looked_at)) == 2) else at
    before = [n for n in names if n < values]
    if not before or _are_facts(looked_at[before[0] :]):
        return None
    return max(before, key=lambda n: (counts[n], -n))


def _names(cells: Sequence[str]) -> bool:
    """Whether a row may name columns. Years may, where the first column has another name."""
    filled = [cell for cell in cells if cell]
    years = all(_YEAR.fullmatch(cell) for cell in cells[1:] if cell) and len(filled) > 1
    return all(
        len(cell) <= _NAME_CHARS and (not _VALUE.fullmatch(cell) or (years and n > 0))
        for n, cell in enumerate(cells)
        if cell
    )


def _are_facts(rows: Sequence[Sequence[str]]) -> bool:
    """Whether rows of two cells name their own values: the values are of several kinds."""
    if max(map(_width, rows)) != 2 or len(rows) < 4:
        return False
    kinds = [bool(_VALUE.fullmatch(cells[1])) for cells in rows[1:] if len(cells) > 1 and cells[1]]
    return 0.2 < sum(kinds) / max(len(kinds), 1) < 0.8


def _width(cells: Sequence[str]) -> int:
    return max((n + 1 for n, cell in enumerate(cells) if cell), default=0)
