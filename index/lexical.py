"""LexicalIndex: BM25 through rank-bm25."""

import math
from array import array
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray
from rank_bm25 import BM25Okapi

from index.fusion import best
from index.tokens import query_terms, tokenize

# Chosen together with the weights in fusion.py.
K1 = 1.2
B = 0.75
_ARRAYS = ("bounds", "rows", "counts", "impacts")
LEXICAL_KINDS = ("lexical-terms.txt", *(f"lexical-{name}.npy" for name in _ARRAYS))


class LexicalIndex:
    """Okapi BM25 over stemmed terms (Robertson and Zaragoza 2009).

    rank-bm25 defines the scores. What a term adds to a passage's score is the same for every
    question, so it is worked out once, for all terms of all passages: `get_scores` goes through
    every passage in Python, this through the passages of the question's terms in numpy.
    """

    def __init__(self, postings: "Postings", impacts: NDArray[np.float32]) -> None:
        """`impacts[i]` is what the term of posting i adds to the score of its passage."""
        if not len(postings.rows) == len(postings.counts) == len(impacts):
            raise ValueError(
                f"{len(postings.rows)} rows, {len(postings.counts)} counts, {len(impacts)} impacts"
            )
        self._postings = postings
        self._impacts = impacts

    @classmethod
    def build(cls, texts: Sequence[str]) -> "LexicalIndex":
        """Index texts."""
        empty = cls(Postings.none(), np.empty(0, np.float32))
        return empty.updated([-1] * len(texts), texts)

    def updated(self, kept: ArrayLike, texts: Iterable[str]) -> "LexicalIndex":
        """Return the index in which passage i is passage kept[i] of this, no two the same one.

        Where kept[i] is -1 it is the next of `texts`. The scores are those of a fresh build.
        """
        postings = self._postings.updated(np.asarray(kept, np.int64), texts)
        return LexicalIndex(postings, postings.impacts())

    @property
    def frequencies(self) -> "Frequencies":
        return self._postings

    def beside(self, other: "Frequencies") -> "LexicalIndex":
        """Return this index with its words weighed as in one index of its and other passages."""
        return LexicalIndex(self._postings, self._postings.impacts(other))

    def __len__(self) -> int:
        return self._postings.passages

    def save(self, files: Mapping[str, Path]) -> None:
        """Write one file of each of `LEXICAL_KINDS`; raises OSError."""
        own = self._postings
        arrays: Sequence[NDArray[Any]] = (own.bounds, own.rows, own.counts, self._impacts)
        terms, *kinds = LEXICAL_KINDS
        files[terms].write_text("\n".join(own.terms), encoding="utf-8")
        for kind, values in zip(kinds, arrays, strict=True):
            np.save(files[kind], values, allow_pickle=False)

    @classmethod
    def load(cls, files: Mapping[str, Path], passages: int) -> "LexicalIndex":
        """Read what `save` wrote of an index of `passages` passages; its arrays are memory-mapped.

        Raises OSError or ValueError for anything else.
        """
        first, *kinds = LEXICAL_KINDS
        bounds, rows, counts, impacts = (_mapped(files[kind]) for kind in kinds)
        names = files[first].read_text(encoding="utf-8").split("\n") if len(rows) else []
        terms = {term: i for i, term in enumerate(names)}
        if len(terms) != len(bounds) - 1:
            raise ValueError(f"{len(terms)} terms, bounds of {len(bounds) - 1}")
        return cls(Postings(terms, bounds, rows, counts, passages), impacts)

    def having(self, terms: Iterable[str]) -> NDArray[np.int64]:
        """Return the rows of the passages that have one of these terms, ascending."""
        rows = [self._postings.rows[self._postings.of(term)] for term in terms]
        return np.unique(np.concatenate([np.empty(0, np.int64), *rows]).astype(np.int64))

    def score(self, question: str) -> "LexicalScores":
        values = np.zeros(len(self), np.float32)
        for term in query_terms(question):
            at = self._postings.of(term)
            np.add.at(values, self._postings.rows[at], self._impacts[at])
        return LexicalScores(values)


class Frequencies(Protocol):
    """How often terms occur in the passages of an index."""

    @property
    def passages(self) -> int: ...

    @property
    def length(self) -> int:
        """How many terms all passages have together."""
        ...

    def held(self, term: str) -> int:
        """Return how many passages have a term."""
        ...


