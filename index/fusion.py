"""Pure: what a searcher makes of a question, and the best of it."""

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

# Chosen on development questions; `python -m training.fusion --data DIR` prints the table.
DENSE_WEIGHT = 0.7
_GROUP = 64  # values


class Scores(Protocol):
    """What one searcher makes of one question: a score for every row, higher is better."""

    @property
    def mean(self) -> float:
        """Mean of the scores of all rows."""
        ...

    @property
    def std(self) -> float:
        """Standard deviation of the scores of all rows."""
        ...

    def top(self, k: int, allowed: NDArray[np.int64] | None = None) -> NDArray[np.int64]:
        """Return the rows of the k best scores, best first; only of `allowed` rows if given."""
        ...

    def at(self, rows: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return the scores of these rows, in their order."""
        ...


def best(values: NDArray[np.floating], k: int) -> NDArray[np.int64]:
    """Return the positions of the k highest values, best first; ties break by position."""
    k = min(k, len(values))
    if not k:
        return np.empty(0, np.int64)
    positions = _candidates(values, k)
    found = values[positions]
    last = _highest(found, k)
    above = np.flatnonzero(found > last)
    level = np.flatnonzero(found == last)[: k - len(above)]  # there may be very many
    order = np.lexsort((above, -found[above]))
    chosen: NDArray[np.int64] = positions[np.concatenate([above[order], level])]
    return chosen


def _candidates(values: NDArray[np.floating], k: int) -> NDArray[np.int64]:
    """Return positions, ascending, that hold the k highest values and all that ties with them.

    The k highest maxima of groups are k values: groups that have only lower ones are out.
    """
    width = len(values) // _GROUP
    if width < k:
        return np.arange(len(values))
    table = values[: _GROUP * width].reshape(_GROUP, width)  # a group is a column
    maxima = table.max(axis=0)
    groups = np.flatnonzero(maxima >= _highest(maxima, k))
    among = (np.arange(0, _GROUP * width, width)[:, None] + groups).ravel()
    return np.concatenate([among, np.arange(_GROUP * width, len(values))])


def _highest(values: NDArray[np.floating], k: int) -> np.floating:
    """Return the k-th highest value, found among negated ones: NumPy is far faster from below."""
    found: np.floating = -np.partition(-values, k - 1)[k - 1]
    return found
