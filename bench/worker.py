"""A system in a process of its own: its memory can be told apart, and only it works when asked."""

import multiprocessing
import re
from collections.abc import Callable, Sequence
from multiprocessing.connection import Connection
from pathlib import Path
from time import perf_counter
from typing import Any

from bench.systems import Reply, System
from index.types import Document


class Worker:
    """Makes a system by calling `make` in a new process; times what it does there, in seconds.

    Raises SystemExit where the process ends by itself; the reason is then on standard error.
    """

    def __init__(self, name: str, make: Callable[[], System]) -> None:
        self.name = name
        context = multiprocessing.get_context("spawn")  # a fork would share the parent's memory
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(theirs, make), daemon=True)
        self._process.start()
        theirs.close()
        self._received()  # once it is made, so that loading disturbs nobody else

    def index(self, documents: Sequence[Document]) -> float:
        """Return the seconds that indexing took, its models already loaded."""
        self._pipe.send(("index", tuple(documents)))
        _, seconds = self._received()
        return float(seconds)

    def ask(self, question: str) -> tuple[Reply, float]:
        """Return the reply, and the seconds it took."""
        self._pipe.send(("ask", question))
        reply, seconds = self._received()
        return reply, float(seconds)

    def memory(self) -> int:
        """Return the most bytes that the process has had in memory so far."""
        return peak_memory(self._process.pid)

    def close(self) -> None:
        self._pipe.close()
        self._process.join()

    def _received(self) -> Any:
        try:
            return self._pipe.recv()
        except EOFError:
            raise SystemExit(f"bench: {self.name} stopped; what it said stands above") from None


def peak_memory(process: int | None) -> int:
    """Return a process's peak resident set in bytes (Linux only).

    VmHWM and not getrusage, which for a new process starts at its parent's peak.
    """
    return _memory(process, "VmHWM")


def resident_memory(process: int | None) -> int:
    """Return how many bytes a process has in memory now (Linux only)."""
    return _memory(process, "VmRSS")


def mapped_memory(process: int | None) -> int:
    """Return how many bytes of a process's resident set are pages of files (Linux only).

    The system drops them when it needs the memory, and reads them again.
    """
    return _memory(process, "RssFile")


def _memory(process: int | None, kind: str) -> int:
    status = Path(f"/proc/{process}/status").read_text(encoding="utf-8")
    found = re.search(rf"{kind}:\s+(\d+) kB", status)
    return int(found[1]) * 1024 if found is not None else 0


def _serve(pipe: Connection, make: Callable[[], System]) -> None:
    system = make()
    pipe.send("made")
    while True:
        try:
            task, argument = pipe.recv()
        except EOFError:
            return
        began = perf_counter()
        result = getattr(system, task)(argument)
        pipe.send((result, perf_counter() - began))
