"""HybridIndex: documents and passages with their two searchers, and one ranking of both."""

from collections.abc import Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from index.candidates import Candidates, Scored, Spread
from index.dates import years_in
from index.dense import DenseIndex
from index.filters import Filter
from index.fusion import Scores
from index.lexical import Frequencies, LexicalIndex
from index.passages import Passages
from index.tokens import identifiers
from index.types import Document, Encoder, Hit, Progress

_Found = tuple[Scores, NDArray[np.int64]]

_BATCH = 256
POOL = 100
_PARALLEL_FROM = 200_000  # passages; for fewer a thread costs more than it saves
# To the fused score of a document dated in a year that the question names. `python -m
# training.years`: of 0.3, 0.6, 1 and 1.5 the largest that costs no answer. The best answer about
# yearly reports is of the right year for .57 of the questions (without it .07), and where only the
# report of another year tells, for all; of the seeds' questions 1.5 loses one, 1 none.
YEAR_BONUS = 1.0
# To that of a passage with an identifier that the question names ("FT-2041B"): about as much as
# lies between the best passage and the tenth. Nothing else in the question says as exactly which.
IDENTIFIER_BONUS = 3.0


class Searcher(Protocol):
    """One way to score passages: `DenseIndex` and `LexicalIndex`."""

    def score(self, question: str) -> Scores: ...


@runtime_checkable
class Batching(Protocol):
    """An encoder that says how many passages keep it busy."""

    @property
    def batch(self) -> int: ...


