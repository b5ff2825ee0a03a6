"""Pure: what a passage is about, as its document says: its title, and the headings above it."""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache

from index.kinds import is_heading
from index.lines import MARKDOWN_HEADING, lines
from index.types import Document, Hit

_WORDS = 12  # of a heading that is none of Markdown's
_TABLE = re.compile(r"\t| [|] |\|\s*$|^\s*\|")
_OTHER = 7  # the level of a heading that is none of Markdown's: below all of these
_Heading = tuple[int, tuple[str, ...]]  # where it starts, and what holds below it, itself last


def described(hits: Sequence[Hit], documents: Mapping[str, Document]) -> list[Hit]:
    """Return hits whose passages say what they are about."""
    return [
        replace(hit, passage=replace(p, about=about(documents[p.document_id], p.start)))
        for hit in hits
        for p in (hit.passage,)
    ]


def about(document: Document, start: int) -> str:
    """Return a document's title, the headings above text[start:] and its date, one per line.

    A Markdown heading is below those of lower levels; of others, the nearest is taken. The rows of
    a table have the title alone.
    """
    held = _held(headings_of(document), start)
    return "\n".join(dict.fromkeys(filter(None, [document.title, *held, document.date])))


def under_headings(document: Document, spans: Iterable[tuple[int, int]]) -> Iterator[str]:
    """Yield the passages text[start:end], each under its document's title and its headings.

    What a passage says itself is not said twice.
    """
    headings = headings_of(document)
    for start, end in spans:
        text = document.part(start, end)
        above = dict.fromkeys([document.title, *_held(headings, start)])
        yield "\n".join([*(said for said in above if said and said not in text), text])


def _held(headings: Sequence[_Heading], start: int) -> tuple[str, ...]:
    """Return the headings that hold at text[start:], with one that is there itself."""
    above = bisect_left(headings, (start + 1, ()))
    return headings[above - 1][1] if above else ()


def headings_of(document: Document) -> Sequence[tuple[int, tuple[str, ...]]]:
    """Return where each heading of a text that flows starts, and all that hold there, it last."""
    flows = not document.places or document.places[0].page
    return _headings(document.text) if flows else ()


@lru_cache(maxsize=32)  # a question's documents
def _headings(text: str) -> list[_Heading]:
    found: list[_Heading] = []
    held: dict[int, str] = {}
    for start, level, words in _found(text):
        held = {other: held[other] for other in held if other < level} | {level: words}
        found.append((start, tuple(held[level] for level in sorted(held))))
    return found


def _found(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield where each heading starts, its level and its words."""
    at = 0
    for start, end in lines(text):
        line = text[start:end]
        apart = not start or "\n\n" in text[at:start].replace("\r", "") or not text[:start].strip()
        if MARKDOWN_HEADING.match(line):
            yield start, len(line) - len(line.lstrip("#")), line.strip("# \t")
        elif apart and is_heading(line) and len(line.split()) <= _WORDS and not _TABLE.search(line):
            yield start, _OTHER, line
        at = end
