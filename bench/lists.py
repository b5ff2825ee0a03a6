"""Does `ask_all` find every answer? `python -m bench.lists --data DIR [--reader small]`.

Asks questions with 3 to 10 answers each (bench/lists.jsonl: which question of which set, and where
its answers are) of the paragraphs that they were written for, among as many others as `--among`.
Prints recall: of the right answers, how many are listed; precision: of what is listed, how much is
a right answer; how many more it says it may have missed, and how many it has; and the time.
"""

import argparse
import hashlib
import json
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.progress import track
from rich.table import Table

from index.types import Document
from qa.corpus import Corpus
from qa.listing import Listing
from qa.spans import normalise

FILE = Path(__file__).with_name("lists.jsonl")


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with several answers: `spans` are their offsets in the document's text."""

    question: str
    document: str
    spans: tuple[tuple[int, int], ...]


def questions(data: Path, among: int) -> tuple[list[Document], list[Asked]]:
    """Return the paragraphs and the questions; raises ValueError where the data are others."""
    rows = [json.loads(line) for line in FILE.read_text(encoding="utf-8").splitlines()]
    wanted = {row["question"]: row for row in rows}
    texts: dict[str, str] = {}
    asked: dict[str, Asked] = {}
    for name in sorted({row["set"] for row in rows}):
        told = json.loads((data / "train" / f"{name}.json").read_text(encoding="utf-8"))
        for paragraph in (p for article in told["data"] for p in article["paragraphs"]):
            text = paragraph["context"]
            id = hashlib.sha256(text.encode()).hexdigest()[:16]
            for qa in paragraph["qas"]:
                row = wanted.get(qa["id"])
                if row is not None and row["context"] == id:
                    spans = tuple((a, b) for a, b in row["answers"])
                    asked[qa["id"]] = Asked(qa["question"], id, spans)
            texts[id] = text
    if missing := wanted.keys() - asked.keys():
        raise ValueError(f"{len(missing)} questions of {FILE.name} are not in {data}")
    own = {one.document for one in asked.values()}
    others = [id for id in sorted(texts) if id not in own][:among]
    documents = [Document.of(texts[id], id=id) for id in (*sorted(own), *others)]
    return documents, list(asked.values())


def judged(listing: Listing, asked: Asked, text: str) -> tuple[int, int]:
    """Return how many of the right answers are listed, and how many listed ones are right.

    A quote is right where it shares text with a right answer, or has its words elsewhere.
    """
    words = [normalise(text[a:b]) for a, b in asked.spans]
    found: set[int] = set()
    right = 0
    for quote in listing.answers:
        own = normalise(quote.quote)
        here = quote.document == asked.document
        hits = [
            n
            for n, (a, b) in enumerate(asked.spans)
            if (here and quote.start < b and a < quote.end) or own == words[n]
        ]
        right += bool(hits)
        found.update(hits)
    return len(found), right


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--reader")
    parser.add_argument("--among", type=int, default=150, help="so many other paragraphs")
    parser.add_argument("--misses", action="store_true", help="print what each lacks")
    args = parser.parse_args()
    console = Console()
    documents, asked = questions(args.data, args.among)
    corpus = Corpus.from_documents(documents, reader=args.reader)
    recalls, precisions, missed, said, times = [], [], [], [], []
    for one in track(asked, "Asking", console=Console(stderr=True)):
        began = time.perf_counter()
        listing = corpus.ask_all(one.question)
        times.append(time.perf_counter() - began)
        text = corpus.documents[one.document].text
        found, right = judged(listing, one, text)
        recalls.append(found / len(one.spans))
        precisions.append(right / len(listing.answers) if listing.answers else 0.0)
        missed.append(len(one.spans) - found)
        said.append(listing.missed)
        if args.misses and (recalls[-1] < 1 or precisions[-1] < 1):
            console.print(f"{one.question}: {[text[a:b] for a, b in one.spans]}", style="bold")
            console.print(f"  {[(q.quote, round(q.score, 2)) for q in listing.answers]}")
    table = Table("questions", "recall", "precision", "missed", "said missed", "seconds, median")
    means = [f"{np.mean(values):.3f}" for values in (recalls, precisions)]
    counts = [f"{np.mean(values):.2f}" for values in (missed, said)]
    table.add_row(str(len(asked)), *means, *counts, f"{np.median(times):.1f}")
    console.print(table)


if __name__ == "__main__":
    main()
