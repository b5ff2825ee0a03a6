"""LexicalIndex: BM25 through rank-bm25."""

import math
from array import array
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
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
        bm25 = _Counted((tokenize(text) or [""] for text in texts), k1=K1, b=B)
        columns, counts = np.asarray(bm25.columns), np.asarray(bm25.counts)
        rows = np.repeat(np.arange(len(texts), dtype=np.int32), bm25.distinct)
        length = (np.array(bm25.doc_len) / bm25.avgdl)[rows]
        idf = np.array([bm25.idf[term] for term in bm25.terms])[columns]
        impacts = idf * counts * (K1 + 1) / (counts + K1 * (1 - B + B * length))
        order = np.argsort(columns, kind="stable")
        bounds = np.zeros(len(bm25.terms) + 1, np.int64)
        bounds[1:] = np.bincount(columns, minlength=len(bm25.terms)).cumsum()
        return cls(bm25.terms, bounds, rows[order], impacts[order].astype(np.float32), len(texts))

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
        values = np.zeros(self._passages, np.float32)
        for term in query_terms(question):
            if (t := self._terms.get(term)) is not None:
                found = slice(self._bounds[t], self._bounds[t + 1])
                values[self._rows[found]] += self._impacts[found]  # a row stands there once
        return LexicalScores(values)


class _Counted(BM25Okapi):  # type: ignore[misc]
    """BM25Okapi with its counts in arrays: a dict for each passage takes gigabytes at a million.

    `counts[i]` of the term `columns[i]` stand in a passage; passage p has the next `distinct[p]`.
    """

    def _initialize(self, corpus: Iterable[list[str]]) -> Mapping[str, int]:
        self.terms: dict[str, int] = {}
        self.columns, self.counts, self.distinct = array("i"), array("i"), array("i")
        containing: Counter[str] = Counter()
        for words in corpus:
            found = Counter(words)
            containing.update(found.keys())
            self.columns.extend(self.terms.setdefault(term, len(self.terms)) for term in found)
            self.counts.extend(found.values())
            self.distinct.append(len(found))
            self.doc_len.append(len(words))
        self.corpus_size = len(self.doc_len)
        self.avgdl = sum(self.doc_len) / self.corpus_size
        return containing


@dataclass(frozen=True)
class LexicalScores:
    """The BM25 scores (n,) of every passage for one question; most have none of its words."""

    values: NDArray[np.float32]

    @cached_property
    def _rows(self) -> NDArray[np.int64]:
        """The rows of the passages that have any of the question's words."""
        return np.flatnonzero(self.values != 0)

    @cached_property
    def _found(self) -> NDArray[np.float64]:
        return self.values[self._rows].astype(np.float64)

    @property
    def mean(self) -> float:
        return float(self._found.sum() / len(self.values))

    @property
    def std(self) -> float:
        square = float(self._found @ self._found) / len(self.values)
        return math.sqrt(max(square - self.mean**2, 0.0))

    def top(self, k: int, allowed: NDArray[np.int64] | None = None) -> NDArray[np.int64]:
        if allowed is not None:
            return allowed[best(self.values[allowed], k)]
        if len(self._rows) < k or self._found.min() < 0:  # a word of most passages takes away
            return best(self.values, k)
        return self._rows[best(self._found, k)]

    def at(self, rows: NDArray[np.int64]) -> NDArray[np.float64]:
        return self.values[rows].astype(np.float64)
