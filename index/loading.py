"""A folder or a file -> Documents, in a stable order; a document's id is its relative path."""

import hashlib
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from charset_normalizer import from_bytes

from index.errors import CorpusError
from index.headers import find_date, find_title
from index.types import Document

SUFFIXES = (".txt", ".md")
MAX_FILE_BYTES = 20_000_000

_BOMS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
# Guessing is kept to what text files are really written in: rarer tables fit almost any bytes.
_ENCODINGS = [
    *("cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "cp1255", "cp1256", "koi8_r"),
    *("shift_jis", "euc_jp", "gb18030", "big5", "euc_kr", "utf_16_le", "utf_16_be"),
]
_CONTROLS = dict.fromkeys([*range(9), 11, *range(14, 27), *range(28, 32), 127])


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


def load(path: Path) -> Loaded:
    """Read every document of a folder, or one file.

    Hidden files are passed over; a file that cannot be used is listed in `skipped`, with the
    reason. Raises CorpusError where the path is missing or holds nothing that can be read.
    """
    if not path.exists():
        raise CorpusError(f"{path}: there is no such folder or file; check the path")
    documents: list[Document] = []
    skipped: list[Skipped] = []
    root = path if path.is_dir() else path.parent
    for file in _files(path, skipped):
        name = file.relative_to(root).as_posix()
        try:
            documents.append(read_document(file, name))
        except CorpusError as error:
            skipped.append(Skipped(name, str(error)))
    skipped.sort(key=lambda s: s.path)
    if not documents:
        why = "; ".join(f"{s.path}: {s.reason}" for s in skipped[:5])
        raise CorpusError(
            f"{path}: no document to index"
            + (f" ({why})" if why else "")
            + f"; put {' or '.join(SUFFIXES)} files there"
        )
    return Loaded(tuple(documents), tuple(skipped))


def read_document(file: Path, name: str) -> Document:
    """Read one file as the document `name`; raises CorpusError with the reason where it cannot."""
    if file.suffix.lower() not in SUFFIXES:
        raise CorpusError(f"{file.suffix or 'a file without ending'} is not among {SUFFIXES}")
    try:
        status = file.stat()
        if not stat.S_ISREG(status.st_mode):
            raise CorpusError("not a regular file")
        if status.st_size > MAX_FILE_BYTES:
            raise CorpusError(
                f"{status.st_size / 1e6:.0f} MB is over the limit of "
                f"{MAX_FILE_BYTES / 1e6:.0f} MB; split the file"
            )
        raw = file.read_bytes()
    except OSError as error:
        raise CorpusError(f"cannot be read: {error.strerror}") from error
    text = decode(raw)
    if not text.strip():
        raise CorpusError("empty: there is no text in it")
    return Document(
        id=name,
        title=find_title(text) or file.stem,
        date=find_date(text),
        text=text,
        sha256=hashlib.sha256(raw).hexdigest(),
    )


def decode(raw: bytes) -> str:
    """Decode a text file, newlines as they are; raises CorpusError for what is not text.

    A byte order mark decides; then UTF-8, forgiving a few damaged bytes (each becomes U+FFFD);
    then the best guess of charset-normalizer.
    """
    for mark, encoding in _BOMS:
        if raw.startswith(mark):
            try:
                return _checked(raw.decode(encoding))
            except UnicodeDecodeError as error:
                raise CorpusError(f"not text: damaged {encoding} ({error.reason})") from error
    text = raw.decode("utf-8", errors="replace")
    damaged = text.count("�") - raw.count("�".encode())
    beyond_ascii = sum(character > "\x7f" for character in text) - damaged if damaged else 0
    if damaged <= beyond_ascii:
        return _checked(text)
    guess = from_bytes(raw, cp_isolation=_ENCODINGS).best()
    if guess is None:
        raise CorpusError("not text in an encoding that can be told; save it as UTF-8")
    return _checked(str(guess))


def _checked(text: str) -> str:
    controls = len(text) - len(text.translate(_CONTROLS))
    if controls > len(text) / 100:
        raise CorpusError("not text: it is full of control characters, as binary files are")
    return text


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
        for name in sorted(names):
            file = Path(folder) / name
            if name.startswith("."):
                continue
            if not file.resolve().is_relative_to(inside):
                relative = file.relative_to(path).as_posix()
                skipped.append(Skipped(relative, "a link that leads out of the folder"))
                continue
            yield file
