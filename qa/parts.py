"""What a corpus is opened with, by name or as an object, and where what belongs to it is kept."""

import hashlib
import os
import re
from collections.abc import Callable
from pathlib import Path

import platformdirs

from index import store
from index.encoders import is_packaged, load_encoder
from index.encoding import DEFAULT_ENCODER
from index.errors import StoreError
from index.types import Encoder, Engine
from qa.readers import load_reader
from qa.types import Reader

EngineOf = Callable[[Encoder], Engine]
"""Makes an engine that searches with an encoder's vectors."""


def engine_of(chosen: str | EngineOf) -> EngineOf:
    """Return what makes an engine; raises StoreError for one that there is not."""
    if not isinstance(chosen, str):
        return chosen
    from index.qdrant.address import parse  # noqa: PLC0415  (few use it)
    from index.qdrant.engine import QdrantEngine  # noqa: PLC0415

    address = parse(chosen)
    return lambda encoder: QdrantEngine(encoder, address)


def encoder_of_index(index: Path) -> str:
    """Return the packaged encoder that a saved index was made with; raises StoreError for others.

    Whoever sent an index would otherwise choose which model is loaded or downloaded.
    """
    name = store.saved_encoder(index)
    if not is_packaged(name):
        raise StoreError(
            f"{index}: made with the encoder {name}, which does not come with Quotewell; "
            "if you trust that model, name it yourself: --encoder"
        )
    return name


def encoder_of(chosen: str | Encoder | None) -> Encoder:
    """Return an encoder, the packaged one by default."""
    if chosen is None or isinstance(chosen, str):
        return load_encoder(chosen if chosen is not None else DEFAULT_ENCODER)
    return chosen


def reader_of(chosen: str | Reader | None, thorough: bool) -> Reader:
    """Return a reader, by default the best that is installed."""
    if chosen is None or isinstance(chosen, str):
        return load_reader(chosen, thorough)
    return chosen


def cache_folder(path: Path, encoder: str) -> Path:
    """Return where the index of a path lives when nobody says: one for each encoder."""
    key = hashlib.sha256(os.fsencode(f"{path.resolve()}\n{encoder}")).hexdigest()[:12]
    name = re.sub(r"[^\w.-]", "_", path.resolve().name)[:60] or "root"
    return Path(platformdirs.user_cache_dir("quotewell")) / "indexes" / f"{name}-{key}"


def feedback_file(path: Path) -> Path:
    """Return where visitors' feedback on a corpus is kept when nobody says: a file for each."""
    name = cache_folder(path, "feedback").name
    return Path(platformdirs.user_data_dir("quotewell")) / "feedback" / f"{name}.jsonl"
