"""An index's folder on disk: data files and a manifest that names them with their hashes.

The data files of a save carry a fresh name; replacing the manifest is the one step that makes them
the index. Whatever stops a save before that leaves the previous index. One process writes at a
time, by a lock that ends with it; any number read, with none.
"""

import hashlib
import json
import os
import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from index.errors import BusyIndexError, DamagedIndexError, StoreError
from index.saved_files import SOURCE_KINDS, UNREADABLE, read_sources, write_sources
from index.source_state import SourceState
from index.types import FileEngine, SearchIndex

FORMAT = "quotewell-index"
VERSION = 12
_MANIFEST = "manifest.json"
_LOCK = "lock"
WAIT_SECONDS = 600

Stamp = tuple[int, int, int]  # of a manifest: another one has another


@dataclass(frozen=True, slots=True)
class Saved:
    """An index as it is in its folder; `stamp` is None where it is in none."""

    index: SearchIndex
    state: SourceState
    stamp: Stamp | None = None


Save = Callable[[SearchIndex, SourceState], Saved]


def is_index(path: Path) -> bool:
    """Whether a folder holds a saved index, whole or not; a manifest alone may be anybody's."""
    try:
        return (path / _MANIFEST).is_file() and any(
            _is_ours(file.name, SOURCE_KINDS) and file.name != _MANIFEST for file in path.iterdir()
        )
    except OSError:  # a folder that cannot be entered, a path that is too long
        return False


def stamp(path: Path) -> Stamp | None:
    """Return what changes with every save, or None where there is no index."""
    try:
        return _stamp(os.stat(path / _MANIFEST))
    except OSError:
        return None


def saved_encoder(path: Path) -> str:
    """Return the name of the encoder that a saved index was made with; raises StoreError."""
    return str(_manifest(path)[0]["encoder"])


def load(path: Path, engine: FileEngine) -> Saved:
    """Load the index of the folder `path`.

    Raises DamagedIndexError where it is damaged or of an older version, and StoreError where it is
    missing, of a newer version, or made with another engine or encoder.
    """
    while True:
        manifest, read_from = _manifest(path)
        for part, used in (("engine", engine.name), ("encoder", engine.encoder.name)):
            if manifest[part] != used:
                raise StoreError(
                    f"{path}: made with the {part} {manifest[part]}, not {used}; "
                    f"use that {part}, or index into another folder"
                )
        try:
            files = {kind: _checked(path, manifest["files"], kind) for kind in _kinds(engine)}
            try:
                state = read_sources(files)
                index = engine.read(state.documents, files)
            except UNREADABLE as error:
                raise _damaged(path, str(error)) from error
        except DamagedIndexError:
            if stamp(path) == read_from:
                raise
            continue  # a save has replaced its files meanwhile
        return Saved(index, state, read_from)


def rescued(path: Path) -> SourceState:
    """Return the documents of a damaged index, if they at least are whole."""
    with suppress(StoreError, *UNREADABLE):
        named = _manifest(path)[0]["files"]
        return read_sources({kind: _checked(path, named, kind) for kind in SOURCE_KINDS})
    return SourceState()


def save(
    index: SearchIndex, engine: FileEngine, path: Path, state: SourceState | None = None
) -> Saved:
    """Save an index into the folder `path`, in place of the one that may be there.

    Raises StoreError as `writing` does.
    """
    with writing(path, engine) as write:
        return write(index, state if state is not None else SourceState.given_only(index.documents))


@contextmanager
def writing(path: Path, engine: FileEngine, wait: float = WAIT_SECONDS) -> Iterator[Save]:
    """Hold the lock of an index's folder, which is made if missing; yield what saves into it.

    Raises BusyIndexError where another process holds it for longer than `wait` seconds, and
    StoreError where the folder cannot be written or holds other things.
    """
    with _as_store_errors(path):
        if not path.is_dir():
            path.mkdir(parents=True, exist_ok=True)
            _sync(path.parent)
        foreign = [f.name for f in path.iterdir()] if not is_index(path) else []
        if any(not _is_ours(name, _kinds(engine)) for name in foreign):
            raise StoreError(f"{path}: holds other files than an index; name an empty folder")
        lock = FileLock(path / _LOCK, timeout=wait)
        lock.acquire()

    def write(index: SearchIndex, state: SourceState) -> Saved:
        with _as_store_errors(path):
            return Saved(index, state, _write(index, state, engine, path))

    try:
        yield write
    finally:
        lock.release()


def tidy(path: Path, engine: FileEngine) -> None:
    """Remove what an interrupted save left behind, unless another process is writing."""
    with suppress(OSError, StoreError, Timeout):
        if _strays(path, engine):
            with FileLock(path / _LOCK, timeout=0):
                for file in _strays(path, engine):
                    file.unlink()


