"""Answers of every kind, and a corpus that gives one."""

from dataclasses import replace

from index.errors import QuestionError
from index.types import Document, Hit
from qa.types import Answer, Citation, Status

CITATION = Citation("a.txt", "A title", "2003-04-12", 14, 19, "quote", "Here is a quote.", 4, 0.8)
ELSEWHERE = replace(CITATION, document="b.txt", title="Another", date=None)
ANSWERED = Answer("why?", Status.ANSWERED, "quote", 0.87, (CITATION, ELSEWHERE), (), (), {})
UNSURE = Answer("why?", Status.UNSURE, "quote", 0.41, (CITATION,), (), (ELSEWHERE,), {})
NOT_FOUND = Answer("why?", Status.NOT_FOUND, None, 0.06, (), (), (CITATION, ELSEWHERE), {})


class FakeCorpus:
    """Gives one answer; fails on "bad" as a corpus does, on "broken" as none should."""

    def __init__(self, *documents: str) -> None:
        self.documents = {name: Document(name, name, None, "", "") for name in documents}

    def search(self, question: str, k: int) -> list[Hit]:
        return []

    def ask(self, question: str) -> Answer:
        if question == "bad":
            raise QuestionError("the question is bad; ask another")
        if question == "broken":
            raise RuntimeError("secret")
        return replace(ANSWERED, question=question)
