"""Pure: two searchers' scores -> one ranking."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from index.types import Scores

# Chosen on development questions; `python -m training.fusion --data DIR` prints the table.
DENSE_WEIGHT = 0.7


def fuse(
    scores: Sequence[tuple[Scores, float]],
    rows: NDArray[np.int64],
    k: int,
    bonus: NDArray[np.float64] | float = 0.0,
) -> list[tuple[int, float]]:
    """Return at most k of the rows with their score, best first: the sum of standardised scores.

    Each searcher's scores are centred and scaled by their mean and standard deviation over the
    whole corpus, so that a score far above what the question gives to an average passage counts
    as much in either ranking, and multiplied by its weight. `bonus` is added to the sums. Ties
    break by row.
    """
    total = np.zeros(len(rows)) + bonus
    for searcher, weight in scores:
        if (std := searcher.std) > 0:
            total += weight * (searcher.at(rows) - searcher.mean) / std
    order = np.lexsort((rows, -total))[:k]
    return [(int(rows[i]), float(total[i])) for i in order]


def best(values: NDArray[np.floating], k: int) -> NDArray[np.int64]:
    """Return the positions of the k highest values, best first; ties break by position."""
    k = min(k, len(values))
    if k < len(values):
        # Everything that ties with the k-th takes part, so that ties break by position only.
        threshold = np.partition(values, len(values) - k)[len(values) - k]
        positions = np.flatnonzero(values >= threshold)
    else:
        positions = np.arange(len(values))
    order = np.lexsort((positions, -values[positions]))[:k]
    return positions[order].astype(np.int64)
