"""LexicalIndex: BM25 through rank-bm25."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from rank_bm25 import BM25Okapi

from index.fusion import best
from index.tokens import query_terms, tokenize

# Chosen together with the weights in fusion.py.
K1 = 1.2
B = 0.75


class LexicalIndex:
    """Okapi BM25 over stemmed terms (Robertson and Zaragoza 2009)."""

    def __init__(self, bm25: BM25Okapi) -> None:
        self._bm25 = bm25

    @classmethod
    def build(cls, texts: Sequence[str]) -> "LexicalIndex":
        """Index texts; raises ValueError where there is none."""
        if not texts:
            raise ValueError("BM25 needs at least one text")
        # rank-bm25 divides by the number of different terms; texts of punctuation have none.
        terms = [tokenize(text) or [""] for text in texts]
        return cls(BM25Okapi(terms, k1=K1, b=B))

    def __len__(self) -> int:
        return int(self._bm25.corpus_size)

    def score(self, question: str) -> "LexicalScores":
        return LexicalScores(np.asarray(self._bm25.get_scores(query_terms(question)), np.float64))


@dataclass(frozen=True)
class LexicalScores:
    """The BM25 scores (n,) of every passage for one question."""

    values: NDArray[np.float64]

    @property
    def mean(self) -> float:
        return float(self.values.mean())

    @property
    def std(self) -> float:
        return float(self.values.std())

    def top(self, k: int, allowed: NDArray[np.int64] | None = None) -> NDArray[np.int64]:
        if allowed is not None:
            return allowed[best(self.values[allowed], k)]
        return best(self.values, k)

    def at(self, rows: NDArray[np.int64]) -> NDArray[np.float64]:
        return self.values[rows]
