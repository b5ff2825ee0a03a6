"""Pure: the numbers of lines in a PDF's margin, as manuscripts and pleadings have them."""

from collections.abc import Sequence
from itertools import pairwise
from statistics import mean, median

from index.formats.pdf_lines import Line, Word, rows_of

_LEAST, _FEW = 10, 3  # numbers on a page
_NEAR = 2.0  # points between edges that are one
_DIGITS = 4
_INSIDE = 0.05  # of the other words stand in the margin, at most: headers do
_IN_TURN = 0.9  # of the numbers follow the one above
_NUMBERED = 0.6  # of the lines, at least
_WORDS = 4.0  # of a numbered line on average: the rows of a table are shorter


def without_line_numbers(lines: Sequence[Line], known: bool = False) -> list[Line] | None:
    """Return the lines of a page without the numbers in its margin; None where there are none.

    Where they are `known` to be on other pages, fewer will do, as beside a figure.
    """
    least = _FEW if known else _LEAST
    for side in (0, -1):
        found = {
            n: line.words[side]
            for n, line in enumerate(lines)
            if line.words[side].text.isdecimal() and len(line.words[side].text) <= _DIGITS
        }
        numbered = _aligned(found) if len(found) >= least else {}
        if len(numbered) >= least and _are_in_margin(lines, numbered, side, known):
            return [
                part
                for n, line in enumerate(lines)
                if (part := _without(line, side) if n in numbered else line) is not None
            ]
    return None


def _are_in_margin(
    lines: Sequence[Line], numbered: dict[int, Word], side: int, known: bool
) -> bool:
    inner = (
        max(w.x1 for w in numbered.values()) if side == 0 else min(w.x0 for w in numbered.values())
    )
    others = [
        word
        for n, line in enumerate(lines)
        for word in (line.words if n not in numbered else _rest(line, side))
    ]
    if not others:
        return False
    inside = sum(w.x0 < inner if side == 0 else w.x1 > inner for w in others)
    down = sorted(numbered.values(), key=lambda word: -word.y0)
    steps = [int(two.text) - int(one.text) for one, two in pairwise(down)]
    texts = rows_of(
        [line for n, line in enumerate(lines) if n not in numbered or _rest(line, side)]
    )
    if inside > _INSIDE * len(others) or steps.count(1) < _IN_TURN * len(steps):
        return False
    return known or (
        len(numbered) >= _NUMBERED * len(texts)
        and mean(sum(len(line.words) for line in row) for row in texts) >= _WORDS
    )


def _aligned(numbers: dict[int, Word]) -> dict[int, Word]:
    """Return the numbers that begin, or end, at the place where most do."""
    first = median(word.x0 for word in numbers.values())
    last = median(word.x1 for word in numbers.values())
    left = {n: word for n, word in numbers.items() if abs(word.x0 - first) <= _NEAR}
    right = {n: word for n, word in numbers.items() if abs(word.x1 - last) <= _NEAR}
    return max(left, right, key=len)


def _rest(line: Line, side: int) -> Sequence[Word]:
    return line.words[1:] if side == 0 else line.words[:-1]


def _without(line: Line, side: int) -> Line | None:
    words = _rest(line, side)
    if not words:
        return None
    return Line.of(line.page, words, line.broken, line.row, line.bold)
