"""A search engine beside the local one, and what it withstands: `python -m bench.scale WHAT`.

    fusion FILE      recall of ways to fuse both searches, over the local engine's scores
    beside FILE      recall@1 and @10 of the local and of the embedded engine
    seeds            the same document and quote of the seeds' questions, beside the local engine
    large N          N made-up passages: index time, search median and p95, beside the local engine
    vectors N        N random vectors in the embedded engine: search and memory
    kills N          a writer killed at N random moments: wrong or lost answers
    away N           N questions while the server goes away and comes back: wrong answers, crashes
    ray FILE         index time with two Ray workers beside one process

FILE is SQuAD-format JSON. The embedded engine is that of Qdrant's servers; `--engine
qdrant://HOST:PORT` measures servers instead, `--sample N` asks every N-th question.
"""

import argparse
import os
import random
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.fusing import fusion
from index.encoders import load_encoder
from index.encoding import DEFAULT_ENCODER
from index.hybrid import HybridIndex
from index.local import LocalEngine
from index.mirror import Mirror
from index.qdrant.address import Embedded, parse
from index.qdrant.engine import connected
from index.qdrant.home import QdrantHome
from index.source_state import SourceState
from index.types import Document, Encoder, SearchIndex
from qa.corpus import Corpus
from qa.evaluation.datasets import load_questions, load_squad

ROOT = Path(__file__).parents[1]
SEED = 7


class RandomEncoder:
    """Vectors that follow from a text's characters, and mean nothing."""

    name, dim, dense_weight = "random", 384, 0.7

    def encode_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        rows = [np.random.default_rng(hash(t) & 0xFFFFFFFF).standard_normal(384) for t in texts]
        found = np.array(rows, np.float32).reshape(-1, 384)
        return found / np.linalg.norm(found, axis=1, keepdims=True)

    encode_questions = encode_passages


@contextmanager
def kept(documents: Sequence[Document], encoder: Encoder, engine: str | None) -> Iterator[Any]:
    """Yield an index of documents in the engine, and how long it took to make."""
    with tempfile.TemporaryDirectory() as folder:
        address = parse(f"{engine}/bench-{os.getpid()}") if engine else Embedded(Path(folder))
        points = connected(address)
        home = QdrantHome(points, encoder)
        began = time.perf_counter()
        with home.writing(0) as write:
            saved = write(None, SourceState(documents=tuple(documents)), None)
        yield saved.index, time.perf_counter() - began
        points.drop()


def asked(index: SearchIndex, questions: Sequence[str], k: int) -> tuple[list[list[str]], Any]:
    """Return the documents that each question finds, and the median and p95 in ms."""
    found, times = [], []
    for question in questions:
        began = time.perf_counter()
        hits = index.search(question, k)
        times.append(1_000 * (time.perf_counter() - began))
        found.append(list(dict.fromkeys(hit.passage.document_id for hit in hits)))
    return found, np.percentile(times, [50, 95])


def beside(file: Path, sample: int, engine: str | None) -> None:
    data = load_squad(file)
    questions = [q for q in data.questions if q.answers][::sample]
    texts, wanted = [q.text for q in questions], [data.given[q.id] for q in questions]
    encoder = load_encoder(DEFAULT_ENCODER)
    encoder.encode_passages(["load it"])
    began = time.perf_counter()
    local = LocalEngine(encoder).build(data.documents)
    _row("local", local, texts, wanted, time.perf_counter() - began)
    with kept(data.documents, encoder, engine) as (index, took):
        _row(engine or "embedded", index, texts, wanted, took)


def _row(
    name: str, index: SearchIndex, texts: Sequence[str], wanted: Sequence[str], took: float
) -> None:
    found, (median, late) = asked(index, texts, 40)
    pairs = list(zip(found, wanted, strict=True))
    first = np.mean([own[:1] == [document] for own, document in pairs])
    ten = np.mean([document in own[:10] for own, document in pairs])
    print(
        f"{name:10} recall@1 {first:.4f}  recall@10 {ten:.4f}  ({len(texts)} questions)  "
        f"indexed in {took:.1f} s, search {median:.1f} ms, p95 {late:.1f} ms",
        flush=True,
    )


def seeds(sample: int, engine: str | None) -> None:
    file = ROOT / "tests" / "questions.jsonl"
    questions = [q.text for q in load_questions(file)][::sample]
    with tempfile.TemporaryDirectory() as folder:
        place = f"{engine}/bench-{os.getpid()}" if engine else f"qdrant:{folder}"
        pair = [
            Corpus.open(ROOT / "seeds", engine=engine, reader="small")
            for engine in (LocalEngine, place)
        ]
        same = 0
        for question in questions:
            one, two = (_quoted(corpus, question) for corpus in pair)
            same += one == two
            if one != two:
                print(f"  {question}: {one} / {two}", flush=True)
        print(f"the same document and quote for {same} of {len(questions)}")


def _quoted(corpus: Corpus, question: str) -> Any:
    answer = corpus.ask(question)
    first = answer.citations[0] if answer.citations else None
    return (first.document, first.quote) if first is not None else None


