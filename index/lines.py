"""Pure: text -> its lines with exact offsets, a paragraph that was broken into lines being one."""

import re
from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise

_Span = tuple[int, int]

# str.splitlines' line ends, without the information separators that it also breaks at.
_LINE = re.compile(r"[^\r\n\v\f\x85\u2028\u2029]+")
_NEXT_LINE = re.compile(r"[^\S\r\n]*(?:\r\n|\r|\n)[^\S\r\n]*")
BULLET = re.compile(r"([-*•–]|\d{1,3}[.)])\s+\S")
MARKDOWN_HEADING = re.compile(r"#{1,6}\s+\S")
# Code between fences of Markdown; a "#" in it begins no heading.
FENCED = re.compile(
    r"^[ \t]*(?P<fence>`{3,}+|~{3,}+)[^`\n]*\n.*?(?:^[ \t]*(?P=fence)[`~]*[ \t]*$|\Z)",
    re.MULTILINE | re.DOTALL,
)
DRAWN = "".join(map(chr, range(0x2500, 0x25A0))) + " \t"  # lines and blocks, as DOS drew them
_WRITTEN = 0.2  # of the characters of a line that says something are letters or digits, at least
_QUOTE = re.compile(r"^[>|][>|\s]*")  # of a mail that is replied to
_WIDTHS = range(40, 131)  # characters, of paragraphs broken into lines
_FULL = 0.5  # of the lines that another follows, at least
_LOWER = 0.4  # of the lines that go on; in English about three in four begin with a small letter


def lines(text: str, start: int = 0, end: int | None = None) -> Iterator[_Span]:
    """Yield (start, end) of the non-blank lines of text[start:end], without the space around them.

    A paragraph that was broken into lines of about the same width, as in mails and typewritten
    text, is one line. Offsets point into `text`.
    """
    limit = len(text) if end is None else end
    found = (match.span() for match in _LINE.finditer(text, start, limit))
    whole = [(a, span) for a, b in found if (span := strip(text, a, b))]
    spans = [span for _, span in whole]
    if not spans:
        return
    goes_on = _goes_on(text, spans, [span[1] - a for a, span in whole])
    first = 0
    for i, on in enumerate(goes_on):
        if not on:
            yield spans[first][0], spans[i][1]
            first = i + 1


def is_art(line: str) -> bool:
    """Whether a line is drawn with lines and blocks rather than written."""
    marks = "".join(line.split())
    drawn = sum(mark in DRAWN for mark in marks)
    return drawn > 0 and sum(map(str.isalnum, marks)) < _WRITTEN * len(marks)


def strip(text: str, start: int, end: int) -> _Span | None:
    """Return text[start:end] without the white space around it; None where nothing is left."""
    piece = text[start:end]
    body = piece.strip()
    if not body:
        return None
    start += len(piece) - len(piece.lstrip())
    return start, start + len(body)


def _goes_on(text: str, spans: Sequence[_Span], lengths: Sequence[int]) -> list[bool]:
    """Say of each line whether its paragraph goes on in the next; lengths are with indentation.

    What most lines of the text do, or of the block between two blank lines, decides.
    """
    near = [_NEXT_LINE.fullmatch(text, a[1], b[0]) is not None for a, b in pairwise(spans)]
    goes_on = [*_broken(text, spans, lengths, near), False]
    start = 0
    for follows, pairs in groupby(near):
        end = start + len(list(pairs))
        if follows:
            block = slice(start, end + 1)
            found = _broken(text, spans[block], lengths[block], near[start:end])
            goes_on[start:end] = [a or b for a, b in zip(goes_on[start:end], found, strict=True)]
        start = end
    return goes_on


def _broken(
    text: str, spans: Sequence[_Span], lengths: Sequence[int], near: Sequence[bool]
) -> list[bool]:
    """Say of each line but the last whether it goes on in the next, if that is `near`.

    It does where the next one's first word had no room on it, if that is so of most lines, and if
    enough of those that go on begin as no title and no entry of a list does.
    """
    followed = sorted(length for length, on in zip(lengths, near, strict=False) if on)
    width = followed[len(followed) * 9 // 10] if followed else 0
    none = [False] * len(near)
    if width not in _WIDTHS:
        return none
    full = [
        on and length <= _WIDTHS[-1] and _goes_in(text, *pair, width - length)
        for on, length, pair in zip(near, lengths, pairwise(spans), strict=False)
    ]
    going = [_words(text, line)[:1] for line, on in zip(spans[1:], full, strict=True) if on]
    wrapped = len(going) >= _FULL * len(followed) and (
        sum(first.islower() for first in going) >= _LOWER * len(going)
    )
    return full if wrapped else none


def _goes_in(text: str, line: _Span, following: _Span, room: int) -> bool:
    """Whether a line goes on in the next, whose first word has no room of so many characters."""
    if text[line[0]] == "#" or any(
        mark.match(text, *following) for mark in (BULLET, MARKDOWN_HEADING)
    ):
        return False
    word = _words(text, following).split(maxsplit=1)[:1]
    return len(" ".join(["", *word])) > room


def _words(text: str, line: _Span) -> str:
    """Return a line without what marks a quoted mail."""
    return _QUOTE.sub("", text[slice(*line)], count=1)
