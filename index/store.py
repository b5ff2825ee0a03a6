"""An index's folder on disk: data files and a manifest that names them with their hashes.

The data files of a save carry a fresh name; replacing the manifest is the one step that makes them
the index. Whatever stops a save before that leaves the index of before.
"""

import hashlib
import json
import os
import secrets
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import faiss
import numpy as np
from filelock import FileLock, Timeout
from numpy.typing import NDArray

from index.dense import DenseIndex, Moments
from index.errors import StoreError
from index.hybrid import HybridIndex
from index.lexical import LexicalIndex
from index.passages import Passages
from index.types import Document, Encoder, Place, no_boxes

FORMAT = "quotewell-index"
VERSION = 4
_MANIFEST = "manifest.json"
_KINDS = (
    "documents.jsonl",
    "boxes.npy",
    "passages.npy",
    "dense.faiss",
    "moments.npz",
    "lexical.npz",
)
_LOCK_SECONDS = 600


def is_index(path: Path) -> bool:
    """Whether a folder holds a saved index, whole or not."""
    return (path / _MANIFEST).is_file()


def saved_encoder(path: Path) -> str:
    """Return the name of the encoder that a saved index was made with; raises StoreError."""
    return str(_manifest(path)["encoder"])


def save(index: HybridIndex, encoder: Encoder, path: Path) -> None:
    """Save an index into the folder `path`, in place of the one that may be there.

    Raises StoreError where the folder cannot be written or another process is writing to it.
    """
    try:
        path.mkdir(parents=True, exist_ok=True)
        foreign = [f.name for f in path.iterdir()] if not is_index(path) else []
        if any(not _is_ours(name) for name in foreign):
            raise StoreError(f"{path}: holds other files than an index; name an empty folder")
        with FileLock(path / "lock", timeout=_LOCK_SECONDS):
            _write(index, encoder, path)
    except Timeout as error:
        raise StoreError(f"{path}: another process is writing this index; try again") from error
    except OSError as error:
        reason = error.strerror or str(error)
        raise StoreError(f"{path}: the index cannot be saved: {reason}") from error


def load(path: Path, encoder: Encoder) -> HybridIndex:
    """Load the index of the folder `path`.

    Raises StoreError where it is missing, damaged, of another version, or made with another
    encoder.
    """
    manifest = _manifest(path)
    if manifest["encoder"] != encoder.name:
        raise StoreError(
            f"{path}: made with the encoder {manifest['encoder']}, not {encoder.name}; "
            f"use that encoder, or index into another folder"
        )
    files = {kind: _checked(path, manifest["files"], kind) for kind in _KINDS}
    try:
        rows = files["documents.jsonl"].read_text(encoding="utf-8").splitlines()
        documents = _documents(rows, np.load(files["boxes.npy"], allow_pickle=False))
        offsets = np.load(files["passages.npy"], allow_pickle=False)
        with np.load(files["moments.npz"], allow_pickle=False) as saved:
            moments = Moments(saved["mean"], saved["square"])
        vectors = faiss.read_index(str(files["dense.faiss"]), faiss.IO_FLAG_MMAP_IFC)
        dense = DenseIndex(vectors, moments, encoder)
        lexical = LexicalIndex.load(files["lexical.npz"])
        return HybridIndex(Passages(documents, offsets), dense, lexical)
    except (OSError, ValueError, TypeError, KeyError, IndexError, RuntimeError) as error:
        raise StoreError(_damaged(path, str(error))) from error


