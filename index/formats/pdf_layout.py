"""Pure: the lines of a PDF's page as they were written -> as they are read.

The order in which a page was written is nearly always the one in which it is read, so it is kept
where nothing speaks against it: lines side by side, of columns that were written row by row or of
tables, or steps back up the page.
"""

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from math import inf
from statistics import median

from index.formats.pdf_lines import Box, Line, beside, joined, labelled, parts, rows_of
from index.formats.pdf_tables import is_figure, ruled, unruled

_BOXES = ("[x]", "[ ]")
_BESIDE, _ABOVE = (
    60.0,
    1.5,
)  # points between a box and its label; heights between a label and a value
_GUTTER = 0.6  # heights of a line between two columns, at least
_UP = 3  # heights of a line; a step up of more is no formula
_FULL = 0.7  # of its column's width is what a line of prose takes up
_PROSE = 0.6  # of a column's lines are full, if it is prose
_PROSE_WORDS = 3.5  # a line, on average
_CELLS = 0.6  # of the pairs of lines side by side, if they are those of a table
_DEPTH = 12  # columns in columns
_ROWS = 3  # of columns or a table, at least
_APART = 1.6  # of the usual step between rows: what is further away is apart

_WIDE = 4  # words of a line that runs across a gutter
_LABEL_WORDS = 6
_MARK = 4  # characters of a bullet, or of the number of a line

Free = tuple[float, float]  # from x to x there is nothing
_Order = Callable[[Line], int]  # the number of a line, in the order in which they were written


def arrange(lines: Sequence[Line], values: Sequence[Line], rules: Sequence[Box]) -> list[Line]:
    """Put the lines of a page in order, those filled in in a form at their labels."""
    found = _with_values([part for line in lines for part in parts(line)], values)
    replaced: dict[int, Sequence[Line]] = {}
    for inside, rows in ruled(found, rules):
        replaced |= dict.fromkeys(inside, ()) | {min(inside): rows}
    found = [each for n, line in enumerate(found) for each in replaced.get(n, [line])]
    if _is_in_order(found) and not _is_by_column(found):
        return found
    numbers = {id(line): n for n, line in enumerate(found)}
    return list(_read(found, lambda line: numbers[id(line)], _jumps(found), _DEPTH))


def _with_values(lines: list[Line], values: Sequence[Line]) -> list[Line]:
    """Put each value to its label: what is to its left or above it, of a box what is behind it."""
    for value in values:
        low, high = min(w.y0 for w in value.words), max(w.y1 for w in value.words)
        level = [line for line in lines if low < line.base + line.height / 2 < high]
        box = value.text in _BOXES
        if box:
            near = [line for line in level if 0 <= line.x0 - value.x0 < _BESIDE]
            label = min(near, key=lambda line: line.x0, default=None)
        else:
            near = [line for line in level if line.x0 < value.x0 and not line.row]
            above = [
                line
                for line in lines
                if 0 < line.base - high < _ABOVE * line.height and abs(line.x0 - value.x0) < _BESIDE
            ]
            label = max(near, key=lambda line: line.x0, default=above[-1] if above else None)
        if label is None:
            over = [n for n, line in enumerate(lines) if line.base >= low]
            lines.insert(over[-1] + 1 if over else 0, value)
        else:
            at = next(n for n, line in enumerate(lines) if line is label)
            lines[at] = joined([value, label] if box else [labelled(label), value], row=True)
    return lines


def _is_in_order(lines: Sequence[Line]) -> bool:
    return not _jumps(lines) and all(
        one.row or two.row or not one.level_with(two) for one, two in pairwise(lines)
    )


def _is_by_column(lines: Sequence[Line]) -> bool:
    """Whether a table, or a list of labels and values, was written column by column."""
    numbers = {id(line): n for n, line in enumerate(lines)}
    pairs = [
        pair
        for row in rows_of(lines)
        for pair in pairwise(row)
        if not pair[0].row and numbers[id(pair[1])] != numbers[id(pair[0])] + 1
    ]
    cells = sum(one.text.endswith(":") or is_figure(two.text) for one, two in pairs)
    return cells >= max(_ROWS, _CELLS * len(pairs))


