"""Pure: which of several answers comes first, and which are worth showing beside it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from difflib import SequenceMatcher

from index.sentences import sentences
from index.types import Document
from qa.confidence import Calibration, Features
from qa.doubt import doubt, evidence_of, lowered
from qa.types import Candidate, Span

_LATEST = re.compile(
    r"\b(?:latest|newest|most recent(?:ly)?|current(?:ly)?|last|nowadays|up to date|now)\b", re.I
)
_EARLIEST = re.compile(r"\b(?:first|earliest|original(?:ly)?|oldest)\b", re.I)
_DATED = re.compile(r"(?<!\d)((?:19|20)\d\d)(?:[-_.]?([01]\d))?(?:[-_.]?([0-3]\d))?(?!\d)")
_NEARLY = 0.5  # of the best one's probability, for a newer version to take its place
_SAME = 0.5  # of their text, for two documents to be versions of one
_COMPARED = 4_000  # characters


def alone(span: Span, question: str, calibration: Calibration) -> float:
    """Return the probability that a span answers, whatever else there is: a list has many."""
    found = calibration.probability(Features(span.score, span.score))
    return lowered(found, doubt(evidence_of(question, span)))


def date_of(document: Document) -> str:
    """Return a document's date, or that of its name ("policy-2019.md"); blank where neither has."""
    if document.date:
        return document.date
    named = _DATED.search(document.id.rpartition("/")[2])
    return "-".join(part for part in named.groups() if part) if named else ""


def versions(one: Document, other: Document) -> bool:
    """Return whether two documents are dated versions of one.

    Their names are the same but for digits, or their titles, and so is much of their text.
    """
    if not (date_of(one) and date_of(other)):
        return False
    names = [re.sub(r"[\W\d_]+", "", d.id).casefold() for d in (one, other)]
    titles = [d.title.casefold() for d in (one, other)]
    if names[0] != names[1] and (titles[0] != titles[1] or not one.titled):
        return False
    a, b = (d.text[:_COMPARED].split() for d in (one, other))
    return SequenceMatcher(None, a, b, autojunk=False).ratio() >= _SAME


def ordered(
    candidates: Sequence[Candidate],
    question: str,
    documents: Mapping[str, Document],
    calibration: Calibration,
) -> tuple[Candidate, ...]:
    """Return the candidates with that of the newest version first, or what "latest" asks for.

    Only one that is nearly as probable as the first takes its place, and has its probability then:
    what made it less sure was the other version.
    """
    if len(candidates) < 2:
        return tuple(candidates)
    first = candidates[0]
    of = {id(c): documents[c.spans[0].hit.passage.document_id] for c in candidates}
    sure = {id(c): alone(c.spans[0], question, calibration) for c in candidates}
    latest, earliest = _LATEST.search(question), _EARLIEST.search(question)

    def against(candidate: Candidate) -> float:
        return doubt(evidence_of(question, candidate.spans[0]))

    def takes(other: Candidate) -> bool:
        a, b = date_of(of[id(first)]), date_of(of[id(other)])
        if of[id(other)] is of[id(first)] or not (a and b) or a == b:
            return False
        if sure[id(other)] < _NEARLY * sure[id(first)] or against(other) > against(first):
            return False
        if earliest and not latest:
            return b < a and versions(of[id(first)], of[id(other)])
        return b > a and versions(of[id(first)], of[id(other)])

    able = [c for c in candidates[1:] if takes(c)]
    if not able:
        return tuple(candidates)
    back = bool(earliest and not latest)
    chosen = sorted(able, key=lambda c: date_of(of[id(c)]), reverse=not back)[0]
    raised = max(chosen.confidence, first.confidence)
    better = replace(chosen, probabilities=(raised, *chosen.probabilities[1:]))
    lower = replace(
        first, probabilities=(min(chosen.confidence, first.confidence), *first.probabilities[1:])
    )
    rest = [lower if c is first else c for c in candidates if c is not chosen]
    return (better, *rest)


def rivals(one: Span, other: Span) -> bool:
    """Return whether two spans of one document are of one form: two dates, two amounts, two names.

    Of what is close together one is more likely a part of the other's answer.
    """
    apart = one.hit.passage.id != other.hit.passage.id or not _one_sentence(one, other)
    return apart and _form(one.text) == _form(other.text) != ""


def _form(text: str) -> str:
    if any(c.isdigit() for c in text):
        return "number"
    return "name" if all(word[:1].isupper() for word in text.split()) and " " in text else ""


def _one_sentence(one: Span, other: Span) -> bool:
    passage = one.hit.passage
    return any(
        a <= one.start - passage.start < b and a <= other.start - passage.start < b
        for a, b in sentences(passage.text)
    )
