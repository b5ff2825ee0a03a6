"""Metrics against values worked out by hand, and against the published definitions."""

import math
import re
import string
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.evaluation.metrics import (
    Bin,
    auroc,
    calibration_error,
    estimate,
    exact_match,
    normalise,
    percentiles,
    quote_holds,
    reliability,
    retrieval_scores,
    risk_coverage,
    risk_coverage_area,
    token_f1,
)
from qa.types import Accepted

no_deadline = settings(deadline=None)  # a library's first call can take long
probabilities = st.floats(0, 1)
judged = st.lists(st.tuples(probabilities, st.booleans()), min_size=1, max_size=30)
words = st.lists(st.sampled_from(["a", "The", "cat", "CAT", "sat,", "an", "U.S.", "–"])).map(
    " ".join
)


class TestExactMatchAndF1:
    def test_normalise(self):
        assert normalise("  The  U.S., an\tally!") == "us ally"
        assert normalise("Theatre") == "theatre"

    def test_exact_match_takes_the_best_gold(self):
        assert exact_match("the Cat.", ["dog", "cat"]) == 1.0
        assert exact_match("cats", ["dog", "cat"]) == 0.0

    def test_f1_by_hand(self):
        # predicted: black cat sat; gold: cat sat down there; 2 shared, 2 * 2 / (3 + 4)
        assert token_f1("the black cat sat", ["cat sat down there"]) == pytest.approx(4 / 7)
        assert token_f1("cat cat", ["cat"]) == pytest.approx(2 / 3)  # a token counts once
        assert token_f1("a dog", ["cat", "big dog"]) == pytest.approx(2 / 3)

    def test_no_gold_wants_no_answer(self):
        assert exact_match("", []) == token_f1("", []) == 1.0
        assert exact_match("cat", []) == token_f1("cat", []) == 0.0
        assert token_f1("", ["cat"]) == 0.0

    @no_deadline
    @given(words, st.lists(words, max_size=3))
    def test_as_the_official_script(self, prediction, golds):
        expected = [gold for gold in golds if official_normalise(gold)] or [""]
        assert exact_match(prediction, golds) == max(
            int(official_normalise(prediction) == official_normalise(gold)) for gold in expected
        )
        assert token_f1(prediction, golds) == pytest.approx(
            max(official_f1(gold, prediction) for gold in expected)
        )

    @no_deadline
    @given(st.text())
    def test_normalising_is_idempotent_and_matches_itself(self, text):
        assert normalise(normalise(text)) == normalise(text)
        assert exact_match(text, [text]) == token_f1(text, [text]) == 1.0


def official_normalise(text):
    """`normalize_answer` of SQuAD's evaluate-v2.0.py."""
    text = "".join(c for c in text.lower() if c not in set(string.punctuation))
    return " ".join(re.sub(r"\b(a|an|the)\b", " ", text).split())


def official_f1(gold, prediction):
    """`compute_f1` of SQuAD's evaluate-v2.0.py."""
    gold_tokens = official_normalise(gold).split()
    predicted = official_normalise(prediction).split()
    same = sum((Counter(gold_tokens) & Counter(predicted)).values())
    if not gold_tokens or not predicted:
        return int(gold_tokens == predicted)
    if same == 0:
        return 0
    precision, recall = same / len(predicted), same / len(gold_tokens)
    return 2 * precision * recall / (precision + recall)


