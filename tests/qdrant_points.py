"""Collections for tests: in memory through the client, in a folder, and on a server.

The server is that of $QDRANT_URL, such as qdrant://127.0.0.1:6333, if there is one; what is made
there is deleted.
"""

import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from qdrant_client import QdrantClient

from index.errors import StoreError
from index.qdrant.address import Embedded, Server, parse
from index.qdrant.edge import EdgePoints
from index.qdrant.points import Points
from index.qdrant.server import ServerPoints

IN_MEMORY = Server("memory", 6333, "tests")


def in_memory(_: Path) -> Points:
    """Return a collection that the client itself holds, as it would a server's."""
    return ServerPoints(IN_MEMORY, QdrantClient(":memory:"))


def in_a_folder(folder: Path) -> Points:
    return EdgePoints(Embedded(folder / f"edge-{secrets.token_hex(4)}"))


def on_a_server(_: Path) -> Points:
    if (url := os.environ.get("QDRANT_URL")) is None:
        pytest.skip("needs a Qdrant server: set QDRANT_URL")
    return ServerPoints(_server(f"{url.rstrip('/')}/test-{secrets.token_hex(8)}"))


def _server(url: str) -> Server:
    address = parse(url)
    if not isinstance(address, Server):
        raise StoreError(f"QDRANT_URL: {url} names no server")
    return address


PLACES: dict[str, Callable[[Path], Points]] = {
    "edge": in_a_folder,
    "client": in_memory,
    "server": on_a_server,
}


@contextmanager
def opened(kind: str, folder: Path) -> Iterator[Callable[[], Points]]:
    """Yield what makes collections, all of which are closed at the end."""
    made: list[Points] = []

    def make() -> Points:
        made.append(PLACES[kind](folder))
        return made[-1]

    yield make
    for points in made:
        if kind == "server" and points.exists():
            points.drop()
        points.close()
