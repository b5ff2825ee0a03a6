"""Every answer to a question that has several: read on until the next passage adds none."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from index.types import Hit
from qa.choosing import alone
from qa.confidence import Calibration
from qa.spans import distinct, group_equal
from qa.types import Citation, Span

LISTED = 0.25  # the least probability (0 to 1) of a span that is listed
BESIDE_BEST = 0.75  # of the best one's probability, at least
AT_ONCE = 4  # passages
_BARREN = 2  # batches, one after another, that add nothing: then reading ends


@dataclass(frozen=True, slots=True)
class Listing:
    """Every answer found, by document and place; answers that say the same are one.

    `missed` is about how many more there are: what the spans too doubtful to be listed come to, by
    their own probabilities, and for each passage left unread what the last ones read added.
    """

    question: str
    answers: tuple[Citation, ...]
    places: tuple[int, ...]
    read: int
    unread: int
    missed: float

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain JSON types; `places` says how often each answer was found."""
        return asdict(self)


def collect(
    question: str,
    hits: Sequence[Hit],
    read: Callable[[Sequence[Hit]], Sequence[Span]],
    calibration: Calibration,
) -> tuple[list[tuple[tuple[Span, ...], float]], int, float]:
    """Return groups of agreeing spans with their probability, how many hits were read, and missed.

    `read` marks the spans of hits. Groups come best first.
    """
    spans: list[Span] = []
    barren = done = 0
    last_added = 0
    for at in range(0, len(hits), AT_ONCE):
        batch = hits[at : at + AT_ONCE]
        before = len(_listed(spans, question, calibration))
        spans += read(batch)
        done += len(batch)
        last_added = len(_listed(spans, question, calibration)) - before
        barren = 0 if last_added else barren + 1
        if barren == _BARREN:
            break
    groups = group_equal(distinct(spans))
    sure = [(group, alone(group[0], question, calibration)) for group in groups]
    least = _least([p for _, p in sure])
    doubtful = sum(p for _, p in sure if p < least)
    unread = last_added / AT_ONCE * (len(hits) - done)
    return [(g, p) for g, p in sure if p >= least], done, doubtful + unread


def _least(probabilities: Sequence[float]) -> float:
    """Return from what probability up an answer is listed, given those of all."""
    return max(LISTED, BESIDE_BEST * max(probabilities, default=0.0))


def _listed(spans: Sequence[Span], question: str, calibration: Calibration) -> list[Span]:
    best = [group[0] for group in group_equal(distinct(spans))]
    sure = [alone(span, question, calibration) for span in best]
    least = _least(sure)
    return [span for span, p in zip(best, sure, strict=True) if p >= least]
