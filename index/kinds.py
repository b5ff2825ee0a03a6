"""Pure: what the lines of a text are: prose, headings, entries of lists, rows, short lines."""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from enum import Enum, auto
from itertools import pairwise

from index.lines import BULLET, FENCED, MARKDOWN_HEADING, is_art, lines
from index.rows import Cell, cells, is_row

Span = tuple[int, int]

_ENDS_SENTENCE = re.compile(r"[.!?…。！？؟۔।:;,][\"'”’»)\]]*$")
# "FREEDOM NO MORE: Today, protests in ...": a headline run into the first line of its article.
_KICKER = re.compile(r"[^\w]*[A-Z][A-Z’'\- ]{4,60}[^\w:]?:\s+\S")
# A line this long without a sentence's end is the torn-off beginning of another article.
_TORN_WORDS = 30
_NEXT = re.compile(r"[^\S\r\n]*(?:\r\n|\r|\n)[^\S\r\n]*")
_ALIGNED = re.compile(r"\S(?:[^\S\r\n]{2,}|\t)\S")  # columns drawn with spaces
_SHORT_WORDS = 12
_COMMENT = re.compile(r"(?:#|//|--|;|REM\b|%)\s*\w|/\*")
_SENTENCE_WORDS = 5  # such as "12 Mill Rd.", which ends as a sentence does
_RUN = 3  # short lines, one after another, that belong together; of "Name: value" two do


class Kind(Enum):
    PROSE = auto()
    HEADING = auto()
    BULLET = auto()
    TEASER = auto()
    SHORT = auto()  # of a run of short lines, such as an address
    FACT = auto()  # "Name: value", of a run of these
    ROW = auto()  # of a table, whose columns have names, or are aligned
    COMMENT = auto()  # in code, above what it tells of
    ART = auto()  # drawn, not written


def kind_of(line: str) -> Kind:
    """Return what a line is by itself."""
    if is_art(line):
        return Kind.ART
    if MARKDOWN_HEADING.match(line):
        return Kind.HEADING
    if BULLET.match(line):
        return Kind.BULLET
    if is_row(line, 0, len(line)):
        return Kind.ROW
    if _ENDS_SENTENCE.search(line):
        return Kind.TEASER if _KICKER.match(line) else Kind.PROSE
    return Kind.TEASER if len(line.split()) >= _TORN_WORDS else Kind.HEADING


def is_heading(line: str) -> bool:
    """Whether a line reads as a title, a heading or navigation rather than as prose."""
    return kind_of(line) is Kind.HEADING


def kinds(text: str, start: int = 0, end: int | None = None) -> list[tuple[Span, Kind]]:
    """Return the lines of text[start:end], as `lines` gives them, and what each is among them."""
    spans = list(lines(text, start, end))
    found = [kind_of(text[a:b]) for a, b in spans]
    named = [len(cells(text, *span)) == 1 for span in spans]
    for first, last in _runs(text, spans, found):
        facts = [n for n in range(first, last) if named[n]]
        prose = found[first:last].count(Kind.PROSE)
        if last - first >= _RUN and 2 * prose < last - first:
            found[first:last] = [Kind.SHORT] * (last - first)
        aligned = [n for n in range(first, last) if _ALIGNED.search(text, *spans[n])]
        if len(aligned) == last - first >= _RUN and len(facts) < 2:
            found[first:last] = [Kind.ROW] * (last - first)
        for n in facts if len(facts) > 1 else ():
            found[n] = Kind.FACT
    _mark_code(text, spans, found)
    for n, (before, after) in enumerate(pairwise(spans), start=1):  # a long value of the row
        if found[n - 1] is Kind.ROW and named[n] and _near(text, before, after):
            found[n] = Kind.FACT
    return list(zip(spans, found, strict=True))


def headings(text: str) -> list[Span]:
    """Return the lines of a text that are headings, or comments above code."""
    return [span for span, kind in kinds(text) if kind in (Kind.HEADING, Kind.COMMENT)]


def facts(text: str) -> list[Cell]:
    """Return the cells of all rows and "Name: value" lines of a text, in order."""
    return [
        cell
        for span, kind in kinds(text)
        if kind in (Kind.FACT, Kind.ROW)
        for cell in cells(text, *span)
    ]


def _mark_code(text: str, spans: Sequence[Span], found: list[Kind]) -> None:
    """Keep the lines of code between fences together; a comment says what comes below it."""
    if not spans:
        return
    for code in FENCED.finditer(text, spans[0][0], spans[-1][1]):
        first, last = (bisect_left(spans, (at, at)) for at in code.span())
        for n in range(first, last):
            line = text[slice(*spans[n])]
            above = n + 1 < last and not _COMMENT.match(text, *spans[n + 1])
            comment = above and _COMMENT.match(line) is not None
            named = found[n] is Kind.FACT or len(cells(text, *spans[n])) == 1
            found[n] = Kind.COMMENT if comment else Kind.FACT if named else Kind.SHORT


def _runs(text: str, spans: Sequence[Span], found: Sequence[Kind]) -> Iterator[tuple[int, int]]:
    """Yield (first, last + 1) of lines that are close together and all short."""
    first = 0
    for n in range(len(spans) + 1):
        short = n < len(spans) and _is_short(text[slice(*spans[n])], found[n])
        near = n == first or (n < len(spans) and _near(text, spans[n - 1], spans[n]))
        if short and near:
            continue
        if n - first > 1:
            yield first, n
        first = n if short else n + 1


def _is_short(line: str, kind: Kind) -> bool:
    if kind is Kind.PROSE:
        return len(line.split()) <= _SENTENCE_WORDS
    return (
        kind is Kind.HEADING
        and len(line.split()) <= _SHORT_WORDS
        and not MARKDOWN_HEADING.match(line)
    )


def _near(text: str, one: Span, other: Span) -> bool:
    """Whether there is no blank line between two lines."""
    return _NEXT.fullmatch(text, one[1], other[0]) is not None
