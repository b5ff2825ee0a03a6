"""QdrantEngine: an index that many machines share, or one larger than a machine's memory."""

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

from index.errors import StoreError
from index.hybrid import HybridIndex
from index.local import LocalEngine
from index.qdrant.address import Embedded, Server, parse
from index.qdrant.home import QdrantHome
from index.qdrant.points import Points
from index.types import Document, Encoder, Progress, SearchIndex

_INSTALL = "install it with: pip install 'quotewell[qdrant]'"


class QdrantEngine:
    """Keeps an index in the collection, or the folder, of an address such as `parse` reads.

    Nobody but who opens a corpus names it: neither an index nor a document chooses a host.
    """

    name = "qdrant"

    def __init__(self, encoder: Encoder, address: Server | Embedded | str) -> None:
        self.encoder = encoder
        self._address = parse(address) if isinstance(address, str) else address

    def build(
        self,
        documents: Sequence[Document],
        known: SearchIndex | None = None,
        progress: Progress | None = None,
    ) -> HybridIndex:
        """Index documents in memory, as visitors' uploads are, beside what the collection holds."""
        return LocalEngine(self.encoder).build(documents, known, progress)

    def home(self, folder: Path | None) -> QdrantHome:
        """Return the collection; a folder is not for this engine."""
        return self._home

    @cached_property
    def _home(self) -> QdrantHome:
        return QdrantHome(connected(self._address), self.encoder)


def connected(address: Server | Embedded) -> Points:
    """Return what an address is of; raises StoreError where the extra is not installed."""
    try:
        if isinstance(address, Embedded):
            from index.qdrant.edge import EdgePoints  # noqa: PLC0415

            return EdgePoints(address)
        from index.qdrant.server import ServerPoints  # noqa: PLC0415

        return ServerPoints(address)
    except ImportError as error:
        raise StoreError(f"{address}: this engine is an extra; {_INSTALL}") from error
