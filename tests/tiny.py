"""Small parts for tests in which the model is not the point."""

import hashlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from index.tokens import words
from index.types import Document


class TinyEncoder:
    """A bag of words hashed into 64 dimensions; keeps the passages it was given."""

    dim = 64
    dense_weight = 0.7

    def __init__(self, name: str = "tiny") -> None:
        self.name = name
        self.encoded: list[str] = []

    def encode_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.encoded.extend(texts)
        return self.encode_questions(texts)

    def encode_questions(self, texts: Sequence[str]) -> NDArray[np.float32]:
        vectors = np.zeros((len(texts), self.dim), np.float32)
        for row, text in enumerate(texts):
            for word in words(text) or [""]:
                digest = hashlib.sha256(word.encode()).digest()
                vectors[row, digest[0] % self.dim] += 1
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def document(text: str, id: str = "a.txt", **fields: str) -> Document:
    return Document.of(text, id=id, title=fields.get("title", id), date=fields.get("date"))
