"""Qdrant on servers, over its REST API."""

import os
import time
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, TypeVar
from uuid import UUID

import httpx
from qdrant_client import QdrantClient, models
from qdrant_client.common.client_exceptions import ResourceExhaustedResponse
from qdrant_client.http.exceptions import ResponseHandlingException, UnexpectedResponse

from index.errors import StoreError, UnreachableError
from index.qdrant.address import Server
from index.qdrant.points import INDEXED, Found, Point, Query, Sparse, Where

KEY = "QDRANT_API_KEY"
_PAGE = 500
_SECONDS = 30
_PAUSES = (0.2, 0.8, 2.0)  # seconds, before the server is asked again
_REFUSED = (401, 403)
_ITS_FAULT = 500  # statuses from here on
_OLDEST = (1, 16)  # that writes a point only where a filter matches
_EF = 256  # candidates of the graph; Qdrant's default finds fewer

T = TypeVar("T")


class ServerPoints:
    """A collection of a Qdrant server; one that does not answer is asked again, and then said.

    `client` is another than that of the address, for tests.
    """

    alone = False

    def __init__(self, address: Server, client: QdrantClient | None = None) -> None:
        self.where = str(address)
        self._address = address
        self._client = client if client is not None else _connected(address)
        self._known = client is not None

    def exists(self) -> bool:
        if not self._known:
            self._check_version()
        return bool(self._asked(lambda c, name: c.collection_exists(name)))

    def create(self, dim: int) -> None:
        if self.exists():
            return
        try:
            self._asked(
                lambda c, name: c.create_collection(
                    name,
                    vectors_config={
                        "dense": models.VectorParams(size=dim, distance=models.Distance.DOT)
                    },
                    sparse_vectors_config={"terms": models.SparseVectorParams()},
                    shard_number=self._address.shards,
                    replication_factor=self._address.replicas,
                    on_disk_payload=True,
                )
            )
        except StoreError:
            if not self.exists():  # else another process was faster
                raise
        for field, kind in INDEXED.items():
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # in memory there are none, which it tells
                schema = models.PayloadSchemaType(kind)
                self._asked(partial(_create_index, field=field, schema=schema))

    def upsert(self, points: Sequence[Point], only: Where | None = None, new: bool = False) -> None:
        made = [
            models.PointStruct(id=str(p.id), vector=_vectors(p), payload=dict(p.payload))
            for p in points
        ]
        condition = _filter(only) if only is not None else None
        mode = models.UpdateMode.INSERT_ONLY if new else None
        strong = models.WriteOrdering.STRONG if only is not None or new else None
        self._asked(
            lambda c, name: c.upsert(
                name, made, ordering=strong, update_filter=condition, update_mode=mode
            )
        )

    def set(self, payload: Mapping[str, Any], where: Where) -> None:
        self._asked(lambda c, name: c.set_payload(name, dict(payload), points=_filter(where)))

    def delete(self, where: Where) -> None:
        self._asked(lambda c, name: c.delete(name, models.FilterSelector(filter=_filter(where))))

    def get(self, ids: Sequence[UUID]) -> list[Mapping[str, Any]]:
        named = [str(each) for each in ids]
        pages = (named[start : start + _PAGE] for start in range(0, len(named), _PAGE))
        found = (self._asked(partial(_retrieve, ids=page)) for page in pages)
        return [row.payload or {} for rows in found for row in rows]

    def scroll(self, where: Where, vectors: bool = False) -> Iterator[Point]:
        offset: Any = None
        while True:
            page = partial(_page, where=_filter(where), offset=offset, vectors=vectors)
            rows, offset = self._asked(page)
            for row in rows:
                yield Point.of(row)
            if offset is None:
                return

    def query(self, queries: Sequence[Query]) -> list[list[Found]]:
        requests = [
            models.QueryRequest(
                query=_vector(query.vector),
                using="terms" if isinstance(query.vector, Sparse) else "dense",
                filter=_filter(query.where),
                params=models.SearchParams(exact=query.exact, hnsw_ef=_EF),
                limit=query.limit,
                with_payload=["doc", "i", "start", "end"],
            )
            for query in queries
        ]
        found = self._asked(lambda c, name: c.query_batch_points(name, requests))
        return [[Found(row.payload or {}, row.score) for row in each.points] for each in found]

    def settle(self) -> None:
        """The servers do so by themselves."""

    def drop(self) -> None:
        self._asked(lambda c, name: c.delete_collection(name))

    def close(self) -> None:
        self._client.close()

    def _check_version(self) -> None:
        info = self._asked(lambda c, _: c.info())
        version = str(info.version)
        numbers = tuple(int(part) for part in version.split(".")[:2] if part.isdigit())
        if numbers < _OLDEST:
            needed = ".".join(map(str, _OLDEST))
            raise StoreError(f"{self.where}: Qdrant {version} is too old; {needed} is needed")
        self._known = True

    def _asked(self, ask: Callable[[QdrantClient, str], T]) -> T:
        """Return what the server answers; raises StoreError, where it may help after some tries."""
        for pause in (*_PAUSES, None):
            try:
                return ask(self._client, self._address.collection)
            except UnexpectedResponse as error:
                status = error.status_code if error.status_code is not None else 0
                if status < _ITS_FAULT or pause is None:
                    raise self._refused(status, error.content) from error
            except (ResponseHandlingException, ResourceExhaustedResponse, OSError) as error:
                source = getattr(error, "source", error)
                if not isinstance(source, httpx.TransportError | ResourceExhaustedResponse):
                    raise StoreError(
                        f"{self.where}: what answers there is no Qdrant server ({_said(source)})"
                    ) from error
                if pause is None:
                    raise UnreachableError(
                        f"{self.where}: the server does not answer ({_said(source)}); "
                        "check that it runs and that this machine reaches it, then try again"
                    ) from error
            time.sleep(pause if pause is not None else 0)
        raise AssertionError  # the last round returns or raises

    def _refused(self, status: int, content: bytes) -> StoreError:
        if status in _REFUSED:
            return StoreError(f"{self.where}: the server refuses the key; set ${KEY} to its own")
        said = content[:200].decode("utf-8", "replace").splitlines()
        kind = StoreError if status < _ITS_FAULT else UnreachableError
        return kind(f"{self.where}: the server says {status}: {said[0] if said else ''}")


def _create_index(
    client: QdrantClient, name: str, field: str, schema: models.PayloadSchemaType
) -> None:
    client.create_payload_index(name, field, schema)


def _retrieve(client: QdrantClient, name: str, ids: Sequence[str]) -> list[models.Record]:
    return client.retrieve(name, ids)


def _page(
    client: QdrantClient, name: str, where: models.Filter, offset: Any, vectors: bool
) -> tuple[list[models.Record], Any]:
    return client.scroll(
        name, scroll_filter=where, limit=_PAGE, offset=offset, with_vectors=vectors
    )


def _connected(address: Server) -> QdrantClient:
    key = os.environ.get(KEY) or None
    if key is not None and not (address.tls or address.is_here):
        raise StoreError(
            f"{address}: ${KEY} would go over the network for all to read; "
            "write qdrants:// for TLS, or unset it"
        )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of a key without TLS, which stays on this machine
        return QdrantClient(
            url=address.url, api_key=key, timeout=_SECONDS, check_compatibility=False
        )


def _said(error: BaseException) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:120] or type(error).__name__


def _vectors(point: Point) -> dict[str, Any]:
    named = {"dense": point.dense, "terms": point.terms}
    return {name: _vector(vector) for name, vector in named.items() if vector is not None}


def _vector(vector: Any) -> Any:
    if isinstance(vector, Sparse):
        terms, weights = vector.terms.tolist(), vector.weights.tolist()
        return models.SparseVector(indices=terms, values=weights)
    return vector.tolist()


def _filter(where: Where) -> models.Filter:
    return models.Filter.model_validate(where)
