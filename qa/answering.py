"""Answerer: a question -> passages -> marked answers -> what is shown, of one state of an index."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from glob import escape

from index.about import described
from index.errors import QuestionError
from index.filters import Filter, Selected, select
from index.types import Document, Hit, Passage, SearchIndex
from qa.choosing import alone, later, ordered, rivals, versions
from qa.citing import cite, cite_passage
from qa.confidence import Calibration, candidates
from qa.doubt import doubted
from qa.each_side import EACH_SIDE, of_each, of_each_document
from qa.foreign import foreign_note
from qa.forms import is_small_talk
from qa.listing import LISTED, Listing, collect
from qa.newest import OLDER, as_it_is_now
from qa.promise import Promise
from qa.quoted import beside_own_words, names_sender, own_words_first
from qa.several import OF_A_LIST, asks_for_several, entries, entries_beside, section_named
from qa.sides import joined, sides
from qa.spans import distinct, group_equal
from qa.telling import nothing_asked, of_a_document
from qa.types import Answer, Candidate, Citation, Reader, Reading, Retrieval, Span, Status

MAX_QUESTION_CHARS = 1_000
HITS = 50
NEAREST = 3
_CITATIONS = 5
_OTHERS = 3
_MANY = 30
# The least probability, by itself (`qa.choosing.alone`), of what another document says.
_BESIDE = 0.3


@dataclass(frozen=True, slots=True)
class Answerer:
    """Answers questions from an index with a reader. It never changes, as its index never does.

    A question takes three steps: `retrieve` passages, `read` them, and `conclude` what to show.
    `ask` takes all of them. A question that is blank or longer than 1,000 characters raises
    QuestionError, and a filter that lets no document through FilterError.
    """

    index: SearchIndex
    reader: Reader
    promise: Promise | None = None

    @property
    def documents(self) -> Mapping[str, Document]:
        """The documents by id."""
        return self.index.documents

    @property
    def calibration(self) -> Calibration:
        """The reader's calibration, from the threshold up that was promised, if one was."""
        own = self.reader.calibration
        return own if self.promise is None else replace(own, answered=self.promise.answered)

    @property
    def passages(self) -> Sequence[Passage]:
        """The passages, document by document."""
        return self.index.passages

    def ask(self, question: str, within: Filter | None = None) -> Answer:
        """Answer a question from the documents, or only from those that a filter lets through."""
        return self.answer(self.retrieve(question, within))

    def ask_all(self, question: str, within: Filter | None = None) -> Listing:
        """Return every answer that is found, by document and place, as long as more are found."""
        asked = checked(question)
        hits = self.search(asked, HITS, within)

        def read(batch: Sequence[Hit]) -> list[Span]:
            spans = self.reader.read(asked, batch, thorough=True)
            lower = hits[0].score - batch[0].score  # the reader knows only the batch's best
            return [
                replace(entry, score=entry.score - lower)
                for span in spans
                for entry in listed(span)
            ]

        found, done, missed = collect(asked, hits, read, self.calibration)
        cited = [(self._cite(group[0], p), len(group)) for group, p in found]
        cited.sort(key=lambda pair: (pair[0].document, pair[0].start))
        answers, places = tuple(c for c, _ in cited), tuple(n for _, n in cited)
        return Listing(question, answers, places, done, len(hits) - done, missed)

    def answer(self, retrieval: Retrieval) -> Answer:
        """Answer from passages that were retrieved."""
        return self.conclude(self.read(retrieval))

    def search(self, question: str, k: int = HITS, within: Filter | None = None) -> list[Hit]:
        """Return the k passages nearest to a question, best first."""
        hits = self.index.search(checked(question), k, within)
        if not hits and within is not None:
            self.select(within)  # raises where that is why
        return described(hits, self.documents)

    def select(self, within: Filter) -> Selected:
        """Return which documents a filter lets through; raises FilterError for none."""
        return select(self.documents.values(), within)

    def retrieve(self, question: str, within: Filter | None = None) -> Retrieval:
        """Search, without reading yet."""
        began = time.perf_counter()
        wanted = self.reader.max_passages
        hits = tuple(self.search(question, max(HITS, wanted), within))
        took_ms = (time.perf_counter() - began) * 1e3
        return Retrieval(question, hits, min(wanted, len(hits)), took_ms, within)

    def read(self, retrieval: Retrieval) -> Reading:
        """Mark answers, without deciding yet whether the best is good enough to show.

        A question that compares things is read for each of them (`qa.sides`), one about a document
        is answered by that (`qa.telling`), and small talk by an example of a question.
        """
        asked = checked(retrieval.question)
        if is_small_talk(asked):
            return nothing_asked(retrieval, self.documents)
        of_one = of_a_document(retrieval, asked, self.documents, self.search)
        if isinstance(of_one, Reading):
            return of_one
        if of_one is not None:
            return self._read(self.retrieve(asked, Filter(documents=(escape(of_one),))))
        read = retrieval.hits[: retrieval.read]
        questions = sides(asked) or joined(
            asked, [f"{hit.passage.about}\n{hit.passage.text}" for hit in read]
        )
        if not questions:
            return self._read(retrieval)
        readings = [self._read(self.retrieve(q, retrieval.within)) for q in questions]
        found = (
            of_each(readings, self.reader.calibration.unsure)
            if len(readings) > 1
            else of_each_document(readings[0])
        )
        if not found:
            return self._read(retrieval)
        took_ms = sum(reading.timings_ms["total"] for reading in readings)
        return Reading(
            retrieval.question,
            retrieval.hits,
            retrieval.read,
            found,
            retrieval.timings_ms(took_ms),
            len(found),
            EACH_SIDE,
        )

    def _read(self, retrieval: Retrieval) -> Reading:
        began = time.perf_counter()
        asked = checked(retrieval.question)
        is_quoted = partial(self._is_quoted, asked)
        hits = beside_own_words(retrieval.hits, retrieval.read, is_quoted)
        if asks_for_several(asked):
            spans = [
                entry
                for span in self.reader.read(asked, hits, thorough=True)
                for entry in listed(span)
            ]
        else:
            spans = self.reader.read(asked, hits)
        calibration = self.calibration
        groups = group_equal(distinct(own_words_first(spans, is_quoted)))
        found = tuple(
            doubted(c, asked, calibration.unsure) for c in candidates(groups, calibration)
        )
        found = ordered(found, asked, self.documents, calibration)
        found = as_it_is_now(found, asked, retrieval, self.documents, self.reader)
        read_ms = (time.perf_counter() - began) * 1e3
        return Reading(
            question=retrieval.question,
            hits=retrieval.hits,
            read=retrieval.read,
            candidates=found,
            timings_ms=retrieval.timings_ms(read_ms),
        )

    def _is_quoted(self, question: str, hit: Hit) -> bool:
        """Whether a hit is what a mail quotes, and the question does not ask for whom it quotes."""
        place = self.documents[hit.passage.document_id].place_at(hit.passage.start)
        return place is not None and place.quoted and not names_sender(question, place.label)

    def conclude(self, reading: Reading) -> Answer:
        """Decide what to show of a reading."""
        best = reading.candidates[0] if reading.candidates else None
        confidence = best.confidence if best is not None else 0.0
        status = self._status(confidence) if best is not None else Status.NOT_FOUND
        shown = best if status is not Status.NOT_FOUND else None
        told = bool(reading.note) and not reading.sides
        others = self._others(reading) if shown is not None else ()
        listed_too = self._entries_beside(reading) if shown is not None else ()
        if shown is not None and asks_for_several(reading.question):
            others = (*others, *self._section(reading, others))
        return Answer(
            question=reading.question,
            status=status,
            answer=shown.text if shown is not None else None,
            confidence=confidence,
            citations=self._citations(shown) if shown is not None else (),
            others=(*listed_too, *others),
            nearest=() if told or status is Status.ANSWERED else self._nearest(reading),
            timings_ms=reading.timings_ms,
            calibrated=self.reader.calibration.own,
            note=reading.note or (OF_A_LIST if listed_too else self._of_versions(reading, others)),
            promise=str(self.promise) if self.promise is not None else "",
            caution=self._foreign(reading),
        )

    def _foreign(self, reading: Reading) -> str:
        read = (self.documents[h.passage.document_id] for h in reading.hits[: reading.read])
        return foreign_note(reading.question, list(read))

    def _section(self, reading: Reading, others: Sequence[Citation]) -> tuple[Citation, ...]:
        """Cite what else stands below a heading that names what is asked for."""
        if reading.note:
            return ()
        best = reading.candidates[0]
        taken = [(c.document, c.start, c.end) for c in others]
        taken += [(s.hit.passage.document_id, s.start, s.end) for s in best.spans]
        for hit in reading.hits[:NEAREST]:
            passage, found = hit.passage, list[Citation]()
            for start, end in section_named(reading.question, self.documents[passage.document_id]):
                known = any(d == passage.document_id and a < end and start < b for d, a, b in taken)
                if not known and passage.start <= start and end <= passage.end:
                    found.append(self._cite(Span(hit, start, end, 0.0), best.confidence))
            if found:
                return tuple(found)
        return ()

    def _of_versions(self, reading: Reading, others: Sequence[Citation]) -> str:
        """Return what to say where an older version of the answer's document says otherwise."""
        if not others:
            return ""
        newest = self.documents[reading.candidates[0].spans[0].hit.passage.document_id]
        beside = {cited.document: self.documents[cited.document] for cited in others}
        older = [d for d in beside.values() if later(newest, d) and versions(newest, d)]
        return f"{OLDER} {', '.join(d.id for d in older)}" if older else ""

    def _entries_beside(self, reading: Reading) -> tuple[Citation, ...]:
        """Cite the other entries of the list of which the answer is one, however it was asked for.

        A question that asks for several has them among its candidates.
        """
        if reading.note or asks_for_several(checked(reading.question)):
            return ()
        span, p = reading.candidates[0].spans[0], reading.candidates[0].confidence
        base, text = span.hit.passage.start, span.hit.passage.text
        found = entries_beside(text, span.start - base, span.end - base)
        entry = (replace(span, start=base + start, end=base + end) for start, end in found)
        return tuple(self._cite(other, p) for other in entry)[:_MANY]

    def _status(self, confidence: float) -> Status:
        return self.calibration.status(confidence)

    def _citations(self, candidate: Candidate) -> tuple[Citation, ...]:
        """Cite the best span, and those that say the same and could be shown alone."""
        scored = zip(candidate.spans, candidate.probabilities, strict=True)
        return tuple(
            self._cite(span, p)
            for i, (span, p) in enumerate(scored)
            if i == 0 or self._status(p) is not Status.NOT_FOUND
        )[:_CITATIONS]

    def _others(self, reading: Reading) -> tuple[Citation, ...]:
        """Cite what else answers: of other documents or, where several were asked for, of all.

        Of the best answer's document only what is likely by itself: the same name may be that of
        two people. Where several answers are asked for, there are up to 30.
        """
        if reading.sides:
            sides_found = reading.candidates[1 : reading.sides]
            return tuple(self._cite(c.spans[0], c.confidence) for c in sides_found)
        asked, calibration = checked(reading.question), self.calibration
        several = asks_for_several(asked)
        best = reading.candidates[0].spans[0]
        agreeing = {span.hit.passage.document_id for span in reading.candidates[0].spans}
        others: list[Citation] = []
        documents: set[str] = set()
        for candidate in reading.candidates[1:]:
            span = candidate.spans[0]
            document = span.hit.passage.document_id
            sure = alone(span, asked, calibration)
            if several:
                shown = sure >= LISTED
            elif document in agreeing:
                shown = sure >= calibration.answered and rivals(best, span)
            else:
                shown = document not in documents and max(sure, candidate.confidence) >= _BESIDE
            if shown:
                documents.add(document)
                others.append(self._cite(span, sure if several else candidate.confidence))
        return tuple(others)[: _MANY if several else _OTHERS]

    def _cite(self, span: Span, score: float) -> Citation:
        return cite(self.documents[span.hit.passage.document_id], span, score)

    def _nearest(self, reading: Reading) -> tuple[Citation, ...]:
        """Cite the best passages, each with the probability of the best answer in it."""
        best: dict[str, float] = {}
        for candidate in reading.candidates:
            for span, p in zip(candidate.spans, candidate.probabilities, strict=True):
                best.setdefault(span.hit.passage.id, p)
        return tuple(
            cite_passage(
                self.documents[hit.passage.document_id], hit, best.get(hit.passage.id, 0.0)
            )
            for hit in reading.hits[:NEAREST]
        )


def listed(span: Span) -> list[Span]:
    """Return a span and the other entries of its list, each a little lower."""
    passage = span.hit.passage
    own = (span.start - passage.start, span.end - passage.start)
    found = entries(passage.text, *own)
    return [
        replace(span, start=passage.start + a, end=passage.start + b, score=span.score - i / 1_000)
        for i, (a, b) in enumerate(found)
    ]


def checked(question: str) -> str:
    """Return a question with its white space folded.

    Raises QuestionError where it is blank or longer than `MAX_QUESTION_CHARS`.
    """
    folded = " ".join(question.encode("utf-8", "replace").decode().split())
    if not folded:
        raise QuestionError("the question is empty; type one")
    if len(folded) > MAX_QUESTION_CHARS:
        raise QuestionError(
            f"the question has {len(folded):,} characters; ask in at most {MAX_QUESTION_CHARS:,}"
        )
    return folded
