"""Do titles and headings help search? `python -m training.headings --data DIR [--cases FOLDER]`.

Prints the share of questions of which one of the first k passages holds an accepted answer, for
passages by themselves, and under their titles and headings in the words (BM25), in the vectors, or
in both. `FOLDER` holds folders of documents and cases.jsonl, of which those with a text to find
(`accept`) are asked.
"""

import argparse
import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table

from index.encoding import SentenceEncoder
from index.fusion import DENSE_WEIGHT
from index.lexical import LexicalIndex
from index.loading import load
from index.passages import Passages
from index.types import Document, Passage
from qa.evaluation.datasets import load_beir, load_questions, load_squad
from qa.evaluation.judging import contains_answer
from qa.types import Question
from training.fusion import ROOT, SETS, Matrix, first_relevant, standardise

DEPTHS = (1, 3, 5, 8, 20)
WAYS = ("neither", "words", "vectors", "both")
Asked = tuple[Sequence[Document], Sequence[str], Callable[[int, Passage], bool]]


def sets(data: Path, cases: Path | None, every: int) -> Iterator[tuple[str, Asked]]:
    """Yield documents, questions, and whether a passage holds the answer to question n."""
    for name in SETS:
        documents, found, _ = load_squad(data / "dev" / f"{name}.json")
        asked = found[::every]
        yield name, (documents, [q.text for q in asked], _holds(asked))
    documents, queries, grades = load_beir(data / "retrieval" / "hotpot-500")
    wanted = [grades[id] for id in queries]
    yield (
        "hotpot-500",
        (documents, list(queries.values()), lambda n, p: wanted[n].get(p.document_id, 0) > 0),
    )
    asked = [q for q in load_questions(ROOT / "tests" / "questions.jsonl") if q.answers]
    yield "seeds", (load(ROOT / "seeds").documents, [q.text for q in asked], _holds(asked))
    if cases is not None:
        told = map(json.loads, (cases / "cases.jsonl").read_text(encoding="utf-8").splitlines())
        found_in: dict[str, list[dict[str, list[str]]]] = {}
        for case in told:
            if case.get("accept") and "question" in case and not case.get("before"):
                found_in.setdefault(case["docs"], []).append(case)
        for folder, some in found_in.items():
            accepted = [[" ".join(a.split()) for a in case["accept"]] for case in some]

            def holds(n: int, p: Passage, accepted: list[list[str]] = accepted) -> bool:
                text = " ".join(p.text.split()).casefold()
                return any(a.casefold() in text for a in accepted[n])

            questions = [str(case["question"]) for case in some]
            yield "cases", (load(cases / folder).documents, questions, holds)


def _holds(questions: Sequence[Question]) -> Callable[[int, Passage], bool]:
    return lambda n, passage: contains_answer(passage, questions[n].answers)


def ranks(asked: Asked, encoder: SentenceEncoder) -> dict[str, list[int]]:
    """Return for each way the rank (from 0) of the first right passage of each question."""
    documents, questions, holds = asked
    passages = Passages.of(documents)
    rows = np.arange(len(passages))
    texts = list(passages.texts()), list(passages.under_headings(rows))
    right = np.array([[holds(n, p) for p in passages] for n in range(len(questions))])
    vectors = encoder.encode_questions(questions)
    dense = [vectors @ encoder.encode_passages(some).T for some in texts]
    words = [LexicalIndex.build(some) for some in texts]
    lexical = [np.array([index.score(q).at(rows) for q in questions]) for index in words]

    def fused(a: Matrix, b: Matrix) -> Matrix:
        return DENSE_WEIGHT * standardise(a) + (1 - DENSE_WEIGHT) * standardise(b)

    pairs = ((0, 0), (0, 1), (1, 0), (1, 1))
    return {
        way: first_relevant(fused(dense[a], lexical[b]), right).tolist()
        for way, (a, b) in zip(WAYS, pairs, strict=True)
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--cases", type=Path)
    parser.add_argument("--every", type=int, default=1, help="of the large sets, every n-th")
    args = parser.parse_args()
    encoder = SentenceEncoder()
    found: dict[str, dict[str, list[int]]] = {}
    for name, asked in sets(args.data, args.cases, args.every):
        for way, some in ranks(asked, encoder).items():
            found.setdefault(name, {}).setdefault(way, []).extend(some)
    depths = "/".join(map(str, DEPTHS))
    table = Table("titles and headings in", *(f"{name}\nR@{depths}" for name in found))
    for way in WAYS:
        by_set = [np.array(ways[way]) for ways in found.values()]
        table.add_row(
            way, *(" / ".join(f"{(some < k).mean():.3f}" for k in DEPTHS) for some in by_set)
        )
    Console().print(table)


if __name__ == "__main__":
    main()
