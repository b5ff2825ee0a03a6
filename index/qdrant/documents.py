"""Documents in a collection: a card each, which servers keep in memory, and the rest, which stays.

Of document n these are points: its passages, its card, its outline (places, and where passages
start and end), the parts of its text and those of its boxes.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.errors import DamagedIndexError
from index.qdrant.packing import as_json, from_json, number, packed, parts, unpacked
from index.qdrant.points import Point, Points, point_id
from index.saved_files import UNREADABLE
from index.types import Document, Place, no_boxes

CARD, OUTLINE, TEXT, BOXES = (n << 40 for n in (1, 2, 3, 4))  # the parts of a document
CHUNK = 1 << 15  # characters
_CHUNK_BYTES = 4 * CHUNK
_CARD_BYTES = 1 << 24
_MOST_PARTS = 1 << 20
_KEPT = 2_000  # parts of texts in memory: at most about 64 MB of English
_FIELDS = ("id", "title", "date", "sha256", "also", "titled", "left_out")


@dataclass(frozen=True, slots=True, eq=False)
class Body:
    """What a document has besides its card, read when it is asked for, as it was written.

    Raises DamagedIndexError where it is not so, and StoreError where the engine does not answer.
    """

    points: Points = field(repr=False)
    number: int
    chars: int
    box_parts: int

    def part(self, start: int, end: int) -> str:
        """Return text[start:end], for 0 <= start <= end."""
        end = min(end, self.chars)
        if start >= end:
            return ""
        first, last = start // CHUNK, (end - 1) // CHUNK
        text = "".join(_chunk(self, at) for at in range(first, last + 1))
        return text[start - first * CHUNK : end - first * CHUNK]

    @property
    def places(self) -> tuple[Place, ...]:
        return _outline(self)[0]

    @property
    def offsets(self) -> NDArray[np.int64]:
        """Where the passages start and end, (n, 2)."""
        return _outline(self)[1]

    @property
    def boxes(self) -> NDArray[np.int32]:
        ids = [point_id(self.number, BOXES + at) for at in range(self.box_parts)]
        with _as_saved(self.points):
            found = {number(p, "i"): p.get("data") for p in self.points.get(ids)} if ids else {}
            raw = b"".join(unpacked(found.get(at)) for at in range(self.box_parts))
            return np.frombuffer(raw, "<i4").reshape(-1, 7) if raw else no_boxes()


@lru_cache(maxsize=_KEPT)
def _chunk(body: Body, at: int) -> str:
    """Return a part of a text."""
    found = body.points.get([point_id(body.number, TEXT + at)])
    with _as_saved(body.points):
        raw = unpacked(found[0].get("data") if found else None, _CHUNK_BYTES)
        text = raw.decode("utf-8", "surrogatepass")
        if len(text) != min(CHUNK, body.chars - at * CHUNK):
            raise ValueError(f"a part of a text has {len(text)} characters")
        return text


@lru_cache(maxsize=_KEPT)
def _outline(body: Body) -> tuple[tuple[Place, ...], NDArray[np.int64]]:
    found = body.points.get([point_id(body.number, OUTLINE)])
    with _as_saved(body.points):
        saved = from_json(unpacked(found[0].get("data") if found else None, _CARD_BYTES))
        places = tuple(Place(*place) for place in saved["places"])
        offsets = np.array(saved["offsets"], np.int64).reshape(-1, 2)
        inside = (offsets >= 0).all() and (offsets <= body.chars).all()
        if not inside or (offsets[:, 0] >= offsets[:, 1]).any():
            raise ValueError("passages are not in their document")
        return places, offsets


@contextmanager
def _as_saved(points: Points) -> Iterator[None]:
    """Raise DamagedIndexError for what cannot be read."""
    try:
        yield
    except UNREADABLE as error:
        raise damaged(points, str(error)) from error


def damaged(points: Points, what: str) -> DamagedIndexError:
    return DamagedIndexError(
        f"{points.where}: the index is damaged: {what}; run qa index with the folder of documents"
    )


class _Kept:
    """The attributes of a document that its body holds."""

    body: Body

    @property
    def text(self) -> str:
        return self.body.part(0, self.body.chars)

    @property
    def places(self) -> Sequence[Place]:
        return self.body.places

    @property
    def boxes(self) -> NDArray[np.int32]:
        return self.body.boxes


@dataclass(frozen=True, eq=False)
class KeptDocument(_Kept, Document):
    """A document whose text, places and boxes are read when they are asked for."""

    text: str = field(init=False, repr=False)
    places: Sequence[Place] = field(init=False, repr=False)
    boxes: NDArray[np.int32] = field(init=False, repr=False, compare=False)
    body: Body = field(kw_only=True, repr=False)

    @property
    def length(self) -> int:
        return self.body.chars

    def part(self, start: int, end: int) -> str:
        return self.body.part(start, end)


@dataclass(frozen=True, slots=True)
class Card:
    """A document, its place among all, and how many passages it has."""

    document: KeptDocument
    order: int
    passages: int

    @property
    def number(self) -> int:
        return self.document.body.number


def card_point(card: Card, version: int, until: int) -> Point:
    """Return the point of a card as it is from a version on."""
    document = card.document
    said = {name: getattr(document, name) for name in _FIELDS}
    said |= {
        "metadata": dict(document.metadata),
        "chars": document.body.chars,
        "boxes": document.body.box_parts,
        "passages": card.passages,
    }
    payload = {"k": "card", "doc": card.number, "order": card.order, "from": version}
    payload |= {"until": until, "data": packed(as_json(said))}
    return Point(point_id(card.number, CARD + version), payload)


def read_card(payload: Mapping[str, Any], points: Points) -> Card:
    """Return the card of a point; raises ValueError, KeyError or TypeError for another's."""
    said = from_json(unpacked(payload.get("data"), _CARD_BYTES))
    numbers = {name: number(said, name) for name in ("chars", "boxes", "passages")}
    if numbers["boxes"] > _MOST_PARTS:
        raise ValueError("a document of more boxes than any has")
    body = Body(points, number(payload, "doc"), numbers["chars"], numbers["boxes"])
    named = {name: said[name] for name in _FIELDS}
    texts = [named["id"], named["title"], named["sha256"], *named["also"], *named["left_out"]]
    texts += [named["date"]] if named["date"] is not None else []
    texts += [*said["metadata"], *said["metadata"].values()]
    if not all(isinstance(text, str) for text in texts) or not isinstance(named["titled"], bool):
        raise ValueError("a document's card is not as it was saved")
    named |= {name: tuple(named[name]) for name in ("also", "left_out")}
    document = KeptDocument(**named, metadata=dict(said["metadata"]), body=body)
    order = payload.get("order")
    if isinstance(order, bool) or not isinstance(order, int):
        raise ValueError("a document has no place")  # of what was saved
    return Card(document, order, numbers["passages"])