def _jumps(lines: Sequence[Line]) -> bool:
    """Whether lines are above the ones before them in the same column: well above, or mostly."""
    steps = [
        (two.base - one.base) / two.height
        for one, two in pairwise(lines)
        if two.x0 < one.x1 and one.x0 < two.x1
    ]
    up, down = sum(step > 0.7 for step in steps), sum(step < -0.7 for step in steps)
    return up > down or any(step > _UP for step in steps)


def _read(lines: Sequence[Line], order: _Order, jumps: bool, depth: int) -> Iterator[Line]:
    """Yield lines in the order in which they are read."""
    rows = rows_of(lines)
    band = _band(rows, order) if depth and len(rows) > 1 else None
    if band is None:
        yield from _flow(rows if jumps else [sorted(lines, key=order)])
        return
    first, last, edge = band
    above, middle, below = (
        [line for row in part for line in row]
        for part in (rows[:first], rows[first : last + 1], rows[last + 1 :])
    )
    pieces = [(part, _read(part, order, jumps, depth - 1)) for part in (above, below) if part]
    pieces.insert(1 if above else 0, (middle, _side_by_side(middle, edge, order, jumps, depth - 1)))
    if not jumps:  # what is beside the band may have been written after it
        pieces.sort(key=lambda piece: min(map(order, piece[0])))
    for _, read in pieces:
        yield from read


def _flow(runs: Sequence[Sequence[Line]]) -> Iterator[Line]:
    """Yield lines of which the parts are put together that follow one another to the right."""
    for run in runs:
        for line in beside(run):
            yield joined(line, row=line[0].row or _is_label(line))


def _is_label(line: Sequence[Line]) -> bool:
    """Whether the parts of a line are a label and its value."""
    return len(line) == 2 and line[0].text.endswith(":")


def _band(rows: Sequence[Sequence[Line]], order: _Order) -> tuple[int, int, float] | None:
    """Find the rows, from the first to the last, that most of a page's gutter runs through.

    Returns them and where it runs; None where less than two rows have lines on both its sides.
    """
    heights = [line.height for row in rows for line in row]
    least = _GUTTER * median(heights)
    free = [_free(row) for row in rows]
    best: tuple[int, int, int, Free] | None = None
    seen: list[tuple[int, int, Free]] = []
    for n, gaps in enumerate(free):
        for gap in gaps[1:-1]:
            known = any(a <= n <= b and _shared(gap, g) >= least for a, b, g in seen)
            if known or gap[1] - gap[0] < least:
                continue
            first, up = _extent(free, n, gap, -1, least)
            last, both = _extent(free, n, up, 1, least)
            seen.append((first, last, both))
            crossed = free[first : last + 1]
            count = sum(any(_shared(g, both) >= least for g in row[1:-1]) for row in crossed)
            if count > 1 and (best is None or count > best[0]):
                best = count, first, last, both
    if best is None:
        return None
    _, first, last, gap = best
    return (*_trimmed(rows, first, last, gap, order), (gap[0] + gap[1]) / 2)


def _free(row: Sequence[Line]) -> list[Free]:
    """Return where a row has nothing: to its left, between its lines and to its right."""
    found = [(-inf, row[0].x0)]
    end = row[0].x1
    for line in row[1:]:
        found.append((end, line.x0))
        end = max(end, line.x1)
    return [*found, (end, inf)]


def _shared(one: Free, two: Free) -> float:
    return min(one[1], two[1]) - max(one[0], two[0])


def _extent(
    free: Sequence[Sequence[Free]], start: int, gap: Free, step: int, least: float
) -> tuple[int, Free]:
    """Follow a gap from row to row as long as it is wide enough; return the last and the gap."""
    at = start
    while 0 <= at + step < len(free):
        other = max(free[at + step], key=lambda other: _shared(gap, other))
        if _shared(gap, other) < least:
            break
        gap = max(gap[0], other[0]), min(gap[1], other[1])
        at += step
    return at, gap


