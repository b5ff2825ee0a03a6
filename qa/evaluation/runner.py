"""Ask a corpus every question. `judging` says what came of each, `summary` averages."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from glob import escape
from time import perf_counter
from typing import Literal, Protocol

from index.filters import Filter
from index.types import Document, Hit, Passage, Progress
from qa.evaluation.judging import Result, Retrieved, contains_answer, judge
from qa.types import Answer, Question, Reading, Retrieval

Granularity = Literal["passage", "document"]
"""What search is to find: a passage that wholly contains an accepted answer, or its document."""

DEPTH = 100
"""How many passages `evaluate_retrieval` asks for: enough for 20 distinct documents."""


class Indexed(Protocol):
    """What can be counted, and checked against."""

    @property
    def documents(self) -> Mapping[str, Document]: ...

    @property
    def passages(self) -> Sequence[Passage]: ...


class Answering(Indexed, Protocol):
    """What `evaluate` asks of a corpus: to search, to read, and then to decide what to show."""

    def retrieve(self, question: str, within: Filter | None = None) -> Retrieval: ...

    def read(self, retrieval: Retrieval) -> Reading: ...

    def conclude(self, reading: Reading) -> Answer: ...


class Searching(Indexed, Protocol):
    """What `evaluate_retrieval` asks of a corpus."""

    def search(self, question: str, k: int) -> list[Hit]: ...


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Every question asked. `given`: each of one document only, so that search was not tested."""

    documents: int
    passages: int
    granularity: Granularity
    given: bool
    results: tuple[Result, ...]


@dataclass(frozen=True, slots=True)
class RetrievalEvaluation:
    """Every query searched for."""

    documents: int
    passages: int
    results: tuple[Retrieved, ...]


def evaluate(
    corpus: Answering,
    questions: Sequence[Question],
    *,
    granularity: Granularity,
    given: Mapping[str, str] | None = None,
    progress: Progress | None = None,
) -> Evaluation:
    """Ask every question of the whole corpus or, by `given` (question id -> document id), of one
    document only.
    """
    by_document: dict[str, list[Passage]] = {}
    for passage in corpus.passages:
        by_document.setdefault(passage.document_id, []).append(passage)
    results = []
    for question in questions:
        within = Filter(documents=(escape(given[question.id]),)) if given is not None else None
        reading = corpus.read(corpus.retrieve(question.text, within))
        answer = corpus.conclude(reading)
        retrieved = Retrieved(
            id=question.id,
            question=question.text,
            ranking=_ranking(reading.hits, granularity),
            relevant=_relevant(question, by_document, granularity),
            search_ms=answer.timings_ms["search"],
        )
        results.append(judge(question, reading, answer, retrieved, corpus.documents))
        if progress is not None:
            progress(len(results), len(questions))
    return Evaluation(
        documents=len(corpus.documents),
        passages=len(corpus.passages),
        granularity=granularity,
        given=given is not None,
        results=tuple(results),
    )


def evaluate_retrieval(
    corpus: Searching,
    queries: Mapping[str, str],
    qrels: Mapping[str, Mapping[str, int]],
    *,
    progress: Progress | None = None,
) -> RetrievalEvaluation:
    """Search for every query; documents rank by their first passage."""
    results = []
    for id, query in queries.items():
        started = perf_counter()
        hits = corpus.search(query, DEPTH)
        elapsed = (perf_counter() - started) * 1000
        results.append(
            Retrieved(id, query, _ranking(hits, "document"), dict(qrels.get(id, {})), elapsed)
        )
        if progress is not None:
            progress(len(results), len(queries))
    return RetrievalEvaluation(len(corpus.documents), len(corpus.passages), tuple(results))


def _ranking(hits: Sequence[Hit], granularity: Granularity) -> tuple[str, ...]:
    if granularity == "passage":
        return tuple(hit.passage.id for hit in hits)
    return tuple(dict.fromkeys(hit.passage.document_id for hit in hits))


def _relevant(
    question: Question, by_document: Mapping[str, Sequence[Passage]], granularity: Granularity
) -> dict[str, int]:
    documents = dict.fromkeys((answer.document for answer in question.answers), 1)
    if granularity == "document":
        return documents
    return {
        passage.id: 1
        for document in documents
        for passage in by_document.get(document, ())
        if contains_answer(passage, question.answers)
    }
