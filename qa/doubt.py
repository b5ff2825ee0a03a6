"""Pure: what speaks against an answer lowers its probability, by more than its rank.

A span is ranked against others of the same documents, which may all be about a sibling of what the
question names. So the same evidence counts once more where it is decided how sure to be.
"""

import math
from dataclasses import replace

from qa.evidence import Evidence, evidence
from qa.types import Candidate, Span

# In logits of the probability, set by hand as those of qa.evidence are.
_MISSING_EXACT = 1.5
_MISSING_NAME = 0.05
_SIBLING = 0.75
_STALE = 0.5
_INSTRUCTS = 20.0  # whatever the reader makes of it
_ADDRESSED = 6.0
_CONTRADICTS = 3.0
_EDGE = 1e-6


def doubted(candidate: Candidate, question: str, floor: float = 0.0) -> Candidate:
    """Return a candidate with the probabilities that are left after what speaks against it.

    Doubt takes none below `floor`: it says not to be sure, and not that nothing was found.
    """
    return replace(
        candidate,
        probabilities=tuple(
            max(lowered(p, doubt(evidence_of(question, span))), min(p, floor))
            for span, p in zip(candidate.spans, candidate.probabilities, strict=True)
        ),
    )


def evidence_of(question: str, span: Span) -> Evidence:
    """Return what speaks against a span in its passage."""
    passage = span.hit.passage
    start, end = span.start - passage.start, span.end - passage.start
    return evidence(question, passage.text, start, end, passage.about)


def doubt(found: Evidence) -> float:
    """Return by how many logits evidence lowers a probability, 0 or more."""
    return (
        _MISSING_EXACT * found.support.missing_exact
        + _MISSING_NAME * found.support.missing_names
        + _SIBLING * found.support.siblings
        + _STALE * found.stale
        + _INSTRUCTS * found.instructs
        + _ADDRESSED * found.addressed
        + _CONTRADICTS * found.contradicts
    )


def lowered(probability: float, logits: float) -> float:
    """Return a probability (0 to 1) lowered by so many logits."""
    if not logits:
        return probability
    p = min(max(probability, _EDGE), 1 - _EDGE)
    return 1 / (1 + math.exp(logits - math.log(p / (1 - p))))
