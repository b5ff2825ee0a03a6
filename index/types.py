"""The types that documents become on their way to search results."""

import hashlib
from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from index.dates import is_date
from index.errors import CorpusError

if TYPE_CHECKING:
    from index.filters import Filter
    from index.home import Home

Progress = Callable[[int, int], None]
"""Called with how many are done, and of how many."""


@dataclass(frozen=True, slots=True)
class Place:
    """A run of a document's text and what people call it: "page 12", "row 7".

    `page` counts from 1 in the file. Text flows on from page to page; every other kind of place
    is separate, and no passage runs out of it.
    """

    start: int
    end: int
    label: str
    page: int | None = None

    @property
    def quoted(self) -> bool:
        """Whether it is what a mail quotes of another: not what it says itself."""
        return self.label.startswith("quoted")


class Rectangle(NamedTuple):
    """A part of a page, in points of 1/72 inch from the page's origin, y upwards, as PDF has it."""

    page: int
    x0: float
    y0: float
    x1: float
    y1: float


def no_boxes() -> NDArray[np.int32]:
    """Return the boxes of a document without pages."""
    return np.empty((0, 7), np.int32)


@dataclass(frozen=True, eq=False)
class Document:
    """One source. `text` is kept exactly as decoded or extracted: every offset points into it.

    `id` is the path relative to the corpus folder; `date` is ISO 8601, at the precision that the
    source gives ("2003-04-12" or "2009"), or None; `sha256` is that of the file's bytes. `places`
    are in the order of the text and do not overlap. `boxes` says where each word of a PDF is:
    rows of (start, end, page, x0, y0, x1, y1) in the text's order, in hundredths of a point. `also`
    are the paths of files of the very same bytes. `titled` is False where the title is only the
    file's name. `left_out` names what of the file is not in `text`, each with its reason.
    """

    id: str
    title: str
    date: str | None
    text: str
    sha256: str
    metadata: Mapping[str, str] = field(default_factory=dict)
    places: Sequence[Place] = ()
    boxes: NDArray[np.int32] = field(default_factory=no_boxes, compare=False, repr=False)
    also: tuple[str, ...] = ()
    titled: bool = True
    left_out: tuple[str, ...] = ()

    @classmethod
    def of(
        cls,
        text: str,
        *,
        id: str,
        title: str | None = None,
        date: str | None = None,
        metadata: Mapping[str, str] | None = None,
    ) -> "Document":
        """Return a document of a text that no file holds.

        Without a title, it is the id without its folders and ending. Raises CorpusError where the
        id is blank, or the date is none such as "2003", "2003-04" or "2003-04-12".
        """
        if not id.strip():
            raise CorpusError("a document needs an id; give one that no other document has")
        if date is not None and not is_date(date):
            raise CorpusError(f"{id}: {date!r} is not a date; write 2009, 2009-08 or 2009-08-15")
        return cls(
            id=id,
            title=title if title is not None else PurePosixPath(id).stem,
            date=date,
            text=text,
            sha256=hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest(),
            metadata=dict(metadata) if metadata is not None else {},
            titled=title is not None,
        )

    def __eq__(self, other: object) -> bool:
        """Whether all is equal but the boxes, wherever the texts are kept."""
        if not isinstance(other, Document):
            return NotImplemented
        compared = (f.name for f in fields(Document) if f.compare)
        return self is other or all(getattr(self, n) == getattr(other, n) for n in compared)

    __hash__ = None  # type: ignore[assignment]  # its metadata has none

    @property
    def length(self) -> int:
        """How many characters the text has."""
        return len(self.text)

    def part(self, start: int, end: int) -> str:
        """Return text[start:end], for 0 <= start <= end, without the rest where it is in a file."""
        return self.text[start:end]

    @property
    def names(self) -> tuple[str, ...]:
        """All paths of the document; the first is its id."""
        return (self.id, *self.also)

    def place_at(self, offset: int) -> Place | None:
        """Return the place that holds the character at an offset, or None."""
        at = bisect_right(self.places, offset, key=lambda place: place.start) - 1
        return self.places[at] if at >= 0 and offset < self.places[at].end else None

    def rectangles(self, start: int, end: int) -> list[Rectangle]:
        """Return where the words of text[start:end] are on their pages, one for each line."""
        first = np.searchsorted(self.boxes[:, 1], start, side="right")
        last = np.searchsorted(self.boxes[:, 0], end, side="left")
        lines: list[Rectangle] = []
        for _, _, page, *edges in self.boxes[first:last].tolist():
            box = Rectangle(page, *(edge / 100 for edge in edges))
            if lines and _on_one_line(lines[-1], box):
                last_box = lines.pop()
                low, high = min(last_box.y0, box.y0), max(last_box.y1, box.y1)
                box = Rectangle(page, last_box.x0, low, max(last_box.x1, box.x1), high)
            lines.append(box)
        return lines


