"""The types that documents become on their way to search results."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Document:
    """One source. `text` is kept exactly as decoded, because every offset points into it.

    `id` is the path relative to the corpus folder; `date` is ISO 8601, at the precision that the
    text gives ("2003-04-12" or "2009"), or None; `sha256` is that of the file's bytes.
    """

    id: str
    title: str
    date: str | None
    text: str
    sha256: str
    metadata: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Passage:
    """A run of whole sentences; `document.text[start:end] == text`, always."""

    id: str
    document_id: str
    start: int
    end: int
    text: str


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
    """Texts to vectors."""

    @property
    def name(self) -> str: ...

    @property
    def dim(self) -> int: ...

    @property
    def dense_weight(self) -> float:
        """The share of this encoder's scores in the fused ones; BM25's have the rest."""
        ...

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return an (n, dim) array whose rows have unit length."""
        ...


class Scores(Protocol):
    """What one searcher makes of one question: a score for every row, higher is better."""

    @property
    def mean(self) -> float:
        """Mean of the scores of all rows."""
        ...

    @property
    def std(self) -> float:
        """Standard deviation of the scores of all rows."""
        ...

    def top(self, k: int, allowed: NDArray[np.int64] | None = None) -> NDArray[np.int64]:
        """Return the rows of the k best scores, best first; only of `allowed` rows if given."""
        ...

    def at(self, rows: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return the scores of these rows, in their order."""
        ...


class Searcher(Protocol):
    """One way to score passages: `DenseIndex` and `LexicalIndex`."""

    def score(self, question: str) -> Scores: ...


class Retriever(Protocol):
    """All that `qa` knows of search."""

    def search(self, question: str, k: int, within: Collection[str] | None = None) -> list[Hit]:
        """Return at most k hits, best first; only from the documents `within` if given."""
        ...
