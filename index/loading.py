"""A folder or a file -> Documents, in a stable order; a document's id is its relative path."""

import hashlib
import os
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache, partial
from pathlib import Path, PurePosixPath

from index.archives import ARCHIVES, Source, members
from index.errors import CorpusError
from index.formats import (
    EMPTY,
    FORMATS,
    PACKED_BYTES,
    TEXT_BYTES,
    extract,
    may_have_attachments,
)
from index.formats.extracted import Extracted
from index.formats.worker import Worker
from index.language import find_language
from index.types import Document

_MAIL = ".eml"
_ENDINGS = ", ".join([*FORMATS, *ARCHIVES])


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file that was not indexed, and why."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a folder or file held."""

    documents: tuple[Document, ...]
    skipped: tuple[Skipped, ...]


def load(
    path: Path, known: Mapping[str, Document] | None = None, max_bytes: int | None = None
) -> Loaded:
    """Read every document of a folder, or one file; those of an archive by "archive.zip/name".

    A file whose bytes are those of the `known` document of its name is not parsed again. Hidden
    files are passed over; a file that cannot be used is listed in `skipped`, with the reason, as
    is one of more than `max_bytes`, by default its format's limit. Raises CorpusError where the
    path is missing or holds nothing that can be read.
    """
    if not path.exists():
        raise CorpusError(f"{path}: there is no such folder or file; check the path")
    documents: dict[str, Document] = {}
    skipped: list[Skipped] = []
    root = path if path.is_dir() else path.parent
    with Worker() as worker:
        reading = _Reading(known or {}, max_bytes, worker)
        for file in _files(path, skipped):
            name = file.relative_to(root).as_posix()
            for found in reading.read(file, name):
                if isinstance(found, Skipped):
                    skipped.append(found)
                elif found.id in documents:
                    skipped.append(Skipped(found.id, "a second file of this name in the archive"))
                else:
                    documents[found.id] = found
    skipped.sort(key=lambda s: s.path)
    if not documents:
        why = "; ".join(f"{s.path}: {s.reason}" for s in skipped[:5])
        raise CorpusError(
            f"{path}: no document to index"
            + (f" ({why})" if why else "")
            + f"; put files there that end in {_ENDINGS}"
        )
    return Loaded(tuple(documents.values()), tuple(skipped))


