"""Pure: two searchers' scores -> one ranking."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from index.types import Scores

POOL = 100
# Chosen on development questions; `python -m training.fusion --data DIR` prints the table.
DENSE_WEIGHT = 0.7


def fuse(
    scores: Sequence[tuple[Scores, float]], k: int, allowed: NDArray[np.int64] | None = None
) -> list[tuple[int, float]]:
    """Return at most k (row, score), best first: the weighted sum of the standardised scores.

    Each searcher's scores are centred and scaled by their mean and standard deviation over the
    whole corpus, so that a score far above what the question gives to an average passage counts
    as much in either ranking. Every row that stands among the best max(k, 100) of one searcher is
    scored by both. `allowed` restricts the result to those rows. Ties break by row.
    """
    pool = max(k, POOL)
    rows = np.unique(np.concatenate([s.top(pool, allowed) for s, _ in scores]))
    total = np.zeros(len(rows))
    for searcher, weight in scores:
        if searcher.std > 0:
            total += weight * (searcher.at(rows) - searcher.mean) / searcher.std
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
