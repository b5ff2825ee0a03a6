"""One question and what came of it: is it right, and if not, what went wrong?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from index.sentences import sentences
from index.types import Document, Passage
from qa.evaluation.metrics import RIGHT_F1, exact_match, quote_holds, token_f1
from qa.types import Accepted, Answer, Citation, Question, Reading, Span, Status


class Stage(StrEnum):
    """What went wrong with a question first.

    SEARCH: no passage given to the reader contains an accepted answer. READING: one did, but the
    best guess is not right. ABSTAINING: a right guess was not answered with, or a question was
    answered that the corpus does not answer.
    """

    SEARCH = "search"
    READING = "reading"
    ABSTAINING = "abstaining"


@dataclass(frozen=True, slots=True)
class Retrieved:
    """What search found for a question: ids, best first, and those it should find (id -> grade)."""

    id: str
    question: str
    ranking: tuple[str, ...]
    relevant: dict[str, int]
    search_ms: float

    @property
    def rank(self) -> int | None:
        """The rank of the first relevant id, from 1; None if it was not found."""
        return next(
            (n for n, id in enumerate(self.ranking, 1) if self.relevant.get(id, 0) > 0), None
        )


@dataclass(frozen=True, slots=True)
class Result:
    """One question, what came of it, and how good that is.

    `guess` is the best candidate's text, whether or not it was shown; `em` and `f1` are its scores.
    `shown_em` and `shown_f1` are those of what was shown (an unsure answer is shown), where nothing
    shown is the right answer to a question that has none, as in SQuAD 2.0. `right` says that the
    guess has an F1 of at least `RIGHT_F1` or its quote holds an accepted answer; a guess at an
    unanswerable question is never right. `cited_document` and `cited_answer` say that the first
    citation is from a right document and that its quote holds an accepted answer (`quote_holds`),
    `cited_sentence` that its quote or the sentence around that does; all are False where nothing is
    cited. `violations` lists citations whose quote or snippet is not where they say: there
    must be none. Times are in milliseconds.
    """

    id: str
    kind: str
    question: str
    accepted: tuple[Accepted, ...]
    status: Status
    confidence: float
    guess: str | None
    em: float
    f1: float
    shown_em: float
    shown_f1: float
    right: bool
    cited_document: bool
    cited_answer: bool
    cited_sentence: bool
    stage: Stage | None
    retrieved: Retrieved
    timings_ms: dict[str, float]
    violations: tuple[str, ...]

    @property
    def answerable(self) -> bool:
        return bool(self.accepted)


def judge(
    question: Question,
    reading: Reading,
    answer: Answer,
    retrieved: Retrieved,
    documents: Mapping[str, Document],
) -> Result:
    """Compare what was found and shown with what the question accepts.

    `answer` is what the corpus concluded from `reading`; `documents` are all of the corpus.
    """
    golds = [accepted.text for accepted in question.answers]
    guess = reading.candidates[0] if reading.candidates else None
    guessed = guess.text if guess is not None else ""
    shown = answer.answer if answer.answer is not None else ""
    right = guess is not None and is_right(guess.spans, question.answers)
    first = answer.citations[0] if answer.citations else None
    return Result(
        id=question.id,
        kind=question.kind,
        question=question.text,
        accepted=question.answers,
        status=answer.status,
        confidence=answer.confidence,
        guess=guess.text if guess is not None else None,
        em=exact_match(guessed, golds),
        f1=token_f1(guessed, golds),
        shown_em=exact_match(shown, golds),
        shown_f1=token_f1(shown, golds),
        right=right,
        cited_document=first is not None and cites_document(first, question.answers),
        cited_answer=first is not None
        and quote_holds(first.document, first.start, first.end, first.quote, question.answers),
        cited_sentence=first is not None and sentence_holds(first, question.answers),
        stage=_stage(question, reading, answer.status, right),
        retrieved=retrieved,
        timings_ms=dict(answer.timings_ms),
        violations=_violations(answer, documents),
    )


def cites_document(citation: Citation, accepted: Sequence[Accepted]) -> bool:
    """Return whether a citation is from a document that has an accepted answer."""
    return any(citation.document == answer.document for answer in accepted)


def sentence_holds(citation: Citation, accepted: Sequence[Accepted]) -> bool:
    """Return whether a citation's quote, or the sentence around it, holds an accepted answer."""
    quote = citation.start, citation.end, citation.quote
    return any(
        quote_holds(citation.document, start, end, text, accepted)
        for start, end, text in (quote, _sentence(citation))
    )


def _sentence(citation: Citation) -> tuple[int, int, str]:
    """Return the bounds and the text of the sentences of the snippet that the quote is in."""
    at = citation.snippet_start
    touched = [
        (at + start, at + end)
        for start, end in sentences(citation.snippet)
        if at + start < citation.end and citation.start < at + end
    ]
    start = min([citation.start, *(start for start, _ in touched)])
    end = max([citation.end, *(end for _, end in touched)])
    return start, end, citation.snippet[start - at : end - at]


def contains_answer(passage: Passage, accepted: Sequence[Accepted]) -> bool:
    """Return whether the passage wholly contains an accepted answer."""
    return any(
        passage.document_id == answer.document
        and passage.start <= answer.start
        and answer.end <= passage.end
        for answer in accepted
    )


def is_right(spans: Sequence[Span], accepted: Sequence[Accepted]) -> bool:
    """Return whether an answer is right, given the spans that say it, best first: see `Result`."""
    if not accepted:
        return False
    return token_f1(spans[0].text, [answer.text for answer in accepted]) >= RIGHT_F1 or any(
        quote_holds(span.hit.passage.document_id, span.start, span.end, span.text, accepted)
        for span in spans
    )


def _stage(question: Question, reading: Reading, status: Status, right: bool) -> Stage | None:
    answered = status is Status.ANSWERED
    if not question.answers:
        return Stage.ABSTAINING if answered else None
    if right:
        return None if answered else Stage.ABSTAINING
    read = reading.hits[: reading.read]
    found = any(contains_answer(hit.passage, question.answers) for hit in read)
    return Stage.READING if found else Stage.SEARCH


def _violations(answer: Answer, documents: Mapping[str, Document]) -> tuple[str, ...]:
    """Describe every citation that its document does not bear out."""
    found = []
    for citation in (*answer.citations, *answer.others, *answer.nearest):
        place = f"{citation.document}, {citation.start} to {citation.end}"
        document = documents.get(citation.document)
        if document is None:
            found.append(f"{place}: there is no such document")
        elif document.text[citation.start : citation.end] != citation.quote:
            found.append(f"{place}: the quote is not there")
        elif not document.text.startswith(citation.snippet, citation.snippet_start):
            found.append(f"{place}: the snippet is not at {citation.snippet_start}")
    return tuple(found)
