"""The figures, as pure functions of what was answered and what would have been right.

A figure that cannot be had (an average of nothing, AUROC with one class) is None, never nan.
"""

import re
import string
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

import ir_measures
import numpy as np
from scipy.stats import bootstrap
from sklearn.metrics import roc_auc_score

from qa.types import Accepted

CUTOFFS = (1, 5, 10, 20)
RIGHT_F1 = 0.5
"""The token F1 from which an answer that is not exact still counts as right."""

_ARTICLES = re.compile(r"\b(a|an|the)\b")
_PUNCTUATION = str.maketrans("", "", string.punctuation)


@dataclass(frozen=True, slots=True)
class Estimate:
    """The mean over n questions, and its 95% bootstrap interval from `low` to `high`."""

    value: float
    low: float
    high: float
    n: int


@dataclass(frozen=True, slots=True)
class Point:
    """Answering from `threshold` up answers the share `coverage`; of that, `risk` is wrong."""

    threshold: float
    coverage: float
    risk: float


@dataclass(frozen=True, slots=True)
class Bin:
    """The `n` answers whose confidence lies in [low, high), the last bin including 1.

    `confidence` is their mean confidence, `accuracy` the share that is right; None where n is 0.
    """

    low: float
    high: float
    n: int
    confidence: float | None
    accuracy: float | None


@dataclass(frozen=True, slots=True)
class Percentiles:
    """Half of the questions took at most `p50` milliseconds, 95% at most `p95`."""

    p50: float
    p95: float


def normalise(text: str) -> str:
    """Lower case, no ASCII punctuation, no English articles, single spaces.

    SQuAD's `normalize_answer` (Rajpurkar et al., 2016), as its evaluation script has it.
    """
    return " ".join(_ARTICLES.sub(" ", text.lower().translate(_PUNCTUATION)).split())


def exact_match(prediction: str, golds: Sequence[str]) -> float:
    """Return 1.0 if the prediction equals a gold answer after `normalise`, else 0.0.

    With no golds (SQuAD 2.0: no answer) only an empty prediction is right.
    """
    return max(float(normalise(prediction) == gold) for gold in _normalised(golds))


def token_f1(prediction: str, golds: Sequence[str]) -> float:
    """Return the best F1 (0 to 1) of the prediction's tokens against a gold answer's.

    With no golds (SQuAD 2.0: no answer) an empty prediction scores 1, any other 0.
    """
    predicted = Counter(normalise(prediction).split())
    return max(_overlap_f1(predicted, Counter(gold.split())) for gold in _normalised(golds))


def quote_holds(
    document: str, start: int, end: int, quote: str, accepted: Sequence[Accepted]
) -> bool:
    """Return whether a quote from document[start:end] holds an accepted answer.

    The accepted answer must be from the same document, and the quote must either contain its span
    (a whole sentence may), or be equal to its text after `normalise` (the same words elsewhere in
    the document), or lie within its span and share tokens with it to an F1 of `RIGHT_F1` (a short
    quote from a long answer). Overlapping a span's edge is not enough.
    """
    for answer in accepted:
        if answer.document != document:
            continue
        contains = start <= answer.start and answer.end <= end
        lies_within = answer.start <= start and end <= answer.end
        if contains or exact_match(quote, [answer.text]) == 1.0:
            return True
        if lies_within and token_f1(quote, [answer.text]) >= RIGHT_F1:
            return True
    return False


def retrieval_scores(
    rankings: Mapping[str, Sequence[str]],
    qrels: Mapping[str, Mapping[str, int]],
    *,
    recall: Literal["any", "share"],
) -> dict[str, list[float]]:
    """Score rankings (query -> ids, best first) against qrels (query -> {id: grade}).

    Returns a list of scores (0 to 1), in the order of `qrels`, under each of "recall@k" for
    `CUTOFFS`, "MRR@10" and "nDCG@10". With `recall="any"`, recall@k is 1 for a query with at least
    one relevant id among the first k (Success@k; question answering calls it recall@k, because one
    passage is enough to answer); with "share" it is the share of the relevant ids that are there
    (BEIR). A query that nothing is relevant to scores 0. Computed by ir-measures.
    """
    at = ir_measures.Success if recall == "any" else ir_measures.R
    measures = {f"recall@{k}": at @ k for k in CUTOFFS}
    measures |= {"MRR@10": ir_measures.RR @ 10, "nDCG@10": ir_measures.nDCG @ 10}
    judged = {query: dict(grades) for query, grades in qrels.items() if grades}
    run = {
        query: {id: -float(rank) for rank, id in enumerate(rankings.get(query, ()))}
        for query in judged
    }
    found = {
        (str(metric.measure), metric.query_id): float(metric.value)
        for metric in (
            ir_measures.iter_calc(list(measures.values()), judged, run) if judged else ()
        )
    }
    return {
        name: [found.get((str(measure), query), 0.0) for query in qrels]
        for name, measure in measures.items()
    }


