"""Two indexes searched as one: a shared one, and a small one beside it that comes and goes.

Neither is copied or changed, so that the second costs what it holds, however large the first is.
"""

from collections import ChainMap
from collections.abc import Collection, Mapping, Sequence
from typing import Any, Protocol, overload, runtime_checkable

from index.candidates import Candidates
from index.filters import Filter
from index.hybrid import HybridIndex
from index.lexical import Frequencies
from index.types import Document, Hit, Passage


@runtime_checkable
class Shared(Protocol):
    """An index that another is searched beside."""

    @property
    def documents(self) -> Mapping[str, Document]: ...

    @property
    def passages(self) -> Sequence[Passage]: ...

    @property
    def dense_weight(self) -> float: ...

    @property
    def frequencies(self) -> Frequencies: ...

    def allowed(self, within: Filter | None, hidden: Collection[str] = ()) -> Any:
        """Return what `candidates` takes for a filter; documents of `hidden` ids are left out."""
        ...

    def candidates(self, question: str, k: int, allowed: Any) -> Candidates: ...


class Beside:
    """The `SearchIndex` of the documents of both; of two with one id, the second index's is it.

    Scores are as in one index of all of them, except that a word in the first one's passages
    weighs what it weighs there. Rows are those of the first index, and then those of the second.
    """

    def __init__(self, first: Shared, second: HybridIndex) -> None:
        lexical = second.lexical.beside(first.frequencies)
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
        one = self.first.candidates(question, k, self.first.allowed(within, self._hidden))
        other = self._second.candidates(question, k, self._second.allowed(within))
        found = one.beside(other, len(self.first.passages)).ranked(k, self.first.dense_weight)
        return [each.hit(self.passages[each.row]) for each in found]


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