class TestQuoteHolds:
    TEXT = "It failed because the price of gold fell sharply in March."
    REASON = "because the price of gold fell sharply"
    ACCEPTED = (Accepted("d", 10, 10 + len(REASON), REASON),)

    def holds(self, quote, document="d", accepted=ACCEPTED):
        start = self.TEXT.index(quote)
        return quote_holds(document, start, start + len(quote), quote, accepted)

    def test_a_sentence_around_the_answer(self):
        assert self.holds(self.TEXT)

    def test_a_short_quote_within_the_answer(self):
        assert self.holds("price of gold fell")  # 4 of 6 tokens: F1 .8
        assert not self.holds("gold")  # 1 of 6 tokens: F1 2/7

    def test_overlapping_an_edge_is_not_enough(self):
        assert not self.holds("the price of gold fell sharply in March")

    def test_another_document_never_holds_it(self):
        assert not self.holds(self.TEXT, document="other")

    def test_the_same_words_elsewhere_in_the_document(self):
        accepted = (Accepted("d", 100, 105, "March"),)
        assert self.holds("March.", accepted=accepted)
        assert not self.holds("in March", accepted=accepted)

    def test_nothing_accepted(self):
        assert not self.holds(self.TEXT, accepted=())

    @no_deadline
    @given(st.integers(0, 10), st.integers(48, 58))
    def test_whatever_contains_the_span_holds_it(self, start, end):
        assert quote_holds("d", start, end, self.TEXT[start:end], self.ACCEPTED)


RANKINGS = {"q": ["x", "a", "y", "b"], "r": ["c"], "s": []}
QRELS = {"q": {"a": 1, "b": 1}, "r": {"c": 1, "d": 1}, "s": {"e": 1}}


class TestRetrieval:
    def test_any_relevant_is_enough_to_answer(self):
        scores = retrieval_scores(RANKINGS, QRELS, recall="any")
        assert scores["recall@1"] == [0, 1, 0]
        assert scores["recall@5"] == [1, 1, 0]
        assert scores["MRR@10"] == [1 / 2, 1, 0]

    def test_share_of_the_relevant(self):
        scores = retrieval_scores(RANKINGS, QRELS, recall="share")
        assert scores["recall@1"] == [0, 1 / 2, 0]
        assert scores["recall@5"] == [1, 1 / 2, 0]

    def test_ndcg_by_hand(self):
        ideal = 1 + 1 / math.log2(3)
        found = 1 / math.log2(3) + 1 / math.log2(5)  # ranks 2 and 4
        scores = retrieval_scores(RANKINGS, QRELS, recall="any")
        assert scores["nDCG@10"] == pytest.approx([found / ideal, 1 / ideal, 0])

    def test_a_query_that_nothing_is_relevant_to_scores_zero(self):
        scores = retrieval_scores({"q": ["a"], "r": ["b"]}, {"q": {}, "r": {"b": 1}}, recall="any")
        assert scores["recall@1"] == [0, 1]
        assert retrieval_scores({"q": ["a"]}, {"q": {}}, recall="any")["MRR@10"] == [0]

    @no_deadline
    @given(st.permutations(range(25)), st.sets(st.integers(0, 30), min_size=1))
    def test_against_the_definitions(self, order, relevant):
        ranking = [str(n) for n in order]
        qrels = {"q": {str(n): 1 for n in relevant}}
        ranks = [order.index(n) + 1 for n in relevant if n in order]
        found = retrieval_scores({"q": ranking}, qrels, recall="any")
        shared = retrieval_scores({"q": ranking}, qrels, recall="share")
        first = min(ranks, default=math.inf)
        for k in (1, 5, 10, 20):
            assert found[f"recall@{k}"] == [float(first <= k)]
            share = sum(rank <= k for rank in ranks) / len(relevant)
            assert shared[f"recall@{k}"] == pytest.approx([share])
        assert found["MRR@10"] == pytest.approx([1 / first if first <= 10 else 0])


class TestAuroc:
    def test_by_hand(self):
        # positives .9 and .4 against negatives .6 and .2: three of the four pairs are in order
        assert auroc([0.9, 0.6, 0.4, 0.2], [True, False, True, False]) == 0.75

    def test_a_tie_counts_half(self):
        assert auroc([0.5, 0.5], [True, False]) == 0.5

    def test_one_class_has_none(self):
        assert auroc([0.5, 0.6], [True, True]) is None
        assert auroc([], []) is None

    @no_deadline
    @given(judged)
    def test_against_counting_pairs(self, pairs):
        high = [c for c, positive in pairs if positive]
        low = [c for c, positive in pairs if not positive]
        found = auroc([c for c, _ in pairs], [positive for _, positive in pairs])
        if not high or not low:
            assert found is None
        else:
            won = sum((h > n) + (h == n) / 2 for h in high for n in low)
            assert found == pytest.approx(won / (len(high) * len(low)))


