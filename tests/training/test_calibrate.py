import numpy as np
from scipy.special import expit

from training.calibrate import regression


def drawn(n: int = 4_000) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return features with a constant, what is right of them by a known rule, and doubts."""
    rng = np.random.default_rng(7)
    x = np.column_stack([rng.normal(3, 3, n), np.ones(n)])
    doubts = np.where(rng.random(n) < 0.3, 4.0, 0.0)
    right = rng.random(n) < expit(0.8 * x[:, 0] - 1.0 - doubts)
    return x, right, doubts


def test_the_rule_is_found_with_doubts_taken_off() -> None:
    x, right, doubts = drawn()
    found = regression(x, right, doubts, np.ones(len(x)))
    np.testing.assert_allclose(found, [0.8, -1.0], atol=0.15)


def test_doubted_mistakes_make_nothing_else_less_sure() -> None:
    x, right, doubts = drawn()
    without = regression(x, right, np.zeros(len(x)), np.ones(len(x)))
    with_doubts = regression(x, right, doubts, np.ones(len(x)))
    undoubted = x[doubts == 0]
    share = right[doubts == 0].mean()
    assert abs(expit(undoubted @ with_doubts).mean() - share) < 0.02
    assert expit(undoubted @ without).mean() < share - 0.05


def test_a_weight_counts_like_as_many_copies() -> None:
    x, right, doubts = drawn(500)
    twice = np.where(right, 2.0, 1.0)
    again = np.repeat(np.arange(500), twice.astype(int))
    np.testing.assert_allclose(
        regression(x, right, doubts, twice),
        regression(x[again], right[again], doubts[again], np.ones(len(again))),
        atol=1e-3,
    )
