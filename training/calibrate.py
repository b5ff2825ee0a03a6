"""Fit what turns scores into a probability: `python -m training.calibrate --data DIR`.

Every second paragraph of squadshifts-new-wiki-7-articles, of which only reading with the paragraph
given is reported, makes one corpus, the others a second, and every question is asked of both: one
holds the answer, the other only paragraphs of the same article. Three things are chosen, in this
order:

1. when an answer is settled (`qa.reader.read_in_order`): the lowest log-odds that few wrong answers
   have, and with which stopping early loses no more than one right answer in 200;
2. with the passages that are read so, a logistic regression of "the best span is right";
3. the thresholds: `answered` is the lowest at which at most so many of the answers given are wrong,
   by their own probabilities, since counts of those near it are noise; `unsure` that above which
   nearly all right answers lie.

The weight of the search score is set by hand: these questions were written with their paragraph in
view, which is kinder to search than what people ask of most corpora. What other weights would do is
printed; the model card says why it is this one, and what that costs.

All goes into reader.json, in qa/model/ or in the folder of another reader.
"""

import argparse
import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rich.progress import track
from scipy.optimize import minimize
from scipy.special import expit
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import KFold

from index.about import described
from index.encoding import SentenceEncoder
from index.hybrid import HybridIndex
from index.types import Hit
from qa.confidence import Features, features
from qa.decoding import ScoredSpan
from qa.doubt import doubt, evidence_of
from qa.evaluation.datasets import load_squad
from qa.evaluation.judging import contains_answer, is_right
from qa.evaluation.metrics import calibration_error, reliability
from qa.reader import MODEL, READ, SpanReader, read_in_order
from qa.spans import distinct, group_equal
from qa.types import Question, Span

