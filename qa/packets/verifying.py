"""Pure: whether the quotes of a packet are still in the documents, and what became of others."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from functools import cache
from typing import NamedTuple

from index.sentences import sentences
from index.types import Document
from qa.packets.packet import Packet
from qa.packets.records import Quote

_NEAR = 0.5  # the least likeness of two sentences, of 1, of which one may have become the other
_COMPARED = 20  # sentences that share the most words are compared word by word
_WORDS = 400  # of a sentence
_TELLING = 20  # characters of a sentence that is looked for in other documents


class _Sentence(NamedTuple):
    """The bounds of a sentence in its document, and its words."""

    start: int
    end: int
    words: list[str]


class Outcome(StrEnum):
    """What became of a quote."""

    HOLDS = "holds"
    MOVED = "moved"
    CHANGED = "changed"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Finding:
    """What became of a quote, the `number`th of a question, both from 1.

    It `holds` where it and its sentence are at their place, letter by letter; has `moved` where
    both are elsewhere; is `changed` where the sentence is another by now, and `gone` where nothing
    is like it. `document`, `start` and `end` say where the quote is now, or what is nearest to it;
    `now` is that sentence. `note` is what else there is to say.
    """

    question: int
    number: int
    outcome: Outcome
    quote: Quote
    document: str | None = None
    start: int | None = None
    end: int | None = None
    place: str | None = None
    now: str = ""
    note: str = ""


def verify(
    packet: Packet, documents: Mapping[str, Document], skipped: Mapping[str, str] | None = None
) -> list[Finding]:
    """Return what became of each quote of a packet, in its order.

    `skipped` says why files are not among the documents, by path.
    """
    named = {name: document for document in documents.values() for name in document.names}
    cut = cache(lambda id: _cut(documents[id].text))
    return [
        _finding(question, number, quote, named, skipped if skipped is not None else {}, cut)
        for question, record in enumerate(packet.records, 1)
        for number, quote in enumerate(record.quotes, 1)
    ]


def _finding(
    question: int,
    number: int,
    quote: Quote,
    named: Mapping[str, Document],
    skipped: Mapping[str, str],
    cut: Callable[[str], list[_Sentence]],
) -> Finding:
    def found(
        outcome: Outcome, document: Document, start: int, end: int, now: str, note: str = ""
    ) -> Finding:
        place = document.place_at(start)
        label = place.label if place is not None else None
        return Finding(question, number, outcome, quote, document.id, start, end, label, now, note)

    first, last = quote.sentence
    sentence = "".join(quote.around())
    into = quote.start - first  # where in its sentence the quote begins
    own = named.get(quote.document)
    same = own is not None and own.sha256 == quote.sha256
    if own is not None:
        if own.part(first, last) == sentence:
            note = "" if same else "the file has changed elsewhere"
            return found(Outcome.HOLDS, own, quote.start, quote.end, sentence, note)
        if (at := _nearest(own.text, sentence, first)) is not None:
            note = "this Quotewell reads the file otherwise" if same else ""
            start = at + into
            return found(Outcome.MOVED, own, start, start + len(quote.quote), sentence, note)
    for document, at in _elsewhere(quote, sentence, named):
        renamed = document.sha256 == quote.sha256
        note = "the same file under another name" if renamed else "in another document"
        start = at + into
        return found(Outcome.MOVED, document, start, start + len(quote.quote), sentence, note)
    if own is None:
        why = skipped.get(quote.document)
        note = f"not indexed: {why}" if why is not None else "there is no such document"
        return Finding(question, number, Outcome.GONE, quote, note=note)
    if (likely := _likeliest(cut(own.id), sentence, first)) is not None:
        a, b = likely
        note = "this Quotewell reads the file otherwise" if same else ""
        return found(Outcome.CHANGED, own, a, b, own.text[a:b], note)
    return Finding(
        question, number, Outcome.GONE, quote, note="its document says nothing like it any more"
    )


def _nearest(text: str, sentence: str, before: int) -> int | None:
    """Return where a sentence is in a text, nearest to where it was."""
    after = text.find(sentence, before)
    earlier = text.rfind(sentence, 0, before + len(sentence))
    places = [at for at in (after, earlier) if at >= 0]
    return min(places, key=lambda at: abs(at - before), default=None)


def _elsewhere(
    quote: Quote, sentence: str, named: Mapping[str, Document]
) -> Iterator[tuple[Document, int]]:
    """Yield other documents that have the sentence, that of the same file first."""
    others = {d.id: d for name, d in named.items() if name != quote.document}
    for document in sorted(others.values(), key=lambda d: d.sha256 != quote.sha256):
        telling = document.sha256 == quote.sha256 or len(sentence) >= _TELLING
        if telling and (at := _nearest(document.text, sentence, quote.start)) is not None:
            yield document, at


def _cut(text: str) -> list[_Sentence]:
    return [_Sentence(a, b, _words(text[a:b])) for a, b in sentences(text)]


def _likeliest(several: Sequence[_Sentence], sentence: str, before: int) -> tuple[int, int] | None:
    """Return the bounds of the one of several sentences that is most like one, None for none."""
    words = _words(sentence)
    known = set(words)
    nearest = sorted(several, key=lambda s: (-len(known & set(s.words)), abs(s.start - before)))
    best: tuple[float, int, tuple[int, int]] | None = None
    for start, end, others in nearest[:_COMPARED]:
        likeness = SequenceMatcher(None, words, others, autojunk=False).ratio()
        near = -abs(start - before)
        if likeness >= _NEAR and (best is None or (likeness, near) > best[:2]):
            best = (likeness, near, (start, end))
    return best[2] if best is not None else None


def _words(text: str) -> list[str]:
    return re.findall(r"\w+|[^\w\s]", text.casefold())[:_WORDS]
