"""Pure: what scores are compared with: of every term its sums over all passages, and moments.

They add up, so that an update brings along only its own; from them follow a question's IDF, and
the mean and deviation of its scores over all passages, without scoring them.
"""

import hashlib
import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache, reduce

import numpy as np
from numpy.typing import NDArray

from index.candidates import Spread
from index.lexical import K1, B
from index.qdrant.points import Sparse
from index.tokens import tokenize

# The length, in terms, that BM25 takes for the mean one. Were it the corpus's own, every vector
# would change with every document. `python -m bench.scale fusion` prints what others do.
MEAN_LENGTH = 100
_EPSILON = 0.25  # of the mean IDF, in place of a negative one, as rank-bm25 has it
_ROW = np.dtype([("term", "<u4"), ("held", "<i8"), ("total", "<f8"), ("square", "<f8")])


@lru_cache(maxsize=1 << 18)
def number_of(term: str) -> int:
    """Return the number of a term: of a million terms about a hundred share theirs."""
    digest = hashlib.blake2b(term.encode("utf-8", "surrogatepass"), digest_size=4).digest()
    return int.from_bytes(digest, "little")


def weighed(text: str) -> Sparse:
    """Return what each term of a passage adds to BM25 scores, but for its IDF."""
    counts: Counter[int] = Counter()
    for term in tokenize(text) or [""]:
        counts[number_of(term)] += 1
    norm = K1 * (1 - B + B * counts.total() / MEAN_LENGTH)
    terms = np.array(sorted(counts), np.uint32)
    tf = np.array([counts[int(term)] for term in terms], np.float64)
    return Sparse(terms, (tf * (K1 + 1) / (tf + norm)).astype(np.float32))


class TermSums:
    """Of each term how many passages hold it, and the sums of its weights and their squares."""

    def __init__(self, rows: NDArray[np.void]) -> None:
        """`rows` are sorted by their terms, each of which is there once."""
        self._rows = rows

    @classmethod
    def of(cls, passages: Iterable[Sparse], sign: int = 1) -> "TermSums":
        """Return the sums of passages, or with -1 what takes them away again."""
        held = [(p.terms, p.weights.astype(np.float64)) for p in passages]
        if not held:
            return cls(np.empty(0, _ROW))
        terms, weights = (np.concatenate(each) for each in zip(*held, strict=True))
        rows = np.empty(len(terms), _ROW)
        rows["term"], rows["held"] = terms, sign
        rows["total"], rows["square"] = sign * weights, sign * weights**2
        return cls(_summed(rows))

    @classmethod
    def read(cls, raw: bytes) -> "TermSums":
        """Return what `raw` is of; raises ValueError."""
        rows = np.frombuffer(raw, _ROW)
        sums = np.column_stack([rows["total"], rows["square"]]) if len(rows) else np.empty((0, 2))
        if (np.diff(rows["term"].astype(np.int64)) <= 0).any() or not np.isfinite(sums).all():
            raise ValueError("sums of terms are not as they were saved")
        return cls(rows)

    @property
    def raw(self) -> bytes:
        return self._rows.tobytes()

    def __len__(self) -> int:
        return len(self._rows)

    def __add__(self, other: "TermSums") -> "TermSums":
        return TermSums(_summed(np.concatenate([self._rows, other._rows])))

    def find(self, term: int) -> tuple[int, float, float]:
        """Return a term's number of passages, and the two sums."""
        at = int(np.searchsorted(self._rows["term"], term))
        if at == len(self._rows) or self._rows["term"][at] != term:
            return 0, 0.0, 0.0
        _, held, total, square = self._rows[at].tolist()
        return max(held, 0), total, square

    @cached_property
    def held(self) -> NDArray[np.int64]:
        """How many passages hold each of the terms that there are."""
        held: NDArray[np.int64] = self._rows["held"]
        return held[held > 0]


def _summed(rows: NDArray[np.void]) -> NDArray[np.void]:
    """Return one row for each term."""
    rows = rows[np.argsort(rows["term"], kind="stable")]
    first = np.flatnonzero(np.diff(rows["term"].astype(np.int64), prepend=-1))
    result = np.empty(len(first), _ROW)
    result["term"] = rows["term"][first]
    for name in ("held", "total", "square"):
        result[name] = np.add.reduceat(rows[name], first) if len(first) else 0
    kept: NDArray[np.void] = result[(result["held"] != 0) | (np.abs(result["total"]) > 1e-6)]
    return kept


