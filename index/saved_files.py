"""The documents of a saved index in data files, and where they come from."""

import json
from array import array
from collections.abc import Iterable, Mapping, Sequence
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from index.seal import is_sealed, seal
from index.source_state import PackedFile, SourceState
from index.texts import SavedDocument, StoredText, encoded
from index.types import Document, Place, Skipped, no_boxes

SOURCE_KINDS = ("documents.jsonl", "texts.txt", "marks.npy", "boxes.npy", "sources.json")
_NOT_ADDED = "the index names it, and nobody here has added it; add it yourself to have it read"
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
        marks = array("q")
        for document in state.documents:
            text, text_marks = encoded(document)
            texts.write(text)
            marks.extend(text_marks)
            row = _as_json(document) | {"text": len(text), "marks": len(text_marks)}
            rows.write(json.dumps(row, ensure_ascii=True) + "\n")
    np.save(files["marks.npy"], np.array(marks, np.int64), allow_pickle=False)
    files["sources.json"].write_text(json.dumps(sources_said(state)), encoding="utf-8")
    boxes = np.concatenate([no_boxes(), *(d.boxes for d in state.documents)])
    np.save(files["boxes.npy"], boxes, allow_pickle=False)


def sources_said(state: SourceState) -> dict[str, Any]:
    """Return where documents come from, but not the documents, as JSON has it."""
    return {
        "skipped": [(s.path, s.reason, s.sha256) for s in state.skipped],
        "max_bytes": state.max_bytes,
        "ocr": state.ocr,
        "languages": state.languages,
        "paths": state.paths,
        "seal": seal(state.paths),
        "given": state.given,
        "packed": state.packed,
    }


def read_sources(files: Mapping[str, Path]) -> SourceState:
    """Read what `write_sources` wrote, as `sources_of`; raises `UNREADABLE` for anything else."""
    with files["documents.jsonl"].open(encoding="utf-8") as rows:
        boxes = np.load(files["boxes.npy"], allow_pickle=False)
        marks = np.load(files["marks.npy"], mmap_mode="r", allow_pickle=False)
        documents = _documents(rows, _mapped(files["texts.txt"]), marks, boxes)
    sources = json.loads(files["sources.json"].read_text(encoding="utf-8"))
    return sources_of(sources, documents)


def sources_of(sources: dict[str, Any], documents: Sequence[Document]) -> SourceState:
    """Return documents and where they come from, as `sources_said` has it.

    Paths that nobody here has added, as those of an index that somebody sent, are skipped: files of
    this machine would be read because the index says so. Raises `UNREADABLE` for anything else.
    """
    paths, skipped = tuple(map(str, sources["paths"])), [Skipped(*r) for r in sources["skipped"]]
    if not is_sealed(paths, sources["seal"]):
        skipped += [Skipped(path, _NOT_ADDED) for path in paths]
        paths = ()
    packed = {
        key: tuple(PackedFile(*row) for row in rows) for key, rows in sources["packed"].items()
    }
    return SourceState(
        documents=tuple(documents),
        skipped=tuple(skipped),
        max_bytes=sources["max_bytes"],
        ocr=str(sources["ocr"]),
        languages=str(sources["languages"]),
        paths=paths,
        given=tuple(sources["given"]),
        packed=packed,
    )


def _as_json(document: Document) -> dict[str, Any]:
    """Return a document's fields but its text, and of its boxes only how many there are."""
    names = ("id", "title", "date", "sha256", "also", "titled", "left_out")
    return {
        **{n: getattr(document, n) for n in names},
        "metadata": dict(document.metadata),
        "places": [(p.start, p.end, p.label, p.page) for p in document.places],
        "boxes": len(document.boxes),
    }


def _documents(
    rows: Iterable[str],
    texts: mmap | bytes,
    marks: NDArray[np.int64],
    boxes: NDArray[np.int32],
) -> list[SavedDocument]:
    documents = []
    box = mark = byte = 0
    for row in rows:
        fields = json.loads(row)
        boxes_end, marks_end, end = (
            at + fields.pop(name) for at, name in ((box, "boxes"), (mark, "marks"), (byte, "text"))
        )
        stored = StoredText(texts, byte, end, marks[mark:marks_end])
        places = tuple(Place(*place) for place in fields.pop("places"))
        fields |= {name: tuple(fields[name]) for name in ("also", "left_out")}
        own = boxes[box:boxes_end]
        documents.append(SavedDocument(**fields, stored=stored, places=places, boxes=own))
        box, mark, byte = boxes_end, marks_end, end
    return documents


def _mapped(file: Path) -> mmap | bytes:
    """Map a file into memory; one without a byte cannot be."""
    with file.open("rb") as stream:
        empty = file.stat().st_size == 0
        return b"" if empty else mmap(stream.fileno(), 0, access=ACCESS_READ)
