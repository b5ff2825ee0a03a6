"""DenseIndex: FAISS over unit vectors; a passage's score is its cosine with the question.

Up to `EXACT_UP_TO` passages, and under a filter, every vector is compared. Above, 4-bit product
codes are (Jegou et al. 2011, "Product Quantization for Nearest Neighbor Search"; Andre et al. 2015,
"Cache Locality Is Not Enough", for scanning them in registers): they propose passages, which the
exact vectors rank.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

from index.fusion import best
from index.types import Encoder

# `python -m bench.parts --data DIR` prints times and recall of both for several sizes.
EXACT_UP_TO = 20_000  # passages
_BLOCK = 50_000  # vectors
_CODED = 3  # numbers of a vector that share a code, at least
_TRAINED_ON = 20_000  # vectors
_PROPOSED = 10  # times as many as asked for


@dataclass(frozen=True)
class Moments:
    """The mean (dim,) of all vectors, and the mean (dim, dim) of their outer products.

    From these follow the mean and deviation of any question's scores over all passages, without
    scoring them.
    """

    mean: NDArray[np.float64]
    square: NDArray[np.float64]

    @classmethod
    def of(cls, vectors: NDArray[np.float32]) -> "Moments":
        """Return the moments of an (n, dim) array; a block at a time, as float64 takes room."""
        dim = vectors.shape[1]
        mean, square = np.zeros(dim), np.zeros((dim, dim))
        for start in range(0, len(vectors), _BLOCK):
            block = vectors[start : start + _BLOCK].astype(np.float64)
            mean += block.sum(axis=0)
            square += block.T @ block
        return cls(mean / max(len(vectors), 1), square / max(len(vectors), 1))


class DenseIndex:
    """Inner-product search over the passages' vectors.

    `index` is an IndexFlat, or an IndexRefine that has one: ValueError is raised for another.
    """

    def __init__(self, index: Any, moments: Moments, encoder: Encoder) -> None:
        self.faiss = index
        self.moments = moments
        self.encoder = encoder
        refines = isinstance(index, faiss.IndexRefine)
        self.flat: Any = faiss.downcast_index(index.refine_index) if refines else index
        if not isinstance(self.flat, faiss.IndexFlat):
            raise ValueError(f"{type(index).__name__} holds no exact vectors")

    @classmethod
    def build(cls, vectors: NDArray[np.float32], encoder: Encoder) -> "DenseIndex":
        """Index an (n, dim) array of unit rows."""
        exact = len(vectors) <= EXACT_UP_TO
        with _one_thread():
            index = faiss.IndexFlatIP(vectors.shape[1]) if exact else _coded(vectors)
            index.add(vectors)
        return cls(index, Moments.of(vectors), encoder)

    def __len__(self) -> int:
        return int(self.faiss.ntotal)

    @cached_property
    def vectors(self) -> NDArray[np.float32]:
        """The (n, dim) vectors: a view of those in the FAISS index, not to be written to."""
        stored = faiss.rev_swig_ptr(self.flat.get_xb(), len(self) * self.flat.d)
        vectors: NDArray[np.float32] = stored.reshape(len(self), self.flat.d)
        vectors.flags.writeable = False
        return vectors

    def score(self, question: str) -> "DenseScores":
        return DenseScores(self, self.encoder.encode_questions([question])[0])


def _coded(vectors: NDArray[np.float32]) -> Any:
    """Return a trained, empty index that proposes by codes and ranks exactly."""
    n, dim = vectors.shape
    codes = next(m for m in range(max(1, dim // _CODED), 0, -1) if dim % m == 0)
    index: Any = faiss.index_factory(dim, f"PQ{codes}x4fs,RFlat", faiss.METRIC_INNER_PRODUCT)
    index.train(np.ascontiguousarray(vectors[:: max(1, n // _TRAINED_ON)]))
    index.k_factor = _PROPOSED
    return index


@dataclass(frozen=True)
class DenseScores:
    """The cosines of one question's vector (dim,) with every passage."""

    index: DenseIndex
    vector: NDArray[np.float32]

    @property
    def mean(self) -> float:
        return float(self.index.moments.mean @ self.vector)

    @property
    def std(self) -> float:
        square = float(self.vector @ self.index.moments.square @ self.vector)
        variance = square - self.mean**2
        # Below this the difference is rounding: all passages are alike, or there is but one.
        return float(np.sqrt(variance)) if variance > 1e-9 else 0.0

    def top(self, k: int, allowed: NDArray[np.int64] | None = None) -> NDArray[np.int64]:
        if allowed is not None and len(allowed) <= EXACT_UP_TO:
            return allowed[best(self.at(allowed), k)]
        k = min(k, len(self.index) if allowed is None else len(allowed))
        with _one_thread():
            if allowed is None:
                _, rows = self.index.faiss.search(self.vector[None], k)
            else:
                only = _only(allowed, len(self.index))
                _, rows = self.index.flat.search(self.vector[None], k, params=only)
        return np.asarray(rows[0][rows[0] >= 0], dtype=np.int64)  # -1: there are no more

    def at(self, rows: NDArray[np.int64]) -> NDArray[np.float64]:
        return (self.index.vectors[rows] @ self.vector).astype(np.float64)


def _only(rows: NDArray[np.int64], n: int) -> Any:
    """Return the parameters of a search among these of n rows."""
    mask = np.zeros(n, bool)
    mask[rows] = True
    types: Any = faiss  # whose stubs do not know what its Python adds to these
    selector = types.IDSelectorBitmap(np.packbits(mask, bitorder="little"))
    return types.SearchParameters(sel=selector)


@contextmanager
def _one_thread() -> Iterator[None]:
    """Keep FAISS to one thread, and give the others back: PyTorch may share them.

    One question is too little work to share, as are the many small steps of training: a second
    thread costs more than it saves, and many times as much where another process wants the core.
    """
    before = faiss.omp_get_max_threads()
    faiss.omp_set_num_threads(1)
    try:
        yield
    finally:
        faiss.omp_set_num_threads(before)