def _trimmed(
    rows: Sequence[Sequence[Line]], first: int, last: int, gap: Free, order: _Order
) -> tuple[int, int]:
    """Leave out what is apart above or below a band on one side of it only."""
    both = [n for n in range(first, last + 1) if rows[n][0].x0 < gap[1] and rows[n][-1].x1 > gap[0]]
    both = [n for n in both if rows[n][0].x1 <= gap[0] + 1 and rows[n][-1].x0 >= gap[1] - 1]
    if not both:
        return first, last
    bases = [row[0].base for row in rows]
    far = _APART * median([bases[n - 1] - bases[n] for n in range(first + 1, last + 1)] or [0.0])
    for n in range(both[0], first, -1):
        if bases[n - 1] - bases[n] > far:
            first = n
            break
    crossed = last + 1 < len(rows) and any(len(line.words) > _WIDE for line in rows[last + 1])
    beside_it = max(order(line) for n in both for line in rows[n])
    for n in range(both[-1] + 1, last + 1):
        later = min(map(order, rows[n])) > beside_it
        if (crossed or later) and bases[n - 1] - bases[n] > far:
            return first, n - 1
    return first, last


def _side_by_side(
    lines: Sequence[Line], edge: float, order: _Order, jumps: bool, depth: int
) -> Iterator[Line]:
    """Yield the lines on both sides of a gutter: column by column, or row by row."""
    rows = rows_of(lines)
    left = [line for line in lines if line.x0 < edge]
    right = [line for line in lines if line.x0 >= edge]
    both = sum(row[0].x0 < edge <= row[-1].x0 for row in rows)
    sides = [line.x0 < edge for line in sorted(lines, key=order)]
    switches = sum(one != two for one, two in pairwise(sides))
    by_column = switches <= max(2, 0.3 * both)
    prose = _is_prose(left) and _is_prose(right)
    edges = _edges([line for row in rows if len(row) > 1 for line in row])
    labelled = sum(line.text.endswith(":") for line in left) >= _CELLS * len(left)
    if prose and not by_column and not jumps and switches < 1.2 * both:
        yield from _flow([sorted(lines, key=order)])  # cells, or blocks of text
    elif prose or (by_column and not (labelled or _is_aligned(rows, both))):
        yield from _read(left, order, jumps, depth)
        yield from _read(right, order, jumps, depth)
    elif both >= _ROWS and (len(edges) > 1 or _are_labels(left)):
        yield from unruled(sorted(lines, key=order), edges)
    else:
        yield from _flow(rows)


def _is_prose(lines: Sequence[Line]) -> bool:
    """Whether the lines of a column fill it with words."""
    widths = sorted(line.x1 - line.x0 for line in lines)
    full = sum(width >= _FULL * widths[int(0.9 * (len(widths) - 1))] for width in widths)
    words = sum(len(line.words) for line in lines)
    return (
        len(lines) >= _ROWS and full >= _PROSE * len(lines) and words >= _PROSE_WORDS * len(lines)
    )


def _is_aligned(rows: Sequence[Sequence[Line]], both: int) -> bool:
    """Whether lines are side by side as the cells of a table are: short, and with figures."""
    lines = [line for row in rows for line in row]
    words = sum(len(line.words) for line in lines)
    figures = sum(is_figure(line.text) for line in lines)
    return both >= max(_ROWS, 0.8 * len(rows)) and words <= 4 * len(lines) <= 16 * figures


def _are_labels(lines: Sequence[Line]) -> bool:
    """Whether lines name what is beside them: neither sentences nor the marks of a list."""
    words = median([len(line.words) for line in lines])
    return words <= _LABEL_WORDS and median([len(line.text) for line in lines]) > _MARK


def _edges(lines: Sequence[Line]) -> list[float]:
    """Return where columns begin, but the first: those that no line runs across."""
    edges: list[float] = []
    end = inf
    for line in sorted(lines, key=lambda line: line.x0):
        if line.x0 - end > 0:
            edges.append(line.x0)
        end = line.x1 if end == inf else max(end, line.x1)
    return edges
