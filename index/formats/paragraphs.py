"""Pure: the lines of a PDF's pages -> one text of whole paragraphs, and each word's box in it."""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from statistics import quantiles

import numpy as np
from numpy.typing import NDArray

from index.formats.hyphens import Hyphens
from index.formats.pdf_lines import Line, turned
from index.types import Place

_ENDS = re.compile(r"[.!?:;…。！？][\"'”’»)\]]*$")
_BULLET = re.compile(r"[-*•–▪◦\uf0b7]\s|\(?[a-z]\)\s")
_NUMBERED = re.compile(r"\(?\d{1,3}[.)]\s")
_UNSPACED = re.compile("[\u2e80-\uabff\uf900-\ufaff\uff00-\uffef]")  # Chinese and Japanese
_NEIGHBOURS = 20  # lines before and after, among which a column's right edge is looked for


def compose(
    lines: Sequence[Line], turns: Mapping[int, int]
) -> tuple[str, tuple[Place, ...], NDArray[np.int32]]:
    """Join the lines of all pages; return the text, its pages, and the words' boxes (n, 7).

    Words parted at the end of a line are whole again. `turns` says by how many
    quarters the frame of a page's lines is turned from its own.
    """
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
        quarters = -turns.get(line.page, 0)
        for word in line.words:
            start += word.spaced and start > at - len(line.text)
            if word.drawn:
                box = turned(word[1:5], quarters)
                rows.append((start, start + len(word.text), line.page, *box))
            start += len(word.text)
    table = np.array(rows, np.float64).reshape(-1, 7)
    table[:, 3:] *= 100
    limits = np.iinfo(np.int32)
    boxes = np.nan_to_num(table).round().clip(limits.min, limits.max).astype(np.int32)
    return "".join(parts), tuple(places), boxes


def _joints(lines: Sequence[Line]) -> Iterator[str]:
    """Yield what the text has before each line."""
    rights = _right_edges(lines)
    steps = [
        (one.base - two.base) / two.height
        for one, two in pairwise(lines)
        if one.page == two.page and 0.5 < (one.base - two.base) / two.height < 4
    ]
    leading = quantiles(steps, n=4)[0] if len(steps) > 1 else 1.2
    hyphens = Hyphens(line.text for line in lines)
    if lines:
        yield ""
    for (one, two), right in zip(pairwise(lines), rights, strict=False):
        if one.row and two.row:
            yield "\n"
        elif one.row or two.row:
            yield "\n\n"
        elif one.broken:
            yield hyphens.between(one.text, two.text)
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
    if _BULLET.match(two.text) or (_NUMBERED.match(two.text) and _ENDS.search(one.text)):
        return False
    if not 0.87 < one.height / two.height < 1.15:
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
