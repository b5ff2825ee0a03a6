"""An encoder by its name."""

import re

from index.encoding import DEFAULT_ENCODER, SentenceEncoder
from index.static import FAST_ENCODER, StaticEncoder
from index.types import Encoder


def load_encoder(name: str) -> Encoder:
    """Return the fast encoder for "fast", or the name that its indexes carry; else a model's.

    An index that carries another table's name ("fast-", eight hexadecimal digits) is refused when
    it is loaded.
    """
    return StaticEncoder() if _is_fast(name) else SentenceEncoder(name)


def is_packaged(name: str) -> bool:
    """Whether an encoder is one that comes with Quotewell, so that a saved index may name it."""
    return name == DEFAULT_ENCODER or _is_fast(name)


def _is_fast(name: str) -> bool:
    return re.fullmatch(rf"{FAST_ENCODER}(-[0-9a-f]{{8}})?", name) is not None
