"""What one writer puts into a collection: it is seen once the head names its version."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from index.about import under_headings
from index.hybrid import batch_of
from index.passages import Passages
from index.qdrant.conditions import NEVER, said_of
from index.qdrant.documents import Card, KeptDocument, body_points, card_point, kept
from index.qdrant.head import Lease
from index.qdrant.index import QdrantIndex
from index.qdrant.packing import as_json, parts
from index.qdrant.points import Point, Points, Sparse, any_of, equals, point_id
from index.qdrant.statistics import TermSums, VectorSums, weighed
from index.saved_files import sources_said
from index.source_state import SourceState
from index.types import Document, Encoder, Progress

SOURCES, TERMS, VECTORS = "sources", "terms", "vectors"
_BLOBS = 0xFFFFFFFF  # where a document's number would be
_WINDOW = 4_096  # passages that are sorted by length before they are encoded
_BATCH = 256
_DOCUMENTS = 200  # whose passages are read, or ended, at once
_REUSED = 200_000  # vectors of what is replaced, kept for texts that come again
_REQUEST = 8 << 20  # characters
_GAP = 1 << 20  # between the places of two documents, for others to come between


class _New(NamedTuple):
    """A document to be written, and the number that its points get."""

    document: Document
    number: int
    offsets: NDArray[np.int64]


@dataclass
class Writer:
    """Writes the difference between an index and the documents that there are now."""

    points: Points
    encoder: Encoder
    lease: Lease
    _terms: TermSums = field(default_factory=lambda: TermSums.of(()))
    _vectors: VectorSums = field(init=False)
    _reused: dict[str, NDArray[np.float32]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._vectors = VectorSums.none(self.lease.head.dim)

    @property
    def _version(self) -> int:
        return self.lease.head.attempt

    def write(
        self, before: QdrantIndex | None, state: SourceState, progress: Progress | None
    ) -> None:
        """Write all that is new, and end what is no more; only new texts are encoded."""
        if before is None:
            self._end_all()
        cards = {card.document.id: card for card in before.cards} if before is not None else {}
        stays = {
            d.id: card
            for d in state.documents
            if (card := cards.get(d.id)) is not None and _is(card, d)
        }
        gone = [card for name, card in cards.items() if name not in stays]
        if before is not None:
            self._vectors = before.statistics.vectors
        self._take_away(gone)
        numbers = iter(range(self._version << 32, (self._version << 32) + _BLOBS))
        new = [
            _New(d, next(numbers), self._cut(d, before))
            for d in state.documents
            if d.id not in stays
        ]
        self._add(new, progress)
        self._write_cards(state.documents, stays, new)
        self._end([card.number for card in gone])
        self._write_blobs(before, state)

    def _cut(self, document: Document, before: QdrantIndex | None) -> NDArray[np.int64]:
        """Return where the passages of a document start and end."""
        if isinstance(document, KeptDocument) and before is not None:  # under another name
            return document.body.offsets
        return Passages.of([document]).offsets[:, 1:]

    def _take_away(self, gone: Sequence[Card]) -> None:
        """Subtract documents from the statistics, and remember the vectors of their texts."""
        documents = {card.number: card.document for card in gone}
        for numbers in _batches(list(documents), _DOCUMENTS):
            self.lease.beat()
            terms: list[Sparse] = []
            vectors: list[NDArray[np.float32]] = []
            own = {"must": [equals("k", "passage"), any_of("doc", numbers)]}
            for point in self.points.scroll(own, vectors=True):
                if point.dense is None or point.terms is None:
                    continue
                terms.append(point.terms)
                vectors.append(point.dense)
                if len(self._reused) < _REUSED:
                    start, end = point.payload["start"], point.payload["end"]
                    text = documents[point.payload["doc"]].part(start, end)
                    self._reused.setdefault(text, point.dense)
            self._count(terms, vectors, -1)

    def _count(
        self, terms: Sequence[Sparse], vectors: Sequence[NDArray[np.float32]], sign: int
    ) -> None:
        if terms:
            self._terms = self._terms + TermSums.of(terms, sign)
            self._vectors = self._vectors + VectorSums.of(np.stack(vectors), sign)

    def _add(self, new: Sequence[_New], progress: Progress | None) -> None:
        """Write the passages of new documents, and what else they have, a window at a time."""
        known = set(map(hash, self._reused))
        wanted = {h for each in new for h in map(hash, _texts(each)) if h not in known}
        done: set[int] = set()

        def tell(encoded: Sequence[str]) -> None:
            self.lease.beat()
            done.update(map(hash, encoded))
            if progress is not None and wanted:
                progress(len(done), len(wanted))

        tell(())
        for window in _windows(new):
            texts = [text for each in window for text in _texts(each)]
            self._write_window(window, texts, self._encoded(texts, tell))

    def _encoded(
        self, texts: Sequence[str], tell: Callable[[Sequence[str]], None]
    ) -> dict[str, NDArray[np.float32]]:
        """Return the vectors of texts; those that are known are not encoded."""
        vectors = {text: self._reused[text] for text in texts if text in self._reused}
        missing = sorted((t for t in dict.fromkeys(texts) if t not in vectors), key=len)
        for batch in _batches(missing, batch_of(self.encoder)):
            vectors.update(zip(batch, self.encoder.encode_passages(batch), strict=True))
            tell(batch)
        return vectors

    def _write_window(
        self,
        window: Sequence[_New],
        texts: Sequence[str],
        vectors: Mapping[str, NDArray[np.float32]],
    ) -> None:
        life = {"from": self._version, "until": NEVER}
        made: list[Point] = []
        at = iter(texts)
        for document, n, offsets in window:
            said = {"k": "passage", "doc": n, **said_of(document), **life}
            spans = offsets.tolist()
            words = under_headings(document, spans)
            for i, ((start, end), said_there) in enumerate(zip(spans, words, strict=True)):
                payload = said | {"i": i, "start": start, "end": end}
                vector = vectors[next(at)]
                made.append(Point(point_id(n, i), payload, vector, weighed(said_there)))
        self._count(
            [p.terms for p in made if p.terms is not None],
            [p.dense for p in made if p.dense is not None],
            1,
        )
        self._put(made)
        for document, n, offsets in window:
            self._put(body_points(document, n, offsets, life))

    def _put(self, points: Sequence[Point]) -> None:
        for batch in _batches(points, _BATCH, lambda p: len(p.payload.get("data", ""))):
            self.lease.beat()
            self.points.upsert(batch)

    def _write_cards(
        self, documents: Sequence[Document], stays: Mapping[str, Card], new: Sequence[_New]
    ) -> None:
        """Write the cards of new documents, and of those that have another place now."""
        fresh = {
            document.id: Card(kept(document, n, self.points), 0, len(offsets))
            for document, n, offsets in new
        }
        places = _places([stays[d.id].order if d.id in stays else None for d in documents])
        for document, place in zip(documents, places, strict=True):
            if document.id in stays and stays[document.id].order != place:
                fresh[document.id] = stays[document.id]
        moved = [card.number for name, card in fresh.items() if name in stays]
        self._end(moved, "card")
        order = {d.id: place for d, place in zip(documents, places, strict=True)}
        self._put(
            [
                card_point(replace(card, order=order[name]), self._version, NEVER)
                for name, card in fresh.items()
            ]
        )

    def _end(self, numbers: Sequence[int], kind: str | None = None) -> None:
        """End what there is of documents, or of one kind of it, with this version."""
        for some in _batches(numbers, _DOCUMENTS):
            self.lease.beat()
            own = [any_of("doc", some), equals("until", NEVER)]
            own += [equals("k", kind)] if kind is not None else []
            mine = [equals("from", self._version)]
            self.points.set({"until": self._version}, {"must": own, "must_not": mine})

    def _end_all(self) -> None:
        every = {"must": [equals("until", NEVER)], "must_not": [equals("from", self._version)]}
        self.points.set({"until": self._version}, every)

    def _write_blobs(self, before: QdrantIndex | None, state: SourceState) -> None:
        """Write the statistics, small sums added up to larger ones, and where all comes from."""
        segments = dict(before.statistics.segments) if before is not None else {}
        own = self._terms
        while segments and len(segments[last := max(segments)]) <= 2 * len(own):
            own = segments.pop(last) + own
        blobs = {
            SOURCES: as_json(sources_said(state)),
            TERMS: own.raw,
            VECTORS: self._vectors.raw,
        }
        life = {"from": self._version, "until": NEVER}
        made = []
        for b, (name, raw) in enumerate(blobs.items()):
            for i, part in enumerate(parts(raw)):
                payload = {"k": "blob", "name": name, "i": i, "data": part, **life}
                made.append(Point(point_id(self._version << 32 | _BLOBS, b << 40 | i), payload))
        spared = [equals("from", self._version)]
        if segments:
            spared.append({"must": [equals("name", TERMS), any_of("from", sorted(segments))]})
        live = [equals("k", "blob"), equals("until", NEVER)]
        self.points.set({"until": self._version}, {"must": live, "must_not": spared})
        self._put(made)


def _is(card: Card, document: Document) -> bool:
    """Whether a document is the one of a card, as it is there."""
    return card.document is document or card.document == document


def _texts(new: _New) -> Iterator[str]:
    for start, end in new.offsets.tolist():
        yield new.document.part(start, end)


def _windows(new: Sequence[_New]) -> Iterator[list[_New]]:
    window: list[_New] = []
    size = 0
    for each in new:
        window.append(each)
        size += len(each.offsets)
        if size >= _WINDOW:
            yield window
            window, size = [], 0
    if window:
        yield window


T = TypeVar("T")


def _batches(
    things: Sequence[T], most: int, size: Callable[[T], int] = lambda _: 0
) -> Iterator[Sequence[T]]:
    """Yield runs of things: at most so many, and as many as are not too large for a request."""
    start = total = 0
    for at, thing in enumerate(things):
        total += size(thing)
        if at - start >= most or (total > _REQUEST and at > start):
            yield things[start:at]
            start, total = at, size(thing)
    if start < len(things):
        yield things[start:]


def _places(before: Sequence[int | None]) -> list[int]:
    """Return ascending places: those that there were, and others in between.

    Where those are not ascending, or leave no room, all are new.
    """
    held = [(at, place) for at, place in enumerate(before) if place is not None]
    fixed = [(-1, 0), *held, (len(before), (held[-1][1] if held else 0) + _GAP * len(before))]
    places: list[int] = []
    for (at, low), (beyond, high) in pairwise(fixed):
        between = beyond - at - 1
        if high - low <= between:
            return [_GAP * (at + 1) for at in range(len(before))]
        places += [low + (high - low) * n // (between + 1) for n in range(1, between + 1)]
        places += [high]
    return places[: len(before)]