Floats = NDArray[np.float64]
SET = "squadshifts-new-wiki-7-articles"
SEARCH_WEIGHT = 1.0
COMPARED_WEIGHTS = (0.0, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 6.0)
SETTLED = (2.0, 4.0, 6.0, 8.0, 10.0, 12.0, 16.0)
LOST_AT_MOST = 0.005  # of the right answers, by stopping early
WRONG_AT_MOST = 0.10
SHOWN_OF_RIGHT = 0.98


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, its hits, and what the reader makes of each without its search score."""

    question: Question
    hits: Sequence[Hit]
    scored: Sequence[Sequence[ScoredSpan]]

    def groups(self, weight: float, settled: float) -> list[tuple[Span, ...]]:
        return group_equal(distinct(read_in_order(self.hits, self._score, weight, settled)))

    def _score(self, hits: Sequence[Hit]) -> list[list[ScoredSpan]]:
        return [self.scored[self.hits.index(hit)] for hit in hits]

    @property
    def found(self) -> bool:
        """Whether a passage with an accepted answer was read."""
        return any(contains_answer(hit.passage, self.question.answers) for hit in self.hits)

    def right(self, weight: float, settled: float) -> bool:
        """Whether the best answer is right, as `qa eval` judges it."""
        return is_right(self.groups(weight, settled)[0], self.question.answers)

    def features(self, weight: float, settled: float) -> Features:
        return features(self.groups(weight, settled))[0]


def ask(data: Path, reader: SpanReader, every: int) -> list[Asked]:
    """Ask every n-th question of each half."""
    documents, questions, _ = load_squad(data / "dev" / f"{SET}.json")
    encoder = SentenceEncoder()
    asked = []
    for half in (documents[::2], documents[1::2]):
        index = HybridIndex.build(half, encoder)
        for question in track(questions[::every], "Reading"):
            hits = described(index.search(question.text, READ), index.documents)
            asked.append(Asked(question, hits, reader.score(question.text, hits)))
    return asked


def print_search_weights(asked: Sequence[Asked]) -> None:
    """Print how often the best span is right with each weight, where an answer was found."""
    found = [x for x in asked if x.found]
    for w in COMPARED_WEIGHTS:
        share = np.mean([x.right(w, math.inf) for x in found])
        print(f"search weight {w}: best span right {share:.3f}")


def choose_settled(asked: Sequence[Asked]) -> float:
    scores = np.array([x.features(SEARCH_WEIGHT, math.inf).score for x in asked])
    right = np.array([x.right(SEARCH_WEIGHT, math.inf) for x in asked])
    for t in SETTLED:
        stopping = np.array([x.right(SEARCH_WEIGHT, t) for x in asked]).sum()
        wrong = 1 - right[scores >= t].mean()
        print(
            f"settled at {t}: {stopping} right of {right.sum()}, {wrong:.3f} of those above wrong"
        )
        if wrong <= WRONG_AT_MOST and stopping >= (1 - LOST_AT_MOST) * right.sum():
            return t
    return math.inf


def fit(
    rows: Sequence[Features],
    right: Sequence[bool],
    doubts: Sequence[float],
    weights: Sequence[float] | None = None,
) -> dict[str, object]:
    """Return the calibration of best answers with these features, as the JSON file has it.

    `doubts` are logits that are taken off afterwards (`qa.doubt`), so they are taken off in the
    fit, too: a wrong answer that is doubted anyway need not make all others less sure. `weights`
    are 1 where not given.
    """
    x, y = np.array([(row.score, row.margin, 1.0) for row in rows]), np.array(right)
    d = np.array(doubts)
    w = np.ones(len(rows)) if weights is None else np.array(weights)
    p = np.empty(len(rows))
    folds = KFold(10, shuffle=True, random_state=0)
    for others, part in folds.split(x):
        p[part] = expit(x[part] @ regression(x[others], y[others], d[others], w[others]) - d[part])
    bins = reliability(p.tolist(), y.tolist())
    print(
        f"right {y.mean():.3f}, AUROC {roc_auc_score(y, p):.3f}, "
        f"calibration error {calibration_error(bins):.3f}"
    )
    thresholds = np.arange(0.3, 0.99, 0.01)
    wrong = [
        1 - np.average(p[p >= t], weights=w[p >= t]) if (p >= t).any() else 0.0 for t in thresholds
    ]
    answered = next(t for t, share in zip(thresholds, wrong, strict=True) if share <= WRONG_AT_MOST)
    unsure = min(answered, np.quantile(p[y], 1 - SHOWN_OF_RIGHT))
    print(
        f"answered {(p >= answered)[y].mean():.3f} of the right ones; "
        f"wrong {1 - np.average(y[p >= answered], weights=w[p >= answered]):.3f} of those answered"
    )
    score, margin, bias = (round(float(weight), 4) for weight in regression(x, y, d, w))
    return {
        "score": score,
        "margin": margin,
        "bias": bias,
        "answered": round(float(answered), 2),
        "unsure": round(float(unsure), 2),
    }


def regression(x: Floats, right: Floats, doubts: Floats, weights: Floats) -> Floats:
    """Return the weights (k,) of a logistic regression of `right` (n,) on x (n, k) less doubts."""

    def loss(coefficients: Floats) -> float:
        logits = x @ coefficients - doubts
        likely = np.logaddexp(0.0, np.where(right, -logits, logits))
        return float(weights @ likely) + 0.005 * float(coefficients @ coefficients)

    return np.asarray(minimize(loss, np.zeros(x.shape[1])).x)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--every", type=int, default=1, help="ask only every n-th question")
    parser.add_argument("--reader", help="another AutoModelForQuestionAnswering's folder")
    args = parser.parse_args()
    asked = ask(args.data, SpanReader(args.reader), args.every)
    print_search_weights(asked)
    settled = choose_settled(asked)
    rows = [x.features(SEARCH_WEIGHT, settled) for x in asked]
    right = [x.right(SEARCH_WEIGHT, settled) for x in asked]
    doubts = [
        doubt(evidence_of(x.question.text, x.groups(SEARCH_WEIGHT, settled)[0][0])) for x in asked
    ]
    path = (Path(args.reader) if args.reader else MODEL) / "reader.json"
    about = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    about["search_weight"] = SEARCH_WEIGHT
    about["settled"] = settled
    about["calibration"] = fit(rows, right, doubts)
    path.write_text(json.dumps(about, indent=1) + "\n", encoding="utf-8")
    print(path.read_text(encoding="utf-8"))


if __name__ == "__main__":
    main()