def _write(index: HybridIndex, encoder: Encoder, path: Path) -> None:
    documents = index.passages.documents
    rows = [json.dumps(_as_json(d), ensure_ascii=True) + "\n" for d in documents]
    save_id = secrets.token_hex(4)
    files = {kind: f"{save_id}-{kind}" for kind in _KINDS}
    (path / files["documents.jsonl"]).write_text("".join(rows), encoding="utf-8")
    np.save(path / files["passages.npy"], index.passages.offsets, allow_pickle=False)
    boxes = np.concatenate([no_boxes(), *(d.boxes for d in documents)])
    np.save(path / files["boxes.npy"], boxes, allow_pickle=False)
    faiss.write_index(index.dense.faiss, str(path / files["dense.faiss"]))
    moments = index.dense.moments
    np.savez(path / files["moments.npz"], mean=moments.mean, square=moments.square)
    with (path / files["lexical.npz"]).open("wb") as stream:
        index.lexical.save(stream)
    for name in files.values():
        _sync(path / name)
    manifest = {
        "format": FORMAT,
        "version": VERSION,
        "encoder": encoder.name,
        "documents": len(documents),
        "passages": len(index.passages),
        "files": {k: {"name": n, "sha256": _sha256(path / n)} for k, n in files.items()},
    }
    fresh = path / f"{save_id}-{_MANIFEST}"
    fresh.write_text(json.dumps(manifest, indent=1), encoding="utf-8")
    _sync(fresh)
    os.replace(fresh, path / _MANIFEST)
    _sync(path)
    for file in path.iterdir():
        if _is_ours(file.name) and file.name not in {_MANIFEST, "lock", *files.values()}:
            file.unlink()


def _as_json(document: Document) -> dict[str, Any]:
    """Return a document's fields; its boxes stand in a file of their own, `boxes` says how many."""
    names = ("id", "title", "date", "text", "sha256")
    return {
        **{n: getattr(document, n) for n in names},
        "metadata": dict(document.metadata),
        "places": [(p.start, p.end, p.label, p.page) for p in document.places],
        "boxes": len(document.boxes),
    }


def _documents(rows: Sequence[str], boxes: NDArray[np.int32]) -> list[Document]:
    documents = []
    first = 0
    for row in rows:
        fields = json.loads(row)
        last = first + fields.pop("boxes")
        places = tuple(Place(*place) for place in fields.pop("places"))
        documents.append(Document(**fields, places=places, boxes=boxes[first:last]))
        first = last
    return documents


def _manifest(path: Path) -> dict[str, Any]:
    try:
        manifest = json.loads((path / _MANIFEST).read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise StoreError(f"{path}: there is no index here; run: qa index DIR") from error
    except (OSError, ValueError) as error:
        raise StoreError(_damaged(path, "its manifest cannot be read")) from error
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        raise StoreError(_damaged(path, "its manifest is not that of an index"))
    if manifest.get("version") != VERSION:
        raise StoreError(
            f"{path}: an index of format {manifest.get('version')}, this program reads {VERSION}; "
            "run qa index with the folder of documents to make it anew"
        )
    if not isinstance(manifest.get("encoder"), str) or not isinstance(manifest.get("files"), dict):
        raise StoreError(_damaged(path, "its manifest is incomplete"))
    return manifest


def _checked(path: Path, files: dict[str, Any], kind: str) -> Path:
    """Return the path of a data file whose hash is the manifest's."""
    entry = files.get(kind)
    if not isinstance(entry, dict) or Path(str(entry.get("name"))).name != entry.get("name"):
        raise StoreError(_damaged(path, f"its manifest does not name {kind}"))
    file = path / str(entry["name"])
    if not file.is_file():
        raise StoreError(_damaged(path, f"{file.name} is missing"))
    if _sha256(file) != entry.get("sha256"):
        raise StoreError(_damaged(path, f"{file.name} is not as it was saved"))
    return file


def _damaged(path: Path, what: str) -> str:
    return f"{path}: the index is damaged: {what}; run qa index with the folder of documents"


def _is_ours(name: str) -> bool:
    return name in {_MANIFEST, "lock"} or name.endswith(
        tuple(f"-{k}" for k in (*_KINDS, _MANIFEST))
    )


def _sha256(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _sync(path: Path) -> None:
    """Flush a file or folder to the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
