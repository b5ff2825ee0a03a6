"""What the two readers make of each other's logits."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.types import Hit, Passage
from qa.span_model import Window
from qa.two_readers import combined, mixed, worth_reading
from qa.types import Span

TEXT = "Votes were counted by Anna Berg in May."
WORDS = [(0, 5), (6, 10), (11, 18), (19, 21), (22, 26), (27, 31), (32, 34), (35, 38)]
SHARE = 0.5


def window(start: list[float], end: list[float], nothing: float = 0.0) -> Window:
    return Window(
        np.array(WORDS, np.int64), np.array(start, np.float32), np.array(end, np.float32), nothing
    )


def peak(first: int, last: int, height: float) -> Window:
    start, end = [-5.0] * len(WORDS), [-5.0] * len(WORDS)
    start[first], end[last] = height, height
    return window(start, end)


def hit(n: int, score: float = 1.0) -> Hit:
    return Hit(Passage(f"d:{n}", f"d{n}", 0, len(TEXT), TEXT), score, 1, 1)


def test_logits_are_added_with_the_small_readers_share() -> None:
    found = mixed(peak(4, 5, 2.0), peak(7, 7, 3.0), 0.5)
    assert found.start[7] == pytest.approx(3.0 - 2.5)
    assert found.start[4] == pytest.approx(-5.0 + 1.0)


def test_windows_of_other_tokens_are_the_large_readers() -> None:
    large = peak(7, 7, 3.0)
    small = Window(large.offsets[:-1], large.start[:-1], large.end[:-1], 0.0)
    assert mixed(small, large, 0.5) is large


def test_where_they_agree_the_score_is_higher() -> None:
    alone = combined("Who counted?", hit(0), [], [peak(4, 5, 3.0)], SHARE)[0]
    agreed = combined("Who counted?", hit(0), [peak(4, 5, 2.0)], [peak(4, 5, 3.0)], SHARE)[0]
    assert TEXT[agreed.start : agreed.end] == TEXT[alone.start : alone.end] == "Anna Berg"
    assert agreed.score > alone.score


def test_where_they_disagree_the_surer_one_wins_by_less() -> None:
    large = [peak(7, 7, 4.0)]
    alone = combined("When?", hit(0), [], large, SHARE)[0]
    best = combined("When?", hit(0), [peak(4, 5, 2.0)], large, SHARE)[0]
    assert TEXT[best.start : best.end] == "May"
    assert best.score < alone.score


@given(st.lists(st.floats(-20, 20), min_size=1, max_size=12), st.integers(1, 4))
def test_the_best_passages_are_read_again_and_always_the_first_hit(
    scores: list[float], most: int
) -> None:
    hits = [hit(n, -n) for n in range(len(scores))]
    spans = [Span(hits[n], 0, 5, score) for n, score in enumerate(scores)]
    spans.sort(key=lambda s: -s.score)
    chosen = worth_reading(spans, hits, most, gap=8.0)
    assert chosen[0] is hits[0]
    assert len(chosen) <= max(most, 1)
    assert spans[0].hit in chosen or most == 1
    assert [h.score for h in chosen] == sorted((h.score for h in chosen), reverse=True)
    for h in chosen[1:]:
        assert scores[-int(h.score)] >= max(scores) - 8.0