def auroc(confidences: Sequence[float], positive: Sequence[bool]) -> float | None:
    """Return the chance that a positive outranks a negative, ties counting half.

    None where there are no positives, or no negatives.
    """
    if len(set(positive)) < 2:
        return None
    return float(roc_auc_score(positive, confidences))


def risk_coverage(confidences: Sequence[float], wrong: Sequence[bool]) -> tuple[Point, ...]:
    """Return the share wrong at every threshold that tells answers apart, highest first.

    The risk-coverage curve of El-Yaniv and Wiener (2010). Equal confidences make one point,
    because no threshold answers one of them without the others.
    """
    ordered = sorted(zip(confidences, wrong, strict=True), reverse=True)
    points = []
    answered = errors = 0
    for threshold, group in groupby(ordered, key=lambda pair: pair[0]):
        flags = [is_wrong for _, is_wrong in group]
        answered += len(flags)
        errors += sum(flags)
        points.append(Point(threshold, answered / len(ordered), errors / answered))
    return tuple(points)


def risk_coverage_area(points: Sequence[Point]) -> float | None:
    """Return the mean risk over all coverages (0 to 1, lower is better); None for no points.

    Without ties this is AURC, the mean over the answers of the risk at each (Geifman et al., 2019).
    """
    if not points:
        return None
    starts = [0.0, *(point.coverage for point in points)]
    return sum((p.coverage - s) * p.risk for s, p in zip(starts, points, strict=False))


def reliability(
    confidences: Sequence[float], right: Sequence[bool], bins: int = 10
) -> tuple[Bin, ...]:
    """Sort answers into bins of equal width by confidence (0 to 1)."""
    members: list[list[tuple[float, bool]]] = [[] for _ in range(bins)]
    for confidence, is_right in zip(confidences, right, strict=True):
        members[min(int(confidence * bins), bins - 1)].append((confidence, is_right))
    return tuple(
        Bin(
            low=i / bins,
            high=(i + 1) / bins,
            n=len(pairs),
            confidence=sum(c for c, _ in pairs) / len(pairs) if pairs else None,
            accuracy=sum(r for _, r in pairs) / len(pairs) if pairs else None,
        )
        for i, pairs in enumerate(members)
    )


def calibration_error(bins: Sequence[Bin]) -> float | None:
    """Return the mean distance of confidence from accuracy, bins weighted by their answers.

    The expected calibration error (0 to 1, lower is better) of Naeini et al. (2015) and Guo et al.
    (2017); None where all bins are empty.
    """
    total = sum(bin.n for bin in bins)
    if total == 0:
        return None
    distances = (
        bin.n * abs(bin.confidence - bin.accuracy)
        for bin in bins
        if bin.confidence is not None and bin.accuracy is not None
    )
    return sum(distances) / total


def estimate(values: Sequence[float]) -> Estimate | None:
    """Return the mean and its 95% percentile bootstrap interval; None for no values.

    1,000 resamples from a fixed seed, so the same values give the same interval. Where all values
    are equal there is nothing to resample, and the interval is the value itself.
    """
    if len(values) == 0:
        return None
    mean = float(np.mean(values))
    if min(values) == max(values):
        return Estimate(mean, mean, mean, len(values))
    found = bootstrap(
        (np.asarray(values, dtype=np.float64),),
        np.mean,
        n_resamples=1000,
        batch=100,  # bounds the memory to 100 resamples at a time
        method="percentile",
        rng=np.random.default_rng(0),
    ).confidence_interval
    return Estimate(mean, float(found.low), float(found.high), len(values))


def percentiles(values: Sequence[float]) -> Percentiles | None:
    """Return the median and the 95th percentile; None for no values."""
    if len(values) == 0:
        return None
    p50, p95 = np.percentile(values, [50, 95])
    return Percentiles(float(p50), float(p95))


def _normalised(golds: Sequence[str]) -> list[str]:
    """Normalise golds; those that vanish are none, and no golds is the empty answer."""
    return [gold for gold in map(normalise, golds) if gold] or [""]


def _overlap_f1(predicted: Counter[str], gold: Counter[str]) -> float:
    if not predicted or not gold:
        return float(predicted == gold)
    shared = (predicted & gold).total()
    return 2 * shared / (predicted.total() + gold.total())
