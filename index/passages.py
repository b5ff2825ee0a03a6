"""Pure: Document -> Passages with exact offsets.

A document is first cut into sections, where its own lines say that a new subject begins; each
section is then packed into passages of whole sentences, each beginning with the last sentence of
the one before.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise
from operator import itemgetter
from typing import overload

import numpy as np
from numpy.typing import NDArray

from index.about import under_headings
from index.kinds import Kind, kinds
from index.sentences import quoted_sentences, sentences_of_line
from index.types import Document, Passage

TARGET_WORDS = 100
MAX_WORDS = 120
MAX_CHARS = 1_200  # for scripts that put no spaces between words

_Span = tuple[int, int]


class Passages(Sequence[Passage]):
    """The passages of documents, each made when it is asked for: a million would fill the memory.

    `offsets` is (n, 3): the number of the document, and where the passage starts and ends there.
    """

    def __init__(self, documents: Sequence[Document], offsets: NDArray[np.int64]) -> None:
        self.documents = documents
        self.offsets = offsets

    @classmethod
    def of(cls, documents: Sequence[Document]) -> "Passages":
        """Cut documents into passages."""
        return cls((), np.empty((0, 3), np.int64)).updated(documents)[0]

    def updated(self, documents: Sequence[Document]) -> tuple["Passages", NDArray[np.int64]]:
        """Return the passages of other documents, and the row of each among these, -1 if new.

        A document that is here, by whatever name but of the same title, is not cut again.
        """
        # Most are here already, the very same objects; only of the others the text is looked at.
        same = {id(document): n for n, document in enumerate(self.documents)}
        stay = {id(document) for document in documents}
        gone = [n for key, n in same.items() if key not in stay] if stay - same.keys() else []
        alike = {_known_by(self.documents[n]): n for n in gone}
        bounds = np.searchsorted(self.offsets[:, 0], np.arange(len(self.documents) + 1))
        spans, kept = [np.empty((0, 2), np.int64)], [np.empty(0, np.int64)]
        for document in documents:
            before = same.pop(id(document), None)
            if before is None:
                before = alike.pop(_known_by(document), None)
            if before is None:
                spans.append(np.array(list(_spans(document)), np.int64).reshape(-1, 2))
                kept.append(np.full(len(spans[-1]), -1))
            else:
                kept.append(np.arange(bounds[before], bounds[before + 1]))
                spans.append(self.offsets[kept[-1], 1:])
        owners = np.repeat(np.arange(len(documents)), [len(found) for found in spans[1:]])
        offsets = np.column_stack([owners, np.concatenate(spans)])
        return Passages(documents, offsets), np.concatenate(kept)

    def texts(self, rows: NDArray[np.int64] | None = None) -> Iterator[str]:
        """Yield the texts of all passages, or of those of some rows."""
        offsets = self.offsets if rows is None else self.offsets[rows]
        for number, start, end in offsets.tolist():
            yield self.documents[number].part(start, end)

    def under_headings(self, rows: NDArray[np.int64]) -> Iterator[str]:
        """Yield the texts of these rows' passages as `index.about.under_headings` has them."""
        for number, spans in groupby(self.offsets[rows].tolist(), key=itemgetter(0)):
            yield from under_headings(self.documents[number], ((a, b) for _, a, b in spans))

    def __len__(self) -> int:
        return len(self.offsets)

    @overload
    def __getitem__(self, row: int) -> Passage: ...
    @overload
    def __getitem__(self, row: slice) -> "Passages": ...
    def __getitem__(self, row: int | slice) -> "Passage | Passages":
        if isinstance(row, slice):
            return Passages(self.documents, self.offsets[row])
        number, start, end = self.offsets[row].tolist()
        return _passage(self.documents[number], start, end)


def split_document(document: Document) -> list[Passage]:
    """Cut a document into passages of about 100 to 120 words, overlapping by one sentence.

    A passage never runs across a heading or out of a place other than a page, from prose into a
    list that the prose does not introduce, or into or out of a torn-off line (the teaser of
    another article). Lines that are drawn rather than written are in none. A section of fewer
    words is one short passage. A sentence of more than 120 words is cut at the sentences quoted
    inside it or, failing that, between words.
    """
    return [_passage(document, start, end) for start, end in _spans(document)]


def _spans(document: Document) -> Iterator[_Span]:
    text, edges = _cut_by(document)
    for run in pairwise(sorted({0, len(text)} | edges)):
        for section in _sections(text, *run):
            yield from _pack(text, section)


