"""What a question and a passage cost at least: `python -m bench.floor [--corpus DIR]`.

The operations that the network needs for the tokens it is given, over what this machine does a
second in the same type (the most of several matrix products), beside what it takes.
"""

import argparse
import os
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import onnxruntime
import torch
from onnx import TensorProto, helper
from rich.console import Console
from rich.table import Table
from tokenizers import Tokenizer

from index.arithmetic import bfloat16_is_faster
from index.encoding import SentenceEncoder, packaged_file
from qa.corpus import Corpus
from qa.evaluation.datasets import load_questions
from qa.reader import SpanReader

ROUNDS = 7
LAYERS, HIDDEN, INNER = 6, 384, 1_536  # of MiniLM and of the reader made from it
SIZES = ((192, 384, 1_536), (192, 1_536, 384), (384, 384, 384), (1_024, 1_024, 1_024))
CORES = len(os.sched_getaffinity(0))


def operations(tokens: int) -> float:
    """Return the multiplications and additions for one text of so many tokens."""
    weights = LAYERS * (4 * HIDDEN**2 + 2 * HIDDEN * INNER)
    attention = LAYERS * 2 * HIDDEN * tokens
    return 2.0 * tokens * (weights + attention)


def most(run: Callable[[], object], count: float) -> float:
    """Return the most operations a second of several runs of so many operations."""
    times = []
    for _ in range(ROUNDS * 20):
        began = time.perf_counter()
        run()
        times.append(time.perf_counter() - began)
    return count / min(times)


def int8_peak() -> float:
    """Operations a second of ONNX Runtime's int8 products, one on each core, as the reader runs."""

    def product(m: int, k: int, n: int) -> Callable[[], object]:
        node = helper.make_node("MatMulInteger", ["a", "b"], ["y"])
        weights = np.random.default_rng(0).integers(-64, 64, (k, n), np.int8)
        graph = helper.make_graph(
            [node],
            "product",
            [helper.make_tensor_value_info("a", TensorProto.UINT8, [m, k])],
            [helper.make_tensor_value_info("y", TensorProto.INT32, [m, n])],
            [helper.make_tensor("b", TensorProto.INT8, [k, n], weights.tobytes(), raw=True)],
        )
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        session = onnxruntime.InferenceSession(model.SerializeToString(), options)
        given = {"a": np.ones((m, k), np.uint8)}
        return lambda: session.run(None, given)

    with ThreadPoolExecutor(CORES) as pool:
        found = []
        for m, k, n in SIZES:
            run = product(m, k, n)
            both = lambda run=run: list(pool.map(lambda _: run(), range(CORES)))  # noqa: E731
            found.append(most(both, 2.0 * m * k * n * CORES))
    return max(found)


def encoding_peak() -> float:
    """Operations a second of PyTorch's products on all cores, in the type passages are encoded."""
    dtype = torch.bfloat16 if bfloat16_is_faster() else torch.float32
    found = []
    for m, k, n in SIZES:
        a, b = (torch.randn(*shape, dtype=dtype) for shape in ((m * 16, k), (k, n)))
        found.append(most(lambda a=a, b=b: a @ b, 2.0 * m * 16 * k * n))
    return max(found)


def reading(corpus: Corpus, file: Path) -> tuple[float, float]:
    """Return medians over the test questions: operations read, and seconds the reading took."""
    tokenizer = Tokenizer.from_file(str(packaged_file("tokenizer.json")))
    tokenizer.no_padding()
    reader = SpanReader(thorough=True)
    found = []
    for question in load_questions(file)[:60]:
        hits = corpus.search(question.text, 8)
        pairs = [(question.text, hit.passage.text) for hit in hits]
        count = sum(operations(len(e.ids)) for e in tokenizer.encode_batch(pairs))
        reader.read(question.text, hits)
        began = time.perf_counter()
        reader.read(question.text, hits)
        found.append((count, time.perf_counter() - began))
    count, took = np.median(found, axis=0)
    return float(count), float(took)


def encoding(corpus: Corpus) -> tuple[float, float]:
    """Return for a passage: operations, and seconds its encoding took."""
    tokenizer = Tokenizer.from_file(str(packaged_file("tokenizer.json")))
    tokenizer.no_padding()
    texts = [passage.text for passage in corpus.passages][:64] * 4
    count = sum(operations(len(e.ids)) for e in tokenizer.encode_batch(texts))
    encoder = SentenceEncoder()
    encoder.encode_passages(texts)
    times = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        encoder.encode_passages(texts)
        times.append(time.perf_counter() - began)
    return count / len(texts), float(np.median(times)) / len(texts)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--corpus", type=Path, default=Path("seeds"))
    parser.add_argument("--questions", type=Path, default=Path("tests/questions.jsonl"))
    args = parser.parse_args()
    corpus = Corpus.open(args.corpus)
    table = Table("", "10^9 operations", "10^9 a second", "floor, ms", "takes, ms", "of the floor")
    for name, (count, took), peak in (
        ("reading 8 passages, int8", reading(corpus, args.questions), int8_peak()),
        ("encoding a passage", encoding(corpus), encoding_peak()),
    ):
        floor = count / peak
        table.add_row(
            name,
            f"{count / 1e9:.1f}",
            f"{peak / 1e9:,.0f}",
            f"{floor * 1e3:.1f}",
            f"{took * 1e3:.1f}",
            f"{took / floor:.1f}",
        )
    Console(width=110).print(table)


if __name__ == "__main__":
    main()
