"""Two indexes searched as one: a shared one, and a small one beside it that comes and goes.

Neither is copied or changed, so that the second costs what it holds, however large the first is.
"""

from collections import ChainMap
from collections.abc import Mapping, Sequence
from typing import Any, overload

import numpy as np
from numpy.typing import NDArray

from index.filters import Filter
from index.hybrid import HybridIndex
from index.types import Document, Hit, Passage

_Rows = NDArray[np.int64]


class Beside:
    """The `SearchIndex` of the documents of both; of two with one id, the second index's is it.

    Scores are as in one index of all of them, except that a word in the first one's passages
    weighs what it weighs there. Rows are those of the first index, and then those of the second.
    """

    def __init__(self, first: HybridIndex, second: HybridIndex) -> None:
        lexical = second.lexical.beside(first.lexical)
        self.first = first
        self._second = HybridIndex(second.passages, second.dense, lexical)
        self._hidden = {name for name in second.documents if name in first.documents}
        both: Any = (second.documents, first.documents)  # read only, which ChainMap's type is not
        self.documents: Mapping[str, Document] = ChainMap(*both)

    @property
    def passages(self) -> Sequence[Passage]:
        """The passages of the first index, and then those of the second."""
        return _Joined(self.first.passages, self._second.passages)

    def search(self, question: str, k: int, within: Filter | None = None) -> list[Hit]:
        """Return at most k hits of both, best first, as `HybridIndex.search` does."""
        one, other = (
            part.candidates(question, k, self._allowed(part, within))
            for part in (self.first, self._second)
        )
        found = one.beside(other, len(self.first.passages)).ranked(k, self.first.dense_weight)
        return [Hit(self.passages[row], *rest) for row, *rest in found]

    def _allowed(self, part: HybridIndex, within: Filter | None) -> _Rows | None:
        rows = part.allowed(within)
        if part is self.first and self._hidden:
            numbers = [n for n, name in enumerate(part.documents) if name in self._hidden]
            seen = np.flatnonzero(~np.isin(part.passages.offsets[:, 0], numbers))
            return seen if rows is None else np.intersect1d(rows, seen)
        return rows


class _Joined(Sequence[Passage]):
    def __init__(self, one: Sequence[Passage], other: Sequence[Passage]) -> None:
        self._one, self._other = one, other

    def __len__(self) -> int:
        return len(self._one) + len(self._other)

    @overload
    def __getitem__(self, row: int) -> Passage: ...

    @overload
    def __getitem__(self, row: slice) -> Sequence[Passage]: ...

    def __getitem__(self, row: int | slice) -> Passage | Sequence[Passage]:
        if isinstance(row, slice):
            return [self[n] for n in range(*row.indices(len(self)))]
        row = range(len(self))[row]  # raises IndexError
        size = len(self._one)
        return self._one[row] if row < size else self._other[row - size]
