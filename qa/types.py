"""The types that hits become on their way to a cited answer."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Protocol

from index.filters import Filter
from index.types import Hit

if TYPE_CHECKING:
    from qa.confidence import Calibration


class Status(StrEnum):
    """What the documents say about a question."""

    ANSWERED = "answered"
    UNSURE = "unsure"
    NOT_FOUND = "not_found"


@dataclass(frozen=True, slots=True)
class Span:
    """An answer that a reader marks; `start` and `end` are offsets into the hit's document.

    `score` is comparable across the passages of one question; higher is better.
    """

    hit: Hit
    start: int
    end: int
    score: float

    @property
    def text(self) -> str:
        base = self.hit.passage.start
        return self.hit.passage.text[self.start - base : self.end - base]


class Reader(Protocol):
    """Marks answers in passages."""

    @property
    def calibration(self) -> "Calibration":
        """What makes probabilities of its scores."""
        ...

    @property
    def max_passages(self) -> int:
        """How many passages it wants to be given, at most."""
        ...

    def read(self, question: str, hits: Sequence[Hit], thorough: bool = False) -> list[Span]:
        """Return spans of the hits' passages, best first; empty where nothing can be marked.

        The hits come best first.
        """
        ...


@dataclass(frozen=True, slots=True)
class Citation:
    """Where a quote is: `document.text[start:end] == quote`, checked where it is made.

    `snippet` is the quote with the text around it and begins at `snippet_start`; `score` is the
    probability (0 to 1) that the quote answers the question. `place` is where in the document the
    quote begins, as people say it ("page 12", "row 7"), `page` the page's number, from 1. The ranks
    are those of its passage in the search by meaning and by words, as in `Hit`.
    """

    document: str
    title: str
    date: str | None
    start: int
    end: int
    quote: str
    snippet: str
    snippet_start: int
    score: float
    place: str | None = None
    page: int | None = None
    dense_rank: int | None = None
    lexical_rank: int | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """The one result that the UI, the command line and the API show.

    `answered` and `unsure` have an answer and citations, and in `others` what documents say that do
    not agree with it; `unsure` and `not_found` have the nearest passages. `confidence` is the
    probability (0 to 1) that the best answer found is right, also where it is too low to be shown;
    it is not where `calibrated` is False: the reader has no calibration of its own.
    `note` is said in Quotewell's own words, in a line: what only the file itself tells ("It has 12
    pages."), or what can be asked. It is blank where the quotes are all there is to say.
    `promise` says what `qa calibrate` found that `answered` is worth here; blank where it did not.
    `caution` is why the reader may do badly here, in a line, or blank.
    """

    question: str
    status: Status
    answer: str | None
    confidence: float
    citations: tuple[Citation, ...]
    others: tuple[Citation, ...]
    nearest: tuple[Citation, ...]
    timings_ms: dict[str, float]
    calibrated: bool = True
    note: str = ""
    promise: str = ""
    caution: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Return the answer as plain JSON types, the fields in the contract's order."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Candidate:
    """One answer in the running: spans that say the same, best first.

    `probabilities` are those (0 to 1) of each span being right.
    """

    spans: tuple[Span, ...]
    probabilities: tuple[float, ...]

    @property
    def text(self) -> str:
        return self.spans[0].text

    @property
    def confidence(self) -> float:
        return self.probabilities[0]


@dataclass(frozen=True, slots=True)
class Retrieval:
    """The passages found for a question, best first; the first `read` are for the reader.

    `within` is the filter that let their documents through, if there was one.
    """

    question: str
    hits: tuple[Hit, ...]
    read: int
    search_ms: float
    within: Filter | None = None

    def timings_ms(self, read_ms: float) -> dict[str, float]:
        """Return the milliseconds of searching, of reading after it, and of both."""
        return {"search": self.search_ms, "read": read_ms, "total": self.search_ms + read_ms}


@dataclass(frozen=True, slots=True)
class Reading:
    """All that was found for a question, before it is decided whether to show it.

    `hits` are those found by search, best first; the first `read` of them were given to the reader.
    `candidates` come best first; where the question compares things, the first `sides` of them are
    the best one of each. `note` is what is said in Quotewell's own words, in a line.
    """

    question: str
    hits: tuple[Hit, ...]
    read: int
    candidates: tuple[Candidate, ...]
    timings_ms: dict[str, float]
    sides: int = 0
    note: str = ""


@dataclass(frozen=True, slots=True)
class Accepted:
    """A span that a test question accepts as its answer."""

    document: str
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Question:
    """A test question; one that the corpus does not answer accepts nothing."""

    id: str
    kind: str
    text: str
    answers: tuple[Accepted, ...]
