"""QdrantHome: a collection as the place where an index is kept."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from index.errors import StoreError
from index.home import Write
from index.qdrant.conditions import NEVER, View
from index.qdrant.documents import Card, damaged, read_card
from index.qdrant.head import Head, Lease, read_head
from index.qdrant.index import QdrantIndex
from index.qdrant.packing import from_json, joined, number
from index.qdrant.points import Points, any_of, equals, within
from index.qdrant.statistics import Statistics, TermSums, VectorSums
from index.qdrant.writer import SOURCES, TERMS, VECTORS, Writer
from index.saved_files import UNREADABLE, sources_of
from index.source_state import SourceState
from index.store import Saved, Stamp
from index.types import Encoder, Progress

_STARTED = time.time()
KEPT_SECONDS = 60  # that questions asked before an update are answered as before it


@dataclass(eq=False)
class QdrantHome:
    """Where an index is kept: on servers that many machines share, or in a folder.

    An update is written beside what holds, and seen by none until the head names it. Whatever
    stops it before leaves what was; the next writer takes away what is left of it.
    """

    points: Points
    encoder: Encoder
    _last: Saved | None = None

    def __str__(self) -> str:
        return self.points.where

    def exists(self) -> bool:
        head = read_head(self.points)
        return head is not None and head.committed > 0

    def saved_encoder(self) -> str:
        """Return the name of the encoder that it was made with; raises StoreError without one."""
        return self._head().encoder

    def stamp(self) -> Stamp | None:
        head = read_head(self.points)
        return (head.committed, 0, 0) if head is not None and head.committed else None

    def load(self) -> Saved:
        """Return the index that holds now; of what is known already only changes are read."""
        head = self._head()
        self._check(head)
        before = self._last
        if before is not None and before.stamp == (head.committed, 0, 0):
            return before
        try:
            self._last = self._load(head, before)
        except UNREADABLE as error:
            raise damaged(self.points, str(error)) from error
        return self._last

    def rescued(self) -> SourceState:
        """Return nothing: where one thing in a collection cannot be trusted, all is read again."""
        return SourceState()

    @contextmanager
    def writing(self, wait: float) -> Iterator[Write]:
        """Be the only writer; raises BusyIndexError where another is for longer than `wait`."""
        if (head := read_head(self.points)) is not None:
            self._check(head)
        lease = Lease.take(self.points, self.encoder.name, self.encoder.dim, wait)
        try:
            failed = self._mended(lease.head)

            def write(before: Saved | None, state: SourceState, progress: Progress | None) -> Saved:
                known = before.index if before is not None else None
                own = known if isinstance(known, QdrantIndex) else None
                writer = Writer(self.points, self.encoder, lease)
                writer.write(own, state, progress)
                lease.commit(failed)
                self.points.settle()
                self._tidy(lease.head)
                return self.load()

            yield write
        finally:
            lease.drop()

    def tidy(self) -> None:
        """Delete what was replaced some time ago."""
        if (head := read_head(self.points)) is not None and not head.holder:
            self._tidy(head)

    def _tidy(self, head: Head) -> None:
        past = time.time() - KEPT_SECONDS
        if self.points.alone:  # nobody asks but this process
            past = max(past, _STARTED)
        old = [version for version, at in head.history if at < past]
        if old and (gone := self._next(head, max(old))):
            hidden = [within("until", lte=gone)]
            spared = [any_of("until", head.failed)] if head.failed else []
            self.points.delete({"must": hidden, "must_not": spared})

    def _next(self, head: Head, version: int) -> int:
        """Return the version that came after another."""
        later = [v for v, _ in head.history if v > version]
        return min([*later, head.committed])

    def _mended(self, head: Head) -> tuple[int, ...]:
        """Take away what writers have left that did not finish; return who they are."""
        known = {version for version, _ in head.history} | {head.committed}
        own = range(head.committed + 1, head.attempt)
        failed = tuple(sorted({*head.failed, *(n for n in own if n not in known)}))
        if failed:
            self.points.delete({"must": [any_of("from", failed)]})
            self.points.set({"until": NEVER}, {"must": [any_of("until", failed)]})
        return failed

    def _head(self) -> Head:
        head = read_head(self.points)
        if head is None or not head.committed:
            raise StoreError(f"{self.points.where}: there is no index there; run: qa index DIR")
        return head

    def _check(self, head: Head) -> None:
        if head.encoder != self.encoder.name:
            raise StoreError(
                f"{self.points.where}: made with the encoder {head.encoder}, not "
                f"{self.encoder.name}; use that encoder, or index into another collection"
            )
        if head.dim != self.encoder.dim:
            raise StoreError(f"{self.points.where}: its vectors are not those of this encoder")

    def _load(self, head: Head, before: Saved | None) -> Saved:
        cards = self._cards(head, before)
        blobs = self._blobs(head.view)
        segments = {n: TermSums.read(raw) for n, raw in blobs[TERMS].items()}
        (vectors,) = (VectorSums.read(raw, head.dim) for raw in blobs[VECTORS].values())
        (sources,) = blobs[SOURCES].values()
        statistics = Statistics(segments, vectors)
        index = QdrantIndex(self.points, head.view, cards, statistics, self.encoder)
        if statistics.passages != int(index.first_rows[-1]):
            raise ValueError("the statistics are of other passages")
        documents = tuple(card.document for card in index.cards)
        state = sources_of(from_json(sources), documents)
        return Saved(index, state, (head.committed, 0, 0))

    def _cards(self, head: Head, before: Saved | None) -> Sequence[Card]:
        """Return all cards; those that stayed are the very same ones as before."""
        seen = head.view.where
        known = before.index if before is not None else None
        if not isinstance(known, QdrantIndex) or not self._follows(head, known.view):
            return [self._card(p.payload) for p in self.points.scroll(_kind("card", seen))]
        cards = {card.number: card for card in known.cards}
        ended = {"must": [equals("k", "card"), within("until", gt=known.view.version, lt=NEVER)]}
        for point in self.points.scroll(ended):
            if number(point.payload, "until") <= head.committed:
                cards.pop(number(point.payload, "doc"), None)
        new = {"must": [*_kind("card", seen)["must"], within("from", gt=known.view.version)]}
        for point in self.points.scroll(new):
            card = self._card(point.payload)
            cards[card.number] = card
        return list(cards.values())

    def _card(self, payload: Any) -> Card:
        return read_card(payload, self.points)

    def _follows(self, head: Head, view: View) -> bool:
        """Whether all that changed since a version is still there to be read."""
        times = dict(head.history)
        now = time.time()
        return view.failed == head.failed and times.get(view.version, 0) + KEPT_SECONDS / 2 > now

    def _blobs(self, view: View) -> dict[str, dict[int, bytes]]:
        """Return what is kept of each kind of blob, by the version that it was written in."""
        found: dict[tuple[int, str], dict[int, str]] = {}
        for point in self.points.scroll(_kind("blob", view.where)):
            said = point.payload
            key = number(said, "from"), str(said["name"])
            found.setdefault(key, {})[number(said, "i")] = str(said["data"])
        blobs: dict[str, dict[int, bytes]] = {SOURCES: {}, TERMS: {}, VECTORS: {}}
        for (version, name), parts in found.items():
            blobs[name][version] = joined([parts[i] for i in range(len(parts))])
        return blobs


def _kind(kind: str, seen: Any) -> dict[str, Any]:
    return {"must": [equals("k", kind), seen]}
