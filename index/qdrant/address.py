"""Pure: what `--engine` says."""

import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from index.errors import StoreError

_FORMS = "qdrant://HOST:PORT/COLLECTION, qdrants:// for TLS, or qdrant:FOLDER for this machine"
_COLLECTION = re.compile(r"[\w.-]{1,200}")
_PORT = 6333
_MOST = 1_000  # shards, replicas


@dataclass(frozen=True, slots=True)
class Server:
    """A collection on servers; `shards` and `replicas` are those of a collection that is made."""

    host: str
    port: int
    collection: str
    tls: bool = False
    shards: int = 1
    replicas: int = 1

    @property
    def url(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http{'s' * self.tls}://{host}:{self.port}"

    @property
    def is_here(self) -> bool:
        """Whether what is sent to it stays on this machine."""
        return self.host in {"localhost", "127.0.0.1", "::1"}

    def __str__(self) -> str:
        scheme, _, rest = self.url.partition("://")
        return f"qdrant{'s' * (scheme == 'https')}://{rest}/{self.collection}"


@dataclass(frozen=True, slots=True)
class Embedded:
    """A folder of this machine that one process at a time has open."""

    folder: Path

    def __str__(self) -> str:
        return f"qdrant:{self.folder}"


def parse(engine: str) -> Server | Embedded:
    """Return where the index is; raises StoreError for what is no address."""
    if engine.startswith(("qdrant://", "qdrants://")):
        return _server(engine)
    scheme, _, path = engine.partition(":")
    if scheme != "qdrant" or not path:
        raise StoreError(f"--engine {engine}: not an engine; write {_FORMS}")
    return Embedded(Path(path).expanduser())


def _server(engine: str) -> Server:
    try:
        parts = urlsplit(engine)
        port = parts.port if parts.port is not None else _PORT
    except ValueError as error:
        raise StoreError(f"--engine {engine}: {error}; write {_FORMS}") from error
    if parts.username is not None or parts.password is not None:
        raise StoreError("--engine: a key does not belong there; put it into $QDRANT_API_KEY")
    collection = unquote(parts.path.strip("/"))
    if not parts.hostname or not _COLLECTION.fullmatch(collection):
        raise StoreError(f"--engine {engine}: not a host and a collection; write {_FORMS}")
    sizes = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    numbers = {name: int(v) for name, v in sizes.items() if v.isascii() and v.isdigit()}
    if numbers.keys() != sizes.keys() or not numbers.keys() <= {"shards", "replicas"}:
        raise StoreError(f"--engine {engine}: after ? go shards=N and replicas=N only")
    if any(not 1 <= number <= _MOST for number in numbers.values()):
        raise StoreError(f"--engine {engine}: shards and replicas are 1 to {_MOST:,}")
    return Server(parts.hostname, port, collection, parts.scheme == "qdrants", **numbers)
