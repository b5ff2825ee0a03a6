"""Compare ways of fusing the two rankings: `python -m training.fusion --data DIR`.

Prints the share of questions whose own paragraph is among the first k documents, for BM25, the
encoder, reciprocal rank fusion (Cormack et al. 2009, k = 60) and weighted sums of standardised
scores, on SQuAD-format files whose paragraphs are one corpus. The last column is the share of the
seeds' test questions for which one of the first 5 passages holds an accepted answer.
"""

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from index.encoding import SentenceEncoder
from index.hybrid import HybridIndex
from index.loading import load
from qa.evaluation.datasets import load_questions, load_squad
from qa.evaluation.judging import contains_answer
from qa.types import Question

Matrix = NDArray[np.float64]  # (questions, passages)

ROOT = Path(__file__).parents[1]
SETS = ("squad-1.1-dev-13-articles", "mlqa-en")
DEPTHS = (1, 5, 10, 20)
WEIGHTS = (0.2, 0.3, 0.4, 0.5)


def score(index: HybridIndex, questions: Sequence[Question]) -> tuple[Matrix, Matrix]:
    """Return the dense and the lexical scores of every passage for every question."""
    rows = np.arange(len(index.passages))
    dense = [index.dense.score(q.text).at(rows) for q in questions]
    lexical = [index.lexical.score(q.text).at(rows) for q in questions]
    return np.array(dense), np.array(lexical)


def standardise(scores: Matrix) -> Matrix:
    spread = scores.std(axis=1, keepdims=True)
    return (scores - scores.mean(axis=1, keepdims=True)) / np.where(spread > 0, spread, 1)


def reciprocal_ranks(scores: Matrix) -> Matrix:
    return 1 / (61 + (-scores).argsort(axis=1).argsort(axis=1))


def first_relevant(scores: Matrix, relevant: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return the rank (from 0) of the first relevant column of each row."""
    ranked = np.take_along_axis(relevant, np.argsort(-scores, axis=1, kind="stable"), axis=1)
    return np.where(ranked.any(axis=1), ranked.argmax(axis=1), ranked.shape[1])


def by_document(scores: Matrix, documents: NDArray[np.int64]) -> Matrix:
    """Return (questions, documents) scores: those of each document's best passage."""
    best = np.full((len(scores), documents.max() + 1), -np.inf)
    for column, document in enumerate(documents):
        best[:, document] = np.maximum(best[:, document], scores[:, column])
    return best


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--every", type=int, default=1, help="ask only every n-th question")
    args = parser.parse_args()
    encoder = SentenceEncoder()
    ways: dict[str, Callable[[Matrix, Matrix], Matrix]] = {
        "BM25": lambda _, lexical: lexical,
        "encoder": lambda dense, _: dense,
        "reciprocal ranks": lambda dense, lexical: (
            reciprocal_ranks(dense) + reciprocal_ranks(lexical)
        ),
    }
    for w in WEIGHTS:
        ways[f"{w:g} BM25 + {1 - w:g} encoder"] = lambda dense, lexical, w=w: (
            w * standardise(lexical) + (1 - w) * standardise(dense)
        )
    rows: dict[str, list[str]] = {name: [name] for name in ways}
    for name in SETS:
        documents, questions, _ = load_squad(args.data / "dev" / f"{name}.json")
        questions = questions[:: args.every]
        index = HybridIndex.build(documents, encoder)
        number = {document.id: i for i, document in enumerate(documents)}
        of = np.array([number[p.document_id] for p in index.passages])
        relevant = np.zeros((len(questions), len(documents)), bool)
        relevant[range(len(questions)), [number[q.answers[0].document] for q in questions]] = True
        dense, lexical = score(index, questions)
        for way, fuse in ways.items():
            ranks = first_relevant(by_document(fuse(dense, lexical), of), relevant)
            rows[way].append(" / ".join(f"{(ranks < k).mean():.3f}" for k in DEPTHS))
    index = HybridIndex.build(load(ROOT / "seeds").documents, encoder)
    questions = [q for q in load_questions(ROOT / "tests" / "questions.jsonl") if q.answers]
    relevant = np.array(
        [[contains_answer(p, q.answers) for p in index.passages] for q in questions]
    )
    dense, lexical = score(index, questions)
    for way, fuse in ways.items():
        rows[way].append(f"{(first_relevant(fuse(dense, lexical), relevant) < 5).mean():.3f}")
    table = Table("", *(f"{name}\nR@{'/'.join(map(str, DEPTHS))}" for name in SETS), "seeds\nR@5")
    for row in rows.values():
        table.add_row(*row)
    Console().print(table)


if __name__ == "__main__":
    main()
