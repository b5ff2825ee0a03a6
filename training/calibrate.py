"""Fit what turns scores into a probability: `python -m training.calibrate --data DIR`.

Every second paragraph of squadshifts-new-wiki-7-articles, on which nothing is reported, makes one
corpus, the others a second, and every question is asked of both: one holds the answer, the other
only paragraphs of the same article. First the weight of the search score is chosen: the smallest
with which the best sentence holds the answer as often as with any, up to one standard error
(Breiman et al. 1984), because paragraphs about different things are kinder to search than most
corpora. Then a logistic regression of "the best sentence holds the answer" is fitted; then the
threshold of `answered`, the lowest at which at most a tenth of what is answered is wrong. All goes
into qa/model/reader.json.
"""

import argparse
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from rich.progress import track
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from index.encoding import SentenceEncoder
from index.hybrid import HybridIndex
from index.types import Hit
from qa.confidence import features
from qa.corpus import READ
from qa.evaluation.datasets import load_squad
from qa.evaluation.judging import contains_answer
from qa.reader import MODEL, SentenceReader, rank
from qa.spans import distinct, group_equal
from qa.types import Question, Span

SET = "squadshifts-new-wiki-7-articles"
WEIGHTS = (0.0, 0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0)
WRONG_AT_MOST = 0.10
UNSURE = 0.1  # an answer that is wrong nine times in ten is not worth showing


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, what was read for it, and the reader's scores without the search score."""

    question: Question
    hits: Sequence[Hit]
    scored: Sequence[Sequence[tuple[int, int, float]]]

    def groups(self, weight: float) -> list[tuple[Span, ...]]:
        return group_equal(distinct(rank(self.hits, self.scored, weight)))

    @property
    def found(self) -> bool:
        """Whether a passage with an accepted answer was read."""
        return any(contains_answer(hit.passage, self.question.answers) for hit in self.hits)

    def right(self, weight: float) -> bool:
        best = self.groups(weight)[0][0]
        return any(
            a.document == best.hit.passage.document_id
            and best.start <= a.start
            and a.end <= best.end
            for a in self.question.answers
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--questions", type=int, default=400)
    args = parser.parse_args()
    documents, questions, _ = load_squad(args.data / "dev" / f"{SET}.json")
    step = max(1, len(questions) // args.questions)
    encoder, reader = SentenceEncoder(), SentenceReader()
    asked = []
    for half in (documents[::2], documents[1::2]):
        index = HybridIndex.build(half, encoder)
        for question in track(questions[::step], "Reading"):
            hits = index.search(question.text, READ)
            asked.append(Asked(question, hits, reader.score(question.text, hits)))
        print(f"{len(half)} documents, {len(index.passages)} passages", flush=True)
    found = [x for x in asked if x.found]
    right = {w: np.array([x.right(w) for x in found]) for w in WEIGHTS}
    print("best sentence right, by search weight:", {w: r.mean() for w, r in right.items()})
    best = max(right.values(), key=np.mean)
    enough = best.mean() - best.std() / np.sqrt(len(best))
    weight = min(w for w, r in right.items() if r.mean() >= enough)
    rows = [features(x.groups(weight))[0] for x in asked]
    x_train = [(f.score, f.margin) for f in rows]
    y = np.array([x.right(weight) for x in asked])
    fitted = LogisticRegression(C=100, max_iter=1000).fit(x_train, y)
    p = fitted.predict_proba(x_train)[:, 1]
    print(f"right {y.mean():.3f}, AUROC {roc_auc_score(y, p):.3f}")
    thresholds = np.arange(0.3, 0.99, 0.01)
    wrong = [(1 - y[p >= t].mean()) if (p >= t).any() else 0.0 for t in thresholds]
    answered = next(float(t) for t, w in zip(thresholds, wrong, strict=True) if w <= WRONG_AT_MOST)
    score, margin = fitted.coef_[0]
    about = json.loads((MODEL / "reader.json").read_text(encoding="utf-8"))
    about["search_weight"] = weight
    about["calibration"] = {
        "score": round(float(score), 4),
        "margin": round(float(margin), 4),
        "bias": round(float(fitted.intercept_[0]), 4),
        "answered": round(answered, 2),
        "unsure": UNSURE,
    }
    (MODEL / "reader.json").write_text(json.dumps(about, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(about, indent=1))


if __name__ == "__main__":
    main()
