"""DenseIndex: FAISS over unit vectors; a passage's score is its cosine with the question."""

from dataclasses import dataclass
from functools import cached_property

import faiss
import numpy as np
from numpy.typing import NDArray

from index.fusion import best
from index.types import Encoder


class DenseIndex:
    """Exact inner-product search over the passages' vectors."""

    def __init__(self, index: faiss.Index, encoder: Encoder) -> None:
        self.faiss = index
        self._encoder = encoder

    @classmethod
    def build(cls, vectors: NDArray[np.float32], encoder: Encoder) -> "DenseIndex":
        """Index an (n, dim) array of unit rows."""
        index = faiss.IndexFlatIP(vectors.shape[1])
        index.add(vectors)
        return cls(index, encoder)

    def __len__(self) -> int:
        return int(self.faiss.ntotal)

    @cached_property
    def vectors(self) -> NDArray[np.float32]:
        """The (n, dim) vectors, as they stand in the FAISS index."""
        return np.asarray(self.faiss.reconstruct_n(0, len(self)), dtype=np.float32)

    @cached_property
    def moments(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """The mean vector (dim,) and the mean outer product (dim, dim).

        From these follow the mean and deviation of any question's scores over all passages,
        without scoring them.
        """
        vectors = self.vectors.astype(np.float64)
        return vectors.mean(axis=0), vectors.T @ vectors / max(len(vectors), 1)

    def score(self, question: str) -> "DenseScores":
        return DenseScores(self, self._encoder.encode([question])[0])


@dataclass(frozen=True)
class DenseScores:
    """The cosines of one question's vector (dim,) with every passage."""

    index: DenseIndex
    vector: NDArray[np.float32]

    @property
    def mean(self) -> float:
        return float(self.index.moments[0] @ self.vector)

    @property
    def std(self) -> float:
        square = float(self.vector @ self.index.moments[1] @ self.vector)
        variance = square - self.mean**2
        # Below this the difference is rounding: all passages are alike, or there is but one.
        return float(np.sqrt(variance)) if variance > 1e-9 else 0.0

    def top(self, k: int, allowed: NDArray[np.int64] | None = None) -> NDArray[np.int64]:
        if allowed is not None:
            return allowed[best(self.at(allowed), k)]
        _, rows = self.index.faiss.search(self.vector[None], min(k, len(self.index)))
        return np.asarray(rows[0], dtype=np.int64)

    def at(self, rows: NDArray[np.int64]) -> NDArray[np.float64]:
        return (self.index.vectors[rows] @ self.vector).astype(np.float64)
