"""Answers of every kind, and a corpus that gives one."""

import copy
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from index.errors import QuestionError
from index.filters import Filter
from index.types import Document, Hit
from qa.answering import checked
from qa.listing import Listing
from qa.types import Answer, Citation, Retrieval, Status

CITATION = Citation("a.txt", "A title", "2003-04-12", 14, 19, "quote", "Here is a quote.", 4, 0.8)
ELSEWHERE = replace(CITATION, document="b.txt", title="Another", date=None)
ANSWERED = Answer("why?", Status.ANSWERED, "quote", 0.87, (CITATION, ELSEWHERE), (), (), {})
UNSURE = Answer("why?", Status.UNSURE, "quote", 0.41, (CITATION,), (), (ELSEWHERE,), {})
NOT_FOUND = Answer("why?", Status.NOT_FOUND, None, 0.06, (), (), (CITATION, ELSEWHERE), {})


class FakeCorpus:
    """Gives one answer; fails on "bad" as a corpus does, on "broken" as none should."""

    def __init__(self, *documents: str) -> None:
        self.documents = {name: Document(name, name, None, "", "") for name in documents}

    versions: Mapping[str, str] = {"Quotewell": "0"}

    @property
    def passages(self) -> Sequence[Any]:
        return list(self.documents)

    def indexed(
        self, documents: Sequence[Document], known: "FakeCorpus | None" = None
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
