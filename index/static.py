"""The fast encoder: a text's vector is the mean of its tokens' vectors, looked up in a table.

The table was made from all-MiniLM-L6-v2, whose tokenizer it uses (`training/static.py`). Nothing
here needs PyTorch.
"""

import hashlib
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load
from tokenizers import Tokenizer

from index.encoding import packaged_file
from index.errors import ModelError

FAST_ENCODER = "fast"
TABLE = Path(__file__).parent / "model" / "fast.safetensors"
_SHA256 = "9497ab5d243706164c022226d2b3f0c757206dfcd38008a872df3e0d506d5e6d"
_UNKNOWN = 100  # the id of [UNK]


class StaticEncoder:
    """What sentence-transformers' StaticEmbedding makes of the shipped table, without PyTorch.

    The table is read when it first encodes; ModelError where it is missing or altered.
    """

    # An index made with another table must not be taken for one made with this.
    name = f"{FAST_ENCODER}-{_SHA256[:8]}"
    # Chosen on questions held out of training, see `training.static`.
    dense_weight = 0.6

    def __init__(self, table: Path = TABLE) -> None:
        self._path = table

    @property
    def dim(self) -> int:
        return int(self.table.shape[1])

    def encode_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return an (n, dim) float32 array of unit rows; a text of no tokens is an unknown one."""
        if not texts:
            return np.zeros((0, self.dim), np.float32)
        found = self._tokenizer.encode_batch_fast(list(texts), add_special_tokens=False)
        sums = [self.table[np.array(e.ids or [_UNKNOWN])].sum(axis=0) for e in found]
        vectors = np.array(sums, np.float32)
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        return vectors

    def encode_questions(self, questions: Sequence[str]) -> NDArray[np.float32]:
        """Return an (n, dim) float32 array of unit rows; the table is the same for both."""
        return self.encode_passages(questions)

    @cached_property
    def _tokenizer(self) -> Tokenizer:
        return whole_text_tokenizer()

    @cached_property
    def table(self) -> NDArray[np.float32]:
        """The (tokens, dim) vectors: int8 rows, each with a scale."""
        data = self._path.read_bytes() if self._path.is_file() else b""
        found = hashlib.sha256(data).hexdigest() if data else "no file"
        if found != _SHA256:
            raise ModelError(
                f"{self._path}: not the shipped table (sha256 {found[:12]}, expected "
                f"{_SHA256[:12]}); install Quotewell again"
            )
        tensors = load(data)
        table: NDArray[np.float32] = tensors["rows"].astype(np.float32)
        table *= tensors["scales"][:, None]
        return table


def whole_text_tokenizer() -> Tokenizer:
    """Return MiniLM's tokenizer, without its limit of length."""
    tokenizer = Tokenizer.from_file(str(packaged_file("tokenizer.json")))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer
