"""Pure: the words of a PDF's page, and the lines that they make."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

Box = tuple[float, float, float, float]  # x0, y0, x1, y1

_GAP = 0.6  # heights of a line between two words that need not belong together
_LEADER = frozenset(".\u2026\u00b7")  # dots that lead from an entry to its page
_LED = 3.0  # heights of a line between such a dot and what is beside it, at most


class Word(NamedTuple):
    """A word and its box on the page, as the page is read: x to the right, y upwards.

    `spaced` is a word with a space before it. One that is not `drawn` is in the text only, as
    the name of a column does in each row.
    """

    text: str
    x0: float
    y0: float
    x1: float
    y1: float
    spaced: bool = True
    drawn: bool = True


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """A line of a page, or a part of one.

    `broken` is a line whose last word goes on in the next. A `row` is whole in itself: no paragraph
    goes on in it or from it.
    """

    page: int
    words: Sequence[Word]
    text: str
    broken: bool
    row: bool
    bold: bool
    x0: float
    x1: float
    base: float
    height: float

    @classmethod
    def of(
        cls,
        page: int,
        words: Sequence[Word],
        broken: bool = False,
        row: bool = False,
        bold: bool = False,
    ) -> "Line":
        drawn = [word for word in words if word.drawn]
        bases = sorted([word.y0 for word in drawn])
        heights = sorted([word.y1 - word.y0 for word in drawn])
        return cls(
            page=page,
            words=words,
            text="".join([f" {w.text}" if w.spaced else w.text for w in words]).lstrip(),
            broken=broken,
            row=row,
            bold=bold,
            x0=min([word.x0 for word in drawn]),
            x1=max([word.x1 for word in drawn]),
            base=bases[len(bases) // 2],
            height=max(heights[len(heights) // 2], 0.1),
        )

    @property
    def top(self) -> float:
        return self.base + self.height

    def level_with(self, other: "Line") -> bool:
        """Whether two lines are at the same height of their page."""
        return abs(self.base - other.base) < 0.5 * min(self.height, other.height)


def parts(line: Line) -> list[Line]:
    """Cut a line at its wide gaps, and where it jumps back."""
    limit = _GAP * line.height
    cuts = [
        i
        for i, (before, word) in enumerate(pairwise(line.words), start=1)
        if not -limit < word.x0 - before.x1 < limit
        and not (
            _LEADER.issuperset(before.text + word.text)
            or (
                (_LEADER.issuperset(before.text) or _LEADER.issuperset(word.text))
                and 0 < word.x0 - before.x1 < _LED * line.height
            )
        )
    ]
    if not cuts:
        return [line]
    ends = [*cuts, len(line.words)]
    return [
        Line.of(line.page, line.words[a:b], line.broken and b == ends[-1], line.row, line.bold)
        for a, b in zip([0, *cuts], ends, strict=True)
    ]


def joined(lines: Sequence[Line], row: bool = False) -> Line:
    """Put the parts of a line together again, from left to right."""
    if len(lines) == 1 and row == lines[0].row:
        return lines[0]
    words = [
        word for line in lines for word in (line.words[0]._replace(spaced=True), *line.words[1:])
    ]
    return Line.of(lines[0].page, words, lines[-1].broken, row, all(line.bold for line in lines))


def labelled(line: Line) -> Line:
    """Return a label with a colon behind it."""
    if line.text.endswith((":", "?")):
        return line
    colon = line.words[-1]._replace(text=":", spaced=False, drawn=False)
    return Line.of(line.page, [*line.words, colon], row=line.row, bold=line.bold)


def rows_of(lines: Sequence[Line]) -> list[list[Line]]:
    """Group the lines that are at the same height, from the top down, each from left to right."""
    rows: list[list[Line]] = []
    for line in sorted(lines, key=lambda line: -line.base):
        if rows and line.level_with(rows[-1][0]):
            rows[-1].append(line)
        else:
            rows.append([line])
    return [sorted(row, key=lambda line: line.x0) for row in rows]


def beside(lines: Sequence[Line]) -> Iterator[list[Line]]:
    """Yield runs of lines that follow each other to the right at the same height."""
    run: list[Line] = []
    for line in lines:
        if run and not (
            line.level_with(run[-1]) and line.x0 >= run[-1].x1 - 0.5 * line.height and not line.row
        ):
            yield run
            run = []
        run.append(line)
    if run:
        yield run


def turned(box: Box, quarters: int) -> Box:
    """Return a box in a frame that is turned by so many quarters."""
    if not quarters % 4:
        return box
    x0, y0, x1, y1 = box
    for _ in range(quarters % 4):
        x0, y0, x1, y1 = y0, -x1, y1, -x0
    return x0, y0, x1, y1
