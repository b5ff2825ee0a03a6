"""Fit the confidence of the two readers at work: `python -m training.calibrate_both --data DIR`.

As `training.calibrate` does for the small reader alone, with one more kind of question: near
misses, made of those that have an answer (`training.unanswerable`) and asked of the same corpus.
All goes into qa/model/large.json.
"""

import argparse
import json
import random
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from rich.progress import track

from index.encoding import SentenceEncoder
from index.hybrid import HybridIndex
from qa.confidence import Features, features
from qa.evaluation.datasets import load_squad
from qa.evaluation.judging import is_right
from qa.large_model import MODEL
from qa.spans import distinct, group_equal
from qa.two_readers import TwoReaders
from qa.types import Question
from training.calibrate import SET, fit
from training.data import Example
from training.unanswerable import asked_of_a_sibling

SEED = 17
DEFAULTS = {
    "search_weight": 1.0,
    "settled": 10.0,
    "small_share": 0.5,
    "reason_share": 0.5,
    "again": 4,
    "gap": 12.0,
}


def near_misses(
    questions: list[Question], texts: dict[str, str], rng: random.Random
) -> Iterator[Question]:
    """Yield questions that ask of a sibling of what their paragraph answers."""
    for question in questions:
        text = texts.get(question.answers[0].document)
        if text is None:
            continue
        spans = tuple((a.start, a.end) for a in question.answers)
        near = asked_of_a_sibling(Example(question.text, text, spans), rng)
        if near is not None:
            yield Question(f"{question.id}-near", "near miss", near.question, ())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--every", type=int, default=1, help="ask only every n-th question")
    args = parser.parse_args()
    path = MODEL / "large.json"
    about = DEFAULTS | json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps(about, indent=1) + "\n", encoding="utf-8")
    documents, questions, _ = load_squad(args.data / "dev" / f"{SET}.json")
    reader, encoder, rng = TwoReaders(), SentenceEncoder(), random.Random(SEED)
    rows: list[Features] = []
    right: list[bool] = []
    asked: Counter[str] = Counter()
    for half in (documents[::2], documents[1::2]):
        index = HybridIndex.build(half, encoder)
        texts = {document.id: document.text for document in half}
        some = questions[:: args.every]
        for question in track([*some, *near_misses(some, texts, rng)], "Reading"):
            hits = index.search(question.text, reader.max_passages)
            groups = group_equal(distinct(reader.read(question.text, hits)))
            rows.append(features(groups)[0])
            right.append(is_right(groups[0], question.answers))
            asked[question.kind] += 1
    print(f"{len(rows)} questions, {asked['near miss']} of them near misses")
    about["calibration"] = fit(rows, right)
    path.write_text(json.dumps(about, indent=1) + "\n", encoding="utf-8")
    print(path.read_text(encoding="utf-8"))


if __name__ == "__main__":
    main()
