"""Answers of every kind, and a corpus that gives one."""

import asyncio
import copy
from collections.abc import Coroutine, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any, TypeVar

from index.errors import QuestionError
from index.filters import Filter
from index.types import Document, Hit, Progress
from qa.answering import checked
from qa.listing import Listing
from qa.types import Answer, Citation, Retrieval, Status

T = TypeVar("T")

CITATION = Citation("a.txt", "A title", "2003-04-12", 14, 19, "quote", "Here is a quote.", 4, 0.8)
ELSEWHERE = replace(CITATION, document="b.txt", title="Another", date=None)
ANSWERED = Answer("why?", Status.ANSWERED, "quote", 0.87, (CITATION, ELSEWHERE), (), (), {})
UNSURE = Answer("why?", Status.UNSURE, "quote", 0.41, (CITATION,), (), (ELSEWHERE,), {})
NOT_FOUND = Answer("why?", Status.NOT_FOUND, None, 0.06, (), (), (CITATION, ELSEWHERE), {})


def finish(work: Coroutine[Any, Any, T]) -> T:
    """Run it in a thread of its own: a browser test may have left a loop running in this one."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, work).result()


class FakeCorpus:
    """Gives one answer; fails on "bad" as a corpus does, on "broken" as none should."""

    def __init__(self, *documents: str) -> None:
        self.documents = {name: Document(name, name, None, "", "") for name in documents}

    versions: Mapping[str, str] = {"Quotewell": "0"}

    @property
    def passages(self) -> Sequence[Any]:
        return list(self.documents)

    def indexed(
        self,
        documents: Sequence[Document],
        known: "FakeCorpus | None" = None,
        progress: Progress | None = None,
    ) -> "FakeCorpus":
        found = FakeCorpus()
        found.documents = {d.id: d for d in documents}
        return found

    def snapshot(self, beside: "FakeCorpus | None" = None) -> "FakeCorpus":
        """As in qa.Corpus; what is asked is answered from the document added last."""
        if beside is None:
            return self
        found = copy.copy(self)
        found.documents = {**self.documents, **beside.documents}
        return found

    def search(self, question: str, k: int, within: Filter | None = None) -> list[Hit]:
        checked(question)
        return []

    def ask(self, question: str, within: Filter | None = None) -> Answer:
        return self.answer(self.retrieve(question, within))

    def ask_all(self, question: str, within: Filter | None = None) -> Listing:
        return Listing(question, (CITATION, ELSEWHERE), (1, 1), 2, 0, 0.0)

    def retrieve(self, question: str, within: Filter | None = None) -> Retrieval:
        return Retrieval(question, (), 0, 0.0)

    def answer(self, retrieval: Retrieval) -> Answer:
        question = retrieval.question
        if question == "bad":
            raise QuestionError("the question is bad; ask another")
        if question == "broken":
            raise RuntimeError("secret")
        newest = [replace(CITATION, document=name) for name in self.documents][-1:]
        return replace(ANSWERED, question=question, citations=tuple(newest) or ANSWERED.citations)