class HybridIndex:
    """The local `SearchIndex`. Raises ValueError where its parts do not have the same length."""

    def __init__(
        self,
        passages: Passages,
        dense: DenseIndex,
        lexical: LexicalIndex,
    ) -> None:
        if not len(passages) == len(dense) == len(lexical):
            raise ValueError(
                f"{len(passages)} passages, {len(dense)} vectors, {len(lexical)} lexical rows"
            )
        self.documents: Mapping[str, Document] = {d.id: d for d in passages.documents}
        self.passages = passages
        self.dense = dense
        self.lexical = lexical

    @classmethod
    def build(
        cls,
        documents: Sequence[Document],
        encoder: Encoder,
        known: "HybridIndex | None" = None,
        progress: Progress | None = None,
    ) -> "HybridIndex":
        """Index documents.

        Only documents that `known` does not have, by whatever name, are cut and counted, and only
        passages that it does not have word for word are encoded.
        """
        before = known.passages if known is not None else Passages.of(())
        passages, kept = before.updated(documents)
        new = np.flatnonzero(kept < 0)
        vectors = _vectors(list(passages.texts(new)), kept, encoder, known, progress)
        lexical = known.lexical if known is not None else LexicalIndex.build(())
        # Titles and headings count among their words, not in their vectors: `training.headings`.
        words = lexical.updated(kept, passages.under_headings(new))
        return cls(passages, DenseIndex.build(vectors, encoder), words)

    def search(self, question: str, k: int, within: Filter | None = None) -> list[Hit]:
        """Return at most k hits, best first; only from documents that the filter lets through."""
        ranked = self.candidates(question, k, self.allowed(within)).ranked(k, self.dense_weight)
        return [found.hit(self.passages[found.row]) for found in ranked]

    @property
    def dense_weight(self) -> float:
        return self.dense.encoder.dense_weight

    def candidates(self, question: str, k: int, allowed: NDArray[np.int64] | None) -> Candidates:
        """Return what is among the k best of either searcher, of `allowed` rows if given."""
        if not len(self.passages):
            return Candidates.none()
        k = max(k, POOL)
        found = self._scored(question, k, allowed)
        raised = self._raised(question, allowed)
        more = [scores.top(k, rows) for rows, _ in raised for scores, _ in found if len(rows)]
        rows = np.unique(np.concatenate([*(best for _, best in found), *more]))
        bonus = np.zeros(len(rows))
        for fitting, added in raised:
            bonus += added * np.isin(rows, fitting)
        dense, lexical = (
            Scored(
                scores.at(rows),
                np.isin(rows, best),
                Spread(len(self.passages), scores.mean, scores.std),
            )
            for scores, best in found
        )
        return Candidates(rows, dense, lexical, bonus)

    @property
    def frequencies(self) -> Frequencies:
        return self.lexical.frequencies

    def allowed(
        self, within: Filter | None, hidden: Collection[str] = ()
    ) -> NDArray[np.int64] | None:
        """Return the rows of documents that a filter lets through, but of `hidden` ids.

        None where all are allowed.
        """
        if within is None and not hidden:
            return None
        numbers = [
            n
            for n, document in enumerate(self.documents.values())
            if document.id not in hidden and (within is None or within.matches(document))
        ]
        return np.flatnonzero(np.isin(self.passages.offsets[:, 0], numbers))

    def _scored(
        self, question: str, k: int, allowed: NDArray[np.int64] | None
    ) -> tuple[_Found, _Found]:
        """Return what the dense and the lexical searcher find: all scores, and the k best rows."""

        def search(searcher: Searcher) -> _Found:
            scores = searcher.score(question)
            return scores, scores.top(k, allowed)

        if len(self.passages) < _PARALLEL_FROM:
            return search(self.dense), search(self.lexical)
        with ThreadPoolExecutor(1) as thread:  # most of the dense search holds no lock of Python's
            dense = thread.submit(search, self.dense)
            lexical = search(self.lexical)
            return dense.result(), lexical

    def _raised(
        self, question: str, allowed: NDArray[np.int64] | None
    ) -> list[tuple[NDArray[np.int64], float]]:
        """Return the rows that fit a question by more than their scores, and by how much."""
        return [
            (self._of_years(years_in(question), allowed), YEAR_BONUS),
            (self._identified(question, allowed), IDENTIFIER_BONUS),
        ]

    def _identified(self, question: str, allowed: NDArray[np.int64] | None) -> NDArray[np.int64]:
        """Return the rows that have an identifier of the question, of `allowed` rows if given."""
        rows = self.lexical.having(identifiers(question))
        return rows if allowed is None else np.intersect1d(rows, allowed)

    def _of_years(
        self, years: Collection[int], allowed: NDArray[np.int64] | None
    ) -> NDArray[np.int64]:
        """Return the rows of the documents of these years, of `allowed` rows if given."""
        if not years:
            return np.empty(0, np.int64)
        dates = ((document.date or "")[:4] for document in self.documents.values())
        numbers = [n for n, year in enumerate(dates) if year.isdecimal() and int(year) in years]
        rows = np.flatnonzero(np.isin(self.passages.offsets[:, 0], numbers))
        return rows if allowed is None else np.intersect1d(rows, allowed)


def batch_of(encoder: Encoder) -> int:
    """Return how many passages to give to an encoder at once: a cluster's takes more."""
    return encoder.batch if isinstance(encoder, Batching) else _BATCH


def _vectors(
    new: Sequence[str],
    kept: NDArray[np.int64],
    encoder: Encoder,
    known: HybridIndex | None,
    progress: Progress | None,
) -> NDArray[np.float32]:
    """Return an (n, dim) array: of row kept[i] of `known`, or where that is -1 of the next text.

    Texts that `known` has are not encoded.
    """
    rows: dict[str, int] = {}
    if known is not None and new:
        wanted = set(new)
        rows = {t: row for row, t in enumerate(known.passages.texts()) if t in wanted}
    missing = sorted((text for text in dict.fromkeys(new) if text not in rows), key=len)
    parts = [encoder.encode_passages([]) if known is None else known.dense.vectors]
    rows.update({text: len(parts[0]) + i for i, text in enumerate(missing)})
    batch = batch_of(encoder)
    for start in range(0, len(missing), batch):
        if progress is not None:
            progress(start, len(missing))
        parts.append(encoder.encode_passages(missing[start : start + batch]))
    if progress is not None and missing:
        progress(len(missing), len(missing))
    sources = kept.copy()
    sources[kept < 0] = [rows[text] for text in new]
    return np.ascontiguousarray(np.concatenate(parts)[sources])
