"""Pure: the tables of a PDF's page -> lines, one a row, each cell with the name of its column."""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence

from index.formats.grid import grid
from index.formats.pdf_lines import Box, Line, Word, joined, rows_of
from index.rows import as_name

Cell = list[Line]  # its lines, from the top down

_NEAR = 3.0  # points between rules that are one
_RULES = 600  # of a page; more is a plot
_STEP = 1.6  # heights of a line, from line to line of a cell, at most
_CELLS = 5_000  # of a table
_FILLED = 0.4  # of a table's cells, at least
_PROSE = 60  # words of a cell on average, from which on it is a layout and no table
_FIGURES = re.compile(r"[\W\d]*\d[\W\d]*\w{0,3}|[-–—]|yes|no", re.IGNORECASE)


def rows_as_lines(rows: Sequence[Sequence[Cell]]) -> list[Line]:
    """Return a line for each row of a table, whose cells may be empty."""
    rows = [row for row in rows if any(row)]
    texts = [[_text(cell) for cell in row] for row in rows]
    bold = len(rows) > 1 and _is_bold(rows[0]) and not all(map(_is_bold, rows[1:]))
    wide = rows and sum(map(bool, texts[0])) > 1
    found = grid(enumerate(texts), named=True if bold and wide else None, facts=True)
    if not found.names:
        return [_row(row, None) for row in rows]
    head = len(rows) - len(found.rows)
    names = [as_name(name) for name in found.names]
    return [_row(row, names if n >= head else ()) for n, row in enumerate(rows)]


def is_figure(text: str) -> bool:
    """Whether a cell holds a figure, or says that there is none; a list of pages does not."""
    return _FIGURES.fullmatch(text) is not None and text.count(", ") < 2


def _is_bold(row: Sequence[Cell]) -> bool:
    return all(line.bold for cell in row for line in cell)


def _row(row: Sequence[Cell], names: Sequence[str] | None) -> Line:
    """Return a row as a line: "Name: value | Name: value", or what its cells hold."""
    words: list[Word] = []
    lines = [line for cell in row for line in cell]
    two = len(row) == 2 and names is None
    for n, cell in enumerate(row):
        found = _words(cell)
        if not found:
            continue
        if words and two and not words[-1].text.endswith(":"):
            words.append(_said(":", words[-1])._replace(spaced=False))
        elif words and not two:
            words.append(_said("|", words[-1]))
        if names is not None and n < len(names) and names[n]:
            words += [_said(part, found[0]) for part in f"{names[n]}:".split()]
        words += found
    return Line.of(lines[0].page, words, row=True, bold=all(line.bold for line in lines))


def _said(text: str, near: Word) -> Word:
    return Word(text, *near[1:5], drawn=False)


def _words(cell: Cell) -> list[Word]:
    words: list[Word] = []
    for before, line in zip([None, *cell], cell, strict=False):
        whole = before is not None and before.broken
        words += [line.words[0]._replace(spaced=not whole), *line.words[1:]]
    return [word._replace(text="/") if word.text == "|" else word for word in words]


def _text(cell: Cell) -> str:
    return " ".join(line.text for line in cell)


def ruled(lines: Sequence[Line], rules: Sequence[Box]) -> list[tuple[set[int], list[Line]]]:
    """Find the tables whose cells have rules between them.

    Returns for each the lines that are in it, by their number in `lines`, and those that take their
    place.
    """
    if not 4 <= len(rules) <= _RULES:
        return []
    found = []
    taken = set[int]()
    for table in _grids(rules):
        inside = {n for n, line in enumerate(lines) if n not in taken and table.holds(line)}
        if inside and _is_table(rows := table.cells([lines[n] for n in sorted(inside)])):
            taken |= inside
            found.append((inside, rows_as_lines(rows)))
    return found


def _is_table(rows: Sequence[Sequence[Cell]]) -> bool:
    """Whether what is between rules is a table, not a framed page or a drawing."""
    cells = [cell for row in rows for cell in row]
    filled = [cell for cell in cells if cell]
    several = sum(sum(map(bool, row)) > 1 for row in rows)
    words = sum(len(line.words) for cell in filled for line in cell)
    return (
        len(filled) >= _FILLED * len(cells)
        and several >= max(2, 0.5 * sum(map(any, rows)))
        and words <= _PROSE * len(filled)
    )


