"""Archives: .zip, .tar(.gz) and mailboxes -> the files in them, in memory one at a time."""

import gzip
import lzma
import re
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from io import BytesIO
from itertools import pairwise

from index.errors import CorpusError
from index.formats.unpacking import UNPACKED_BYTES, check_size, check_total, read_member

_ERRORS = (
    zipfile.BadZipFile,
    tarfile.TarError,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    OSError,
    ValueError,
    RuntimeError,  # encrypted, or packed in an unknown way
    UnicodeError,
    OverflowError,
)


@dataclass(frozen=True, slots=True)
class Source:
    """A file, wherever it is; `read` gives its bytes and raises CorpusError where it cannot."""

    name: str
    size: int
    read: Callable[[], bytes]


def members(suffix: str, raw: bytes) -> Iterator[Source]:
    """Yield the files of an archive, folders and hidden files left out.

    One whose name leads out of the archive, or that is no regular file, raises when it is read.
    Raises CorpusError for a damaged archive, and for one that unpacks to too much.
    """
    try:
        for source in _READERS[suffix](raw):
            parts = source.name.replace("\\", "/").split("/")
            if ".." in parts or not parts[0] or ":" in parts[0]:
                refuse = partial(_refuse, "its name leads out of the archive; refused")
                yield Source(source.name, 0, refuse)
            elif not any(part.startswith(".") for part in parts) and "__MACOSX" not in parts:
                yield Source(source.name, source.size, partial(_guarded, source.read))
    except _ERRORS as error:
        raise _damaged(error) from error


def _zip(raw: bytes) -> Iterator[Source]:
    check_size(raw)
    with zipfile.ZipFile(BytesIO(raw)) as archive:
        for member in archive.infolist():
            kind = stat.S_IFMT(member.external_attr >> 16)
            if member.is_dir():
                continue
            if kind not in (0, stat.S_IFREG):
                yield Source(member.filename, 0, partial(_refuse, "not a regular file"))
            elif member.flag_bits & 1:
                why = "encrypted: unpack the archive with its password"
                yield Source(member.filename, 0, partial(_refuse, why))
            else:
                read = partial(read_member, archive, member)
                yield Source(member.filename, member.file_size, read)


def _tar(raw: bytes, packed: int | None = None) -> Iterator[Source]:
    count = 0
    with tarfile.open(fileobj=BytesIO(raw), mode="r:") as archive:
        for count, member in enumerate(archive, start=1):
            check_total(len(raw), count, packed if packed is not None else len(raw))
            name = member.name.removeprefix("./")
            if member.isdir():
                continue
            if not member.isreg() or member.issparse():  # holes may be of any size
                yield Source(name, 0, partial(_refuse, "not a regular file"))
            else:
                yield Source(name, member.size, partial(_of_tar, archive, member))


def _tar_gz(raw: bytes) -> Iterator[Source]:
    with gzip.GzipFile(fileobj=BytesIO(raw)) as stream:
        unpacked = stream.read(UNPACKED_BYTES + 1)
    check_total(len(unpacked), 0, len(raw))
    yield from _tar(unpacked, len(raw))


def _mbox(raw: bytes) -> Iterator[Source]:
    """Yield the messages of a mailbox, numbered; a line "From ..." comes before each."""
    edges = [found.span() for found in _MESSAGE.finditer(raw)]
    if not edges:
        raise ValueError("it has no message in it")
    edges.append((len(raw), len(raw)))
    for number, ((_, start), (end, _)) in enumerate(pairwise(edges), start=1):
        read = partial(_of_mbox, raw, start, end)
        yield Source(f"message {number}.eml", end - start, read)


def _of_mbox(raw: bytes, start: int, end: int) -> bytes:
    return _ESCAPED.sub(rb"\1", raw[start:end])


def _of_tar(archive: tarfile.TarFile, member: tarfile.TarInfo) -> bytes:
    stream = archive.extractfile(member)
    return stream.read() if stream is not None else b""


def _guarded(read: Callable[[], bytes]) -> bytes:
    try:
        return read()
    except _ERRORS as error:
        raise _damaged(error) from error


def _refuse(why: str) -> bytes:
    raise CorpusError(why)


def _damaged(error: Exception) -> CorpusError:
    return CorpusError(f"damaged: it cannot be unpacked ({error or type(error).__name__})")


# What begins a message: a line such as "From ada@example.org Thu Jan 1 ...", then a header.
_MESSAGE = re.compile(rb"(?:\A|(?<=\n)\r?\n)From [^\n]*\n(?=>?[!-9;-~]+[ \t]*:)")
_ESCAPED = re.compile(rb"^>(>*From )", re.MULTILINE)
_READERS: Mapping[str, Callable[[bytes], Iterator[Source]]] = {
    ".zip": _zip,
    ".tar": _tar,
    ".tar.gz": _tar_gz,
    ".tgz": _tar_gz,
    ".mbox": _mbox,
}
ARCHIVES = tuple(_READERS)
PACKED = frozenset(ARCHIVES) - {".mbox"}  # what may unpack to more than it seems, and so not nest
