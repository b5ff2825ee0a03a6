"""How an index grows: `python -m bench.growth --data DIR [--sizes 1000 10000 ...]`.

The sentences of the data folder's training contexts, shuffled, make documents of about 35 passages
each; its questions are asked. Up to `--real` passages are encoded; beyond, all vectors but the
questions' are random, which costs search as much. Every size is built in a process of its own and
then opened and asked in another.
"""

import argparse
import multiprocessing
import os
import random
import shutil
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from bench.worker import mapped_memory, peak_memory
from index import store
from index.encoders import load_encoder
from index.local import LocalEngine
from index.sentences import sentences
from index.types import Document, Encoder
from qa.corpus import Corpus
from qa.evaluation.datasets import load_squad
from qa.evaluation.measure import spread

T = TypeVar("T")

SENTENCES = 120  # of a document
ASKED = 200
PARTS = ("search", "total")
SEED = 7


@dataclass(frozen=True, slots=True)
class Built:
    """Times are in seconds, sizes in megabytes."""

    passages: int
    index_s: float
    disk_mb: float
    memory_mb: float


@dataclass(frozen=True, slots=True)
class Asked:
    """Medians and 95th percentiles in milliseconds.

    `memory_mb` is the most that the process had, `mapped_mb` what of it are pages of files.
    """

    load_s: float
    memory_mb: float
    mapped_mb: float
    search: tuple[float, ...]
    answer: tuple[float, ...]


class RandomVectors:
    """An encoder's stand-in for passages: unit vectors of its length, at no cost."""

    def __init__(self, of: Encoder) -> None:
        self.name, self.dim, self.dense_weight = of.name, of.dim, of.dense_weight
        self._rng = np.random.default_rng(SEED)

    def encode_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        vectors = self._rng.standard_normal((len(texts), self.dim), dtype=np.float32)
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)

    encode_questions = encode_passages


def documents(data: Path, passages: int) -> list[Document]:
    """Return documents of recombined sentences that make about so many passages."""
    rng = random.Random(SEED)
    contexts = {context.text for file in _files(data) for context in load_squad(file).documents}
    known = sorted({text[start:end] for text in contexts for start, end in sentences(text)})
    made = []
    for n in range(max(1, round(passages / 35))):
        text = " ".join(rng.choices(known, k=SENTENCES))
        made.append(Document(f"{n}.txt", f"Document {n}", None, text, f"{n:064x}"))
    return made


def questions(data: Path) -> list[str]:
    """Return questions of the training sets, evenly spread."""
    return spread([q.text for file in _files(data) for q in load_squad(file).questions], ASKED)


def _files(data: Path) -> list[Path]:
    return sorted((data / "train").glob("*.json"))


def build(data: Path, folder: Path, size: int, name: str, real: int) -> Built:
    """Build and save an index."""
    made = documents(data, size)
    model = load_encoder(name)
    model.encode_passages(["load it"])
    began = time.perf_counter()
    engine = LocalEngine(model if size <= real else RandomVectors(model))
    index = engine.build(made)
    store.save(index, engine, folder)
    took = time.perf_counter() - began
    disk = sum(file.stat().st_size for file in folder.iterdir())
    return Built(len(index.passages), took, disk / 1e6, _memory_mb())


def ask(data: Path, folder: Path) -> Asked:
    """Open an index and ask."""
    began = time.perf_counter()
    corpus = Corpus.open(folder)
    load_s = time.perf_counter() - began
    corpus.ask("load the models?")
    answerer = corpus.snapshot()
    readings = [answerer.read(answerer.retrieve(question)) for question in questions(data)]
    timings = [reading.timings_ms for reading in readings]
    search, answer = (np.percentile([t[part] for t in timings], [50, 95]) for part in PARTS)
    mapped_mb = mapped_memory(os.getpid()) / 1e6
    return Asked(load_s, _memory_mb(), mapped_mb, tuple(search), tuple(answer))


def _memory_mb() -> float:
    return peak_memory(os.getpid()) / 1e6


def apart(function: Callable[..., T], *args: object) -> T:
    """Call a function in a fresh process."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(function, args)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True, help="folder with train/")
    parser.add_argument("--sizes", type=int, nargs="+", default=[1_000, 10_000, 100_000, 1_000_000])
    parser.add_argument("--encoder", default="fast")
    parser.add_argument("--real", type=int, default=100_000, help="encode up to so many passages")
    args = parser.parse_args()
    table = Table("passages", "indexed in", "on disk", "memory", "loaded in", "memory (mapped)")
    table.add_column("search: median, p95")
    table.add_column("answer: median, p95")
    for size in args.sizes:
        folder = Path(tempfile.mkdtemp())
        try:
            built = apart(build, args.data, folder, size, args.encoder, args.real)
            asked = apart(ask, args.data, folder)
        finally:
            shutil.rmtree(folder)
        table.add_row(
            f"{built.passages:,}",
            f"{built.index_s:.1f} s",
            f"{built.disk_mb:,.0f} MB",
            f"{built.memory_mb:,.0f} MB",
            f"{asked.load_s:.2f} s",
            f"{asked.memory_mb:,.0f} ({asked.mapped_mb:,.0f}) MB",
            "{:.1f}, {:.1f} ms".format(*asked.search),
            "{:.0f}, {:.0f} ms".format(*asked.answer),
        )
        Console(width=140).print(table)


if __name__ == "__main__":
    main()
