import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.types import Hit, Passage
from qa.confidence import Calibration, Features, candidates, features
from qa.types import Span, Status

CALIBRATION = Calibration(score=1, margin=0.5, bias=-1, answered=0.7, unsure=0.3)
HIT = Hit(Passage("a:0", "a", 0, 22, "The votes were counted"), 4.5, 1, 1)


def group(score: float) -> tuple[Span, ...]:
    return (Span(HIT, 4, 9, score),)


def test_the_probability_is_the_logistic_of_the_weighted_features() -> None:
    found = CALIBRATION.probability(Features(score=2, margin=1))
    assert found == pytest.approx(1 / (1 + math.exp(-(-1 + 2 + 0.5))))


@pytest.mark.parametrize(
    ("confidence", "status"),
    [(0.7, "answered"), (0.69, "unsure"), (0.3, "unsure"), (0.29, "not_found"), (0, "not_found")],
)
def test_the_status_follows_from_the_thresholds(confidence: float, status: str) -> None:
    assert CALIBRATION.status(confidence) is Status(status)


def test_the_margin_is_the_distance_to_the_best_other_answer() -> None:
    found = features([group(3.0), group(1.0), group(0.0)])
    assert [f.score for f in found] == [3.0, 1.0, 0.0]
    assert [f.margin for f in found] == [2.0, -2.0, -3.0]
    (alone,) = features([group(3.0)])
    assert alone.margin == 3.0


scores = st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=6)


@given(scores)
def test_probabilities_are_between_0_and_1_and_fall_with_the_score(values: list[float]) -> None:
    groups = [group(v) for v in sorted(values, reverse=True)]
    found = [c.confidence for c in candidates(groups, CALIBRATION)]
    assert all(0 <= p <= 1 for p in found)
    assert found == sorted(found, reverse=True)


def test_each_span_of_an_answer_has_a_probability_of_its_own() -> None:
    same = (*group(3.0), *group(-2.0))
    (found,) = candidates([same], CALIBRATION)
    assert found.confidence == found.probabilities[0] > found.probabilities[1]


def test_no_answer_has_no_candidates() -> None:
    assert candidates([], CALIBRATION) == ()
