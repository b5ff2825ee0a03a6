"""An answer with all that is known of its quotes, as it was when it was given."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from index.errors import CorpusError, PacketError
from index.filters import Filter
from index.sentences import sentence_around
from index.types import Document, Rectangle
from qa.conversation import Turn
from qa.packets.plain import from_plain
from qa.types import Answer, Citation, Status


class Role(StrEnum):
    """What a quote is to its answer."""

    ANSWER = "answer"
    OTHER = "other"  # what does not agree, or answers too
    NEAREST = "nearest"  # a passage that comes close where nothing answers


@dataclass(frozen=True, slots=True)
class PagePicture:
    """A page as JPEG in base64, the quote marked on it; in pixels."""

    page: int
    width: int
    height: int
    jpeg: str


@dataclass(frozen=True, slots=True)
class Quote:
    """A quote and its place: `document.text[start:end] == quote` when the record was made.

    Offsets count Unicode characters of the document's text as Quotewell extracts it. `snippet` is
    the text around the quote and begins at `snippet_start`. `sha256` is that of the file's bytes.
    `rectangles` are where the quote is on its page, if it has pages. `picture` is None where there
    is none; `no_picture` then says why, if there could be one.
    """

    role: Role
    document: str
    title: str
    date: str | None
    author: str
    url: str
    place: str | None
    page: int | None
    start: int
    end: int
    quote: str
    snippet: str
    snippet_start: int
    score: float
    sha256: str
    rectangles: tuple[Rectangle, ...] = ()
    picture: PagePicture | None = None
    no_picture: str = ""

    @property
    def sentence(self) -> tuple[int, int]:
        """The bounds, in the document, of the sentences that the quote is in."""
        low, high = self.start - self.snippet_start, self.end - self.snippet_start
        first, last = sentence_around(self.snippet, low, high)
        return self.snippet_start + first, self.snippet_start + last

    def around(self) -> tuple[str, str, str]:
        """Return the sentence of the quote: what comes before it, the quote, what comes after."""
        first, last = self.sentence
        before = self.snippet[first - self.snippet_start : self.start - self.snippet_start]
        after = self.snippet[self.end - self.snippet_start : last - self.snippet_start]
        return before, self.quote, after


@dataclass(frozen=True, slots=True)
class Record:
    """A question as typed, what was asked in its place, and its answer; `asked` is UTC, ISO 8601.

    `within` is what the question was limited to, `note` what was said in Quotewell's own words.
    `confidence` is a probability (0 to 1) only where it is `calibrated`.
    """

    question: str
    searched_for: str
    within: Filter | None
    asked: str
    status: Status
    answer: str | None
    confidence: float
    calibrated: bool
    quotes: tuple[Quote, ...]
    note: str = ""


def record_of(
    answered: Answer | Turn,
    documents: Mapping[str, Document],
    within: Filter | None = None,
    asked: datetime | None = None,
) -> Record:
    """Return the record of an answer, from the documents that it was given from; without pictures.

    `asked` is now by default. Passages that only come close are kept where nothing answers. Raises
    CorpusError where a document has changed since.
    """
    answer = answered.answer if isinstance(answered, Turn) else answered
    searched_for = answered.searched_for if isinstance(answered, Turn) else answered.question
    return Record(
        question=answered.question,
        searched_for=searched_for,
        within=within,
        asked=timestamp(asked),
        status=answer.status,
        answer=answer.answer,
        confidence=answer.confidence,
        calibrated=answer.calibrated,
        quotes=tuple(_quote(role, c, documents) for role, c in _cited(answer)),
        note=answer.note,
    )


def record_from(value: object, where: str = "record") -> Record:
    """Return a record from plain JSON types, as a browser may send them; raises PacketError."""
    record = from_plain(Record, value, where)
    for number, quote in enumerate(record.quotes):
        check(quote, f"{where}.quotes[{number}]")
    return record


def timestamp(at: datetime | None = None) -> str:
    """Return a moment, by default now, in UTC to the second: "2026-03-01T09:30:00Z"."""
    moment = at if at is not None else datetime.now(UTC)
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def check(quote: Quote, where: str) -> None:
    """Raise PacketError where a quote is not in its snippet at its offsets."""
    low, high = quote.start - quote.snippet_start, quote.end - quote.snippet_start
    if not (0 <= low < high <= len(quote.snippet) and quote.snippet_start >= 0):
        raise PacketError(f"{where}: its offsets do not lie in its snippet")
    if quote.snippet[low:high] != quote.quote:
        raise PacketError(f"{where}: the quote is not in its snippet where it says")


def _cited(answer: Answer) -> Iterator[tuple[Role, Citation]]:
    for citation in answer.citations:
        yield Role.ANSWER, citation
    for citation in answer.others:
        yield Role.OTHER, citation
    if not answer.citations:
        for citation in answer.nearest:
            yield Role.NEAREST, citation


def _quote(role: Role, citation: Citation, documents: Mapping[str, Document]) -> Quote:
    document = documents.get(citation.document)
    if document is None:
        raise CorpusError(f"{citation.document}: no longer there; ask the question again")
    start, end = citation.start, citation.end
    if document.part(start, end) != citation.quote:
        raise CorpusError(f"{citation.document}: changed since it was quoted; ask again")
    return Quote(
        role=role,
        document=document.id,
        title=document.title,
        date=document.date,
        author=document.metadata.get("author", ""),
        url=document.metadata.get("url", ""),
        place=citation.place,
        page=citation.page,
        start=start,
        end=end,
        quote=citation.quote,
        snippet=citation.snippet,
        snippet_start=citation.snippet_start,
        score=citation.score,
        sha256=document.sha256,
        rectangles=tuple(document.rectangles(start, end)),
    )