@dataclass(frozen=True, slots=True)
class _Reading:
    """Files -> documents, under the limits of one run."""

    known: Mapping[str, Document]
    max_bytes: int | None
    worker: Worker

    def read(self, file: Path, name: str) -> Iterator[Document | Skipped]:
        """Yield what a file holds: documents, many if it is an archive, or why there are none."""
        try:
            source = _source(file, name)
        except CorpusError as error:
            yield Skipped(name, str(error))
        else:
            yield from self._read(source, ())

    def _read(self, source: Source, outer: tuple[str, ...]) -> Iterator[Document | Skipped]:
        """Yield what a file holds; `outer` are the kinds of what it is packed in or attached to."""
        suffix = _suffix(source.name)
        try:
            if suffix == _MAIL:
                source = replace(source, read=cache(source.read))  # it is read twice
            if suffix not in ARCHIVES:
                yield self._document(source)
        except CorpusError as error:
            yield Skipped(source.name, str(error))
            if suffix != _MAIL or str(error) != EMPTY:  # such a mail may have attachments
                return
        try:
            for member in self._inside(suffix, source, outer):
                name = f"{source.name}/{member.name}"
                yield from self._read(replace(member, name=name), (*outer, suffix))
        except CorpusError as error:
            yield Skipped(source.name, str(error))

    def _inside(self, suffix: str, source: Source, outer: tuple[str, ...]) -> Iterator[Source]:
        """Yield what is packed in a file, or attached to it. Neither nests; mails are packed."""
        if suffix in ARCHIVES:
            if not set(ARCHIVES).isdisjoint(outer):
                raise CorpusError("an archive in an archive; unpack the outer one")
            yield from members(suffix, self._bytes(source, PACKED_BYTES))
        elif suffix == _MAIL and _MAIL not in outer and may_have_attachments(raw := source.read()):
            for name, data in self.worker.attachments(raw):
                yield Source(name, len(data), partial(bytes, data))

    def _document(self, source: Source) -> Document:
        """Read one file; raises CorpusError with the reason where it cannot."""
        suffix = _suffix(source.name)
        if suffix not in FORMATS:
            raise CorpusError(f"{suffix or 'a file without ending'} is not among {_ENDINGS}")
        kind = FORMATS[suffix]
        raw = self._bytes(source, kind.max_bytes)
        digest = hashlib.sha256(raw).hexdigest()
        before = self.known.get(source.name)
        if before is not None and before.sha256 == digest:
            return before
        found = extract(suffix, raw) if kind.trusted else self.worker.extract(suffix, raw)
        self._check(len(found.text), TEXT_BYTES, "of text ")
        return Document(
            id=source.name,
            title=found.title or PurePosixPath(source.name).stem,
            date=found.date,
            text=found.text,
            sha256=digest,
            metadata={**_language(found), **found.metadata, "size": str(len(raw))},
            places=found.places,
            boxes=found.boxes,
        )

    def _bytes(self, source: Source, limit: int) -> bytes:
        try:
            self._check(source.size, limit)
        except CorpusError:  # but a file that is known was within the limit given then
            inside = f"{source.name}/"
            if not any(name == source.name or name.startswith(inside) for name in self.known):
                raise
        return source.read()

    def _check(self, size: int, limit: int, what: str = "") -> None:
        limit = limit if self.max_bytes is None else self.max_bytes
        if size > limit:
            raise CorpusError(
                f"{size / 1e6:,.1f} MB {what}is over the limit of {limit / 1e6:,.1f} MB; "
                "split the file, or raise the limit: qa index --max-file-size MB"
            )


def _language(found: Extracted) -> dict[str, str]:
    """Return the language of a text that does not state it, where it is sure."""
    language = None if found.metadata.get("language") else find_language(found.text)
    return {"language": language} if language is not None else {}


def _suffix(name: str) -> str:
    path = PurePosixPath(name.lower())
    two = "".join(path.suffixes[-2:])
    return two if two in ARCHIVES else path.suffix


def _source(file: Path, name: str) -> Source:
    """Return a file of the folder; raises CorpusError where there is none to be read."""

    def read() -> bytes:
        try:
            return file.read_bytes()
        except OSError as error:
            raise CorpusError(f"cannot be read: {error.strerror}") from error

    try:
        status = file.stat()
    except OSError as error:
        raise CorpusError(f"cannot be read: {error.strerror}") from error
    if not stat.S_ISREG(status.st_mode):
        raise CorpusError("not a regular file")
    return Source(name, status.st_size, read)


def _files(path: Path, skipped: list[Skipped]) -> Iterator[Path]:
    """Yield the files below a path in the order of their names, never leaving the folder."""
    if not path.is_dir():
        yield path
        return
    inside = path.resolve()

    def unreadable(error: OSError) -> None:
        name = Path(error.filename).relative_to(path).as_posix()
        skipped.append(Skipped(name, f"cannot be read: {error.strerror}"))

    for folder, folders, names in os.walk(path, onerror=unreadable):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for link in (Path(folder) / name for name in folders if (Path(folder) / name).is_symlink()):
            relative = link.relative_to(path).as_posix()
            skipped.append(Skipped(relative, "a link to a folder, which is not followed"))
        for name in sorted(names):
            file = Path(folder) / name
            if name.startswith("."):
                continue
            try:
                leads_out = not file.resolve().is_relative_to(inside)
            except RuntimeError:  # it leads in a circle, which reading it will tell
                leads_out = False
            if leads_out:
                relative = file.relative_to(path).as_posix()
                skipped.append(Skipped(relative, "a link that leads out of the folder"))
                continue
            yield file
