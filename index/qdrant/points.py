"""What is asked of Qdrant, wherever it runs: points are written, found and deleted."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

Where = Mapping[str, Any]
"""A filter as Qdrant's REST API has it: {"must": [{"key": "doc", "match": {"any": [1, 2]}}]}."""

# The number of what a document, or another thing, consists of is the upper half of a point's id.
_HALF = 64
INDEXED = {
    "k": "keyword",
    "in": "keyword",
    **dict.fromkeys(("doc", "from", "until", "first", "last"), "integer"),
}


class Sparse(NamedTuple):
    """Numbers of terms (t,), ascending, and a weight for each."""

    terms: NDArray[np.uint32]
    weights: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Point:
    """A payload with an id; that of a passage has both vectors."""

    id: UUID
    payload: Mapping[str, Any]
    dense: NDArray[np.float32] | None = None
    terms: Sparse | None = None

    @classmethod
    def of(cls, row: Any) -> "Point":
        """Return the point of a row as either client of Qdrant gives it."""
        vectors = row.vector if isinstance(row.vector, dict) else {}
        dense, terms = vectors.get("dense"), vectors.get("terms")
        return cls(
            UUID(str(row.id)),
            row.payload or {},
            np.array(dense, np.float32) if dense is not None else None,
            Sparse(np.array(terms.indices, np.uint32), np.array(terms.values, np.float32))
            if terms is not None
            else None,
        )


class Query(NamedTuple):
    """The `limit` passages nearest to a vector; `exact` compares all that the filter leaves."""

    vector: NDArray[np.float32] | Sparse
    where: Where
    limit: int
    exact: bool = False


class Found(NamedTuple):
    """A passage's payload, and its score."""

    payload: Mapping[str, Any]
    score: float


class Points(Protocol):
    """A collection. Every method raises StoreError where the engine cannot be reached.

    What a method returns is what the engine says: whoever uses it checks its types.
    """

    @property
    def where(self) -> str:
        """What people call it."""
        ...

    @property
    def alone(self) -> bool:
        """Whether no other process can have it open."""
        ...

    def exists(self) -> bool: ...

    def create(self, dim: int) -> None:
        """Make the collection, of dense vectors of this length; nothing where it is there."""
        ...

    def upsert(self, points: Sequence[Point], only: Where | None = None, new: bool = False) -> None:
        """Write points; those that are there only where they match, or not at all if `new`."""
        ...

    def set(self, payload: Mapping[str, Any], where: Where) -> None:
        """Set fields of all points that match."""
        ...

    def delete(self, where: Where) -> None:
        """Delete all points that match."""
        ...

    def get(self, ids: Sequence[UUID]) -> list[Mapping[str, Any]]:
        """Return the payloads of those of the points that are there, in any order."""
        ...

    def scroll(self, where: Where, vectors: bool = False) -> Iterator[Point]:
        """Yield all points that match, those of passages with their vectors if asked for."""
        ...

    def query(self, queries: Sequence[Query]) -> list[list[Found]]:
        """Return what each finds, best first."""
        ...

    def settle(self) -> None:
        """Let the engine arrange for searching what was written."""
        ...

    def drop(self) -> None:
        """Delete the collection with all that it holds."""
        ...

    def close(self) -> None: ...


def point_id(number: int, part: int) -> UUID:
    return UUID(int=number << _HALF | part)


def any_of(key: str, values: Sequence[Any]) -> Where:
    return {"key": key, "match": {"any": list(values)}}


def equals(key: str, value: int | str) -> Where:
    return {"key": key, "match": {"value": value}}


def within(key: str, **bounds: int) -> Where:
    """Return the condition that a number is `gte`, `gt`, `lte` or `lt` others."""
    return {"key": key, "range": bounds}


def has_id(ids: Sequence[UUID]) -> Where:
    return {"has_id": [str(each) for each in ids]}