def _on_one_line(one: Rectangle, two: Rectangle) -> bool:
    """Whether a word is to the right of another, and level with at least half of it."""
    shared = min(one.y1, two.y1) - max(one.y0, two.y0)
    lower = min(one.y1 - one.y0, two.y1 - two.y0)
    return one.page == two.page and one.x0 <= two.x0 and 2 * shared > lower


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file that was not indexed, and why; `sha256` where it is its bytes that cannot be used."""

    path: str
    reason: str
    sha256: str | None = None


@dataclass(frozen=True, slots=True)
class Passage:
    """A run of whole sentences; `document.text[start:end] == text`, always.

    `about` is what its document says of it elsewhere, as `index.about` has it; blank until it is
    described there.
    """

    id: str
    document_id: str
    start: int
    end: int
    text: str
    about: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage found for a question.

    `score` is the fused score (higher is better; comparable within one question only). The ranks
    count from 1; None where that searcher did not return the passage.
    """

    passage: Passage
    score: float
    dense_rank: int | None
    lexical_rank: int | None


class Encoder(Protocol):
    """Texts to vectors. Passages and questions may be encoded differently."""

    @property
    def name(self) -> str:
        """Kept in a saved index, which no other encoder may open."""
        ...

    @property
    def dim(self) -> int: ...

    @property
    def dense_weight(self) -> float:
        """The share of this encoder's scores in the fused ones; BM25's have the rest."""
        ...

    def encode_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return an (n, dim) array whose rows have unit length.

        A passage's vector does not depend on what else is encoded with it: an update has the
        vectors of a fresh build, bit for bit.
        """
        ...

    def encode_questions(self, questions: Sequence[str]) -> NDArray[np.float32]:
        """Return an (n, dim) array whose rows have unit length."""
        ...


class SearchIndex(Protocol):
    """Documents, cut into passages, that can be searched. It never changes: an update is a new one.

    Equal questions get equal hits.
    """

    @property
    def documents(self) -> Mapping[str, Document]:
        """The documents by id, in the order in which they were given."""
        ...

    @property
    def passages(self) -> Sequence[Passage]:
        """All passages, document by document."""
        ...

    def search(self, question: str, k: int, within: "Filter | None" = None) -> list[Hit]:
        """Return at most k hits, best first; only from documents that the filter lets through.

        Empty where there are none.
        """
        ...


class Engine(Protocol):
    """Builds search indexes, and tells where one of them is kept."""

    @property
    def name(self) -> str:
        """Kept in a saved index, which no other engine may open."""
        ...

    @property
    def encoder(self) -> Encoder: ...

    def build(
        self,
        documents: Sequence[Document],
        known: SearchIndex | None = None,
        progress: Progress | None = None,
    ) -> SearchIndex:
        """Index documents in memory; what such an index already holds is not encoded again.

        The result is that of a build without `known`. `progress` counts passages encoded.
        """
        ...

    def home(self, folder: Path | None) -> "Home | None":
        """Return where the index is kept: in this folder, unless the engine has another place.

        None for an index in memory only.
        """
        ...


class FileEngine(Engine, Protocol):
    """An engine that keeps its indexes in files.

    `index.store` keeps the documents themselves, and makes all files of a save visible at once.
    """

    @property
    def kinds(self) -> Sequence[str]:
        """The names of the files that `write` writes."""
        ...

    def write(self, index: SearchIndex, files: Mapping[str, Path]) -> None:
        """Write an index of this engine into one file of each kind; raises OSError."""
        ...

    def read(self, documents: Sequence[Document], files: Mapping[str, Path]) -> SearchIndex:
        """Read what `write` wrote of an index of these documents.

        Raises one of `index.saved_files.UNREADABLE` for anything else.
        """
        ...
