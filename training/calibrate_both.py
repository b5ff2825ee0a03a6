"""Weigh two readers and fit their confidence: `python -m training.calibrate_both --data DIR`.

As `training.calibrate` does for the small reader alone, with one more kind of question: near
misses, made of those that have an answer (`training.unanswerable`) and asked of the same corpus.
How much of the small reader's logits and of the search score counts, and how many passages are read
again, is set by hand (`CHOSEN`); what others would do is printed. The evidence against a span
(`qa.doubt`) lowers what is fitted here, so the thresholds are chosen after it.

All goes into qa/model/large.json.
"""

import argparse
import json
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from rich.progress import track

from index.about import described
from index.encoding import SentenceEncoder
from index.hybrid import HybridIndex
from index.types import Hit
from qa.confidence import features
from qa.doubt import doubt, evidence_of
from qa.evaluation.datasets import load_squad
from qa.evaluation.judging import is_right
from qa.evaluation.metrics import token_f1
from qa.large_model import MODEL, large_settings
from qa.span_model import Window
from qa.spans import distinct, group_equal
from qa.two_readers import TwoReaders
from qa.types import Question, Span
from training.calibrate import SET, fit
from training.data import Example
from training.unanswerable import asked_of_a_sibling

SEED = 17
NEAR = "near miss"
CHOSEN = {
    "search_weight": 0.5,
    "settled": 10.0,
    "small_share": 0.25,
    "again": 4,
    "gap": 12.0,
}
COMPARED = (
    ("small_share", (0.0, 0.25, 0.5, 1.0)),
    ("search_weight", (0.0, 0.5, 1.0, 2.0)),
    ("again", (1, 2, 3, 4)),
    ("gap", (4.0, 8.0, 12.0)),
)
# In the fit: people ask more of what their documents say than of what they do not.
WEIGHTS = {"answered": 1.0, "absent": 1 / 3, NEAR: 1 / 3}


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, its hits, and whether their documents answer it: a key of `WEIGHTS`."""

    question: Question
    hits: Sequence[Hit]
    kind: str


class Remembering:
    """A span model that reads no passage twice for a question."""

    def __init__(self, mark: Callable[[str, Sequence[str]], list[list[Window]]]) -> None:
        self._mark = mark
        self._seen: dict[tuple[str, str], list[Window]] = {}

    def mark(self, question: str, texts: Sequence[str]) -> list[list[Window]]:
        """Return the windows of each text."""
        new = [text for text in texts if (question, text) not in self._seen]
        for text, windows in zip(new, self._mark(question, new) if new else [], strict=True):
            self._seen[question, text] = windows
        return [self._seen[question, text] for text in texts]


def near_misses(
    questions: Sequence[Question], texts: dict[str, str], rng: random.Random
) -> Iterator[Question]:
    """Yield questions that ask of a sibling of what their paragraph answers."""
    for question in questions:
        text = texts.get(question.answers[0].document)
        if text is None:
            continue
        spans = tuple((a.start, a.end) for a in question.answers)
        near = asked_of_a_sibling(Example(question.text, text, spans), rng)
        if near is not None:
            yield Question(f"{question.id}-near", NEAR, near.question, ())


def ask(data: Path, every: int) -> list[Asked]:
    """Search for every n-th question in each half, and for near misses where they are asked."""
    documents, questions, _ = load_squad(data / "dev" / f"{SET}.json")
    encoder, rng = SentenceEncoder(), random.Random(SEED)
    asked = []
    for half in (documents[::2], documents[1::2]):
        index = HybridIndex.build(half, encoder)
        texts = {document.id: document.text for document in half}
        some = questions[::every]
        for question in (*some, *near_misses(some, texts, rng)):
            hits = described(index.search(question.text, TwoReaders.max_passages), index.documents)
            here = any(a.document in texts for a in question.answers)
            kind = NEAR if not question.answers else "answered" if here else "absent"
            asked.append(Asked(question, hits, kind))
    return asked


def groups(reader: TwoReaders, asked: Asked) -> list[tuple[Span, ...]]:
    return group_equal(distinct(reader.read(asked.question.text, asked.hits)))


def calibration(
    reader: TwoReaders, asked: Sequence[Asked], weights: Sequence[float]
) -> dict[str, object]:
    """Fit the confidence in the best spans of these questions."""
    rows, right, doubts = [], [], []
    for x in track(asked, "Reading"):
        found = groups(reader, x)
        rows.append(features(found)[0])
        right.append(is_right(found[0], x.question.answers))
        doubts.append(doubt(evidence_of(x.question.text, found[0][0])))
    return fit(rows, right, doubts, weights)


def compare(reader: TwoReaders, asked: Sequence[Asked], chosen: dict[str, object]) -> None:
    """Print how good the best span is with other settings, of questions that have an answer."""
    answerable = [x for x in asked if any(_holds(hit, x.question) for hit in x.hits)]
    for name, values in COMPARED:
        for value in values:
            reader.settings = chosen | {name: value}
            right, f1 = [], []
            for x in answerable:
                best = groups(reader, x)[0]
                right.append(is_right(best, x.question.answers))
                f1.append(token_f1(best[0].text, [a.text for a in x.question.answers]))
            print(f"{name} {value}: right {np.mean(right):.3f}, F1 {np.mean(f1):.3f}", flush=True)
    reader.settings = chosen


def _holds(hit: Hit, question: Question) -> bool:
    return any(
        hit.passage.document_id == a.document and hit.passage.start <= a.start < hit.passage.end
        for a in question.answers
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--every", type=int, default=1, help="ask only every n-th question")
    args = parser.parse_args()
    path = MODEL / "large.json"
    about = large_settings() | CHOSEN
    path.write_text(json.dumps(about, indent=1) + "\n", encoding="utf-8")
    asked = ask(args.data, args.every)
    reader = TwoReaders()
    reader.settings = about
    reader.large = Remembering(reader.large.mark)
    reader._small._model = Remembering(reader._small._model.mark)
    weights = [WEIGHTS[x.kind] for x in asked]
    print(f"{len(asked)} questions, {sum(x.kind == NEAR for x in asked)} of them near misses")
    about["calibration"] = calibration(reader, asked, weights)
    reader.settings = about | {"small_share": 0.0}
    about["alone"] = {"calibration": calibration(reader, asked, weights)}
    path.write_text(json.dumps(about, indent=1) + "\n", encoding="utf-8")
    print(path.read_text(encoding="utf-8"), flush=True)
    compare(reader, asked, about)


if __name__ == "__main__":
    main()
