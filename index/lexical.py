"""LexicalIndex: BM25 through rank-bm25."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rank_bm25 import BM25Okapi

from index.fusion import best
from index.tokens import query_terms, tokenize

# Chosen together with the weights in fusion.py.
K1 = 1.2
B = 0.75


class LexicalIndex:
    """Okapi BM25 over stemmed terms (Robertson and Zaragoza 2009).

    rank-bm25 defines the scores. What a term adds to a passage's score is the same for every
    question, so it is worked out once, for all terms of all passages: `get_scores` goes through
    every passage in Python, this through the passages of the question's terms in numpy.
    """

    def __init__(
        self,
        terms: Mapping[str, int],
        bounds: NDArray[np.int64],
        rows: NDArray[np.int32],
        impacts: NDArray[np.float32],
        passages: int,
    ) -> None:
        """Term t adds impacts[bounds[t] : bounds[t + 1]] to the passages rows[the same]."""
        if not len(terms) + 1 == len(bounds) or not len(rows) == len(impacts):
            raise ValueError(
                f"{len(terms)} terms, {len(bounds)} bounds; "
                f"{len(rows)} rows, {len(impacts)} impacts"
            )
        self._terms = terms
        self._bounds = bounds
        self._rows = rows
        self._impacts = impacts
        self._passages = passages

    @classmethod
    def build(cls, texts: Sequence[str]) -> "LexicalIndex":
        """Index texts; raises ValueError where there is none."""
        if not texts:
            raise ValueError("BM25 needs at least one text")
        # rank-bm25 divides by the number of different terms; texts of punctuation have none.
        bm25 = BM25Okapi([tokenize(text) or [""] for text in texts], k1=K1, b=B)
        terms = {term: i for i, term in enumerate(bm25.idf)}
        columns = np.array([terms[t] for frequencies in bm25.doc_freqs for t in frequencies])
        counts = np.array([n for frequencies in bm25.doc_freqs for n in frequencies.values()])
        rows = np.repeat(np.arange(len(texts)), [len(f) for f in bm25.doc_freqs])
        length = np.array(bm25.doc_len)[rows] / bm25.avgdl
        idf = np.array(list(bm25.idf.values()))[columns]
        impacts = idf * counts * (K1 + 1) / (counts + K1 * (1 - B + B * length))
        order = np.argsort(columns, kind="stable")
        bounds = np.zeros(len(terms) + 1, np.int64)
        bounds[1:] = np.bincount(columns, minlength=len(terms)).cumsum()
        return cls(
            terms,
            bounds,
            rows[order].astype(np.int32),
            impacts[order].astype(np.float32),
            len(texts),
        )

    def __len__(self) -> int:
        return self._passages

    def save(self, file: Path) -> None:
        """Write the index into one .npz file."""
        np.savez(
            file,
            terms=np.frombuffer("\n".join(self._terms).encode(), np.uint8),
            bounds=self._bounds,
            rows=self._rows,
            impacts=self._impacts,
            passages=np.array(self._passages),
        )

    @classmethod
    def load(cls, file: Path) -> "LexicalIndex":
        """Read what `save` wrote; raises OSError, ValueError or KeyError for anything else."""
        with np.load(file, allow_pickle=False) as saved:
            names = saved["terms"].tobytes().decode().split("\n")
            terms = {term: i for i, term in enumerate(names)}
            bounds, rows, impacts = saved["bounds"], saved["rows"], saved["impacts"]
            return cls(terms, bounds, rows, impacts, int(saved["passages"]))

    def score(self, question: str) -> "LexicalScores":
        values = np.zeros(self._passages)
        for term in query_terms(question):
            if (t := self._terms.get(term)) is not None:
                found = slice(self._bounds[t], self._bounds[t + 1])
                values[self._rows[found]] += self._impacts[found]  # a row stands there once
        return LexicalScores(values)


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
