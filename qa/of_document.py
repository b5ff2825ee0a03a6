"""Pure: questions about a document itself: its title, author, date, pages, what it says of a thing.

"What does the survey say about adders?", "Who wrote heath.md?", "Summarise the newsletter".
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from index.about import headings_of
from index.language import find_language
from index.sentences import sentences
from index.tokens import content_terms, tokenize
from index.types import Document, Hit
from index.written_dates import dates_in
from qa.choosing import EARLIEST, date_of, later, series

QUOTES_ONLY = "Quotewell quotes and writes no summary; these are the sections' first sentences."


class What(StrEnum):
    """What of a document is asked for."""

    TITLE = "title"
    AUTHOR = "author"
    DATE = "date"
    PAGES = "pages"
    LANGUAGE = "language"
    SAYS = "says"
    SUMMARY = "summary"


@dataclass(frozen=True, slots=True)
class Told:
    """What a document tells of itself: spans of its text, and what only the file says, in a line.

    One of the two may be missing.
    """

    document: Document
    spans: tuple[tuple[int, int], ...]
    note: str = ""


_DOC = r"(?P<doc>.+?)"
_FORMS = tuple(
    (what, re.compile(rf"(?:please )?(?:can you |could you )?(?:{form})", re.I))
    for what, form in (
        (
            What.SAYS,
            rf"what (?:does|do|did) {_DOC} (?:say|says|write|report|tell(?: us)?|state|have to say)"
            r" (?:about|on|of|regarding|concerning) (?P<topic>.+)",
        ),
        (
            What.SAYS,
            r"what (?:is|was) (?:said|written|stated|reported) (?:about|on|of|regarding)"
            rf" (?P<topic>.+?) in {_DOC}",
        ),
        (What.SUMMARY, rf"(?:summari[sz]e|sum up) {_DOC}"),
        (What.SUMMARY, rf"(?:give (?:me )?)?(?:a|the) (?:short |brief )?summary of {_DOC}"),
        (What.SUMMARY, rf"what (?:are|is) the (?:main|key) (?:points?|ideas?) (?:of|in) {_DOC}"),
        (What.SUMMARY, rf"what (?:does|do) {_DOC} (?:say|contain|cover)"),
        (What.TITLE, rf"what(?: is|['’]s| was) the (?:full )?(?:title|headline) of {_DOC}"),
        (What.TITLE, rf"what (?:is|was) {_DOC} (?:about|called|entitled|titled)"),
        (What.AUTHOR, rf"who (?:wrote|authored|has written) {_DOC}"),
        (What.AUTHOR, rf"who (?:is|are|was|were) the (?:author|writer)s? of {_DOC}"),
        (What.AUTHOR, rf"(?:by whom|who) (?:is|was) {_DOC} written(?: by)?"),
        (What.AUTHOR, rf"(?:the )?authors? of {_DOC}"),
        (
            What.DATE,
            rf"when (?:was|is|were) {_DOC} (?:published|written|issued|released|dated|sent|printed"
            r"|updated|held)",
        ),
        (What.DATE, rf"what (?:is|was) the (?:publication |issue )?date of {_DOC}"),
        (What.PAGES, rf"how many pages (?:does|do|has|have|is|are) {_DOC}(?: have| long)?"),
        (What.LANGUAGE, rf"(?:in )?(?:what|which) language (?:is|was) {_DOC}(?: written)?(?: in)?"),
    )
)
_OF_YEAR = re.compile(
    r" ?(?:published|written|dated|issued|released)?(?: (?:in|of|from|for))? ((?:1[5-9]|20)\d\d)\b",
    re.I,
)
# Kinds of documents: they need not be in a name.
_GENRE = frozenset(
    tokenize(
        "report paper document file article text letter memo note email mail book study survey page"
        " guide manual handbook minutes leaflet brochure newsletter notice list table the this that"
        " latest last newest current recent most first earliest original oldest version"
    )
)
_DEFINITE = re.compile(r"(?:the|this|that|our|your) |[\"'“«]", re.I)
_HEAD = 300  # characters of a text in which a document says what it is
_LOOKED_AT = 300  # documents whose texts are looked at for that
_TEXT = 200_000  # characters of a text that are looked at
_LINES = 5  # quotes
_SENTENCE = 4  # words at least


def asked_of_document(
    question: str, documents: Mapping[str, Document]
) -> tuple[What, Document, str] | None:
    """Return what is asked of which document, and for `What.SAYS` about what; None where nothing
    is, or the document is not among these.
    """
    asked = " ".join(question.split()).rstrip(" ?.!")
    for what, form in _FORMS:
        if found := form.fullmatch(asked):
            parts = found.groupdict()
            document = _meant(parts["doc"], documents)
            if document is not None:
                return what, document, parts.get("topic") or ""
    return None


def told(what: What, document: Document) -> Told | None:
    """Return what a document tells of itself, but for what it says of a topic.

    None where the file does not say: it may stand in the text.
    """
    head = document.part(0, _TEXT)
    span: tuple[int, int] | None = None
    note = ""
    match what:
        case What.SUMMARY:
            return Told(document, tuple(_leading(document, head)), QUOTES_ONLY)
        case What.TITLE:
            span = _words_in(head, document.title) if document.titled else None
            named = "" if document.titled else ", after the name of its file"
            note = f"Its title is {document.title}{named}."
        case What.AUTHOR if author := _author(document):
            span, note = _words_in(head, author), f"The file names {author} as its author."
        case What.DATE if day := document.date:
            at = next((d for d in dates_in(head) if d.day.startswith(day)), None)
            span = (at.start, at.end) if at is not None else None
            note = f"The file is dated {day}."
        case What.PAGES:
            pages = max((place.page or 0 for place in document.places), default=0)
            note = (
                f"It has {pages} page{'' if pages == 1 else 's'}." if pages else "It has no pages."
            )
        case What.LANGUAGE:
            language = document.metadata.get("language") or find_language(head)
            said = f"is {language} (ISO 639)" if language else "is not sure"
            note = f"Its language {said}."
    if span is not None:
        return Told(document, (span,))
    return Told(document, (), note) if note else None


def _author(document: Document) -> str:
    return next((v for k, v in document.metadata.items() if k.casefold() == "author"), "")


def about_topic(topic: str, hits: Sequence[Hit]) -> list[tuple[Hit, int, int]]:
    """Return the sentences of hits, in order, that have a topic's words, or whose headings do."""
    terms = frozenset(content_terms(topic)) or frozenset(tokenize(topic))
    named: list[tuple[Hit, int, int]] = []
    below: list[tuple[Hit, int, int]] = []
    for hit in hits:
        headings = frozenset(tokenize(" ".join(hit.passage.about.splitlines()[1:])))
        for start, end in sentences(hit.passage.text):
            text = hit.passage.text[start:end]
            if len(text.split()) < _SENTENCE:
                continue
            place = (hit, hit.passage.start + start, hit.passage.start + end)
            if terms <= frozenset(tokenize(text)):
                named.append(place)
            elif terms <= headings:
                below.append(place)
    return [*named, *below][:_LINES]


