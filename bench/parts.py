"""The parts beside what others do: `python -m bench.parts --data DIR`.

Encoding beside plain SentenceTransformer.encode, BM25 beside bm25s and rank-bm25, search by codes
beside exact search; each in turn, on passages of the data folder's recombined sentences.
"""

import argparse
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import bm25s
import numpy as np
from rank_bm25 import BM25Okapi
from rich.console import Console
from rich.table import Table
from sentence_transformers import SentenceTransformer

from bench.growth import documents, questions
from index import dense
from index.dense import DenseIndex
from index.encoding import SentenceEncoder, packaged_model
from index.lexical import K1, B, LexicalIndex
from index.passages import Passages
from index.static import StaticEncoder
from index.tokens import query_terms, tokenize

ROUNDS = 7
ENCODED = 256
SLOW = 5  # questions for rank-bm25
CONSOLE = Console(width=110)


def interleaved(ways: Mapping[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    """Return each way's median time in seconds, called in turn."""
    times: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name, way in ways.items():
            began = time.perf_counter()
            way()
            times[name].append(time.perf_counter() - began)
    return {name: float(np.median(found)) for name, found in times.items()}


def encoding(texts: list[str]) -> Table:
    """Passages a second, and how close the vectors are to plain encoding."""
    plain = SentenceTransformer(str(packaged_model()), device="cpu")
    ours, fast = SentenceEncoder(), StaticEncoder()

    def encode() -> object:
        return plain.encode(texts, batch_size=32, normalize_embeddings=True)

    cosine = (np.asarray(encode()) * ours.encode_passages(texts)).sum(axis=1).min()
    fast.encode_passages(texts)
    took = interleaved(
        {
            "SentenceTransformer.encode": encode,
            "SentenceEncoder": lambda: ours.encode_passages(texts),
            "StaticEncoder": lambda: fast.encode_passages(texts),
        },
        ROUNDS,
    )
    table = Table("encoder", "passages/s", "ratio", title=f"least cosine {cosine:.5f}")
    for name, seconds in took.items():
        ratio = took["SentenceTransformer.encode"] / seconds
        table.add_row(name, f"{len(texts) / seconds:,.0f}", f"{ratio:.1f}")
    return table


def lexical(texts: list[str], asked: list[str]) -> Table:
    """Milliseconds for a question's scores of all passages."""
    index = LexicalIndex.build(texts)
    words = [tokenize(text) for text in texts]
    reference = BM25Okapi(words, k1=K1, b=B)
    other = bm25s.BM25(k1=K1, b=B)
    other.index(words, show_progress=False)
    terms = [query_terms(question) for question in asked]
    known = [[t for t in found if t in other.vocab_dict] for found in terms]
    took = interleaved(
        {
            "LexicalIndex": lambda: [index.score(question) for question in asked],
            "bm25s": lambda: [other.get_scores(found) for found in known if found],
        },
        ROUNDS,
    )
    took = {name: seconds / len(asked) for name, seconds in took.items()}
    ways = {"rank-bm25": lambda: [reference.get_scores(found) for found in terms[:SLOW]]}
    took["rank-bm25"] = interleaved(ways, 1)["rank-bm25"] / SLOW
    table = Table("BM25", "ms", "of bm25s")
    for name, seconds in took.items():
        table.add_row(name, f"{seconds * 1e3:.2f}", f"{seconds / took['bm25s']:.2f}")
    return table


def approximate(texts: list[str], asked: list[str]) -> Table:
    """Exact search and search by codes: times, and how much of the exact one is found."""
    fast = StaticEncoder()
    vectors = fast.encode_passages(texts)
    table = Table("passages", "exact, ms", "codes, ms", "recall@10", "recall@100", "built in")
    for share in (16, 8, 4, 2, 1):
        n = len(texts) // share
        dense.EXACT_UP_TO = n
        exact = DenseIndex.build(vectors[:n], fast).score
        dense.EXACT_UP_TO = 0
        began = time.perf_counter()
        coded = DenseIndex.build(vectors[:n], fast).score
        built = time.perf_counter() - began
        scores = [(exact(q), coded(q)) for q in asked]
        best = [(one.top(100), other.top(100)) for one, other in scores]
        found = {k: np.mean([np.isin(b[:k], a[:k]).mean() for a, b in best]) for k in (10, 100)}
        took = interleaved(
            {
                "exact": lambda scores=scores: [one.top(100) for one, _ in scores],
                "codes": lambda scores=scores: [other.top(100) for _, other in scores],
            },
            ROUNDS,
        )
        table.add_row(
            f"{n:,}",
            *(f"{took[way] / len(asked) * 1e3:.2f}" for way in ("exact", "codes")),
            *(f"{found[k]:.3f}" for k in (10, 100)),
            f"{built:.1f} s",
        )
    return table


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True, help="folder with train/")
    parser.add_argument("--passages", type=int, default=100_000)
    args = parser.parse_args()
    texts = [p.text for p in Passages.of(documents(args.data, args.passages))]
    asked = questions(args.data)
    CONSOLE.print(encoding(texts[:: len(texts) // ENCODED][:ENCODED]))
    CONSOLE.print(lexical(texts, asked))
    CONSOLE.print(approximate(texts, asked))


if __name__ == "__main__":
    main()
