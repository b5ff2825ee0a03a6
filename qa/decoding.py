"""Pure: the logits of a window -> the spans that may be the answer, scored."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from qa.span_model import Window

MAX_TOKENS = 40  # of an answer; hardly any in the training data has more


@dataclass(frozen=True, slots=True)
class ScoredSpan:
    """A span of a text; `score` is the log-odds that the answer is there."""

    start: int
    end: int
    score: float


def decode(
    window: Window,
    allowed: NDArray[np.bool_],
    most: int,
    unit: NDArray[np.int64] | None = None,
) -> list[ScoredSpan]:
    """Return the best spans that do not overlap, at most `most`, best first.

    Start and end are chosen together, over all spans of at most 40 tokens that begin and end on an
    `allowed` token. The span is the most probable one; its score is what the model gives to it and
    all spans that overlap it, summed, against "the answer is not here" (the marginal of Clark and
    Gardner 2018, "Simple and Effective Multi-Paragraph Reading Comprehension"): what is uncertain
    is often only where an answer ends, not where it is. Scores compare across windows and texts.
    `unit` numbers what each token belongs to, as its sentence; no span runs out of a unit.
    """
    n = len(window.start)
    if n == 0:
        return []
    starts = np.where(allowed, window.start, -np.inf).astype(np.float64)
    ends = np.full(n + MAX_TOKENS, -np.inf)
    ends[:n] = np.where(allowed, window.end, -np.inf)
    # pairs[i, k] is the span from token i to token i + k.
    pairs = starts[:, None] + np.lib.stride_tricks.sliding_window_view(ends, MAX_TOKENS)[:n]
    if unit is not None:
        beyond = np.full(n + MAX_TOKENS, -1)
        beyond[:n] = unit
        same = np.lib.stride_tricks.sliding_window_view(beyond, MAX_TOKENS)[:n] == unit[:, None]
        pairs = np.where(same, pairs, -np.inf)
    first = np.arange(n)[:, None]
    last = first + np.arange(MAX_TOKENS)
    found: list[ScoredSpan] = []
    while len(found) < most:
        best = int(pairs.argmax())
        i, k = divmod(best, MAX_TOKENS)
        highest = pairs[i, k]
        if not np.isfinite(highest):
            break
        j = i + k
        overlapping = (first <= j) & (last >= i)
        total = float(highest + np.log(np.exp(pairs[overlapping] - highest).sum()))
        found.append(
            ScoredSpan(int(window.offsets[i, 0]), int(window.offsets[j, 1]), total - window.nothing)
        )
        pairs[overlapping] = -np.inf
    return sorted(found, key=lambda m: -m.score)
