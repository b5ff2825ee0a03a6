"""Pure: what a passage is about, as its document says: its title, and the headings above it."""

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache

from index.kinds import is_heading
from index.lines import MARKDOWN_HEADING, lines
from index.types import Document, Hit

_WORDS = 12  # of a heading that is none of Markdown's
_TABLE = re.compile(r"\t| [|] |\|\s*$|^\s*\|")
_Heading = tuple[int, int, str]  # where it starts, its level, its words


def described(hits: Sequence[Hit], documents: Mapping[str, Document]) -> list[Hit]:
    """Return hits whose passages say what they are about."""
    return [
        replace(hit, passage=replace(p, about=about(documents[p.document_id], p.start)))
        for hit in hits
        for p in (hit.passage,)
    ]


def about(document: Document, start: int) -> str:
    """Return a document's title, the headings above text[start:] and its date, one a line.

    A Markdown heading is below those of lower levels; of others, the nearest is taken. The rows of
    a table have the title alone.
    """
    found: dict[int, str] = {}
    if not document.places or document.places[0].page:
        headings = _headings(document.text)
        for _, level, words in headings[: bisect_left(headings, (start, 0, ""))]:
            found = {other: found[other] for other in found if other < level} | {level: words}
    parts = [document.title, *(found[level] for level in sorted(found)), document.date or ""]
    return "\n".join(dict.fromkeys(part for part in parts if part))


@lru_cache(maxsize=32)  # a question's documents
def _headings(text: str) -> list[_Heading]:
    return list(_found(text))


def _found(text: str) -> Iterator[_Heading]:
    at = 0
    for start, end in lines(text):
        line = text[start:end]
        apart = not start or "\n\n" in text[at:start].replace("\r", "") or not text[:start].strip()
        if MARKDOWN_HEADING.match(line):
            yield start, len(line) - len(line.lstrip("#")), line.strip("# \t")
        elif apart and is_heading(line) and len(line.split()) <= _WORDS and not _TABLE.search(line):
            yield start, 7, line  # below all of Markdown's
        at = end