class _Grid:
    """Where the rules of a table are: `xs` from the left, `ys` from the bottom."""

    def __init__(self, across: Sequence[Box], down: Sequence[Box]) -> None:
        self.across, self.down = across, down
        self.xs = _clusters([(x0 + x1) / 2 for x0, _, x1, _ in down])
        self.ys = _clusters([(y0 + y1) / 2 for _, y0, _, y1 in across])
        # A table may be open at its sides.
        self.xs = _clusters([*self.xs, min(r[0] for r in across), max(r[2] for r in across)])

    def is_table(self) -> bool:
        columns, rows = len(self.xs) - 1, len(self.ys) - 1
        return columns > 1 and rows > 1 and columns * rows <= _CELLS

    def holds(self, line: Line) -> bool:
        x, y = (line.x0 + line.x1) / 2, line.base + line.height / 2
        return self.xs[0] <= x <= self.xs[-1] and self.ys[0] <= y <= self.ys[-1]

    def cells(self, lines: Sequence[Line]) -> list[list[Cell]]:
        """Return the cells of each row, from the top down; what is in none is put in the next."""
        columns, rows = len(self.xs) - 1, len(self.ys) - 1
        left = [[self._begins(c, r) for c in range(columns)] for r in range(rows)]
        cells: list[list[Cell]] = [[[] for _ in range(columns)] for _ in range(rows)]
        for line in lines:
            for part in self._cut(line):
                x = (part.x0 + part.x1) / 2
                y = part.base + part.height / 2
                column = min(max(bisect_right(self.xs, x) - 1, 0), columns - 1)
                row = min(max(bisect_right(self.ys, y) - 1, 0), rows - 1)
                cells[row][left[row][column]].append(part)
        self._spread(cells)
        return cells[::-1]

    def _cut(self, line: Line) -> Iterator[Line]:
        """Cut a line where one of its words is in another column than the one before it."""
        start, column = 0, -1
        for n, word in enumerate(line.words):
            at = bisect_right(self.xs, (word.x0 + word.x1) / 2)
            if n and at != column:
                yield Line.of(line.page, line.words[start:n], bold=line.bold)
                start = n
            column = at
        yield Line.of(line.page, line.words[start:], line.broken, bold=line.bold)

    def _begins(self, column: int, row: int) -> int:
        """Return the column in which a cell begins: without a rule between, two are one."""
        middle = (self.ys[row] + self.ys[row + 1]) / 2
        while column and not any(
            abs((x0 + x1) / 2 - self.xs[column]) <= _NEAR and y0 <= middle <= y1
            for x0, y0, x1, y1 in self.down
        ):
            column -= 1
        return column

    def _spread(self, cells: list[list[Cell]]) -> None:
        """Give what is in a cell of several rows to each of them."""
        for c in range(len(self.xs) - 1):
            middle = (self.xs[c] + self.xs[c + 1]) / 2
            run = [0]
            for r in range(1, len(cells) + 1):
                apart = r == len(cells) or any(
                    abs((y0 + y1) / 2 - self.ys[r]) <= _NEAR and x0 <= middle <= x1
                    for x0, y0, x1, y1 in self.across
                )
                if not apart:
                    run.append(r)
                    continue
                inside = [line for row in reversed(run) for line in cells[row][c]]
                if len(run) > 1 and inside:
                    for row in run:
                        cells[row][c] = inside
                run = [r]


def _grids(rules: Sequence[Box]) -> Iterator[_Grid]:
    """Yield the tables that rules make which touch one another."""
    across = [rule for rule in rules if rule[2] - rule[0] > rule[3] - rule[1]]
    down = [rule for rule in rules if rule[2] - rule[0] <= rule[3] - rule[1]]
    group = list(range(len(across) + len(down)))

    def root(n: int) -> int:
        while group[n] != n:
            group[n] = n = group[group[n]]
        return n

    for a, (ax0, ay0, ax1, ay1) in enumerate(across):
        for d, (dx0, dy0, dx1, dy1) in enumerate(down, start=len(across)):
            apart = max(ax0 - dx1, dx0 - ax1, ay0 - dy1, dy0 - ay1)
            if apart <= _NEAR:
                group[root(d)] = root(a)
    grids: dict[int, tuple[list[Box], list[Box]]] = {}
    for n, rule in enumerate([*across, *down]):
        grids.setdefault(root(n), ([], []))[n >= len(across)].append(rule)
    for lying, upright in grids.values():
        if len(lying) > 1 and upright and (found := _Grid(lying, upright)).is_table():
            yield found


def _clusters(values: Sequence[float]) -> list[float]:
    """Return values of which those that are near one another are one."""
    found: list[float] = []
    for value in sorted(values):
        if not found or value - found[-1] > _NEAR:
            found.append(value)
    return found


def unruled(lines: Sequence[Line], edges: Sequence[float]) -> list[Line]:
    """Return the rows of a table without rules, as lines; `edges` part its columns.

    The lines are in the order in which they were written.
    """
    return rows_as_lines(_as_written(lines, edges) or _as_seen(lines, edges))


def _as_written(lines: Sequence[Line], edges: Sequence[float]) -> list[list[Cell]]:
    """Return the rows of a table that was written cell by cell, none of one that was not."""
    rows: list[list[Cell]] = []
    before = len(edges)
    for line in lines:
        column = bisect_right(edges, line.x0)
        cell = rows[-1][column] if rows else []
        if column == before and cell and 0 < cell[-1].base - line.base < _STEP * line.height:
            cell.append(line)
            continue
        if column <= before or not rows:
            rows.append([[] for _ in range(len(edges) + 1)])
        rows[-1][column].append(line)
        before = column
    bottoms = [min(line.base for cell in row for line in cell) for row in rows]
    tops = [max(line.base for cell in row for line in cell) for row in rows]
    down = all(bottom > top for bottom, top in zip(bottoms, tops[1:], strict=False))
    several = sum(sum(map(bool, row)) > 1 for row in rows)
    return rows if down and several > 1 and 2 * several >= len(rows) else []


def _as_seen(lines: Sequence[Line], edges: Sequence[float]) -> list[list[Cell]]:
    """Return the rows of a table by where its lines are."""
    rows: list[list[Cell]] = []
    for parts in rows_of(lines):
        row: list[Cell] = [[] for _ in range(len(edges) + 1)]
        for part in parts:
            row[bisect_right(edges, part.x0)].append(part)
        cells = [[joined(cell)] if cell else [] for cell in row]
        # What is below the other cells only continues them; a figure begins a new row.
        if (
            rows
            and not cells[0]
            and any(rows[-1])
            and _close(rows[-1], parts[0])
            and not any(map(_are_figures, rows[-1], cells))
        ):
            rows[-1] = [cell + more for cell, more in zip(rows[-1], cells, strict=True)]
        else:
            rows.append(cells)
    return rows


def _are_figures(one: Cell, two: Cell) -> bool:
    return all(cell and is_figure(cell[-1].text) for cell in (one, two))


def _close(row: Sequence[Cell], line: Line) -> bool:
    lowest = min(found.base for cell in row for found in cell)
    return lowest - line.base < _STEP * line.height