def large(n: int, engine: str | None) -> None:
    encoder, rng = RandomEncoder(), random.Random(SEED)
    words = sorted({w for p in (ROOT / "seeds").rglob("*.txt") for w in p.read_text().split()})
    documents = [
        Document.of(". ".join(" ".join(rng.choices(words, k=12)) for _ in range(48)), id=f"{i}.txt")
        for i in range(n // 7)
    ]
    questions = [" ".join(rng.choices(words, k=9)) for _ in range(200)]
    began = time.perf_counter()
    local = LocalEngine(encoder).build(documents)
    took = time.perf_counter() - began
    _, (median, late) = asked(local, questions, 8)
    print(f"{len(local.passages):,} passages; vectors cost nothing to make in either")
    print(f"local      indexed in {took:.1f} s, search {median:.1f} ms, p95 {late:.1f} ms")
    del local
    with kept(documents, encoder, engine) as (index, other):
        _, (m, p) = asked(index, questions, 8)
        print(
            f"{engine or 'embedded':10} indexed in {other:.1f} s, search {m:.1f} ms, p95 {p:.1f} ms"
            f"  ({other / took:.1f}, {m / median:.1f} and {p / late:.1f} times)"
        )


def vectors(n: int) -> None:
    from bench.vectors import search_random  # noqa: PLC0415

    search_random(n)


def peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


KILLED = """
import sys
from pathlib import Path
from bench.scale import RandomEncoder
from index.mirror import Mirror
from index.qdrant.engine import QdrantEngine
print("at it", flush=True)
Mirror(QdrantEngine(RandomEncoder(), sys.argv[2]), Path(sys.argv[1])).refresh()
"""


def kills(n: int, engine: str | None) -> None:
    """Kill a writer again and again; what is found must be what was, or what was to be."""
    rng = random.Random(SEED)
    wrong = lost = committed = 0
    with tempfile.TemporaryDirectory() as place:
        docs = Path(place) / "docs"
        docs.mkdir()
        for i in range(60):
            (docs / f"{i}.txt").write_text(f"Ship {i} came from port {i % 7} with {i * 31} men.")
        address = f"{engine}/bench-{os.getpid()}" if engine else f"qdrant:{place}/index"
        environment = {**os.environ, "PYTHONHASHSEED": "0"}
        before = _state(docs)
        program = [sys.executable, "-c", KILLED, str(docs), address]
        whole = _seconds(subprocess.Popen(program, env=environment, stdout=subprocess.PIPE))
        for at in range(n):
            for _ in range(10):
                file = docs / f"{rng.randrange(60)}.txt"
                file.write_text(f"{file.read_text()} It was mended in year {1700 + at}.")
            after = _state(docs)
            process = subprocess.Popen(program, env=environment, stdout=subprocess.PIPE)
            assert process.stdout is not None
            process.stdout.readline()
            time.sleep(rng.uniform(0, whole))
            process.send_signal(signal.SIGKILL)
            process.wait()
            points = connected(parse(address))
            index = QdrantHome(points, RandomEncoder()).load().index
            now = {d.id: d.text for d in index.documents.values()}
            found = {h.passage.document_id for h in index.search("Which ship came?", 1_000)}
            if now not in (before, after):
                wrong += 1
            lost += found != now.keys()
            committed += now == after
            points.close()
            before = now
        print(f"{n} kills, {committed} after the update was whole: {wrong} wrong, {lost} lost")


def _seconds(process: subprocess.Popen[bytes]) -> float:
    """Return how long a writer takes once it is at it."""
    assert process.stdout is not None
    process.stdout.readline()
    began = time.perf_counter()
    if process.wait():
        raise SystemExit("the writer failed")
    return time.perf_counter() - began


def _state(docs: Path) -> dict[str, str]:
    return {file.name: file.read_text() for file in sorted(docs.iterdir())}


def away(n: int) -> None:
    from bench.away import asking_while_away  # noqa: PLC0415

    asking_while_away(n)


def on_ray(file: Path) -> None:
    from index.cluster import join  # noqa: PLC0415

    documents = load_squad(file).documents
    encoder = load_encoder(DEFAULT_ENCODER)
    with tempfile.TemporaryDirectory() as place, join("local") as cluster:
        docs = Path(place)
        for n, document in enumerate(documents):
            (docs / f"{n}.txt").write_text(document.text, encoding="utf-8", errors="replace")
        spread = cluster.encoder(encoder)
        spread.encode_passages(["load it"] * 64 * cluster.width)
        encoder.encode_passages(["load it"])
        took = []
        for used, on in ((encoder, None), (spread, cluster), (encoder, None), (spread, cluster)):
            began = time.perf_counter()
            saved, _ = Mirror(LocalEngine(used), docs, cluster=on).refresh()
            took.append(time.perf_counter() - began)
            index = saved.index
            assert isinstance(index, HybridIndex)
            print(f"{'ray' if on else 'one process'}: {took[-1]:.1f} s", flush=True)
        print(f"{cluster.width} workers: {min(took[1::2]) / min(took[::2]):.2f} times")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("what")
    parser.add_argument("argument", nargs="?")
    parser.add_argument("--engine")
    parser.add_argument("--sample", type=int, default=1)
    args = parser.parse_args()
    file = Path(args.argument) if args.argument else ROOT
    number = int(args.argument) if (args.argument or "").isdecimal() else 0
    known: dict[str, Callable[[], None]] = {
        "fusion": lambda: fusion(file, args.sample),
        "beside": lambda: beside(file, args.sample, args.engine),
        "seeds": lambda: seeds(args.sample, args.engine),
        "large": lambda: large(number, args.engine),
        "vectors": lambda: vectors(number),
        "kills": lambda: kills(number, args.engine),
        "away": lambda: away(number),
        "ray": lambda: on_ray(file),
    }
    if args.what not in known:
        parser.error(f"there is no {args.what}")
    known[args.what]()


if __name__ == "__main__":
    main()
