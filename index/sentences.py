"""Pure: text -> sentences and lines with exact offsets."""

import re
from collections.abc import Iterator
from itertools import pairwise

import sentencex

# sentencex is quadratic in unbalanced quotes, so it never sees more than this many characters.
_PIECE = 20_000
# str.splitlines' line ends, without the information separators that it also breaks at.
_LINE = re.compile(r"[^\r\n\v\f\x85\u2028\u2029]+")
_QUOTES = "\"“”'‘’«»"


def lines(text: str, start: int = 0, end: int | None = None) -> Iterator[tuple[int, int]]:
    """Yield (start, end) of the non-blank lines of text[start:end], without the space around them.

    Offsets point into `text`.
    """
    for match in _LINE.finditer(text, start, len(text) if end is None else end):
        span = _strip(text, match.start(), match.end())
        if span:
            yield span


def sentences(text: str, start: int = 0, end: int | None = None) -> list[tuple[int, int]]:
    """Return (start, end) of the sentences of text[start:end], in order, never across a line end.

    Offsets point into `text`; the white space around a sentence belongs to none. The boundaries
    are those of `sentencex` (Wikimedia), which knows abbreviations ("U.S.", "Feb.", "Sec.") and
    keeps quotations and parentheses whole.
    """
    end = len(text) if end is None else end
    spans = []
    for line_start, line_end in lines(text, start, end):
        for piece_start, piece_end in _pieces(text, line_start, line_end):
            for found in sentencex.get_sentence_boundaries("en", text[piece_start:piece_end]):
                span = _strip(
                    text, piece_start + found["start_index"], piece_start + found["end_index"]
                )
                if span:
                    spans.append(span)
    return spans


def quoted_sentences(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Split one sentence that is a long quotation into the sentences inside its quotation marks.

    Returns the sentence itself where nothing can be split.
    """
    # Same length, so offsets hold; without marks, sentencex sees the sentences inside.
    plain = text[start:end].translate({ord(mark): " " for mark in _QUOTES})
    inner = sentences(plain)
    if len(inner) < 2:
        return [(start, end)]
    # Each piece runs up to the next, so that the marks stay with the words they close.
    bounds = [start, *(_opening(text, start + a) for a, _ in inner[1:]), end]
    spans = (_strip(text, a, b) for a, b in pairwise(bounds))
    return [span for span in spans if span]


def _opening(text: str, at: int) -> int:
    """Return where a sentence begins with the quotation mark that opens right before it."""
    opens = text[at - 1] in _QUOTES and not text[at - 2].strip()
    return at - 1 if opens else at


def _pieces(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Cut a very long line at white space, or anywhere where there is none."""
    while end - start > _PIECE:
        cut = start + _PIECE
        space = max(text.rfind(" ", start, cut), text.rfind("\t", start, cut))
        cut = space if space > start else cut
        yield start, cut
        start = cut
    yield start, end


def _strip(text: str, start: int, end: int) -> tuple[int, int] | None:
    piece = text[start:end]
    body = piece.strip()
    if not body:
        return None
    start += len(piece) - len(piece.lstrip())
    return start, start + len(body)
