"""The data files of a saved index: what stands in which, and how it is written and read."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

from index.dense import DenseIndex, Moments
from index.hybrid import HybridIndex
from index.lexical import LexicalIndex
from index.loaded import Inside, Loaded
from index.passages import Passages
from index.types import Document, Encoder, Place, Skipped, no_boxes

LOADED_KINDS = ("documents.jsonl", "boxes.npy", "sources.json")
KINDS = (*LOADED_KINDS, "passages.npy", "dense.faiss", "moments.npz", "lexical.npz")
# What reading a file raises that is not as it was written.
UNREADABLE = (OSError, ValueError, TypeError, KeyError, IndexError, RuntimeError)


def write_files(index: HybridIndex, loaded: Loaded, files: Mapping[str, Path]) -> None:
    """Write an index into one file of each kind; raises OSError."""
    documents = index.passages.documents
    with files["documents.jsonl"].open("w", encoding="utf-8") as rows:
        for document in documents:
            rows.write(json.dumps(_as_json(document), ensure_ascii=True) + "\n")
    sources = {
        "skipped": [(s.path, s.reason, s.sha256) for s in loaded.skipped],
        "max_bytes": loaded.max_bytes,
        "paths": loaded.paths,
        "given": loaded.given,
        "packed": loaded.packed,
    }
    files["sources.json"].write_text(json.dumps(sources), encoding="utf-8")
    np.save(files["passages.npy"], index.passages.offsets, allow_pickle=False)
    boxes = np.concatenate([no_boxes(), *(d.boxes for d in documents)])
    np.save(files["boxes.npy"], boxes, allow_pickle=False)
    with files["dense.faiss"].open("wb") as vectors:  # by its name, FAISS misses a full disk
        faiss.write_index(index.dense.faiss, faiss.PyCallbackIOWriter(vectors.write))  # type: ignore[attr-defined]
    moments = index.dense.moments
    np.savez(files["moments.npz"], mean=moments.mean, square=moments.square)
    with files["lexical.npz"].open("wb") as lexical:
        index.lexical.save(lexical)


def read_files(files: Mapping[str, Path], encoder: Encoder) -> tuple[HybridIndex, Loaded]:
    """Read what `write_files` wrote; raises `UNREADABLE` for anything else."""
    loaded = read_loaded(files)
    offsets = np.load(files["passages.npy"], allow_pickle=False)
    with np.load(files["moments.npz"], allow_pickle=False) as saved:
        moments = Moments(saved["mean"], saved["square"])
    vectors = faiss.read_index(str(files["dense.faiss"]), faiss.IO_FLAG_MMAP_IFC)
    dense = DenseIndex(vectors, moments, encoder)
    lexical = LexicalIndex.load(files["lexical.npz"])
    return HybridIndex(Passages(loaded.documents, offsets), dense, lexical), loaded


def read_loaded(files: Mapping[str, Path]) -> Loaded:
    """Read the documents and where they come from; raises `UNREADABLE`."""
    with files["documents.jsonl"].open(encoding="utf-8") as rows:
        documents = _documents(rows, np.load(files["boxes.npy"], allow_pickle=False))
    sources = json.loads(files["sources.json"].read_text(encoding="utf-8"))
    return Loaded(
        documents=tuple(documents),
        skipped=tuple(Skipped(*row) for row in sources["skipped"]),
        max_bytes=sources["max_bytes"],
        paths=tuple(sources["paths"]),
        given=tuple(sources["given"]),
        packed={k: tuple(Inside(*row) for row in rows) for k, rows in sources["packed"].items()},
    )


def _as_json(document: Document) -> dict[str, Any]:
    """Return a document's fields; its boxes stand in a file of their own, `boxes` says how many."""
    names = ("id", "title", "date", "text", "sha256", "also", "titled")
    return {
        **{n: getattr(document, n) for n in names},
        "metadata": dict(document.metadata),
        "places": [(p.start, p.end, p.label, p.page) for p in document.places],
        "boxes": len(document.boxes),
    }


def _documents(rows: Iterable[str], boxes: NDArray[np.int32]) -> list[Document]:
    documents = []
    first = 0
    for row in rows:
        fields = json.loads(row)
        last = first + fields.pop("boxes")
        places = tuple(Place(*place) for place in fields.pop("places"))
        also = tuple(fields.pop("also"))
        documents.append(Document(**fields, places=places, boxes=boxes[first:last], also=also))
        first = last
    return documents
