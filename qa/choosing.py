"""Pure: which of several answers comes first, and which are worth showing beside it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from difflib import SequenceMatcher

from index.sentences import sentences
from index.types import Document
from qa.confidence import Calibration, Features
from qa.doubt import doubt, evidence_of, lowered
from qa.things import MONTH
from qa.types import Candidate, Span

_LATEST = re.compile(
    r"\b(?:latest|newest|most recent(?:ly)?|current(?:ly)?|last|nowadays|up to date|now)\b", re.I
)
EARLIEST = re.compile(r"\b(?:first|earliest|original(?:ly)?|oldest)\b", re.I)
_DATED = re.compile(r"(?<!\d)((?:19|20)\d\d)(?:[-_.]?([01]\d))?(?:[-_.]?([0-3]\d))?(?!\d)")
_EDITION = re.compile(
    r"(?:\b|_)(?:v|ver|version|rev|revision|edition|issue|draft)[ ._-]?(\d+(?:\.\d+)*)(?![\w-])",
    re.I,
)
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


def edition_of(document: Document) -> tuple[int, ...]:
    """Return the number of a version that its name or title gives ("v2.1"), or nothing."""
    found = _EDITION.search(f"{document.id.rpartition('/')[2]} {document.title}")
    return tuple(map(int, found.group(1).split("."))) if found else ()


def later(one: Document, other: Document) -> bool:
    """Return whether a document is of a later date than another or, where those do not tell, of a
    later edition.
    """
    dates, editions = (date_of(one), date_of(other)), (edition_of(one), edition_of(other))
    if all(dates) and dates[0] != dates[1]:
        return dates[0] > dates[1]
    return all(editions) and editions[0] > editions[1]


def series(one: Document, other: Document) -> bool:
    """Return whether names or titles of two documents are the same but for dates and numbers."""
    if not (later(one, other) or later(other, one)):
        return False
    names = [_bare(d.id.rpartition(".")[0]) for d in (one, other)]
    if names[0] and names[0] == names[1]:
        return True
    titles = [_bare(d.title) for d in (one, other)]
    return one.titled and other.titled and bool(titles[0]) and titles[0] == titles[1]


def versions(one: Document, other: Document) -> bool:
    """Return whether two documents are dated or numbered versions of one.

    Their names are the same but for digits, or their titles, and so is much of their text.
    """
    if not series(one, other):
        return False
    a, b = (d.text[:_COMPARED].split() for d in (one, other))
    return SequenceMatcher(None, a, b, autojunk=False).ratio() >= _SAME


def _bare(name: str) -> str:
    return re.sub(r"[\W\d_]+", "", re.sub(rf"\b{MONTH}\b|\bv(?=\d)", "", name)).casefold()


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
    latest, earliest = _LATEST.search(question), EARLIEST.search(question)

    def against(candidate: Candidate) -> float:
        return doubt(evidence_of(question, candidate.spans[0]))

    def takes(other: Candidate) -> bool:
        one, two = of[id(first)], of[id(other)]
        if sure[id(other)] < _NEARLY * sure[id(first)] or against(other) > against(first):
            return False
        in_order = later(one, two) if earliest and not latest else later(two, one)
        return in_order and versions(one, two)

    able = [c for c in candidates[1:] if takes(c)]
    if not able:
        return tuple(candidates)
    back = bool(earliest and not latest)
    chosen = sorted(
        able, key=lambda c: (date_of(of[id(c)]), edition_of(of[id(c)])), reverse=not back
    )[0]
    raised = max(chosen.confidence, first.confidence)
    better = replace(chosen, probabilities=(raised, *chosen.probabilities[1:]))
    lower = replace(
        first, probabilities=(min(chosen.confidence, first.confidence), *first.probabilities[1:])
    )
    rest = [lower if c is first else c for c in candidates if c is not chosen]
    return (better, *rest)


def in_place(found: Sequence[Candidate], span: Span) -> tuple[Candidate, ...]:
    """Return the candidates with a span first that says anew what the first one says.

    It has the probability of that. Where both say the same, it is only cited first.
    """
    first = found[0]
    if span in first.spans:
        at = first.spans.index(span)
        spans = (span, *first.spans[:at], *first.spans[at + 1 :])
        return (replace(first, spans=spans), *found[1:])
    chosen = next((c for c in found if span in c.spans), Candidate((span,), (first.confidence,)))
    raised = max(chosen.confidence, first.confidence)
    spans = (span, *(other for other in chosen.spans if other != span))
    better = Candidate(spans, (raised, *chosen.probabilities[1:]))
    return (better, *(c for c in found if c is not chosen))


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
