"""HybridIndex: documents and passages with their two searchers, and one ranking of both."""

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from index.dense import DenseIndex
from index.fusion import fuse
from index.lexical import LexicalIndex
from index.passages import split_document
from index.types import Document, Encoder, Hit, Passage

Progress = Callable[[int, int], None]  # passages encoded, of how many

_BATCH = 256


class HybridIndex:
    """A searchable corpus. Raises ValueError where its parts do not have the same length."""

    def __init__(
        self,
        documents: Sequence[Document],
        passages: Sequence[Passage],
        dense: DenseIndex,
        lexical: LexicalIndex,
    ) -> None:
        if not len(passages) == len(dense) == len(lexical):
            raise ValueError(
                f"{len(passages)} passages, {len(dense)} vectors, {len(lexical)} lexical rows"
            )
        self.documents: Mapping[str, Document] = {d.id: d for d in documents}
        self.passages = tuple(passages)
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
        """Index documents; a passage that stands word for word in `known` keeps its vector.

        Raises ValueError where the documents hold no passage.
        """
        passages = [passage for document in documents for passage in split_document(document)]
        vectors = _vectors([p.text for p in passages], encoder, known, progress)
        lexical = LexicalIndex.build([p.text for p in passages])
        return cls(documents, passages, DenseIndex.build(vectors, encoder), lexical)

    @cached_property
    def _rows_of(self) -> Mapping[str, NDArray[np.int64]]:
        rows: dict[str, list[int]] = {}
        for row, passage in enumerate(self.passages):
            rows.setdefault(passage.document_id, []).append(row)
        return {document: np.array(found, np.int64) for document, found in rows.items()}

    def search(self, question: str, k: int, within: Collection[str] | None = None) -> list[Hit]:
        """Return at most k hits, best first; only from the documents `within` if given."""
        allowed = None
        if within is not None:
            found = [self._rows_of[document] for document in within if document in self._rows_of]
            if not found:
                return []
            allowed = np.unique(np.concatenate(found))
        dense, lexical = self.dense.score(question), self.lexical.score(question)
        weight = self.dense.encoder.dense_weight
        fused = fuse([(dense, weight), (lexical, 1 - weight)], k, allowed)
        ranks = [
            {int(row): rank for rank, row in enumerate(scores.top(max(k, 1), allowed), start=1)}
            for scores in (dense, lexical)
        ]
        return [
            Hit(self.passages[row], score, ranks[0].get(row), ranks[1].get(row))
            for row, score in fused
        ]


def _vectors(
    texts: Sequence[str],
    encoder: Encoder,
    known: HybridIndex | None,
    progress: Progress | None,
) -> NDArray[np.float32]:
    """Return an (n, dim) array of the texts' vectors, encoding only those that are new."""
    rows = {p.text: row for row, p in enumerate(known.passages)} if known is not None else {}
    new = sorted({text for text in texts if text not in rows}, key=len)
    parts = [] if known is None else [known.dense.vectors]
    first = sum(len(part) for part in parts)
    rows.update({text: first + i for i, text in enumerate(new)})
    for start in range(0, len(new), _BATCH):
        if progress is not None:
            progress(start, len(new))
        parts.append(encoder.encode(new[start : start + _BATCH]))
    if progress is not None and new:
        progress(len(new), len(new))
    return np.ascontiguousarray(np.concatenate(parts)[[rows[text] for text in texts]])