@dataclass(frozen=True)
class VectorSums:
    """How many vectors there are, their sum (dim,), and that of their outer products (dim, dim)."""

    n: int
    total: NDArray[np.float64]
    square: NDArray[np.float64]

    @classmethod
    def none(cls, dim: int) -> "VectorSums":
        return cls(0, np.zeros(dim), np.zeros((dim, dim)))

    @classmethod
    def of(cls, vectors: NDArray[np.float32], sign: int = 1) -> "VectorSums":
        """Return the sums of (n, dim) vectors, or with -1 what takes them away again."""
        block = vectors.astype(np.float64)
        return cls(sign * len(block), sign * block.sum(axis=0), sign * (block.T @ block))

    @classmethod
    def read(cls, raw: bytes, dim: int) -> "VectorSums":
        """Return what `raw` is of; raises ValueError."""
        values = np.frombuffer(raw, "<f8")
        if len(values) != 1 + dim + dim * dim or not np.isfinite(values).all() or values[0] < 0:
            raise ValueError("sums of vectors are not as they were saved")
        total, square = values[1 : dim + 1], values[dim + 1 :].reshape(dim, dim)
        return cls(int(values[0]), total, square)

    @property
    def raw(self) -> bytes:
        return np.concatenate([[float(self.n)], self.total, self.square.ravel()]).tobytes()

    def __add__(self, other: "VectorSums") -> "VectorSums":
        return VectorSums(self.n + other.n, self.total + other.total, self.square + other.square)


@dataclass(frozen=True)
class Statistics:
    """What is known of all passages together.

    `segments`, by the versions that they were written in, add up to the terms' sums.
    """

    segments: Mapping[int, TermSums]
    vectors: VectorSums

    @cached_property
    def terms(self) -> TermSums:
        return reduce(TermSums.__add__, self.segments.values(), TermSums.of(()))

    @property
    def passages(self) -> int:
        return self.vectors.n

    @property
    def length(self) -> int:
        return self.passages * MEAN_LENGTH

    def held(self, term: str) -> int:
        """Return how many passages have a term."""
        return self.terms.find(number_of(term))[0]

    def idf(self, term: int) -> float:
        """Return rank-bm25's weight of a term, 0 for one that no passage holds."""
        held, _, _ = self.terms.find(term)
        value = _idf(np.array([held]), self.passages)[0] if held else 0.0
        return float(value) if value >= 0 else _EPSILON * self._mean_idf

    @cached_property
    def _mean_idf(self) -> float:
        held = self.terms.held
        return float(_idf(held, self.passages).mean()) if len(held) else 0.0

    def asked(self, terms: Iterable[str]) -> Sparse:
        """Return a question's vector: for each term the IDF, as often as it occurs there."""
        counts = Counter(number_of(term) for term in terms)
        weights = {term: n * self.idf(term) for term, n in sorted(counts.items())}
        kept = {term: weight for term, weight in weights.items() if weight > 0}
        return Sparse(np.array(list(kept), np.uint32), np.array(list(kept.values()), np.float32))

    def lexical_spread(self, asked: Sparse) -> Spread:
        """Return the spread of a question's BM25 scores, as if its terms occurred independently.

        `python -m bench.scale fusion`: what is found with it is what is found with the true one.
        """
        n = max(self.passages, 1)
        mean = variance = 0.0
        for term, weight in zip(asked.terms.tolist(), asked.weights.tolist(), strict=True):
            _, total, square = self.terms.find(term)
            mean += weight * total / n
            own = square / n - (total / n) ** 2
            # Below this the difference is rounding: the term is in all passages alike.
            variance += weight**2 * own if own > 1e-9 * square / n else 0.0
        return Spread(self.passages, mean, math.sqrt(max(variance, 0.0)))

    def dense_spread(self, vector: NDArray[np.float32]) -> Spread:
        """Return the spread of the cosines of a question's vector with all passages'."""
        n = max(self.passages, 1)
        mean = float(self.vectors.total @ vector) / n
        variance = float(vector @ self.vectors.square @ vector) / n - mean**2
        return Spread(self.passages, mean, math.sqrt(variance) if variance > 1e-9 else 0.0)


def _idf(held: NDArray[np.int64], passages: int) -> NDArray[np.float64]:
    return np.asarray(np.log(passages - held + 0.5) - np.log(held + 0.5), np.float64)
