"""Ask systems the same questions in turn, so that the machine's noise falls on all alike."""

import time
from collections.abc import Callable, Sequence
from typing import Protocol

from bench.figures import Figures, summarise
from bench.systems import Reply
from index.types import Document
from qa.types import Question

WARM_UP = ("What is it called?", "When did it begin?", "Who was the first to do that, and why?")
"""Asked first and not counted: the first questions load what is only needed then."""

PAUSE = 0.02
"""Seconds before each question, in which the threads of the system asked before come to rest."""


class Timed(Protocol):
    """A system that says how many seconds it took, as `bench.worker.Worker` does."""

    @property
    def name(self) -> str: ...

    def index(self, documents: Sequence[Document]) -> float: ...

    def ask(self, question: str) -> tuple[Reply, float]: ...

    def memory(self) -> int: ...


def measure(
    systems: Sequence[Timed],
    documents: Sequence[Document],
    questions: Sequence[Question],
    *,
    pause: float = PAUSE,
    progress: Callable[[str], None] = print,
) -> list[Figures]:
    """Index the documents with each system, then ask each question of all, a different one first
    each time. Returns the systems' figures in their order; `progress` is told what is done."""
    index_seconds = []
    for system in systems:
        index_seconds.append(system.index(documents))
        progress(f"{system.name}: indexed in {index_seconds[-1]:.1f} s")
        for question in WARM_UP:
            system.ask(question)
    replies: list[list[tuple[Reply, float]]] = [[] for _ in systems]
    for number, asked in enumerate(questions):
        for turn in range(len(systems)):
            chosen = (number + turn) % len(systems)
            time.sleep(pause)
            replies[chosen].append(systems[chosen].ask(asked.text))
        if (number + 1) % 100 == 0:
            progress(f"{number + 1} of {len(questions)} questions asked")
    return [
        summarise(
            system.name,
            questions,
            given,
            documents=len(documents),
            index_seconds=seconds,
            memory=system.memory(),
        )
        for system, given, seconds in zip(systems, replies, index_seconds, strict=True)
    ]
