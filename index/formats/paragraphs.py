"""Pure: the lines of a PDF's pages -> one text of whole paragraphs, and each word's box in it."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from statistics import median, quantiles

import numpy as np
from numpy.typing import NDArray

from index.types import Place

_ENDS = re.compile(r"[.!?:;…。！？][\"'”’»)\]]*$")
_BULLET = re.compile(r"[-*•–▪◦\uf0b7]\s|\(?\d{1,3}[.)]\s|\(?[a-z]\)\s")
_COMPOUND = re.compile(r"\w+-\w+")
_UNSPACED = re.compile("[\u2e80-\uabff\uf900-\ufaff\uff00-\uffef]")  # Chinese and Japanese
_NEIGHBOURS = 20  # lines before and after, among which a column's right edge is looked for
_GAP = 1.8  # heights of a line between a running header or footer and the text


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a line: `line.text[start:end]`, and its box on the page."""

    start: int
    end: int
    x0: float
    y0: float
    x1: float
    y1: float


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a page. `broken` is a line whose last word goes on in the next."""

    page: int
    text: str
    words: Sequence[Word]
    broken: bool
    x0: float
    x1: float
    base: float
    height: float

    @classmethod
    def of(cls, page: int, text: str, words: Sequence[Word], broken: bool) -> "Line":
        return cls(
            page,
            text,
            words,
            broken,
            x0=min(word.x0 for word in words),
            x1=max(word.x1 for word in words),
            base=median(word.y0 for word in words),
            height=max(median(word.y1 - word.y0 for word in words), 0.1),
        )


def compose(lines: Sequence[Line]) -> tuple[str, tuple[Place, ...], NDArray[np.int32]]:
    """Join the lines of all pages; return the text, its pages, and the words' boxes (n, 7).

    Words parted at the end of a line are whole again; running headers and footers stand where they
    come first only.
    """
    lines = _without_running(lines)
    parts: list[str] = []
    places: list[Place] = []
    rows: list[tuple[float, ...]] = []
    at = 0
    for joint, line in zip(_joints(lines), lines, strict=True):
        start = at + len(joint)
        at = start + len(line.text)
        parts += (joint, line.text)
        begun = places.pop() if places and places[-1].page == line.page else None
        page_start = begun.start if begun is not None else start
        places.append(Place(page_start, at, f"page {line.page}", line.page))
        for w in line.words:
            box = (100 * w.x0, 100 * w.y0, 100 * w.x1, 100 * w.y1)
            rows.append((start + w.start, start + w.end, line.page, *box))
    table = np.array(rows, np.float64).reshape(-1, 7)
    limits = np.iinfo(np.int32)
    boxes = np.nan_to_num(table).round().clip(limits.min, limits.max).astype(np.int32)
    return "".join(parts), tuple(places), boxes


def _without_running(lines: Sequence[Line]) -> list[Line]:
    """Leave out each later line that stands at the same edge of two pages in five or more."""
    pages = [list(page) for _, page in groupby(lines, key=lambda line: line.page)]
    edges = [
        (line, {(side, text) for text in _but_for_its_page(line)})
        for page in pages
        for side in (1, -1)
        for line in _at_edge(page, side)
    ]
    counts = Counter(key for _, keys in edges for key in keys)
    running = {key for key, count in counts.items() if count >= max(3, 0.4 * len(pages))}
    seen = set[tuple[int, str]]()
    left_out = set[int]()
    for line, keys in edges:
        if keys & running & seen:
            left_out.add(id(line))
        seen |= keys
    return [line for line in lines if id(line) not in left_out]


def _at_edge(page: Sequence[Line], side: int) -> list[Line]:
    """Return the lines at the top (1) or bottom (-1) of a page, if well apart from all others."""
    edge = max(side * line.base for line in page)
    outer = [line for line in page if side * line.base > edge - line.height / 2]
    others = [side * line.base for line in page if side * line.base <= edge - line.height / 2]
    apart = others and edge - max(others) > _GAP * max(line.height for line in outer)
    return outer if apart else []


def _but_for_its_page(line: Line) -> Iterator[str]:
    """Yield a line's text, and with its first and its last number counted from the page's."""

    def relative(number: re.Match[str]) -> str:
        return f"#{int(number.group()) - line.page}"

    yield line.text
    yield re.sub(r"\b\d{1,5}\b", relative, line.text, count=1)
    yield re.sub(r"\b\d{1,5}\b(?=\D*$)", relative, line.text, count=1)


def _joints(lines: Sequence[Line]) -> Iterator[str]:
    """Yield what stands in the text before each line."""
    rights = _right_edges(lines)
    steps = [
        (one.base - two.base) / two.height
        for one, two in pairwise(lines)
        if one.page == two.page and 0.5 < (one.base - two.base) / two.height < 4
    ]
    leading = quantiles(steps, n=4)[0] if len(steps) > 1 else 1.2
    compounds = {word.lower() for line in lines for word in _COMPOUND.findall(line.text)}
    if lines:
        yield ""
    for (one, two), right in zip(pairwise(lines), rights, strict=False):
        if one.broken:
            compound = f"{one.text.split()[-1]}-{two.text.split()[0]}".lower()
            known = _COMPOUND.search(compound)
            yield "-" if known and known.group() in compounds else ""
        elif not _goes_on(one, two, right, leading):
            yield "\n\n"
        elif one.text.endswith("-") or (
            _UNSPACED.match(one.text[-1]) and _UNSPACED.match(two.text[0])
        ):
            yield ""
        else:
            yield " "


def _goes_on(one: Line, two: Line, right: float, leading: float) -> bool:
    """Whether the paragraph of one line goes on in the next."""
    step = (one.base - two.base) / two.height
    if _BULLET.match(two.text) or not 0.87 < one.height / two.height < 1.15:
        return False
    if one.page != two.page or step <= 0:  # the next page or column
        return not _ENDS.search(one.text) and two.text[0].islower()
    if step > 1.25 * leading:
        return False
    indent = (two.x0 - one.x0) / two.height
    if indent < -4 or (indent > 0.8 and _ENDS.search(one.text)):
        return False
    # Where the next word would have had room, the line was ended on purpose.
    first = two.words[0]
    return one.x1 + 0.3 * one.height + (first.x1 - first.x0) > right


def _right_edges(lines: Sequence[Line]) -> Iterator[float]:
    """Yield for each line where the lines around it that begin where it does end."""
    for i, line in enumerate(lines):
        near = lines[max(0, i - _NEIGHBOURS) : i + _NEIGHBOURS + 1]
        ends = sorted(
            other.x1
            for other in near
            if other.page == line.page and abs(other.x0 - line.x0) < 2 * line.height
        )
        yield ends[int(0.9 * (len(ends) - 1))]
