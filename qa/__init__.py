"""Answers to questions about a folder of documents, in the documents' own words.

Names are imported when they are first used: what a program does not need costs it no time.
"""

from importlib import import_module
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import index  # noqa: F401  # turns ONNX Runtime's telemetry off before anything here loads it

if TYPE_CHECKING:
    from index.errors import (
        BusyIndexError,
        CorpusError,
        DamagedIndexError,
        FilterError,
        ModelError,
        PacketError,
        QuestionError,
        QuotewellError,
        StoreError,
    )
    from index.filters import Filter
    from index.local import LocalEngine
    from index.mirror import Changes
    from index.types import Document, Encoder, Engine, Hit, Passage, SearchIndex, Skipped
    from qa.answering import Answerer
    from qa.comparing import Change, Comparison
    from qa.conversation import Chat, Turn
    from qa.corpus import Corpus
    from qa.packets.exporting import exported, open_packet
    from qa.packets.packet import Packet
    from qa.packets.records import Record
    from qa.packets.verifying import Finding
    from qa.types import Answer, Citation, Reader, Span, Status

    __version__: str

_NAMES = {
    "index.errors": (
        *("BusyIndexError", "CorpusError", "DamagedIndexError", "FilterError", "ModelError"),
        *("PacketError", "QuestionError", "QuotewellError", "StoreError"),
    ),
    "index.filters": ("Filter",),
    "index.local": ("LocalEngine",),
    "index.mirror": ("Changes",),
    "index.types": (
        *("Document", "Encoder", "Engine", "Hit", "Passage", "SearchIndex", "Skipped"),
    ),
    "qa.answering": ("Answerer",),
    "qa.comparing": ("Change", "Comparison"),
    "qa.conversation": ("Chat", "Turn"),
    "qa.corpus": ("Corpus",),
    "qa.packets.exporting": ("exported", "open_packet"),
    "qa.packets.packet": ("Packet",),
    "qa.packets.records": ("Record",),
    "qa.packets.verifying": ("Finding",),
    "qa.types": ("Answer", "Citation", "Reader", "Span", "Status"),
}
_MODULE_OF = {name: module for module, names in _NAMES.items() for name in names}

__all__ = [
    "Answer",
    "Answerer",
    "BusyIndexError",
    "Change",
    "Changes",
    "Chat",
    "Citation",
    "Comparison",
    "Corpus",
    "CorpusError",
    "DamagedIndexError",
    "Document",
    "Encoder",
    "Engine",
    "Filter",
    "FilterError",
    "Finding",
    "Hit",
    "LocalEngine",
    "ModelError",
    "Packet",
    "PacketError",
    "Passage",
    "QuestionError",
    "QuotewellError",
    "Reader",
    "Record",
    "SearchIndex",
    "Skipped",
    "Span",
    "Status",
    "StoreError",
    "Turn",
    "__version__",
    "exported",
    "open_packet",
]


def __getattr__(name: str) -> Any:
    if name == "__version__":
        return version("quotewell")
    if name not in _MODULE_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_MODULE_OF[name]), name)


def __dir__() -> list[str]:
    return __all__
