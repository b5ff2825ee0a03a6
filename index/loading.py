"""Folders and files -> Documents, in a stable order; a document's id is its relative path."""

import hashlib
import stat
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial
from pathlib import Path, PurePosixPath

from index.archives import ARCHIVES, Source, members
from index.errors import CorpusError
from index.files import check_name, check_readable, files, shown
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
from index.types import Document, Skipped

_MAIL = ".eml"
_ENDINGS = ", ".join([*FORMATS, *ARCHIVES])
_SECOND = {
    False: "a second file of this name in the archive",
    True: "a document of this name was added; remove that first",
}


@dataclass(frozen=True, slots=True)
class Loaded:
    """Documents, and where they come from: all that is needed to look again for what changed.

    `max_bytes` is the limit that held. `paths` were read besides the folder; `given` are the ids
    of documents that no file holds.
    """

    documents: tuple[Document, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    max_bytes: int | None = None
    paths: tuple[str, ...] = ()
    given: tuple[str, ...] = ()

    @classmethod
    def given_only(cls, documents: Mapping[str, Document]) -> "Loaded":
        """Return documents by id, none of which is from a file."""
        return cls(documents=tuple(documents.values()), given=tuple(documents))


def load(path: Path, max_bytes: int | None = None) -> Loaded:
    """Read every document of a folder, or one file, as `read` does.

    Raises CorpusError where the path is missing or holds nothing that can be read.
    """
    loaded = read(path, max_bytes=max_bytes)
    if not loaded.documents:
        raise nothing_to_index(path, loaded.skipped)
    return loaded


def nothing_to_index(path: Path, skipped: Sequence[Skipped]) -> CorpusError:
    """Return the error for a path that holds no document."""
    why = "; ".join(f"{s.path}: {s.reason}" for s in skipped[:5])
    return CorpusError(
        f"{path}: no document to index"
        + (f" ({why})" if why else "")
        + f"; put files there that end in {_ENDINGS}"
    )


def read(
    folder: Path | None,
    paths: Sequence[str] = (),
    given: Sequence[Document] = (),
    known: Loaded | None = None,
    max_bytes: int | None = None,
) -> Loaded:
    """Read a folder, or one file; then absolute `paths` elsewhere; then take the documents `given`.

    Those of the folder are named by their relative path, those of `paths` by the absolute one,
    those of an archive by "archive.zip/name". Files of the same bytes are one document. A file
    whose bytes are `known`, by whatever name, is not parsed again, also if it cannot be read.
    Hidden files are passed over; a file that cannot be used is listed in `skipped`, with the
    reason, as is one of more than `max_bytes`, by default its format's limit. Raises CorpusError
    where the folder is missing, or cannot be listed.
    """
    if folder is not None and not folder.exists():
        raise CorpusError(f"{folder}: there is no such folder or file; check the path")
    if folder is not None and folder.is_dir():
        check_readable(folder)
    documents = {document.id: document for document in given}
    skipped: list[Skipped] = []
    with Worker() as worker:
        reading = _Reading(_Known(known or Loaded(), max_bytes), max_bytes, worker)
        for name, file in files(folder, paths, skipped):
            for found in reading.read(file, name):
                if isinstance(found, Skipped):
                    skipped.append(found)
                elif found.id in documents:
                    added = any(found.id == document.id for document in given)
                    skipped.append(Skipped(found.id, _SECOND[added]))
                else:
                    documents[found.id] = found
    skipped.sort(key=lambda s: s.path)
    from_files = list(documents.values())[len(given) :]
    return Loaded(
        documents=(*_merged(from_files), *given),
        skipped=tuple(skipped),
        max_bytes=max_bytes,
        paths=tuple(paths),
        given=tuple(document.id for document in given),
    )


def _merged(documents: Iterable[Document]) -> list[Document]:
    """Return one document for all that have the same bytes: the first, with the others' names."""
    same: dict[tuple[str, str], list[Document]] = {}
    for document in documents:
        same.setdefault(_content(document.id, document.sha256), []).append(document)
    return [_called(first, first.id, tuple(d.id for d in rest)) for first, *rest in same.values()]


def _called(document: Document, name: str, also: tuple[str, ...] = ()) -> Document:
    """Return a document under other names."""
    title = document.title if document.titled else PurePosixPath(name).stem
    if (document.id, document.title, document.also) == (name, title, also):
        return document
    return replace(document, id=name, title=title, also=also)


def _content(name: str, digest: str) -> tuple[str, str]:
    """Return what tells whether two files hold the same document."""
    return FORMATS[_suffix(name)].reader, digest


class _Known:
    """What was read before, by content."""

    def __init__(self, loaded: Loaded, max_bytes: int | None) -> None:
        files = [d for d in loaded.documents if d.id not in loaded.given]
        self._documents = {_content(d.id, d.sha256): d for d in files}
        self._names = {name for d in files for name in d.names}
        # With another limit they may be read.
        skipped = loaded.skipped if loaded.max_bytes == max_bytes else ()
        self._reasons = {(_suffix(s.path), s.sha256): s.reason for s in skipped if s.sha256}

    def find(self, name: str, digest: str) -> Document | Skipped | None:
        """Return what a file's bytes are known to hold."""
        if (document := self._documents.get(_content(name, digest))) is not None:
            return _called(document, name)
        reason = self._reasons.get((_suffix(name), digest))
        return Skipped(name, reason, digest) if reason is not None else None

    def holds(self, name: str) -> bool:
        """Whether a file of this name, or one inside it, is known."""
        inside = f"{name}/"
        return any(known == name or known.startswith(inside) for known in self._names)


@dataclass(frozen=True, slots=True)
class _Reading:
    """Files -> documents, under the limits of one run."""

    known: _Known
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
            check_name(source.name)
            if suffix == _MAIL:
                source = replace(source, read=cache(source.read))  # it is read twice
            if suffix not in ARCHIVES:
                found = self._document(source)
                yield found
                failed = isinstance(found, Skipped) and found.reason
                if failed and (suffix != _MAIL or failed != EMPTY):  # it may have attachments
                    return
            for member in self._inside(suffix, source, outer):
                name = f"{source.name}/{member.name}"
                yield from self._read(replace(member, name=name), (*outer, suffix))
        except CorpusError as error:
            yield Skipped(shown(source.name), str(error))

    def _inside(self, suffix: str, source: Source, outer: tuple[str, ...]) -> Iterator[Source]:
        """Yield what is packed in a file, or attached to it. Neither nests; mails are packed."""
        if suffix in ARCHIVES:
            if not set(ARCHIVES).isdisjoint(outer):
                raise CorpusError("an archive in an archive; unpack the outer one")
            yield from members(suffix, self._bytes(source, PACKED_BYTES))
        elif suffix == _MAIL and _MAIL not in outer and may_have_attachments(raw := source.read()):
            for name, data in self.worker.attachments(raw):
                yield Source(name, len(data), partial(bytes, data))

    def _document(self, source: Source) -> Document | Skipped:
        """Read one file; raises CorpusError with the reason where there are no bytes to be read."""
        suffix = _suffix(source.name)
        if suffix not in FORMATS:
            raise CorpusError(f"{suffix or 'a file without ending'} is not among {_ENDINGS}")
        kind = FORMATS[suffix]
        raw = self._bytes(source, kind.max_bytes)
        digest = hashlib.sha256(raw).hexdigest()
        if (before := self.known.find(source.name, digest)) is not None:
            return before
        try:
            found = extract(suffix, raw) if kind.trusted else self.worker.extract(suffix, raw)
            self._check(len(found.text), TEXT_BYTES, "of text ")
        except CorpusError as error:
            return Skipped(source.name, str(error), digest)
        return Document(
            id=source.name,
            title=found.title or PurePosixPath(source.name).stem,
            date=found.date,
            text=found.text,
            sha256=digest,
            metadata={**_language(found), **found.metadata, "size": str(len(raw))},
            places=found.places,
            boxes=found.boxes,
            titled=bool(found.title),
        )

    def _bytes(self, source: Source, limit: int) -> bytes:
        try:
            self._check(source.size, limit)
        except CorpusError:  # but a file that is known was within the limit given then
            if not self.known.holds(source.name):
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
