"""An audit: a file of one JSON line a question, each with the hash of what is before it.

A line is written whole or, if its writer is killed, cut off; the next one then vouches for what is
there. Threads and processes may share a file. The chain shows that no line was altered, removed or
put in between, but for the last ones: whoever may write the file can cut off its end, or write all
of it again. So keep the hash of the last line elsewhere, now and then.
"""

import fcntl
import hashlib
import json
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from index.errors import AuditError
from index.types import Document
from qa.packets.records import timestamp
from qa.types import Answer, Citation

_FIRST = "0" * 64  # what the first line has for the hash of what is before it
_SEALED = re.compile(rb'"previous":"([0-9a-f]{64})","sha256":"([0-9a-f]{64})"\}\Z')
_BEGINNING = b'{"time":'
_CHUNK = 65_536
_MAX_LINE = 10_000_000


@dataclass(frozen=True, slots=True)
class Who:
    """Who asks: an address, and the name that a trusted proxy gave, if any."""

    address: str = ""
    user: str = ""


@dataclass(frozen=True, slots=True)
class Audit:
    """A file that grows by one line for each answer."""

    file: Path

    @classmethod
    def at(cls, file: Path) -> "Audit":
        """Return the audit in a file; raises AuditError where it is none or cannot be written."""
        audit = cls(file)
        with audit._opened() as descriptor:
            _tail(descriptor)
        return audit

    def keep(
        self,
        answer: Answer,
        documents: Mapping[str, Document],
        who: Who | None = None,
        typed: str | None = None,
    ) -> None:
        """Append the line of an answer; it is on the disk when this returns.

        `typed` is the question as typed where another was asked in its place. Raises AuditError
        where the line cannot be written.
        """
        entry = {
            "time": timestamp(),
            "visitor": who.address if who is not None else "",
            "user": who.user if who is not None else "",
            "question": typed if typed is not None else answer.question,
            "searched_for": answer.question,
            "status": answer.status,
            "confidence": round(answer.confidence, 4),
            "note": answer.note,
            "quotes": [_quoted(c, documents) for c in (*answer.citations, *answer.others)],
        }
        with self._opened() as descriptor:
            before = _tail(descriptor)
            line = sealed(entry, before.removesuffix(b"\n"))
            _write(descriptor, line if before.endswith(b"\n") or not before else b"\n" + line)

    @contextmanager
    def _opened(self) -> Iterator[int]:
        """Yield a descriptor of the file, which nobody else appends to meanwhile."""
        try:
            flags = os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC
            descriptor = os.open(self.file, flags, 0o600)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX)
                yield descriptor
            except AuditError as error:
                raise AuditError(f"{self.file}: {error}") from None
            finally:
                os.close(descriptor)  # which ends the lock
        except OSError as error:
            raise AuditError(f"{self.file}: cannot be written: {error.strerror}") from None


@dataclass(frozen=True, slots=True)
class Chain:
    """What checking an audit found.

    `lines` are all; `cut` the numbers of those that were cut off, from 1; `last` is the hash of
    the last one; `wrong` says what does not hold, and is None where all does.
    """

    lines: int
    cut: tuple[int, ...]
    last: str
    wrong: str | None = None


def check(file: Path) -> Chain:
    """Read an audit and check its chain; raises AuditError where it cannot be read."""
    since, doubtful = b"", 0  # what the next line must vouch for; the first line of it that is cut
    number, cut = 0, []
    whole = False  # whether the last line looks so: one that was cut off has no end
    try:
        with file.open("rb") as lines:
            while raw := lines.readline(_MAX_LINE):
                number += 1
                whole = raw.endswith(b"}\n")
                line = raw.removesuffix(b"\n")
                previous = _previous(line)
                if previous is None:
                    cut.append(number)
                    doubtful = doubtful if doubtful else number
                    since = line if number == 1 else since + b"\n" + line
                elif previous != _hash(since):
                    first = doubtful if doubtful else number
                    said = f"line {first} was altered, or lines before it were removed or added"
                    return Chain(number, tuple(cut), "", said)
                else:
                    since, doubtful = line, 0
    except OSError as error:
        raise AuditError(f"{file}: cannot be read: {error.strerror}") from None
    wrong = f"line {doubtful} was altered" if doubtful and whole else None
    return Chain(number, tuple(cut), _hash(since), wrong)


def sealed(entry: Mapping[str, Any], before: bytes) -> bytes:
    """Return an entry as a line, with the hash of what is before it, and its own."""
    body = json.dumps({**entry, "previous": _hash(before)}, separators=(",", ":")).encode()
    return body[:-1] + b',"sha256":"%s"}\n' % hashlib.sha256(body).hexdigest().encode()


def _previous(line: bytes) -> str | None:
    """Return what a line says is the hash of what is before it; None where it is not whole."""
    found = _SEALED.search(line, max(0, len(line) - 200))
    if found is None:
        return None
    body = line[: found.start(2) - len(',"sha256":"')] + b"}"
    return found[1].decode() if hashlib.sha256(body).hexdigest().encode() == found[2] else None


def _hash(before: bytes) -> str:
    return hashlib.sha256(before).hexdigest() if before else _FIRST


def _tail(descriptor: int) -> bytes:
    """Return a file from its last whole line on; raises AuditError where there is none."""
    size = os.fstat(descriptor).st_size
    held = b""
    for start in range(size - _CHUNK, -_CHUNK, -_CHUNK) if size else ():
        begin = max(start, 0)
        held = os.pread(descriptor, min(_CHUNK, start + _CHUNK), begin) + held
        at = len(held)
        while (at := held.rfind(b"\n", 0, at)) >= 0:
            line_start = held.rfind(b"\n", 0, at) + 1
            if (line_start or not begin) and _previous(held[line_start:at]) is not None:
                return held[line_start:]
        if len(held) > _MAX_LINE:
            break
    if held and not (held.startswith(_BEGINNING) and len(held) == size):
        raise AuditError("this is not an audit; name a new file")
    return held


def _write(descriptor: int, data: bytes) -> None:
    while data:
        data = data[os.write(descriptor, data) :]
    os.fsync(descriptor)


def _quoted(citation: Citation, documents: Mapping[str, Document]) -> dict[str, Any]:
    document = documents.get(citation.document)
    return {
        "document": citation.document,
        "file_sha256": document.sha256 if document is not None else None,
        "start": citation.start,
        "end": citation.end,
        "quote": citation.quote,
        "sha256": hashlib.sha256(citation.quote.encode(errors="surrogatepass")).hexdigest(),
    }
