"""The figures of a benchmark: what is counted, and with which peer Quotewell is compared."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from bench.figures import Figures, Scores, compare, score, summarise, table
from bench.systems import NOTHING, Reply
from qa.types import Accepted, Question

ADA = Question("1", "who", "Who wrote it?", (Accepted("Ada/1", 0, 12, "Ada Lovelace"),))
YEAR = Question("2", "when", "When?", (Accepted("Ada/2", 3, 7, "1843"),))
ROW = Figures("one", 10.0, 4.0, 50.0, 90.0, 900.0, 0.5, 0.6, 0.7, 0.0, (0.5, 0.7))


def test_an_answer_in_other_words_than_the_text_is_scored_as_squad_does() -> None:
    assert score(Reply("the Ada Lovelace!", "Ada/1"), ADA) == Scores(1.0, 1.0, True)
    assert score(Reply("Ada", "Ada/9"), ADA) == Scores(0.0, pytest.approx(2 / 3), False)


def test_no_answer_is_wrong_and_from_no_document() -> None:
    assert score(NOTHING, ADA) == Scores(0.0, 0.0, False)


def test_a_system_is_summed_up() -> None:
    row = summarise(
        "one",
        [ADA, YEAR],
        [(Reply("Ada", "Ada/1"), 0.1), (NOTHING, 0.3)],
        documents=8,
        index_seconds=2.0,
        memory=5_000_000,
    )
    assert (row.documents_per_second, row.peak_mb, row.median_ms) == (4.0, 5.0, 200.0)
    assert row.p95_ms == pytest.approx(290.0)
    assert (row.em, row.cited, row.unanswered) == (0.0, 0.5, 0.5)
    assert row.f1s == (pytest.approx(2 / 3), 0.0)
    assert row.f1 == pytest.approx(1 / 3)


def test_a_reply_too_few_is_an_error() -> None:
    with pytest.raises(ValueError, match="zip"):
        summarise("one", [ADA, YEAR], [(NOTHING, 1)], documents=1, index_seconds=1, memory=1)


def test_the_faster_and_the_better_peer_may_be_two() -> None:
    quick = replace(ROW, system="quick", median_ms=200.0, f1=0.3, f1s=(0.2, 0.4))
    good = replace(ROW, system="good", median_ms=400.0, f1=0.5, f1s=(0.5, 0.5))
    for peers in ([quick, good], [good, quick]):
        ratios = compare(ROW, peers)
        assert (ratios.faster_peer, ratios.times_faster) == ("quick", 4.0)
        assert ratios.better_peer == "good"
        assert ratios.f1_ahead.value == pytest.approx(0.1)


@given(st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), min_size=1, max_size=20))
def test_the_lead_is_the_difference_of_the_means(pairs: list[tuple[float, float]]) -> None:
    ours, theirs = (tuple(values) for values in zip(*pairs, strict=True))
    ahead = compare(replace(ROW, f1s=ours), [replace(ROW, f1s=theirs)]).f1_ahead
    assert ahead.value == pytest.approx(sum(ours) / len(ours) - sum(theirs) / len(theirs))
    assert ahead.n == len(pairs)


def test_the_table_has_a_row_for_each_system() -> None:
    console = Console(width=120)
    with console.capture() as captured:
        console.print(table([ROW, replace(ROW, system="two", peak_mb=1234.0)]))
    _, first, second = captured.get().splitlines()
    assert first.split() == [
        "one",
        "10.0",
        "4.0",
        "50",
        "90",
        "900",
        "0.500",
        "0.600",
        "0.700",
        "0.000",
    ]
    assert second.split()[:1] + second.split()[5:6] == ["two", "1,234"]
