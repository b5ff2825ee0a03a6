"""Pure: readings of the sides of a comparison -> one answer for each of them."""

from collections.abc import Sequence
from dataclasses import replace

from qa.types import Candidate, Reading

EACH_SIDE = "One quote for each side; which one it speaks for, the quotes say."
_MOST = 4  # documents that "which flat is cheaper" is asked of
_LEAST = 0.2  # the least probability (0 to 1) of an answer that stands for a document


def of_each(readings: Sequence[Reading], unsure: float) -> tuple[Candidate, ...]:
    """Return the best candidate of each reading, all as probable as the least probable one.

    Where a side has none that is probable enough, the other is no answer yet, and so is at most
    `unsure`. Nothing is returned where there is no side's, or one span is the best of both.
    """
    best = [reading.candidates[0] if reading.candidates else None for reading in readings]
    found = [c for c in best if c is not None and c.confidence >= unsure]
    places = {(c.spans[0].hit.passage.document_id, c.spans[0].start) for c in found}
    if not found or len(places) < len(found):
        return ()
    least = unsure if len(found) < len(best) else min(c.confidence for c in found)
    first = replace(found[0], probabilities=(least, *found[0].probabilities[1:]))
    return (replace(first, spans=first.spans[:1], probabilities=(least,)), *found[1:])


def of_each_document(reading: Reading) -> tuple[Candidate, ...]:
    """Return the best candidate of each of several documents; nothing where only one has any."""
    best: dict[str, Candidate] = {}
    for candidate in reading.candidates:
        if candidate.confidence >= _LEAST or not best:
            best.setdefault(candidate.spans[0].hit.passage.document_id, candidate)
    return tuple(best.values())[:_MOST] if len(best) > 1 else ()