@dataclass(frozen=True)
class Postings:
    """How often each term occurs in which passage.

    Term t occurs counts[i] times in passage rows[i], for i from bounds[t] to bounds[t + 1]. The
    terms are sorted.
    """

    terms: Mapping[str, int]
    bounds: NDArray[np.int64]
    rows: NDArray[np.int32]
    counts: NDArray[np.unsignedinteger]
    passages: int

    @classmethod
    def none(cls) -> "Postings":
        return cls({}, np.zeros(1, np.int64), np.empty(0, np.int32), np.empty(0, np.uint8), 0)

    def of(self, term: str) -> slice:
        """Return where a term's postings are."""
        t = self.terms.get(term)
        return slice(self.bounds[t], self.bounds[t + 1]) if t is not None else slice(0, 0)

    def updated(self, kept: NDArray[np.int64], texts: Iterable[str]) -> "Postings":
        """Return the postings of other passages, as `LexicalIndex.updated` says."""
        terms = dict(self.terms)
        columns, rows, counts = array("i"), array("i"), array("i")
        for row, text in zip(np.flatnonzero(kept < 0).tolist(), texts, strict=True):
            # rank-bm25 divides by the number of different terms; texts of punctuation have none.
            occurring = Counter(tokenize(text) or [""])
            columns.extend(terms.setdefault(term, len(terms)) for term in occurring)
            rows.extend([row] * len(occurring))
            counts.extend(occurring.values())
        moved = np.full(self.passages, -1, np.int32)
        moved[kept[kept >= 0]] = np.flatnonzero(kept >= 0)
        stays = moved[self.rows] >= 0
        all_columns = np.concatenate([self.columns()[stays], columns]).astype(np.int32)
        all_rows = np.concatenate([moved[self.rows[stays]], rows]).astype(np.int32)
        all_counts = np.concatenate([self.counts[stays], counts])
        held = np.bincount(all_columns, minlength=len(terms))
        # Sorted, because rank-bm25 adds up over the terms, and a float sum depends on the order.
        numbers = {t: n for n, t in enumerate(sorted(t for t, i in terms.items() if held[i]))}
        renamed = np.array([numbers.get(term, -1) for term in terms], np.int32)
        all_columns = renamed[all_columns]
        order = np.argsort(all_columns, kind="stable")
        bounds = np.zeros(len(numbers) + 1, np.int64)
        bounds[1:] = np.bincount(all_columns, minlength=len(numbers)).cumsum()
        small = np.min_scalar_type(all_counts.max(initial=0))
        sorted_counts = all_counts[order].astype(small)
        return Postings(numbers, bounds, all_rows[order], sorted_counts, len(kept))

    def columns(self) -> NDArray[np.int32]:
        """Return the term of each posting."""
        return np.repeat(np.arange(len(self.terms), dtype=np.int32), np.diff(self.bounds))

    def held(self, term: str) -> int:
        at = self.of(term)
        return int(at.stop - at.start)

    @cached_property
    def length(self) -> int:
        """How many terms all passages have together."""
        return int(self.counts.sum(dtype=np.int64))

    def impacts(self, other: "Frequencies | None" = None) -> NDArray[np.float32]:
        """Return what each posting adds to the score of its passage; `other` passages count too."""
        if not self.passages:
            return np.empty(0, np.float32)
        other = other if other is not None else Postings.none()
        passages = self.passages + other.passages
        lengths = np.bincount(self.rows, self.counts, self.passages).astype(np.float64)
        own = np.diff(self.bounds)
        elsewhere = list(map(other.held, self.terms)) if other.passages else 0
        frequencies = (own + elsewhere).tolist()
        weights = _idf(dict(zip(self.terms, frequencies, strict=True)), passages)
        idf = np.repeat([weights[term] for term in self.terms], own)
        length = (lengths / ((lengths.sum() + other.length) / passages))[self.rows]
        counts = self.counts.astype(np.int64)
        impacts = idf * counts * (K1 + 1) / (counts + K1 * (1 - B + B * length))
        return np.asarray(impacts, np.float32)


def _mapped(file: Path) -> NDArray[Any]:
    return np.asarray(np.load(file, mmap_mode="r", allow_pickle=False))


def _idf(frequencies: Mapping[str, int], passages: int) -> Mapping[str, float]:
    """Return rank-bm25's weights of terms, by the number of passages that each is in.

    It is given these counts, because counting texts itself it keeps a dict for each of them:
    gigabytes for a million passages.
    """
    okapi = BM25Okapi([[""]], k1=K1, b=B)
    okapi.corpus_size, okapi.idf = passages, {}
    okapi._calc_idf(frequencies)
    weights: Mapping[str, float] = okapi.idf
    return weights


@dataclass(frozen=True)
class LexicalScores:
    """The BM25 scores (n,) of every passage for one question; most have none of its words."""

    values: NDArray[np.float32]

    @cached_property
    def mean(self) -> float:
        return float(self.values.sum()) / max(len(self.values), 1)

    @property
    def std(self) -> float:
        square = float(self.values @ self.values) / max(len(self.values), 1)
        return math.sqrt(max(square - self.mean**2, 0.0))

    def top(self, k: int, allowed: NDArray[np.int64] | None = None) -> NDArray[np.int64]:
        if allowed is None:
            return best(self.values, k)
        return allowed[best(self.values[allowed], k)]

    def at(self, rows: NDArray[np.int64]) -> NDArray[np.float64]:
        return self.values[rows].astype(np.float64)