def body_points(
    document: Document, n: int, offsets: NDArray[np.int64], life: Mapping[str, int]
) -> list[Point]:
    """Return the points of a document's outline, text and boxes; `life` is when they are there."""
    text, boxes = document.text, list(_box_parts(document))
    outline = {
        "places": [(p.start, p.end, p.label, p.page) for p in document.places],
        "offsets": offsets.ravel().tolist(),
    }
    named = {"doc": n, **life}
    made = [Point(point_id(n, OUTLINE), named | {"k": "outline", "data": packed(as_json(outline))})]
    for i, start in enumerate(range(0, len(text), CHUNK)):
        raw = text[start : start + CHUNK].encode("utf-8", "surrogatepass")
        made.append(
            Point(point_id(n, TEXT + i), named | {"k": "text", "i": i, "data": packed(raw)})
        )
    for i, part in enumerate(boxes):
        made.append(Point(point_id(n, BOXES + i), named | {"k": "boxes", "i": i, "data": part}))
    return made


def kept(document: Document, n: int, points: Points) -> KeptDocument:
    """Return a document as it will be read again."""
    box_parts = sum(1 for _ in _box_parts(document))
    named = {name: getattr(document, name) for name in _FIELDS}
    body = Body(points, n, len(document.text), box_parts)
    return KeptDocument(**named, metadata=dict(document.metadata), body=body)


def _box_parts(document: Document) -> Iterator[str]:
    yield from parts(np.ascontiguousarray(document.boxes, "<i4").tobytes())
