"""Pure: what was read for a question -> the probability that an answer is right, and a status."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from qa.types import Candidate, Span, Status


@dataclass(frozen=True, slots=True)
class Features:
    """What the confidence in an answer rests on.

    `score` is the reader's; `margin` how far it is above the best other answer, negative for one
    that is not the best. That a passage has the question's words is left out: people do not write
    their questions from the passage. So is the search score, whose height depends on the corpus.
    """

    score: float
    margin: float


@dataclass(frozen=True, slots=True)
class Calibration:
    """A logistic regression of "the best answer is right", and the thresholds that follow from it.

    Fitted on questions whose confidences are reported nowhere, half of them asked of a corpus that
    does not answer them (Platt 1999, "Probabilistic Outputs for Support Vector Machines").
    `own` is False where the reader brings no calibration and another's is used: its probabilities
    may be far off.
    """

    score: float
    margin: float
    bias: float
    answered: float
    unsure: float
    own: bool = True

    def probability(self, features: Features) -> float:
        """Return the probability, between 0 and 1, that an answer with these features is right."""
        logit = self.bias + self.score * features.score + self.margin * features.margin
        return 1 / (1 + math.exp(-max(-50.0, min(50.0, logit))))

    def status(self, confidence: float) -> Status:
        """Return what to say at this confidence."""
        if confidence >= self.answered:
            return Status.ANSWERED
        return Status.UNSURE if confidence >= self.unsure else Status.NOT_FOUND


def features(groups: Sequence[Sequence[Span]]) -> list[Features]:
    """Return the features of each group of agreeing spans; groups and spans come best first."""
    scores = [group[0].score for group in groups]
    second = scores[1] if len(scores) > 1 else 0.0  # the score of saying nothing
    return [
        Features(score, score - (second if i == 0 else scores[0])) for i, score in enumerate(scores)
    ]


def candidates(groups: Sequence[Sequence[Span]], calibration: Calibration) -> tuple[Candidate, ...]:
    """Return the groups as candidates with their probabilities, in the same order."""
    return tuple(
        Candidate(
            tuple(group),
            tuple(calibration.probability(replace(found, score=span.score)) for span in group),
        )
        for group, found in zip(groups, features(groups), strict=True)
    )
