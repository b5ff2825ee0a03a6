"""Pure: text -> sentences with exact offsets."""

from collections.abc import Iterator
from itertools import pairwise

import sentencex

from index.lines import lines, strip

# sentencex is quadratic in unbalanced quotes, so it never sees more than this many characters.
_PIECE = 20_000
_QUOTES = "\"“”'‘’«»"


def sentences(text: str, start: int = 0, end: int | None = None) -> list[tuple[int, int]]:
    """Return (start, end) of the sentences of text[start:end], in order, never out of a line.

    Offsets point into `text`; the white space around a sentence belongs to none. The boundaries
    are those of `sentencex` (Wikimedia), which knows abbreviations ("U.S.", "Feb.", "Sec.") and
    keeps quotations and parentheses whole.
    """
    return [span for line in lines(text, start, end) for span in sentences_of_line(text, *line)]


def sentence_around(text: str, start: int, end: int) -> tuple[int, int]:
    """Return the bounds of the sentences of a text that text[start:end] is in, or reaches into."""
    around = [(a, b) for a, b in sentences(text) if a < end and b > start]
    return min([start, *(a for a, _ in around)]), max([end, *(b for _, b in around)])


def sentences_of_line(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Return (start, end) of the sentences of text[start:end], one of `lines`."""
    spans = []
    for piece_start, piece_end in _pieces(text, start, end):
        for found in sentencex.get_sentence_boundaries("en", text[piece_start:piece_end]):
            span = strip(text, piece_start + found["start_index"], piece_start + found["end_index"])
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
    spans = (strip(text, a, b) for a, b in pairwise(bounds))
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