@contextmanager
def _as_store_errors(path: Path) -> Iterator[None]:
    """Raise StoreError, one plain line, for an error of the operating system."""
    try:
        yield
    except Timeout as error:
        raise BusyIndexError(f"{path}: another process is writing this index; try again") from error
    except OSError as error:
        reason = error.strerror or str(error)
        raise StoreError(f"{path}: the index cannot be saved: {reason}") from error


def _write(index: SearchIndex, state: SourceState, engine: FileEngine, path: Path) -> Stamp:
    save_id = secrets.token_hex(4)
    files = {kind: path / f"{save_id}-{kind}" for kind in _kinds(engine)}
    fresh = path / f"{save_id}-{_MANIFEST}"
    try:
        write_sources(state, files)
        engine.write(index, files)
        manifest = {
            "format": FORMAT,
            "version": VERSION,
            "engine": engine.name,
            "encoder": engine.encoder.name,
            "documents": len(index.documents),
            "passages": len(index.passages),
            "files": {k: {"name": f.name, "sha256": _sha256(f)} for k, f in files.items()},
        }
        manifest["sha256"] = _sha256_of(manifest)
        fresh.write_text(json.dumps(manifest, indent=1), encoding="utf-8")
        for file in (*files.values(), fresh, path):
            _sync(file)
        os.replace(fresh, path / _MANIFEST)
    except BaseException:
        for file in (*files.values(), fresh):
            with suppress(OSError):
                file.unlink(missing_ok=True)
        raise
    written = _stamp(os.stat(path / _MANIFEST))
    _sync(path)
    for file in _strays(path, engine):
        file.unlink()
    return written


def _kinds(engine: FileEngine) -> tuple[str, ...]:
    return (*SOURCE_KINDS, *engine.kinds)


def _strays(path: Path, engine: FileEngine) -> list[Path]:
    """Return the data files that the manifest does not name; raises StoreError without one."""
    named = {entry.get("name") for entry in _manifest(path)[0]["files"].values()}
    kept = {_MANIFEST, _LOCK, *named}
    ours = (file for file in path.iterdir() if _is_ours(file.name, _kinds(engine)))
    return [file for file in ours if file.name not in kept]


def _manifest(path: Path) -> tuple[dict[str, Any], Stamp]:
    try:
        with (path / _MANIFEST).open(encoding="utf-8") as stream:
            read_from = _stamp(os.fstat(stream.fileno()))
            manifest = json.load(stream)
    except FileNotFoundError as error:
        raise StoreError(f"{path}: there is no index here; run: qa index DIR") from error
    except OSError as error:
        raise StoreError(f"{path / _MANIFEST}: cannot be read: {error.strerror}") from error
    except (ValueError, RecursionError) as error:
        raise _damaged(path, "its manifest cannot be read") from error
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        raise _damaged(path, "its manifest is not that of an index")
    version = manifest.get("version")
    if isinstance(version, int) and version > VERSION:
        raise StoreError(
            f"{path}: an index of format {version}, this program reads {VERSION}; "
            "update Quotewell, or index into another folder"
        )
    if version != VERSION:
        raise DamagedIndexError(
            f"{path}: an index of format {version}, this program reads {VERSION}; "
            "run qa index with the folder of documents to rebuild it"
        )
    if manifest.pop("sha256", None) != _sha256_of(manifest):
        raise _damaged(path, "its manifest is not as it was saved")
    return manifest, read_from


def _checked(path: Path, files: dict[str, Any], kind: str) -> Path:
    """Return the path of a data file, its hash compared with the manifest's."""
    entry = files.get(kind)
    if not isinstance(entry, dict) or Path(str(entry.get("name"))).name != entry.get("name"):
        raise _damaged(path, f"its manifest does not name {kind}")
    file = path / str(entry["name"])
    try:
        digest = _sha256(file)
    except FileNotFoundError as error:
        raise _damaged(path, f"{file.name} is missing") from error
    except OSError as error:
        raise StoreError(f"{file}: cannot be read: {error.strerror}") from error
    if digest != entry.get("sha256"):
        raise _damaged(path, f"{file.name} is not as it was saved")
    return file


def _damaged(path: Path, what: str) -> DamagedIndexError:
    return DamagedIndexError(
        f"{path}: the index is damaged: {what}; run qa index with the folder of documents"
    )


def _is_ours(name: str, kinds: Sequence[str]) -> bool:
    return name in {_MANIFEST, _LOCK} or name.endswith(tuple(f"-{k}" for k in (*kinds, _MANIFEST)))


def _stamp(status: os.stat_result) -> Stamp:
    return status.st_ino, status.st_mtime_ns, status.st_size


def _sha256(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _sha256_of(manifest: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(manifest, sort_keys=True).encode()).hexdigest()


def _sync(path: Path) -> None:
    """Flush a file or folder to the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
