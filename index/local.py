"""LocalEngine: the engine of one machine. FAISS and BM25 in memory-mapped files, fused here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import faiss
import numpy as np

from index.dense import DenseIndex, Moments
from index.home import Folder
from index.hybrid import HybridIndex
from index.lexical import LEXICAL_KINDS, LexicalIndex
from index.passages import Passages
from index.types import Document, Encoder, Progress, SearchIndex


@dataclass(frozen=True)
class LocalEngine:
    """Builds, writes and reads `HybridIndex`es; an index of another engine is built from nothing.

    `write` raises TypeError for an index of another engine.
    """

    encoder: Encoder
    name = "local"
    kinds = ("passages.npy", "dense.faiss", "moments.npz", *LEXICAL_KINDS)

    def build(
        self,
        documents: Sequence[Document],
        known: SearchIndex | None = None,
        progress: Progress | None = None,
    ) -> HybridIndex:
        """Index documents; only passages that `known` does not hold are encoded."""
        own = known if isinstance(known, HybridIndex) else None
        return HybridIndex.build(documents, self.encoder, own, progress)

    def home(self, folder: Path | None) -> Folder | None:
        """Return the folder, if there is one."""
        return Folder(folder, self) if folder is not None else None

    def write(self, index: SearchIndex, files: Mapping[str, Path]) -> None:
        """Write an index into one file of each kind; raises OSError."""
        if not isinstance(index, HybridIndex):
            raise TypeError(f"{type(index).__name__} is not an index of the local engine")
        np.save(files["passages.npy"], index.passages.offsets, allow_pickle=False)
        with files["dense.faiss"].open("wb") as vectors:  # by its name, FAISS misses a full disk
            faiss.write_index(index.dense.faiss, faiss.PyCallbackIOWriter(vectors.write))  # type: ignore[attr-defined]
        moments = index.dense.moments
        np.savez(files["moments.npz"], mean=moments.mean, square=moments.square)
        index.lexical.save(files)

    def read(self, documents: Sequence[Document], files: Mapping[str, Path]) -> HybridIndex:
        """Read what `write` wrote; vectors and postings stay in the files, mapped into memory."""
        offsets = np.load(files["passages.npy"], allow_pickle=False)
        with np.load(files["moments.npz"], allow_pickle=False) as saved:
            moments = Moments(saved["mean"], saved["square"])
        vectors = faiss.read_index(str(files["dense.faiss"]), faiss.IO_FLAG_MMAP_IFC)
        dense = DenseIndex(vectors, moments, self.encoder)
        lexical = LexicalIndex.load(files, len(offsets))
        return HybridIndex(Passages(documents, offsets), dense, lexical)
