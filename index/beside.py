"""Two indexes searched as one: a shared one, and a small one beside it that comes and goes.

Neither is copied or changed, so that the second costs what it holds, however large the first is.
"""

import math
from collections import ChainMap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, overload

import numpy as np
from numpy.typing import NDArray

from index.filters import Filter
from index.fusion import Scores, best
from index.hybrid import POOL, HybridIndex, Scored, rank
from index.types import Document, Hit, Passage

_Rows = NDArray[np.int64]


class Beside:
    """The `SearchIndex` of the documents of both; of two with one id, the second index's is it.

    Scores are as in one index of all of them, except that a word in the first one's passages
    weighs what it weighs there. Rows are those of the first index, and then those of the second.
    """

    def __init__(self, first: HybridIndex, second: HybridIndex) -> None:
        lexical = second.lexical.beside(first.lexical)
        self.first = first
        self._second = HybridIndex(second.passages, second.dense, lexical)
        self._hidden = {name for name in second.documents if name in first.documents}
        both: Any = (second.documents, first.documents)  # read only, which ChainMap's type is not
        self.documents: Mapping[str, Document] = ChainMap(*both)

    @property
    def passages(self) -> Sequence[Passage]:
        """The passages of the first index, and then those of the second."""
        return _Joined(self.first.passages, self._second.passages)

    def search(self, question: str, k: int, within: Filter | None = None) -> list[Hit]:
        """Return at most k hits of both, best first, as `HybridIndex.search` does."""
        parts = (self.first, self._second)
        allowed = [self._allowed(part, within) for part in parts]
        scored = [
            part.scored(question, max(k, POOL), rows) if len(part.passages) else None
            for part, rows in zip(parts, allowed, strict=True)
        ]
        if scored[0] is None or scored[1] is None:
            return next((p.search(question, k, within) for p in parts if len(p.passages)), [])
        size = len(self.first.passages)
        dense, lexical = (
            _joined(one, other, size, len(self._second.passages))
            for one, other in zip(*scored, strict=True)
        )
        raised = [
            (np.concatenate([one, other + size]), added)
            for (one, added), (other, _) in zip(
                *(p.raised(question, rows) for p, rows in zip(parts, allowed, strict=True)),
                strict=True,
            )
        ]
        weight = self.first.dense.encoder.dense_weight
        return rank(self.passages, (dense, lexical), weight, k, raised)

    def _allowed(self, part: HybridIndex, within: Filter | None) -> _Rows | None:
        rows = part.allowed(within)
        if part is self.first and self._hidden:
            numbers = [n for n, name in enumerate(part.documents) if name in self._hidden]
            seen = np.flatnonzero(~np.isin(part.passages.offsets[:, 0], numbers))
            return seen if rows is None else np.intersect1d(rows, seen)
        return rows


@dataclass(frozen=True)
class _JoinedScores:
    """The scores of one searcher of both indexes, of `n` and `m` passages."""

    one: Scores
    other: Scores
    n: int
    m: int

    @property
    def mean(self) -> float:
        return (self.n * self.one.mean + self.m * self.other.mean) / (self.n + self.m)

    @cached_property
    def std(self) -> float:
        parts = ((self.n, self.one), (self.m, self.other))
        square = sum(n * (s.std**2 + s.mean**2) for n, s in parts) / (self.n + self.m)
        return math.sqrt(max(square - self.mean**2, 0.0))

    def top(self, k: int, allowed: _Rows | None = None) -> _Rows:
        if allowed is None:
            rows = np.concatenate([self.one.top(k), self.other.top(k) + self.n])
        else:
            rows = allowed
        return rows[best(self.at(rows), k)]

    def at(self, rows: _Rows) -> NDArray[np.float64]:
        first = rows < self.n
        scores = np.empty(len(rows))
        scores[first] = self.one.at(rows[first])
        scores[~first] = self.other.at(rows[~first] - self.n)
        return scores


class _Joined(Sequence[Passage]):
    def __init__(self, one: Sequence[Passage], other: Sequence[Passage]) -> None:
        self._one, self._other = one, other

    def __len__(self) -> int:
        return len(self._one) + len(self._other)

    @overload
    def __getitem__(self, row: int) -> Passage: ...

    @overload
    def __getitem__(self, row: slice) -> Sequence[Passage]: ...

    def __getitem__(self, row: int | slice) -> Passage | Sequence[Passage]:
        if isinstance(row, slice):
            return [self[n] for n in range(*row.indices(len(self)))]
        row = range(len(self))[row]  # raises IndexError
        size = len(self._one)
        return self._one[row] if row < size else self._other[row - size]


def _joined(one: Scored, other: Scored, n: int, m: int) -> Scored:
    scores = _JoinedScores(one[0], other[0], n, m)
    rows = np.concatenate([one[1], other[1] + n])
    return scores, rows[best(scores.at(rows), max(len(one[1]), len(other[1])))]
