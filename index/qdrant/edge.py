"""Qdrant in this process: the engine of its servers as a library, over a folder."""

import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import qdrant_edge as edge
from filelock import FileLock, Timeout

from index.errors import BusyIndexError, StoreError
from index.qdrant.address import Embedded
from index.qdrant.points import INDEXED, Found, Point, Query, Sparse, Where

_PAGE = 1_000
_LOCK = "lock"
_SHARD = "shard"


class EdgePoints:
    """A shard in a folder; `BusyIndexError` is raised where another process has it open."""

    alone = True

    def __init__(self, address: Embedded) -> None:
        self.where = str(address)
        self._folder = address.folder
        self._shard: edge.EdgeShard | None = None
        self._lock: FileLock | None = None

    def exists(self) -> bool:
        return (self._folder / _SHARD / "edge_config.json").is_file()

    def create(self, dim: int) -> None:
        if self.exists():
            return
        if self._folder.is_dir() and any(f.name != _LOCK for f in self._folder.iterdir()):
            raise StoreError(f"{self._folder}: holds other files than an index; name an empty one")
        self._hold()
        dense = edge.EdgeVectorParams(size=dim, distance=edge.Distance.Dot)
        config = edge.EdgeConfig(
            vectors={"dense": dense}, sparse_vectors={"terms": edge.EdgeSparseVectorParams()}
        )
        with self._said():
            shard = edge.EdgeShard.create(str(self._folder / _SHARD), config)
            for name, kind in INDEXED.items():
                schema = getattr(edge.PayloadSchemaType, kind.capitalize())
                shard.update(edge.UpdateOperation.create_field_index(name, schema))
            self._shard = shard

    def upsert(self, points: Sequence[Point], only: Where | None = None, new: bool = False) -> None:
        made = [edge.Point(p.id, _vectors(p), dict(p.payload)) for p in points]
        condition = _filter(only) if only is not None else None
        mode = edge.UpdateMode.InsertOnly if new else None
        self._update(edge.UpdateOperation.upsert_points(made, condition, mode))

    def set(self, payload: Mapping[str, Any], where: Where) -> None:
        self._update(edge.UpdateOperation.set_payload_by_filter(_filter(where), dict(payload)))

    def delete(self, where: Where) -> None:
        self._update(edge.UpdateOperation.delete_points_by_filter(_filter(where)))

    def get(self, ids: Sequence[UUID]) -> list[Mapping[str, Any]]:
        with self._said() as shard:
            return [row.payload or {} for row in shard.retrieve(list(ids), True, False)]

    def scroll(self, where: Where, vectors: bool = False) -> Iterator[Point]:
        offset = None
        while True:
            request = edge.ScrollRequest(
                offset=offset,
                limit=_PAGE,
                filter=_filter(where),
                with_payload=True,
                with_vector=vectors,
            )
            with self._said() as shard:
                rows, offset = shard.scroll(request)
            for row in rows:
                yield Point.of(row)
            if offset is None:
                return

    def query(self, queries: Sequence[Query]) -> list[list[Found]]:
        requests = [
            edge.QueryRequest(
                limit=query.limit,
                query=edge.Query.Nearest(_vector(query.vector), using=_name(query.vector)),
                filter=_filter(query.where),
                params=edge.SearchParams(exact=query.exact),
                with_payload=["doc", "i", "start", "end"],
            )
            for query in queries
        ]
        with self._said() as shard:
            found = shard.query_batch(edge.QueryBatchRequest(requests))
        return [[Found(row.payload or {}, row.score) for row in rows] for rows in found]

    def settle(self) -> None:
        with self._said() as shard:
            shard.optimize()
            shard.flush()

    def drop(self) -> None:
        self.close()
        shutil.rmtree(self._folder / _SHARD, ignore_errors=True)

    def close(self) -> None:
        if self._shard is not None:
            self._shard.close()
            self._shard = None
        if self._lock is not None:
            self._lock.release()
            self._lock = None

    def _update(self, operation: edge.UpdateOperation) -> None:
        with self._said() as shard:
            shard.update(operation)

    def _hold(self) -> None:
        """Lock the folder for as long as this process has it open."""
        if self._lock is not None:
            return
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            lock = FileLock(self._folder / _LOCK, timeout=0)
            lock.acquire()
        except Timeout as error:
            raise BusyIndexError(
                f"{self.where}: another process has this index open; end it, or use a server"
            ) from error
        except OSError as error:
            raise StoreError(f"{self.where}: cannot be opened: {error.strerror}") from error
        self._lock = lock

    @contextmanager
    def _said(self) -> Iterator[edge.EdgeShard]:
        """Yield the shard; what the library says of a failure becomes a StoreError."""
        self._hold()
        try:
            if self._shard is None and self.exists():
                self._shard = edge.EdgeShard.load(str(self._folder / _SHARD))
            yield self._shard  # type: ignore[misc]  # None only while it is made
        except Exception as error:  # the library raises nothing narrower
            if type(error) is not Exception:
                raise
            said = str(error).splitlines()[0][:200]
            raise StoreError(f"{self.where}: the engine says: {said}") from error


def _vectors(point: Point) -> dict[str, Any]:
    named = {"dense": point.dense, "terms": point.terms}
    return {name: _vector(vector) for name, vector in named.items() if vector is not None}


def _vector(vector: Any) -> Any:
    if isinstance(vector, Sparse):
        return edge.SparseVector(vector.terms.tolist(), vector.weights.tolist())
    return vector.tolist()


def _name(vector: Any) -> str:
    return "terms" if isinstance(vector, Sparse) else "dense"


def _filter(where: Where) -> edge.Filter:
    parts: dict[str, Any] = {
        name: [_condition(each) for each in each_of] for name, each_of in where.items()
    }
    return edge.Filter(**parts)


def _condition(where: Where) -> Any:
    if "has_id" in where:
        return edge.HasIdCondition({UUID(each) for each in where["has_id"]})
    if "key" not in where:
        return _filter(where)
    if "range" in where:
        return edge.FieldCondition(where["key"], range=edge.RangeFloat(**where["range"]))
    match = where["match"]
    if "any" in match:
        return edge.FieldCondition(where["key"], match=edge.MatchAny(match["any"]))
    return edge.FieldCondition(where["key"], match=edge.MatchValue(match["value"]))