def _meant(phrase: str, documents: Mapping[str, Document]) -> Document | None:
    """Return the one document that a phrase names: by its file, its title, or how it begins.

    Of a series it is the newest or, where that is said, the first.
    """
    said = phrase.strip(" \"'“”‘’«»").casefold()
    by_name = [d for d in documents.values() if _file_in(d, said)]
    if by_name:
        longest = max(len(d.id) for d in by_name)
        return next(d for d in by_name if len(d.id) == longest)
    years = _OF_YEAR.findall(said)
    wanted = frozenset(content_terms(_OF_YEAR.sub("", said))) or frozenset(content_terms(said))
    if not wanted or (
        not re.match(r"(?:the|this|that|our|your) |[\"'“«]", phrase, re.I)
        and not any(said == d.title.casefold() for d in documents.values())
    ):
        return None
    scored = [
        (score, d) for d in documents.values() if (score := _score(wanted, d, len(documents)))
    ]
    best = max((score for score, _ in scored), default=0.0)
    found = [d for score, d in scored if score == best]
    if years:  # "the review published in 2022"
        found = [d for d in found if any(y in f"{date_of(d)} {d.title} {d.id}" for y in years)]
    if not found or not all(d is found[0] or series(d, found[0]) for d in found[1:]):
        return None
    first = EARLIEST.search(phrase) is not None
    chosen = found[0]
    for other in found[1:]:
        if later(chosen, other) if first else later(other, chosen):
            chosen = other
    return chosen


def _file_in(document: Document, said: str) -> bool:
    name = document.id.rpartition("/")[2].casefold()
    return (
        any(map(str.isalpha, name))
        and re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", said) is not None
    )


def _score(wanted: frozenset[str], document: Document, count: int) -> float:
    """Return how many of a phrase's terms name a document, 0 where one that must does not."""
    own = frozenset(tokenize(f"{document.title} {re.sub(r'[_.-]', ' ', document.id)}"))
    missing = wanted - own
    if missing and count <= _LOOKED_AT:
        head = frozenset(tokenize(document.part(0, _HEAD)))
        missing_all = missing - head
    else:
        head, missing_all = frozenset(), missing
    if missing_all - _GENRE:
        return 0.0
    return len(wanted & own) + 0.5 * len(missing & head)


def _words_in(text: str, words: str) -> tuple[int, int] | None:
    """Return where a text has some words first, whatever white space is between them."""
    parts = words.split()
    if not parts:
        return None
    found = re.search(r"\s+".join(map(re.escape, parts)), text, re.I)
    return found.span() if found else None


def _leading(document: Document, text: str) -> Iterable[tuple[int, int]]:
    """Yield the first sentence of each section, or of each paragraph where there are none."""
    starts = [start for start, _ in headings_of(document) if start < len(text)]
    if len(starts) < 2:
        starts = [m.end() for m in re.finditer(r"\A|\n\s*\n", text)]
    shown = 0
    for start, end in zip(starts, [*starts[1:], len(text)], strict=True):
        for low, high in sentences(text, start, end):
            said = text[low:high]
            if len(said.split()) >= _SENTENCE and said[-1] in ".!?…”\"'" and said[0] not in "#|":
                yield low, high
                shown += 1
                break
        if shown == _LINES:
            return
