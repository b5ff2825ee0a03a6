"""Folders and files -> Documents, in a stable order; a document's id is its relative path."""

import hashlib
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import cache, partial
from pathlib import Path, PurePosixPath

from index.archives import ARCHIVES, PACKED, Source, members
from index.errors import CorpusError
from index.files import Opener, check_name, check_readable, files, opened, shown
from index.formats import (
    EMPTY,
    FORMATS,
    MAILS,
    PACKED_BYTES,
    TEXT_BYTES,
    extract,
    may_have_attachments,
)
from index.formats.extracted import Extracted
from index.formats.ocr import Ocr, check
from index.formats.worker import Parser, Worker
from index.language import find_language
from index.source_state import Known, PackedFile, SourceState, merged, suffix_of
from index.types import Document, Skipped

_ENDINGS = ", ".join([*FORMATS, *ARCHIVES])
_SECOND = {
    False: "a second file of this name in the archive",
    True: "a document of this name was added; remove that first",
}


def load(path: Path, max_bytes: int | None = None) -> SourceState:
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
    known: SourceState | None = None,
    max_bytes: int | None = None,
    ocr: str | None = None,
    parser_of: Callable[[Ocr], Parser] | None = None,
) -> SourceState:
    """Read a folder, or one file; then absolute `paths` elsewhere; then take the documents `given`.

    Those of the folder are named by their relative path, those of `paths` by the absolute one,
    those of an archive by "archive.zip/name". Files of the same bytes are one document. A file
    whose bytes are `known`, by whatever name, is not parsed again, also if it cannot be read.
    Hidden files are passed over; a file that cannot be used is listed in `skipped`, with the
    reason, as is one of more than `max_bytes`, by default its format's limit. `ocr` is "auto",
    "never" or languages that scans are read with, by default as what is `known` was. `parser_of`
    makes what parses files, by default a process apart. Raises CorpusError where the folder is
    missing or cannot be listed, or a language is not installed.
    """
    if folder is not None:
        check_readable(folder)
    documents = {document.id: document for document in given}
    skipped: list[Skipped] = []
    before = known if known is not None else SourceState()
    scans = Ocr.of(check(ocr) if ocr is not None else before.ocr)
    with parser_of(scans) if parser_of is not None else Worker(ocr=scans) as worker:
        reading = _Reading(Known(before, max_bytes, scans), max_bytes, worker)
        for held in reading.read_all(files(folder, paths, skipped)):
            for found in held:
                if isinstance(found, Skipped):
                    skipped.append(found)
                elif found.id in documents:
                    added = any(found.id == document.id for document in given)
                    skipped.append(Skipped(found.id, _SECOND[added]))
                else:
                    documents[found.id] = found
    skipped.sort(key=lambda s: s.path)
    from_files = list(documents.values())[len(given) :]
    return SourceState(
        documents=(*merged(from_files), *given),
        skipped=tuple(skipped),
        max_bytes=max_bytes,
        ocr=scans.choice,
        languages=scans.languages,
        paths=tuple(paths),
        given=tuple(document.id for document in given),
        packed=reading.packed,
    )


