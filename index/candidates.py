"""Pure: the passages that indexes propose for a question, with their scores -> one ranking."""

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from index.fusion import best
from index.types import Hit, Passage


@dataclass(frozen=True)
class Spread:
    """The mean and standard deviation of a searcher's scores of all `n` passages."""

    n: int
    mean: float
    std: float

    def beside(self, other: "Spread") -> "Spread":
        """Return the spread of both indexes' scores."""
        n = self.n + other.n
        if not n:
            return self
        mean = (self.n * self.mean + other.n * other.mean) / n
        square = sum(s.n * (s.std**2 + s.mean**2) for s in (self, other)) / n
        return Spread(n, mean, math.sqrt(max(square - mean**2, 0.0)))


@dataclass(frozen=True)
class Scored:
    """One searcher's scores (m,) of the proposed passages, and which are its own best."""

    values: NDArray[np.float64]
    own: NDArray[np.bool_]
    spread: Spread

    def standardised(self) -> NDArray[np.float64]:
        """Return by how many deviations each score is above the mean of all passages."""
        if self.spread.std <= 0:
            return np.zeros(len(self.values))
        return (self.values - self.spread.mean) / self.spread.std

    def ranks(self, rows: NDArray[np.int64], k: int) -> dict[int, int]:
        """Return the rank of each of the searcher's k best rows, counting from 1."""
        own = np.flatnonzero(self.own)
        first = own[best(self.values[own], k)]
        return {int(row): rank for rank, row in enumerate(rows[first], start=1)}

    def beside(self, other: "Scored") -> "Scored":
        return Scored(
            np.concatenate([self.values, other.values]),
            np.concatenate([self.own, other.own]),
            self.spread.beside(other.spread),
        )


class Ranked(NamedTuple):
    """A row, its fused score, and its rank with either searcher, if it has one there."""

    row: int
    score: float
    dense_rank: int | None
    lexical_rank: int | None

    def hit(self, passage: Passage) -> Hit:
        """Return the hit of the row's passage."""
        return Hit(passage, self.score, self.dense_rank, self.lexical_rank)


@dataclass(frozen=True)
class Candidates:
    """The rows (m,), ascending, of passages that either searcher proposes; both score all.

    `bonus` (m,) is what fits the question by more than the scores tell.
    """

    rows: NDArray[np.int64]
    dense: Scored
    lexical: Scored
    bonus: NDArray[np.float64]

    @classmethod
    def none(cls) -> "Candidates":
        """Return the candidates of an index that has none."""
        nothing = Scored(np.empty(0), np.empty(0, np.bool_), Spread(0, 0.0, 0.0))
        return cls(np.empty(0, np.int64), nothing, nothing, np.empty(0))

    def beside(self, other: "Candidates", size: int) -> "Candidates":
        """Return these, and those of another index, whose rows follow this one's `size`."""
        return Candidates(
            np.concatenate([self.rows, other.rows + size]),
            self.dense.beside(other.dense),
            self.lexical.beside(other.lexical),
            np.concatenate([self.bonus, other.bonus]),
        )

    def ranked(self, k: int, dense_weight: float) -> list[Ranked]:
        """Return at most k rows, best first, by the sum of standardised scores; ties by row.

        Each searcher's scores are centred and scaled by their mean and standard deviation over the
        whole corpus, so that a score far above what the question gives to an average passage counts
        as much in either ranking.
        """
        fused = self.bonus + dense_weight * self.dense.standardised()
        fused += (1 - dense_weight) * self.lexical.standardised()
        order = np.lexsort((self.rows, -fused))[:k]
        ranks = [scored.ranks(self.rows, k) for scored in (self.dense, self.lexical)]
        rows = [(int(self.rows[at]), float(fused[at])) for at in order]
        return [Ranked(row, score, *(r.get(row) for r in ranks)) for row, score in rows]