def _known_by(document: Document) -> tuple[str, str, frozenset[int]]:
    """Return all that the passages of a document and their search depend on."""
    return document.title, *_cut_by(document)


def _cut_by(document: Document) -> tuple[str, frozenset[int]]:
    """Return all that a document is cut by."""
    places = (place for place in document.places if not place.page)
    return document.text, frozenset(edge for p in places for edge in (p.start, p.end))


def _passage(document: Document, start: int, end: int) -> Passage:
    text = document.part(start, end)
    return Passage(f"{document.id}:{start}-{end}", document.id, start, end, text)


def _sections(text: str, run_start: int, run_end: int) -> Iterator[list[_Span]]:
    """Group the lines of text[run_start:run_end] into runs that speak of one thing."""
    section: list[_Span] = []
    previous: Kind | None = None
    for (start, end), kind in kinds(text, run_start, run_end):
        if kind is Kind.ART:  # nobody asks for it
            if section:
                yield section
            section, previous = [], None
            continue
        if section and _breaks(previous, kind, text[section[-1][0] : section[-1][1]]):
            yield section
            section = []
        section.append((start, end))
        previous = kind
    if section:
        yield section


def _breaks(previous: Kind | None, kind: Kind, last_line: str) -> bool:
    """Whether a new section begins between a line and the next."""
    if Kind.TEASER in (previous, kind) or kind is Kind.ROW:
        return True
    if previous is Kind.ROW:
        return kind is not Kind.FACT
    if kind is Kind.HEADING:
        return True
    if kind is Kind.BULLET:
        return previous is Kind.PROSE and not last_line.endswith(":")
    if kind in (Kind.SHORT, Kind.COMMENT):
        return previous in (Kind.PROSE, Kind.BULLET) and not last_line.endswith(":")
    return previous is Kind.BULLET or (previous is Kind.SHORT and kind is Kind.PROSE)


def _pack(text: str, section: Sequence[_Span]) -> Iterator[_Span]:
    """Pack the sentences of one section into passages."""
    units = [
        unit
        for line_start, line_end in section
        for sentence in sentences_of_line(text, line_start, line_end)
        for unit in _short_enough(text, sentence)
    ]
    first = 0
    while first < len(units):
        last = first
        while last + 1 < len(units) and _fits(
            text, units[first][0], units[last + 1][1], last + 1, units
        ):
            last += 1
        yield units[first][0], units[last][1]
        if last + 1 >= len(units):
            return
        # Begin again with the last sentence, unless it leaves no room for a new one.
        overlaps = last > first and _size_fits(text, units[last][0], units[last + 1][1])
        first = last if overlaps else last + 1


def _fits(text: str, start: int, end: int, unit: int, units: Sequence[_Span]) -> bool:
    """Whether growing to `end` brings a passage nearer to its target without passing the limit."""
    if not _size_fits(text, start, end):
        return False
    words = _words(text, start, end)
    before = _words(text, start, units[unit - 1][1])
    return words <= TARGET_WORDS or words - TARGET_WORDS <= TARGET_WORDS - before


def _size_fits(text: str, start: int, end: int) -> bool:
    return end - start <= MAX_CHARS and _words(text, start, end) <= MAX_WORDS


def _words(text: str, start: int, end: int) -> int:
    return len(text[start:end].split())


def _short_enough(text: str, sentence: _Span) -> Iterator[_Span]:
    """Yield the sentence, or the shorter pieces of one that no passage could hold."""
    if _size_fits(text, *sentence):
        yield sentence
        return
    inner = quoted_sentences(text, *sentence)
    if len(inner) > 1:
        for span in inner:
            yield from _short_enough(text, span)
        return
    yield from _cut_between_words(text, sentence)


def _cut_between_words(text: str, sentence: _Span) -> Iterator[_Span]:
    start, end = sentence
    stop = start
    count = 0
    for word in re.finditer(r"\S+", text[start:end]):
        a, b = sentence[0] + word.start(), sentence[0] + word.end()
        if count and (count >= TARGET_WORDS or b - start > MAX_CHARS):
            yield start, stop
            start, count = a, 0
        count += 1
        stop = b
        while stop - start > MAX_CHARS:  # one "word" longer than a passage
            yield start, start + MAX_CHARS
            start += MAX_CHARS
    if stop > start:
        yield start, stop
