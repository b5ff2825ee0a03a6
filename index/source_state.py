"""What was read, and what of it need not be read again: files are known by their bytes' hash."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath
from typing import NamedTuple

from index.archives import ARCHIVES
from index.formats import FORMATS
from index.formats.ocr import AUTO, NO_OCR, SCANNED, Ocr
from index.types import Document, Skipped


class PackedFile(NamedTuple):
    """A file in another: its name after the other's ("" for that file itself), and its hash or why
    it was skipped."""

    name: str
    sha256: str | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class SourceState:
    """Documents, and where they come from: all that is needed to look again for what changed.

    `max_bytes` is the limit that held, `ocr` what was said of scans, `languages` what they were
    read with. `paths` were read besides the folder; `given` are the ids
    of documents that no file holds. `packed` says what archives and mails with attachments hold,
    by the hash of their bytes and their ending.
    """

    documents: tuple[Document, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    max_bytes: int | None = None
    ocr: str = AUTO
    languages: str = ""
    paths: tuple[str, ...] = ()
    given: tuple[str, ...] = ()
    packed: Mapping[str, tuple[PackedFile, ...]] = field(default_factory=dict)

    @classmethod
    def given_only(cls, documents: Mapping[str, Document]) -> "SourceState":
        """Return documents by id, none of which is from a file."""
        return cls(documents=tuple(documents.values()), given=tuple(documents))


def merged(documents: Iterable[Document]) -> list[Document]:
    """Return one document for all that have the same bytes: the first, with the others' names."""
    same: dict[tuple[str, str], list[Document]] = {}
    for document in documents:
        same.setdefault(_content_key(document.id, document.sha256), []).append(document)
    return [_called(first, first.id, tuple(d.id for d in rest)) for first, *rest in same.values()]


def _called(document: Document, name: str, also: tuple[str, ...] = ()) -> Document:
    """Return a document under other names."""
    title = document.title if document.titled else PurePosixPath(name).stem
    if (document.id, document.title, document.also) == (name, title, also):
        return document
    return replace(document, id=name, title=title, also=also)


def _content_key(name: str, digest: str) -> tuple[str, str]:
    """Return what tells whether two files hold the same document."""
    return FORMATS[suffix_of(name)].reader, digest


class Known:
    """What was read before, by content."""

    def __init__(
        self, loaded: SourceState, max_bytes: int | None = None, ocr: Ocr = NO_OCR
    ) -> None:
        given = set(loaded.given)
        files = [
            d
            for d in loaded.documents
            if d.id not in given and ocr.reads_like(d.metadata.get(SCANNED))
        ]
        self._documents = {_content_key(d.id, d.sha256): d for d in files}
        self._names = {name for d in files for name in d.names}
        # With another limit, or other languages, they may be read.
        same = (loaded.max_bytes, loaded.languages) == (max_bytes, ocr.languages)
        skipped = loaded.skipped if same else ()
        self._reasons = {(suffix_of(s.path), s.sha256): s.reason for s in skipped if s.sha256}
        self._packed = loaded.packed if same else {}

    def find(self, name: str, digest: str) -> Document | Skipped | None:
        """Return what a file's bytes are known to hold."""
        if (document := self._documents.get(_content_key(name, digest))) is not None:
            return _called(document, name)
        reason = self._reasons.get((suffix_of(name), digest))
        return Skipped(name, reason, digest) if reason is not None else None

    def inside(self, key: str, name: str) -> list[Document | Skipped] | None:
        """Return what a file holds that is `packed`, None where that is not known."""
        held: list[Document | Skipped] = []
        for part in self._packed.get(key, ()):
            if part.reason is not None:
                held.append(Skipped(f"{name}{part.name}", part.reason, part.sha256))
            elif isinstance(
                document := self.find(f"{name}{part.name}", part.sha256 or ""), Document
            ):
                held.append(document)
            else:
                return None
        return held if key in self._packed else None

    def holds(self, name: str) -> bool:
        """Whether a file of this name, or one inside it, is known."""
        inside = f"{name}/"
        return any(known == name or known.startswith(inside) for known in self._names)


def suffix_of(name: str) -> str:
    """Return what a name ends in: ".txt", ".tar.gz"."""
    path = PurePosixPath(name.lower())
    two = "".join(path.suffixes[-2:])
    return two if two in ARCHIVES else path.suffix