class TestRiskCoverage:
    def test_by_hand(self):
        points = risk_coverage([0.9, 0.2, 0.6, 0.4], [False, True, True, False])
        assert [(p.threshold, p.coverage, p.risk) for p in points] == [
            (0.9, 0.25, 0.0),
            (0.6, 0.5, 0.5),
            (0.4, 0.75, pytest.approx(1 / 3)),
            (0.2, 1.0, 0.5),
        ]
        assert risk_coverage_area(points) == pytest.approx((0 + 1 / 2 + 1 / 3 + 1 / 2) / 4)

    def test_equal_confidences_are_one_point(self):
        points = risk_coverage([0.5, 0.5, 0.1], [True, False, False])
        assert [(p.coverage, p.risk) for p in points] == [
            (pytest.approx(2 / 3), 0.5),
            (1.0, pytest.approx(1 / 3)),
        ]
        assert risk_coverage_area(points) == pytest.approx(2 / 3 * 1 / 2 + 1 / 3 * 1 / 3)

    def test_nothing(self):
        assert risk_coverage([], []) == ()
        assert risk_coverage_area([]) is None

    @no_deadline
    @given(judged, st.randoms())
    def test_order_does_not_matter_and_the_end_is_the_error_rate(self, pairs, random):
        points = risk_coverage(*zip(*pairs, strict=True))
        shuffled = random.sample(pairs, len(pairs))
        assert risk_coverage(*zip(*shuffled, strict=True)) == points
        assert points[-1].coverage == 1.0
        assert points[-1].risk == pytest.approx(sum(wrong for _, wrong in pairs) / len(pairs))


class TestCalibration:
    def test_by_hand(self):
        bins = reliability([0.95, 1.0, 0.55, 0.0], [True, False, True, False])
        assert bins[9] == Bin(0.9, 1.0, 2, pytest.approx(0.975), 0.5)
        assert bins[5] == Bin(0.5, 0.6, 1, 0.55, 1.0)
        assert bins[0] == Bin(0.0, 0.1, 1, 0.0, 0.0)
        assert bins[3] == Bin(0.3, 0.4, 0, None, None)
        # 2 answers off by .475, one by .45, one by 0
        assert calibration_error(bins) == pytest.approx((2 * 0.475 + 0.45 + 0) / 4)

    def test_nothing(self):
        assert calibration_error(reliability([], [])) is None

    @no_deadline
    @given(judged)
    def test_every_answer_is_in_one_bin_and_the_error_is_a_share(self, pairs):
        bins = reliability(*zip(*pairs, strict=True))
        assert sum(bin.n for bin in bins) == len(pairs)
        assert all(b.low - 1e-9 <= b.confidence <= b.high + 1e-9 for b in bins if b.n)
        assert 0 <= calibration_error(bins) <= 1


class TestEstimate:
    def test_the_interval_is_near_the_normal_one(self):
        found = estimate([0.0, 1.0] * 200)
        assert (found.value, found.n) == (0.5, 400)
        assert found.low == pytest.approx(0.5 - 1.96 * 0.5 / 20, abs=0.01)
        assert found.high == pytest.approx(0.5 + 1.96 * 0.5 / 20, abs=0.01)

    def test_it_is_repeatable(self):
        assert estimate([0.0, 1.0, 1.0, 0.3]) == estimate([0.0, 1.0, 1.0, 0.3])

    def test_equal_values_and_single_ones(self):
        one = estimate([1.0])
        assert (one.value, one.low, one.high, one.n) == (1.0, 1.0, 1.0, 1)
        same = estimate([0.25] * 7)
        assert (same.value, same.low, same.high, same.n) == (0.25, 0.25, 0.25, 7)

    def test_nothing(self):
        assert estimate([]) is None


def test_percentiles():
    found = percentiles([float(n) for n in range(1, 102)])
    assert (found.p50, found.p95) == (51.0, 96.0)
    assert percentiles([]) is None
