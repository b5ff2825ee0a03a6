"""QdrantIndex: what is in a collection at one version, searched there and ranked here."""

from collections.abc import Collection, Mapping, Sequence
from functools import cached_property
from typing import overload

import numpy as np
from numpy.typing import NDArray

from index.candidates import Candidates, Ranked, Scored, Spread
from index.dates import years_in
from index.filters import Filter
from index.hybrid import IDENTIFIER_BONUS, POOL, YEAR_BONUS
from index.lexical import Frequencies
from index.qdrant.conditions import View, conditions, in_years
from index.qdrant.documents import Card, damaged
from index.qdrant.packing import number
from index.qdrant.points import Found, Points, Query, Sparse, Where, has_id, point_id
from index.qdrant.statistics import Statistics
from index.saved_files import UNREADABLE
from index.tokens import identifiers, query_terms
from index.types import Document, Encoder, Hit, Passage

_Scores = dict[int, float]  # by row


class QdrantIndex:
    """The `SearchIndex` of a collection as it was at one version, whatever is written since.

    Raises StoreError where the engine cannot be reached, and DamagedIndexError for what it says
    that no index of ours holds.
    """

    def __init__(
        self,
        points: Points,
        view: View,
        cards: Sequence[Card],
        statistics: Statistics,
        encoder: Encoder,
    ) -> None:
        self.points = points
        self.view = view
        self.cards = sorted(cards, key=lambda card: card.order)
        self.statistics = statistics
        self.encoder = encoder
        self.documents: Mapping[str, Document] = {c.document.id: c.document for c in self.cards}

    @property
    def frequencies(self) -> Frequencies:
        return self.statistics

    @property
    def dense_weight(self) -> float:
        return self.encoder.dense_weight

    @cached_property
    def passages(self) -> "KeptPassages":
        """All passages, document by document, each read when it is asked for."""
        return KeptPassages(self)

    def search(self, question: str, k: int, within: Filter | None = None) -> list[Hit]:
        """Return at most k hits, best first; only from documents that the filter lets through."""
        found = self.candidates(question, k, self.allowed(within))
        return self.hits(found.ranked(k, self.dense_weight))

    def hits(self, ranked: Sequence[Ranked]) -> list[Hit]:
        """Return the hits of rows."""
        return [each.hit(self.passages[each.row]) for each in ranked]

    def allowed(self, within: Filter | None, hidden: Collection[str] = ()) -> Where:
        """Return the condition for passages that a filter lets through, but of `hidden` ids."""
        own: dict[str, list[Where]] = {"must": [self.view.where]}
        if within is not None:
            own["must"] += conditions(within, self._matching)
        if numbers := [self._number[name] for name in hidden]:
            own["must_not"] = [{"key": "doc", "match": {"any": numbers}}]
        return own

    def candidates(self, question: str, k: int, allowed: Where) -> Candidates:
        """Return what is among the k best of either searcher, of passages that are allowed."""
        if not self.statistics.passages:
            return Candidates.none()
        k = max(k, POOL)
        vector = self.encoder.encode_questions([question])[0]
        asked = self.statistics.asked(query_terms(question))
        named = self.statistics.asked(identifiers(question))
        years = years_in(question)
        places = [allowed, *([{"must": [allowed, in_years(years)]}] if years else [])]
        queries = [Query(each, where, k) for where in places for each in (vector, asked)]
        dense, lexical, *more, having = self._query([*queries, Query(named, allowed, k)])
        pool = np.unique([*dense, *lexical, *having, *(row for rows in more for row in rows)])
        rows = pool.astype(np.int64)
        also = self._rest(rows, [(vector, dense), (asked, lexical), (named, having)], allowed)
        scores = [found | rest for found, rest in zip((dense, lexical, having), also, strict=True)]
        bonus = IDENTIFIER_BONUS * np.isin(rows, list(scores[2]))
        if years:
            bonus += YEAR_BONUS * np.isin(self._years[self._owners(rows)], list(years))
        spreads = self.statistics.dense_spread(vector), self.statistics.lexical_spread(asked)
        both = zip((dense, lexical), scores, spreads, strict=False)
        first, second = (self._scored(rows, own, every, spread) for own, every, spread in both)
        return Candidates(rows, first, second, bonus.astype(np.float64))

    def place(self, row: int) -> tuple[Card, int]:
        """Return the document of a row, and the number of the passage there."""
        at = int(self._owners(np.array([row]))[0])
        return self.cards[at], row - int(self.first_rows[at])

    @cached_property
    def first_rows(self) -> NDArray[np.int64]:
        """The row of each document's first passage, and how many rows there are."""
        return np.cumsum([0, *(card.passages for card in self.cards)], dtype=np.int64)

    @cached_property
    def _row_of(self) -> Mapping[int, tuple[int, int]]:
        """By the number of a document: the row of its first passage, and how many it has."""
        starts = zip(self.cards, self.first_rows[:-1].tolist(), strict=True)
        return {card.number: (start, card.passages) for card, start in starts}

    @cached_property
    def _number(self) -> Mapping[str, int]:
        return {card.document.id: card.number for card in self.cards}

    @cached_property
    def _years(self) -> NDArray[np.int64]:
        dates = ((card.document.date or "")[:4] for card in self.cards)
        return np.array([int(d) if d.isascii() and d.isdigit() else -1 for d in dates], np.int64)

    def _owners(self, rows: NDArray[np.int64]) -> NDArray[np.int64]:
        return np.searchsorted(self.first_rows, rows, side="right") - 1

    def _matching(self, within: Filter) -> list[int]:
        return [card.number for card in self.cards if within.matches(card.document)]

    def _query(self, queries: Sequence[Query]) -> list[_Scores]:
        """Return what each query finds, by row; what asks for nothing is not sent."""
        sent = [q for q in queries if q.limit and len(q.vector[0] if _sparse(q) else q.vector)]
        answers = iter(self.points.query(sent) if sent else [])
        kept = {id(query) for query in sent}
        try:
            return [self._by_row(next(answers)) if id(q) in kept else {} for q in queries]
        except UNREADABLE as error:
            raise damaged(self.points, str(error)) from error

    def _by_row(self, found: Sequence[Found]) -> _Scores:
        scores = {}
        for payload, score in found:
            n, i = number(payload, "doc"), number(payload, "i")
            start, passages = self._row_of[n]
            if i >= passages or not np.isfinite(score):
                raise ValueError(f"passage {i} of a document of {passages}")
            scores[start + i] = float(score)
        return scores

    def _rest(
        self,
        rows: NDArray[np.int64],
        found: Sequence[tuple[NDArray[np.float32] | Sparse, _Scores]],
        allowed: Where,
    ) -> list[_Scores]:
        """Return the scores of the rows that a query has not found, for each query."""
        queries = []
        for vector, scores in found:
            ids = []
            for row in rows.tolist():
                if row not in scores:
                    card, i = self.place(row)
                    ids.append(point_id(card.number, i))
            where = {"must": [allowed, has_id(ids)]}
            queries.append(Query(vector, where, len(ids), exact=True))
        return self._query(queries)

    def _scored(
        self, rows: NDArray[np.int64], own: _Scores, every: _Scores, spread: Spread
    ) -> Scored:
        values = np.array([every.get(row, 0.0) for row in rows.tolist()], np.float64)
        return Scored(values, np.isin(rows, list(own)), spread)


class KeptPassages(Sequence[Passage]):
    """The passages of an index, made of their documents' texts."""

    def __init__(self, index: QdrantIndex, rows: range | None = None) -> None:
        self._index = index
        self._rows = rows if rows is not None else range(int(index.first_rows[-1]))

    def __len__(self) -> int:
        return len(self._rows)

    @overload
    def __getitem__(self, row: int) -> Passage: ...
    @overload
    def __getitem__(self, row: slice) -> "KeptPassages": ...
    def __getitem__(self, row: int | slice) -> "Passage | KeptPassages":
        if isinstance(row, slice):
            return KeptPassages(self._index, self._rows[row])
        card, i = self._index.place(self._rows[row])
        document = card.document
        offsets = document.body.offsets
        if i >= len(offsets):
            raise damaged(self._index.points, f"{document.id} lacks a passage")
        start, end = offsets[i].tolist()
        text = document.part(start, end)
        return Passage(f"{document.id}:{start}-{end}", document.id, start, end, text)


def _sparse(query: Query) -> bool:
    return isinstance(query.vector, Sparse)
