"""The documents of a saved index in data files, and where they come from."""

import json
from collections.abc import Iterable, Mapping
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from index.source_state import PackedFile, SourceState
from index.types import Document, Place, Skipped, Stored, no_boxes

SOURCE_KINDS = ("documents.jsonl", "texts.txt", "boxes.npy", "sources.json")
# What reading a file raises that is not as it was written.
UNREADABLE = (
    *(OSError, EOFError, ValueError, TypeError, KeyError, IndexError, RuntimeError),
    BadZipFile,
)


def write_sources(state: SourceState, files: Mapping[str, Path]) -> None:
    """Write documents and where they come from into one file of each kind; raises OSError."""
    with (
        files["documents.jsonl"].open("w", encoding="utf-8") as rows,
        files["texts.txt"].open("wb") as texts,
    ):
        for document in state.documents:
            length = texts.write(document.text.encode("utf-8", "surrogatepass"))
            rows.write(json.dumps(_as_json(document, length), ensure_ascii=True) + "\n")
    sources = {
        "skipped": [(s.path, s.reason, s.sha256) for s in state.skipped],
        "max_bytes": state.max_bytes,
        "paths": state.paths,
        "given": state.given,
        "packed": state.packed,
    }
    files["sources.json"].write_text(json.dumps(sources), encoding="utf-8")
    boxes = np.concatenate([no_boxes(), *(d.boxes for d in state.documents)])
    np.save(files["boxes.npy"], boxes, allow_pickle=False)


def read_sources(files: Mapping[str, Path]) -> SourceState:
    """Read what `write_sources` wrote; raises `UNREADABLE` for anything else."""
    with files["documents.jsonl"].open(encoding="utf-8") as rows:
        boxes = np.load(files["boxes.npy"], allow_pickle=False)
        documents = _documents(rows, _mapped(files["texts.txt"]), boxes)
    sources = json.loads(files["sources.json"].read_text(encoding="utf-8"))
    packed = {
        key: tuple(PackedFile(*row) for row in rows) for key, rows in sources["packed"].items()
    }
    return SourceState(
        documents=tuple(documents),
        skipped=tuple(Skipped(*row) for row in sources["skipped"]),
        max_bytes=sources["max_bytes"],
        paths=tuple(sources["paths"]),
        given=tuple(sources["given"]),
        packed=packed,
    )


def _as_json(document: Document, text_bytes: int) -> dict[str, Any]:
    """Return a document's fields but its text and boxes; of these, how many there are."""
    names = ("id", "title", "date", "sha256", "also", "titled", "left_out")
    return {
        **{n: getattr(document, n) for n in names},
        "metadata": dict(document.metadata),
        "places": [(p.start, p.end, p.label, p.page) for p in document.places],
        "text": text_bytes,
        "boxes": len(document.boxes),
    }


def _documents(
    rows: Iterable[str], texts: mmap | bytes, boxes: NDArray[np.int32]
) -> list[Document]:
    documents = []
    first = text_at = 0
    for row in rows:
        fields = json.loads(row)
        last, text_end = first + fields.pop("boxes"), text_at + fields.pop("text")
        text = Stored(texts, text_at, text_end)
        places = tuple(Place(*place) for place in fields.pop("places"))
        fields |= {name: tuple(fields[name]) for name in ("also", "left_out")}
        found = Document(**fields, text=text, places=places, boxes=boxes[first:last])
        documents.append(found)
        first, text_at = last, text_end
    return documents


def _mapped(file: Path) -> mmap | bytes:
    """Map a file into memory; one without a byte cannot be."""
    with file.open("rb") as stream:
        empty = file.stat().st_size == 0
        return b"" if empty else mmap(stream.fileno(), 0, access=ACCESS_READ)
