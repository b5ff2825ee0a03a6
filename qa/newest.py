"""Where the newest version of a document says what an older one was found to answer.

Versions say the same in nearly the same sentences, so that the newer sentence is found by the
older one, whatever the reader makes of it by itself ("Smoking is no longer allowed").
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from difflib import SequenceMatcher

from index.sentences import sentence_around, sentences
from index.tokens import content_terms, tokenize, words
from index.types import Document, Hit
from qa.choosing import EARLIEST, in_place, later, series, versions
from qa.doubt import evidence_of
from qa.entities import named
from qa.spans import normalise
from qa.types import Candidate, Reader, Retrieval, Span, Status

OLDER = "The newest version is the answer; an older one says otherwise:"
_ALIKE = 0.5  # of two sentences' words
_CHANGED = re.compile(r"\b(?:used to|no longer|formerly|previously|instead of|until now)\b", re.I)
_LABEL = re.compile(r"([^\W\d][\w ]{1,30}):\s")
_SHORTLY = 40  # characters
_TIMES = ("year", "month", "day")

Sentence = tuple[Hit, int, int]  # where it is in its document


def as_it_is_now(
    found: tuple[Candidate, ...],
    question: str,
    retrieval: Retrieval,
    documents: Mapping[str, Document],
    reader: Reader,
) -> tuple[Candidate, ...]:
    """Return the candidates with what the version that is asked for says first.

    In that version the answer is where the best candidate is in its own, or it is beside a sentence
    which says that the best candidate used to be true. A question about a time is left alone. A
    passage that the answer may be in is read if it has not been.
    """
    if not found or reader.calibration.status(found[0].confidence) is Status.NOT_FOUND:
        return found
    if any(entity.kind in _TIMES for entity in named(question)):
        return found
    best = found[0].spans[0]
    others = [documents[id] for id in dict.fromkeys(h.passage.document_id for h in retrieval.hits)]
    version = wanted_version(question, documents[best.hit.passage.document_id], others)
    place: Sentence | None = None
    if version is not None:
        hits = [hit for hit in retrieval.hits if hit.passage.document_id == version.id]
        place = counterpart(question, best, hits)
    elif beside := told_as_past(question, best, retrieval.hits[: retrieval.read]):
        place = beside, beside.passage.start, beside.passage.end
    span = _best_in(place, found, question, reader) if place is not None else None
    return in_place(found, span) if span is not None else found


def _best_in(
    place: Sentence, found: Sequence[Candidate], question: str, reader: Reader
) -> Span | None:
    """Return the best span between two offsets, read again if there is none yet."""
    hit, low, high = place

    def inside(spans: Iterable[Span]) -> list[Span]:
        return [
            span
            for span in spans
            if span.hit.passage.document_id == hit.passage.document_id
            and low <= span.start
            and span.end <= high
            and not evidence_of(question, span).stale
        ]

    known = inside(span for candidate in found for span in candidate.spans)
    spans = [span for span in known if span is not found[0].spans[0]]
    if not spans:
        spans = inside(reader.read(question, [hit], thorough=True))
    return max(spans, key=lambda span: span.score, default=None)


def wanted_version(
    question: str, document: Document, others: Iterable[Document]
) -> Document | None:
    """Return the version of a document that a question asks for, if that is another one.

    That is the newest or, where it asks for "the first meeting" of a series of minutes, the first.
    """
    first = _asks_for_first(question, document)
    found = document
    for other in others:
        same = series(document, other) if first else versions(document, other)
        if same and (later(found, other) if first else later(other, found)):
            found = other
    return found if found is not document else None


def _asks_for_first(question: str, document: Document) -> bool:
    """Whether "the first meeting" names what a document is by its title or name."""
    known = set(tokenize(f"{document.title} {document.id}")) | {"version", "edit", "issu"}
    return any(
        known.intersection(tokenize(" ".join(question[m.end() :].split()[:2])))
        for m in EARLIEST.finditer(question)
    )


def counterpart(question: str, span: Span, hits: Sequence[Hit]) -> Sentence | None:
    """Return the sentence of the hits that says anew what a span's own sentence says, if any.

    It has as many of the question's words, so that it is about the same.
    """
    own = _sentence_of(span)
    asked = set(content_terms(question)) & set(tokenize(own))
    best: tuple[float, Sentence] | None = None
    for hit in hits:
        for start, end in sentences(hit.passage.text):
            text = hit.passage.text[start:end]
            if not asked <= set(tokenize(text)):
                continue
            alike = _alike(own, text)
            if alike >= _ALIKE and (best is None or alike > best[0]):
                best = alike, (hit, hit.passage.start + start, hit.passage.start + end)
    return best[1] if best is not None else None


def _alike(one: str, other: str) -> float:
    """Return how much of their words two sentences share, 1 where one label names their values."""
    labels = [found.group(1).casefold() for t in (one, other) if (found := _LABEL.match(t))]
    if len(labels) == 2 and labels[0] == labels[1]:
        return 1.0
    return SequenceMatcher(None, words(one), words(other), autojunk=False).ratio()


def told_as_past(question: str, span: Span, hits: Sequence[Hit]) -> Hit | None:
    """Return the hit where another sentence says that what a span says was so once: "It used to
    cost 4 pounds". It has most of the question's words, there or in its title.
    """
    said, terms = normalise(span.text), set(content_terms(question))
    for hit in hits:
        text = hit.passage.text
        known = set(tokenize(f"{text} {hit.passage.about}"))
        if not said or 2 * len(terms & known) <= len(terms):
            continue
        for start, end in sentences(text):
            sentence = text[start:end]
            if _tells_as_past(said, normalise(sentence)):
                own = hit.passage.id == span.hit.passage.id and (
                    start <= span.start - hit.passage.start < end
                )
                return None if own else hit
    return None


def _tells_as_past(said: str, sentence: str) -> bool:
    """Return whether a sentence names a thing shortly after "used to" and the like."""
    return any(
        f" {said} " in f" {sentence[m.end() : m.end() + _SHORTLY + len(said)]} "
        for m in _CHANGED.finditer(sentence)
    )


def _sentence_of(span: Span) -> str:
    text, base = span.hit.passage.text, span.hit.passage.start
    low, high = sentence_around(text, span.start - base, span.end - base)
    return text[low:high]
