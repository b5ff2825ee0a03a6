import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.decoding import MAX_TOKENS, decode
from qa.span_model import Window

logits = st.lists(st.tuples(st.floats(-9, 9), st.floats(-9, 9)), min_size=1, max_size=60)


def window(pairs: list[tuple[float, float]], nothing: float = 0.0) -> Window:
    """Every token has two characters."""
    start, end = np.array(pairs, np.float32).T
    offsets = np.array([(2 * i, 2 * i + 2) for i in range(len(pairs))], np.int64)
    return Window(offsets, start, end, nothing)


def legal(found: Window, allowed: list[bool]) -> dict[tuple[int, int], float]:
    """Every legal span, the slow way."""
    n = len(found.start)
    return {
        (i, j): float(found.start[i]) + float(found.end[j])
        for i in range(n)
        for j in range(i, min(n, i + MAX_TOKENS))
        if allowed[i] and allowed[j]
    }


@given(logits, st.floats(-5, 5), st.data())
def test_the_best_legal_span_comes_out_with_the_mass_of_all_that_overlap_it(
    pairs: list[tuple[float, float]], nothing: float, data: st.DataObject
) -> None:
    n = len(pairs)
    allowed = data.draw(st.lists(st.booleans(), min_size=n, max_size=n))
    given_window = window(pairs, nothing)
    spans = legal(given_window, allowed)
    found = decode(given_window, np.array(allowed), most=1)
    if not spans:
        assert found == []
        return
    (marked,) = found
    i, j = marked.start // 2, marked.end // 2 - 1
    assert spans[i, j] == pytest.approx(max(spans.values()), abs=1e-5)
    mass = [s for (a, b), s in spans.items() if a <= j and b >= i]
    expected = math.log(sum(map(math.exp, mass))) - nothing
    assert marked.score == pytest.approx(expected, abs=1e-4)


@given(logits, st.integers(1, 5))
def test_spans_are_legal_do_not_overlap_and_come_best_first(
    pairs: list[tuple[float, float]], most: int
) -> None:
    found = decode(window(pairs), np.ones(len(pairs), bool), most)
    assert 1 <= len(found) <= most
    assert [m.score for m in found] == sorted((m.score for m in found), reverse=True)
    for n, one in enumerate(found):
        assert 0 <= one.start < one.end <= 2 * len(pairs)
        assert one.end - one.start <= 2 * MAX_TOKENS
        assert all(one.end <= other.start or other.end <= one.start for other in found[n + 1 :])


def test_the_logits_of_no_answer_lower_every_score() -> None:
    pairs = [(1.0, 2.0), (0.5, 3.0)]
    (sure,) = decode(window(pairs, -4.0), np.ones(2, bool), 1)
    (doubtful,) = decode(window(pairs, 4.0), np.ones(2, bool), 1)
    assert sure.score - doubtful.score == pytest.approx(8.0)


def test_a_window_without_tokens_has_no_spans() -> None:
    empty = Window(np.zeros((0, 2), np.int64), np.zeros(0, np.float32), np.zeros(0, np.float32), 0)
    assert decode(empty, np.zeros(0, bool), 3) == []


def test_no_span_runs_out_of_a_unit() -> None:
    given_window = window([(5.0, 0.0), (0.0, 0.0), (0.0, 6.0)])
    (across,) = decode(given_window, np.ones(3, bool), 1)
    (within,) = decode(given_window, np.ones(3, bool), 1, np.array([0, 0, 1]))
    assert across.end - across.start > within.end - within.start