@dataclass(frozen=True, slots=True)
class _Reading:
    """Files -> documents, under the limits of one run."""

    known: Known
    max_bytes: int | None
    worker: Parser
    packed: dict[str, tuple[PackedFile, ...]] = field(default_factory=dict)

    def read_all(
        self, found: Iterable[tuple[str, Opener]]
    ) -> Iterator[Iterable[Document | Skipped]]:
        """Yield what each file holds, in their order; as many at a time as the parser can."""
        if self.worker.width == 1:
            yield from (self.read(opener, name) for name, opener in found)
            return
        with ThreadPoolExecutor(self.worker.width) as threads:
            pending: deque[Future[list[Document | Skipped]]] = deque()
            for name, opener in found:
                # It is opened now: the folder that it is in is closed when all are listed.
                job = partial(self.read, _open_already(opener), name)
                pending.append(threads.submit(lambda job=job: list(job())))  # type: ignore[misc]
                if len(pending) > 2 * self.worker.width:
                    yield pending.popleft().result()
            while pending:
                yield pending.popleft().result()

    def read(self, opener: Opener, name: str) -> Iterator[Document | Skipped]:
        """Yield what a file holds: documents, many if it is an archive, or why there are none."""
        try:
            with opened(name, opener) as source:
                suffix = suffix_of(name)
                if suffix in ARCHIVES or suffix in MAILS:
                    yield from self._holder(source, suffix)
                else:
                    yield from self._read(source, ())
        except CorpusError as error:
            yield Skipped(name, str(error))

    def _holder(self, source: Source, suffix: str) -> Iterator[Document | Skipped]:
        """Yield what a file holds that may hold others; it is not unpacked where that is known."""
        limit = PACKED_BYTES if suffix in ARCHIVES else FORMATS[suffix].max_bytes
        raw = self._bytes(source, limit)
        key = f"{hashlib.sha256(raw).hexdigest()}{suffix}"
        found = self.known.inside(key, source.name)
        if found is None:
            found = list(self._read(replace(source, read=lambda: raw), ()))
        if suffix in ARCHIVES or may_have_attachments(raw):
            self.packed[key] = tuple(_inside(source.name, each) for each in found)
        yield from found

    def _read(self, source: Source, outer: tuple[str, ...]) -> Iterator[Document | Skipped]:
        """Yield what a file holds; `outer` are the kinds of what it is packed in or attached to."""
        suffix = suffix_of(source.name)
        try:
            check_name(source.name)
            if suffix in MAILS:
                source = replace(source, read=cache(source.read))  # it is read twice
            if suffix not in ARCHIVES:
                found = self._document(source)
                yield found
                failed = isinstance(found, Skipped) and found.reason
                if failed and (suffix not in MAILS or failed != EMPTY):  # it may have attachments
                    return
            for member in self._inside(suffix, source, outer):
                name = f"{source.name}/{member.name}"
                yield from self._read(replace(member, name=name), (*outer, suffix))
        except CorpusError as error:
            yield Skipped(shown(source.name), str(error))

    def _inside(self, suffix: str, source: Source, outer: tuple[str, ...]) -> Iterator[Source]:
        """Yield what is packed in a file, or attached to it. Neither nests; mails are packed."""
        if suffix in ARCHIVES:
            if suffix in PACKED and not PACKED.isdisjoint(outer):
                raise CorpusError("an archive in an archive; unpack the outer one")
            yield from members(suffix, self._bytes(source, PACKED_BYTES))
        elif suffix in MAILS and MAILS.isdisjoint(outer):
            raw = source.read()
            for name, data in (
                self.worker.attachments(suffix, raw) if may_have_attachments(raw) else ()
            ):
                yield Source(name, len(data), partial(bytes, data))

    def _document(self, source: Source) -> Document | Skipped:
        """Read one file; raises CorpusError with the reason where there are no bytes to be read."""
        suffix = suffix_of(source.name)
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
            left_out=found.left_out,
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


def _open_already(opener: Opener) -> Opener:
    try:
        descriptor = opener()
    except OSError as error:
        reason = error
        return lambda: _raise(reason)
    return lambda: descriptor


def _raise(error: OSError) -> int:
    raise error


def _inside(holder: str, found: Document | Skipped) -> PackedFile:
    if isinstance(found, Skipped):
        return PackedFile(found.path.removeprefix(holder), found.sha256, found.reason)
    return PackedFile(found.id.removeprefix(holder), found.sha256, None)


def _language(found: Extracted) -> dict[str, str]:
    """Return the language of a text that does not state it, where it is sure."""
    language = None if found.metadata.get("language") else find_language(found.text)
    return {"language": language} if language is not None else {}
