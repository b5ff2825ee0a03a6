"""A corpus of four sentences that answers six questions by script, so that every figure of its
evaluation can be worked out by hand.

id     accepted        rank  read  best guess         confidence  status     stage
who    Ada             1     yes   Ada                .9          answered
where  London          2     yes   Ada                .7          answered   reading
what   an engine       3     no    the first program  .4          unsure     search
was    never finished  1     yes   never finished     .45         unsure     abstaining
when                               never finished     .8          answered   abstaining
why                                                   .1          not found
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import pytest

from index.filters import Filter
from index.types import Document, Hit, Passage
from qa.evaluation.runner import Evaluation, evaluate
from qa.types import (
    Accepted,
    Answer,
    Candidate,
    Citation,
    Question,
    Reading,
    Retrieval,
    Span,
    Status,
)

ADA = "Ada wrote the first program. She lived in London."
CHARLES = "Charles built an engine. It was never finished."
DOCUMENTS = {
    "ada": Document("ada", "Ada", None, ADA, "0"),
    "charles": Document("charles", "Charles", None, CHARLES, "0"),
}
PASSAGES = {
    "wrote": Passage("wrote", "ada", 0, 28, ADA[0:28]),
    "lived": Passage("lived", "ada", 29, 49, ADA[29:49]),
    "built": Passage("built", "charles", 0, 24, CHARLES[0:24]),
    "finished": Passage("finished", "charles", 25, 47, CHARLES[25:47]),
}


@dataclass(frozen=True)
class Script:
    found: tuple[str, ...]
    read: int
    guess: str | None
    confidence: float
    status: Status
    milliseconds: float


SCRIPTS = {
    "Who wrote?": Script(("wrote", "lived"), 2, "Ada", 0.9, Status.ANSWERED, 10.0),
    "Where?": Script(("wrote", "lived"), 2, "Ada", 0.7, Status.ANSWERED, 20.0),
    "What built?": Script(
        ("wrote", "lived", "built"), 2, "the first program", 0.4, Status.UNSURE, 30.0
    ),
    "Was it?": Script(("finished",), 1, "never finished", 0.45, Status.UNSURE, 40.0),
    "When?": Script(("finished",), 1, "never finished", 0.8, Status.ANSWERED, 50.0),
    "Why?": Script(("wrote",), 1, None, 0.1, Status.NOT_FOUND, 60.0),
}


class ScriptedCorpus:
    """Stands in for `qa.answering.Answerer`; `asked` records what each question was limited to."""

    documents = DOCUMENTS
    passages = tuple(PASSAGES.values())

    def __init__(self, scripts: dict[str, Script]) -> None:
        self.scripts = scripts
        self.asked: list[Filter | None] = []

    def search(self, question: str, k: int) -> list[Hit]:
        found = self.scripts[question].found[:k]
        return [Hit(PASSAGES[id], 1.0 - n / 10, None, None) for n, id in enumerate(found)]

    def retrieve(self, question: str, within: Filter | None = None) -> Retrieval:
        self.asked.append(within)
        script = self.scripts[question]
        hits = tuple(self.search(question, 50))
        return Retrieval(question, hits, script.read, script.milliseconds / 10)

    def read(self, retrieval: Retrieval) -> Reading:
        question, hits = retrieval.question, retrieval.hits
        script = self.scripts[question]
        candidates: tuple[Candidate, ...] = ()
        if script.guess is not None:
            hit = next(hit for hit in hits if script.guess in hit.passage.text)
            start = hit.passage.start + hit.passage.text.index(script.guess)
            span = Span(hit, start, start + len(script.guess), 1.0)
            candidates = (Candidate((span,), (script.confidence,)),)
        timings = {"search": retrieval.search_ms, "read": script.milliseconds * 0.9}
        return Reading(question, hits, script.read, candidates, timings)

    def conclude(self, reading: Reading) -> Answer:
        script = self.scripts[reading.question]
        shown = reading.candidates[:1] if script.status is not Status.NOT_FOUND else ()
        return Answer(
            question=reading.question,
            status=script.status,
            answer=shown[0].text if shown else None,
            confidence=script.confidence,
            citations=tuple(self.cite(span) for candidate in shown for span in candidate.spans),
            others=(),
            nearest=(),
            timings_ms={**reading.timings_ms, "total": script.milliseconds},
        )

    def cite(self, span: Span) -> Citation:
        passage = span.hit.passage
        return Citation(
            document=passage.document_id,
            title="",
            date=None,
            start=span.start,
            end=span.end,
            quote=span.text,
            snippet=passage.text,
            snippet_start=passage.start,
            score=1.0,
        )


class MisquotingCorpus(ScriptedCorpus):
    """Its quotes stand one character further on than they say."""

    def cite(self, span: Span) -> Citation:
        citation = super().cite(span)
        return replace(citation, start=citation.start + 1, end=citation.end + 1)


def accept(document: str, text: str) -> Accepted:
    start = DOCUMENTS[document].text.index(text)
    return Accepted(document, start, start + len(text), text)


@pytest.fixture
def corpus() -> ScriptedCorpus:
    return ScriptedCorpus(SCRIPTS)


@pytest.fixture
def misquoting_corpus() -> MisquotingCorpus:
    return MisquotingCorpus(SCRIPTS)


@pytest.fixture
def questions() -> list[Question]:
    return [
        Question("who", "fact", "Who wrote?", (accept("ada", "Ada"),)),
        Question("where", "fact", "Where?", (accept("ada", "London"),)),
        Question("what", "fact", "What built?", (accept("charles", "an engine"),)),
        Question("was", "yes", "Was it?", (accept("charles", "never finished"),)),
        Question("when", "none", "When?", ()),
        Question("why", "none", "Why?", ()),
    ]


@pytest.fixture
def evaluation(corpus: ScriptedCorpus, questions: Sequence[Question]) -> Evaluation:
    return evaluate(corpus, questions, granularity="passage")
