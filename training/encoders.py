"""Compare encoders: `python -m training.encoders --data DIR [NAME ...]`.

Prints for each how many passages it encodes a second, the median of five interleaved rounds on the
same passages, and the share of questions whose own paragraph is among the first k documents that
the product's search finds, the paragraphs of a SQuAD-format file as one corpus.
"""

import argparse
import statistics
import time
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

from index.encoders import load_encoder
from index.encoding import DEFAULT_ENCODER
from index.static import FAST_ENCODER
from index.types import Encoder
from qa.answering import HITS
from qa.corpus import Corpus
from qa.evaluation.datasets import load_squad
from qa.parts import cache_folder
from qa.types import Question

SETS = ("squad-1.1-dev-13-articles", "mlqa-en")
DEPTHS = (1, 5, 10, 20)
ROUNDS = 5
TIMED = 64  # passages a round


def recall(corpus: Corpus, questions: Sequence[Question]) -> list[float]:
    """Return the share of questions whose document is among the first k, for each depth k."""
    ranks = []
    for question in questions:
        hits = corpus.search(question.text)
        documents = list(dict.fromkeys(hit.passage.document_id for hit in hits))
        wanted = question.answers[0].document
        ranks.append(documents.index(wanted) if wanted in documents else HITS)
    return [sum(rank < k for rank in ranks) / len(ranks) for k in DEPTHS]


def seconds(encoder: Encoder, texts: Sequence[str]) -> float:
    began = time.perf_counter()
    encoder.encode_passages(texts)
    return time.perf_counter() - began


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", default=[DEFAULT_ENCODER, FAST_ENCODER])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--every", type=int, default=1, help="ask only every n-th question")
    parser.add_argument("--sets", nargs="*", default=SETS, help="files of DIR/dev")
    args = parser.parse_args()
    encoders = {name: load_encoder(name) for name in args.names}
    rows: dict[str, list[str]] = {name: [name] for name in encoders}
    times: dict[str, list[float]] = {name: [] for name in encoders}
    for name in args.sets:
        file = args.data / "dev" / f"{name}.json"
        documents, questions, _ = load_squad(file)
        for which, encoder in encoders.items():
            place = cache_folder(file, encoder.name)  # where `qa eval --squad` keeps it
            corpus = Corpus.from_documents(documents, index=place, encoder=encoder)
            found = recall(corpus, questions[:: args.every])
            rows[which].append(" / ".join(f"{share:.3f}" for share in found))
    texts = [passage.text for passage in corpus.passages]
    for i in range(ROUNDS):
        some = texts[i * TIMED : (i + 1) * TIMED]
        for which, encoder in encoders.items():
            times[which].append(seconds(encoder, some) / len(some))
    table = Table(
        "", *(f"{name}\nR@{'/'.join(map(str, DEPTHS))}" for name in args.sets), "passages/s"
    )
    for which, row in rows.items():
        table.add_row(*row, f"{1 / statistics.median(times[which]):,.0f}")
    Console().print(table)


if __name__ == "__main__":
    main()
