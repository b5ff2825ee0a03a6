"""One question asked of two sides: what the old documents say, what the new ones do."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from difflib import SequenceMatcher
from enum import StrEnum
from glob import escape
from typing import Any

from index.dates import is_date
from index.filters import Filter
from index.rows import place_of
from index.sentences import sentence_around
from index.types import Document
from qa.answering import Answerer
from qa.spans import normalise
from qa.things import things
from qa.types import Answer, Citation, Status

_ALIKE = 0.6  # of their words, for two sentences to be versions of one


class Change(StrEnum):
    """What became of an answer between two sides."""

    SAME = "same"
    CHANGED = "changed"
    ADDED = "added"
    REMOVED = "removed"
    NEITHER = "neither"


@dataclass(frozen=True, slots=True)
class Comparison:
    """What two sides say to one question.

    `old_quote` and `new_quote` are the best citations of each, None where a side does not say.
    `still` says that the sentence of the old quote is on the new side, too, word for word.
    """

    question: str
    change: Change
    old_quote: Citation | None
    new_quote: Citation | None
    still: bool
    old: Answer
    new: Answer

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain JSON types."""
        return asdict(self)


def compare(asked: Answerer, old: str | Filter, new: str | Filter, question: str) -> Comparison:
    """Ask two sides of one index the same, each a filter or what `side_of` makes one of.

    Raises QuestionError as `Answerer.ask`, and FilterError where a side has no document.
    """
    documents = asked.documents
    sides = [s if isinstance(s, Filter) else side_of(s, documents.values()) for s in (old, new)]
    held = [{id: documents[id] for id in asked.select(side).documents} for side in sides]
    answers = [asked.ask(question, side) for side in sides]
    return compared(question, answers[0], answers[1], held[0], held[1])


def side_of(named: str, documents: Iterable[Document]) -> Filter:
    """Return the filter of one side: a document, a folder or glob of them, or a date.

    A date lets through what is dated in it or, where nothing is, what has it in its name
    ("fees-2019.md"). Whether anything is let through is not checked.
    """
    found = list(documents)
    if any(named in document.names for document in found):
        return Filter((escape(named),))
    by_name = Filter((named,))
    if not is_date(named) or any(map(by_name.matches, found)):
        return by_name
    dated = Filter(after=named, before=named)
    return dated if any(map(dated.matches, found)) else Filter((f"*{named}*",))


def compared(
    question: str,
    old: Answer,
    new: Answer,
    old_documents: Mapping[str, Document],
    new_documents: Mapping[str, Document],
) -> Comparison:
    """Compare the answers of two sides, which have been asked the same.

    A side that found nothing, but has the sentence of the other's quote word for word, says it.
    """
    one, other = _said(old, new), _said(new, old)
    kept = _standing(one, new_documents)
    known = _standing(other, old_documents)
    one, other = (one if one is not None else known), (other if other is not None else kept)
    return Comparison(question, _change(one, other, kept, known), one, other, bool(kept), old, new)


def _said(own: Answer, opposite: Answer) -> Citation | None:
    """Return what a side says, if it does.

    Where only the other side is sure, a guess counts only in nearly the same sentence.
    """
    said = own.citations[0] if own.citations else None
    if said is None or own.status is Status.ANSWERED or opposite.status is not Status.ANSWERED:
        return said
    a, b = (sentence_of(c).casefold().split() for c in (said, opposite.citations[0]))
    alike = SequenceMatcher(None, a, b, autojunk=False).ratio()
    return said if alike >= _ALIKE else None


def _change(
    old: Citation | None, new: Citation | None, kept: Citation | None, known: Citation | None
) -> Change:
    if old is None or new is None:
        if old is None and new is None:
            return Change.NEITHER
        return Change.ADDED if old is None else Change.REMOVED
    # Where both sides have both sentences, which of the two came first says nothing.
    same = (kept is not None and known is not None) or says_the_same(old.quote, new.quote)
    return Change.SAME if same else Change.CHANGED


def says_the_same(one: str, other: str) -> bool:
    """Return whether two quotes say the same, one in more words maybe, with the same numbers.

    "Mandelson" says what "Peter Mandelson" does, but "$5" not what "$5 million" does.
    """
    a, b = normalise(one) or one, normalise(other) or other
    if a == b:
        return True
    short, long = sorted((a, b), key=len)
    named = [[normalise(thing.text) for thing in things(text)] for text in (one, other)]
    within = f" {short} " in f" {long} " and 2 * len(short.split()) >= len(long.split())
    return within and named[0] == named[1]


def sentence_of(citation: Citation) -> str:
    """Return the sentences of its snippet that a quote is in."""
    return citation.snippet[slice(*_around(citation))]


def _around(citation: Citation) -> tuple[int, int]:
    start = citation.start - citation.snippet_start
    return sentence_around(citation.snippet, start, start + len(citation.quote))


def _standing(citation: Citation | None, documents: Mapping[str, Document]) -> Citation | None:
    """Cite the same quote where one of the documents has its sentence word for word."""
    if citation is None:
        return None
    low, high = _around(citation)
    sentence = citation.snippet[low:high]
    at = citation.start - citation.snippet_start - low
    if len(sentence.split()) <= len(citation.quote.split()):
        return None  # a lone word, which may be anywhere
    for document in documents.values():
        start = document.text.find(sentence)
        if start >= 0:
            quote = start + at
            place = document.place_at(quote)
            return replace(
                citation,
                document=document.id,
                title=document.title,
                date=document.date,
                start=quote,
                end=quote + len(citation.quote),
                snippet=sentence,
                snippet_start=start,
                place=place_of(document, quote),
                page=place.page if place is not None else None,
                dense_rank=None,
                lexical_rank=None,
            )
    return None
