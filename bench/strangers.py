"""What a server takes from strangers: a flood, an upload beside a large corpus, and many questions.

python -m bench.strangers --questions 2000 --flood 1000 --documents 20000

Prints how long an honest visitor waits while another sends a flood of questions; what the memory,
the threads, the open files and the temp folder grow by after the first 200 questions, each of a
visitor of its own; how long SIGTERM takes with questions waiting; and what an upload of 100 words
costs beside so many documents, with the real encoder for it and random vectors for them (which an
upload never looks at). The server of the seeds is a process of its own, with `--reader`.
"""

import argparse
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import astuple, dataclass
from pathlib import Path

import httpx

from bench.growth import RandomVectors
from bench.worker import resident_memory
from index.encoders import load_encoder
from index.local import LocalEngine
from index.types import Document
from qa.corpus import Corpus

ROOT = Path(__file__).parents[1]
ASK = {"question": "Where did Chen Guangcheng take refuge?"}
_SECONDS = 300
_FIRST = 200  # questions, after which nothing is to grow


@dataclass(frozen=True, slots=True)
class Held:
    """What a process holds: megabytes in memory, threads, open files, files in its temp folder."""

    memory: float
    threads: int
    files: int
    temporary: int

    @classmethod
    def by(cls, process: int, folder: Path) -> "Held":
        own = Path(f"/proc/{process}")
        return cls(
            resident_memory(process) / 1e6,
            len(list((own / "task").iterdir())),
            len(list((own / "fd").iterdir())),
            sum(1 for _ in folder.rglob("*")),
        )


@contextmanager
def served(reader: str, folder: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Serve the seeds with a temp folder of its own; yield the process and its address."""
    with subprocess.Popen(
        [sys.executable, "-m", "app", "--port", "0", "--reader", reader],
        cwd=ROOT,
        env={**os.environ, "TMPDIR": str(folder)},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as server:
        assert server.stdout is not None
        yield server, server.stdout.readline().split()[3]
        server.kill()


def asked(client: httpx.Client) -> float:
    """Ask once and return the seconds until the answer was there."""
    began = time.perf_counter()
    while (sent := client.post("gradio_api/call/v2/ask", json=ASK)).status_code == 429:
        time.sleep(0.2)
    event = sent.raise_for_status().json()["event_id"]
    told = client.get(f"gradio_api/call/v2/ask/{event}").text
    assert told.startswith("event: complete"), told[:200]
    return time.perf_counter() - began


def flood(url: str, count: int) -> tuple[float, int]:
    """Send so many questions as one; return another's longest wait, and how many were refused."""
    refused, done = 0, threading.Event()

    def send() -> None:
        nonlocal refused
        with httpx.Client(base_url=url, timeout=_SECONDS) as greedy:
            greedy.get("config")
            for n in range(count):
                body = {"data": [ASK["question"], "", "", ""], "session_hash": f"s{n}"}
                refused += greedy.post("gradio_api/call/ask", json=body).status_code == 429
        done.set()

    sending = threading.Thread(target=send)
    waits = []
    with httpx.Client(base_url=url, timeout=_SECONDS) as honest:
        honest.get("config")
        sending.start()
        while not done.is_set():
            waits.append(asked(honest))
            time.sleep(0.5)
        waits.append(asked(honest))
    sending.join()
    return max(waits), refused


def grown(process: int, url: str, folder: Path, count: int) -> tuple[Held, Held]:
    """Ask so many questions, each as a new visitor; return what is held after 200 and all."""
    first = Held.by(process, folder)
    for n in range(count):
        with httpx.Client(base_url=url, timeout=_SECONDS) as client:
            asked(client)
        if n + 1 == min(_FIRST, count):
            time.sleep(15)  # what is done with is forgotten after 10 s
            first = Held.by(process, folder)
    time.sleep(15)
    return first, Held.by(process, folder)


def stopped(server: subprocess.Popen[str], url: str) -> float:
    """Leave questions waiting, and return the seconds that SIGTERM takes."""
    for n in range(90):
        body = {"data": [ASK["question"], "", "", ""], "session_hash": f"t{n}"}
        httpx.post(f"{url}gradio_api/call/ask", json=body)
    began = time.perf_counter()
    server.send_signal(signal.SIGTERM)
    server.wait(_SECONDS)
    return time.perf_counter() - began


def upload(documents: int) -> tuple[float, float]:
    """Return the seconds and megabytes of a visitor's 100 words beside so many documents."""
    encoder = load_encoder("all-MiniLM-L6-v2")
    held = [
        Document.of(f"Report {n} says that harbour {n % 97} had {n} boats.", id=f"{n}.txt")
        for n in range(documents)
    ]
    corpus = Corpus.from_documents(held, encoder=RandomVectors(encoder))
    words = " ".join(["The bridge at Lorne was opened in 1931 by the mayor."] * 10)
    engine = LocalEngine(encoder)
    encoder.encode_passages(["the model is loaded"])
    engine.build([Document.of("before", id="uploads/b.txt")])
    before = resident_memory(os.getpid())
    began = time.perf_counter()
    own = engine.build([Document.of(words, id="uploads/a.txt")])
    corpus.snapshot(own)
    return time.perf_counter() - began, (resident_memory(os.getpid()) - before) / 1e6


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--questions", type=int, default=2_000)
    parser.add_argument("--flood", type=int, default=1_000)
    parser.add_argument("--documents", type=int, default=20_000)
    parser.add_argument("--reader", default="small")
    given = parser.parse_args()
    if given.documents:
        seconds, megabytes = upload(given.documents)
        print(
            f"100 words beside {given.documents:,} documents: {seconds:.2f} s, {megabytes:.0f} MB"
        )
    if not given.flood and not given.questions:
        return
    with tempfile.TemporaryDirectory() as name, served(given.reader, Path(name)) as (server, url):
        if given.flood:
            wait, refused = flood(url, given.flood)
            print(f"{given.flood} questions of one: {refused} refused with 429", flush=True)
            print(f"another's longest wait meanwhile: {wait:.2f} s", flush=True)
        if given.questions:
            first, last = grown(server.pid, url, Path(name), given.questions)
            print(f"after {min(_FIRST, given.questions)} questions: {astuple(first)}")
            print(f"after {given.questions}: {astuple(last)}", flush=True)
        print(f"SIGTERM with questions waiting: {stopped(server, url):.1f} s", flush=True)


if __name__ == "__main__":
    main()
