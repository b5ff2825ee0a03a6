"""An encoder by its name."""

import re

from index.encoding import SentenceEncoder
from index.static import FAST_ENCODER, StaticEncoder
from index.types import Encoder


def load_encoder(name: str) -> Encoder:
    """Return the fast encoder for "fast", or the name that its indexes carry; else a model's.

    An index that carries another table's name ("fast-", eight hexadecimal digits) is refused when
    it is loaded.
    """
    if re.fullmatch(rf"{FAST_ENCODER}(-[0-9a-f]{{8}})?", name):
        return StaticEncoder()
    return SentenceEncoder(name)
