"""How systems are asked: in turn, each in a process of its own, on what they all are given."""

import os
from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest

from bench.running import WARM_UP, measure
from bench.systems import Reply
from bench.worker import Worker
from index.types import Document
from qa.types import Accepted, Question

DOCUMENTS = [Document(name, name, None, f"{name} is a letter.", "0") for name in "ab"]
QUESTIONS = [Question(n, "which", n, (Accepted("a", 0, 1, "a"),)) for n in ("1", "2", "3")]


@dataclass
class Fake:
    """Answers with the first document, and writes into `log` that it was asked."""

    name: str
    log: list[tuple[str, str]] = field(default_factory=list)

    def index(self, documents: Sequence[Document]) -> float:
        self.log.append((self.name, f"{len(documents)} documents"))
        self._first = documents[0].id
        return 0.5

    def ask(self, question: str) -> tuple[Reply, float]:
        self.log.append((self.name, question))
        return Reply(self._first, self._first), 0.2

    def memory(self) -> int:
        return 7_000_000


def test_each_question_is_asked_of_all_and_each_is_first_in_turn() -> None:
    log: list[tuple[str, str]] = []
    measure([Fake("x", log), Fake("y", log)], DOCUMENTS, QUESTIONS, pause=0, progress=str)
    warm = len(WARM_UP) + 1
    assert log[0] == ("x", "2 documents")
    assert log[warm] == ("y", "2 documents")
    assert log[2 * warm :] == [
        *(("x", "1"), ("y", "1")),
        *(("y", "2"), ("x", "2")),
        *(("x", "3"), ("y", "3")),
    ]


def test_only_the_questions_of_the_set_are_counted() -> None:
    [row] = measure([Fake("x")], DOCUMENTS, QUESTIONS, pause=0, progress=str)
    assert len(row.f1s) == len(QUESTIONS)
    assert (row.em, row.cited, row.median_ms, row.peak_mb) == (1.0, 1.0, 200.0, 7.0)
    assert row.documents_per_second == 2 / 0.5


class Process:
    """Replies with the process that it is asked in."""

    def index(self, documents: Sequence[Document]) -> None:
        self._hoard = bytearray(50_000_000)

    def ask(self, question: str) -> Reply:
        if question == "leave":
            raise SystemExit(3)
        return Reply(str(os.getpid()), None)


def test_a_worker_is_a_process_with_its_own_memory() -> None:
    workers = [Worker(name, Process) for name in "xy"]
    before = workers[0].memory()
    assert workers[0].index(DOCUMENTS) > 0
    assert workers[0].memory() - before > 40_000_000
    replies = [worker.ask("where?") for worker in workers]
    assert len({os.getpid(), *(int(reply.text) for reply, _ in replies)}) == 3
    assert all(seconds > 0 for _, seconds in replies)
    for worker in workers:
        worker.close()


def test_a_worker_that_stops_is_named() -> None:
    worker = Worker("txtai", Process)
    with pytest.raises(SystemExit, match="txtai stopped"):
        worker.ask("leave")
