"""Two readers at work: the small one reads all, the large one again what can still win."""

import math
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any

import numpy as np

from index.types import Hit
from qa.confidence import Calibration
from qa.decoding import ScoredSpan
from qa.large_model import large_model, large_settings
from qa.reader import READ, SpanReader, marked_spans, rank, read_in_order
from qa.span_model import SpanModel, Window
from qa.types import Span


class TwoReaders:
    """Reads with the small reader, and its best passages with the large one, too.

    Where both have read, their logits are added token by token, the small reader's times
    `small_share`; both cut a text into the same tokens. What only the small one has read cannot be
    better than what both have. `qa/model/large.json` says how many passages are read again and how
    the readers are weighed, and has the calibration. The large model is made on its first use
    (`qa.large_model`), which raises ModelError where its base is not installed; `say` is told that
    it takes a minute. A `thorough` one reads all that it is given with both.
    """

    max_passages = READ

    def __init__(self, thorough: bool = False, say: Callable[[str], None] | None = None) -> None:
        self._small = SpanReader()
        self._thorough = thorough
        self._say = say

    @property
    def version(self) -> str:
        """What the two are called, and what the hashes of their weights begin with."""
        return f"{self._small.version} and large {self.settings['sha256'][:12]}"

    @cached_property
    def settings(self) -> dict[str, Any]:
        """What large.json says."""
        return large_settings()

    @cached_property
    def calibration(self) -> Calibration:
        """What makes probabilities of the scores of both."""
        return Calibration(**self.settings["calibration"])

    @cached_property
    def large(self) -> SpanModel:
        """The large reader's model, made and loaded on its first use."""
        return large_model(self.settings, self._say)

    def read(self, question: str, hits: Sequence[Hit], thorough: bool = False) -> list[Span]:
        """Return spans of the hits' passages, best first; the hits come best first, too."""
        if not hits:
            return []
        weight = float(self.settings["search_weight"])
        share = float(self.settings["small_share"])
        by_small: dict[str, list[Window]] = {}

        def score(some: Sequence[Hit]) -> list[list[ScoredSpan]]:
            windows = self._small.windows(question, some)
            by_small.update((hit.passage.id, w) for hit, w in zip(some, windows, strict=True))
            return [
                marked_spans(question, hit.passage, w) for hit, w in zip(some, windows, strict=True)
            ]

        settled = math.inf if thorough or self._thorough else float(self.settings["settled"])
        first = read_in_order(hits, score, weight, settled)
        most = len(hits) if thorough or self._thorough else int(self.settings["again"])
        again = worth_reading(first, hits, most, float(self.settings["gap"]))
        read = self.large.mark(question, [hit.passage.text for hit in again])
        both = [
            combined(question, hit, by_small[hit.passage.id], windows, share)
            for hit, windows in zip(again, read, strict=True)
        ]
        highest = max(hit.score for hit in hits)
        spans = rank(again, both, weight, highest)
        chosen = {hit.passage.id for hit in again}
        below = min((s.score for s in spans), default=0.0)
        rest = [s for s in first if s.hit.passage.id not in chosen]
        return spans + [
            Span(s.hit, s.start, s.end, below - 1 + min(0.0, s.score - first[0].score))
            for s in rest
        ]


def worth_reading(spans: Sequence[Span], hits: Sequence[Hit], most: int, gap: float) -> list[Hit]:
    """Return the hits with the best spans, at most `most`, in the order of the search.

    The spans come best first. A passage whose best span is more than `gap` below the best of all
    is left out; the first hit of the search is always in.
    """
    chosen = {hits[0].passage.id}
    for span in spans:
        if len(chosen) == most or span.score < spans[0].score - gap:
            break
        chosen.add(span.hit.passage.id)
    return [hit for hit in hits if hit.passage.id in chosen]


def combined(
    question: str,
    hit: Hit,
    small: Sequence[Window],
    large: Sequence[Window],
    share: float,
) -> list[ScoredSpan]:
    """Return the spans that both readers together mark in a passage: see `mixed`."""
    windows = list(large)
    if len(small) == len(large):
        windows = [mixed(s, w, share) for s, w in zip(small, large, strict=True)]
    return marked_spans(question, hit.passage, windows)


def mixed(small: Window, large: Window, share: float) -> Window:
    """Return the sum of two windows' logits, the small reader's times `share`.

    Where they are not cut into the same tokens it is the large reader's.
    """
    if not np.array_equal(small.offsets, large.offsets):
        return large
    return Window(
        large.offsets,
        large.start + share * small.start,
        large.end + share * small.end,
        large.nothing + share * small.nothing,
    )
