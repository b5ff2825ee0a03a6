"""The head of a collection: what holds now, and who is writing.

One point, which is only ever replaced by who has seen it last: so that of two writers one wins,
and one that comes back after it was given up for dead can finish nothing.
"""

import os
import secrets
import socket
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any
from uuid import UUID

from index.errors import BusyIndexError, DamagedIndexError, StoreError
from index.qdrant.conditions import View
from index.qdrant.packing import number
from index.qdrant.points import Point, Points, equals, has_id
from index.store import VERSION

FORMAT = "quotewell-qdrant"
HEAD = UUID(int=1)
LEASE_SECONDS = 120  # a writer that has not told of itself for so long is given up for dead
_BEAT_SECONDS = 10
_LOOK_SECONDS = 0.5
_KEPT = 64  # versions whose times, or whose failure, are remembered


@dataclass(frozen=True, slots=True)
class Head:
    """`attempt` numbers the writers, `committed` is the last one that finished.

    `holder` is who writes, "" for nobody; `beat` rises while it does. `history` says when versions
    were replaced, in seconds since 1970: (version, time).
    """

    encoder: str
    dim: int
    attempt: int = 0
    committed: int = 0
    holder: str = ""
    beat: int = 0
    failed: tuple[int, ...] = ()
    history: tuple[tuple[int, int], ...] = ()

    @property
    def view(self) -> View:
        return View(self.committed, self.failed)


def read_head(points: Points) -> Head | None:
    """Return the head, or None where there is none.

    Raises StoreError for one of another format, and DamagedIndexError for one that nobody wrote.
    """
    found = points.get([HEAD]) if points.exists() else []
    if not found:
        return None
    said = found[0]
    if said.get("format") != FORMAT:
        raise StoreError(f"{points.where}: not a collection of Quotewell; name another")
    try:
        version = number(said, "version")
        if version != VERSION:
            older = version < VERSION
            do = "index into another collection" if older else "update Quotewell, or do so"
            raise StoreError(
                f"{points.where}: an index of format {version}, this program reads {VERSION}; "
                + (f"{do}, which servers of this version then open" if older else do)
            )
        return Head(
            encoder=_text(said, "encoder"),
            holder=_text(said, "holder"),
            **{name: number(said, name) for name in ("dim", "attempt", "committed", "beat")},
            failed=tuple(number({"": n}, "") for n in said["failed"]),
            history=tuple((number({"": v}, ""), number({"": t}, "")) for v, t in said["history"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise DamagedIndexError(f"{points.where}: its head is not as it was saved") from error


class Lease:
    """The right to write, from `take` to `commit` or `drop`."""

    def __init__(self, points: Points, head: Head) -> None:
        self._points = points
        self.head = head
        self._told = time.monotonic()

    @classmethod
    def take(cls, points: Points, encoder: str, dim: int, wait: float) -> "Lease":
        """Become the only writer; raises BusyIndexError where another is for longer than `wait`."""
        points.create(dim)
        me = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(8)}"
        began, seen, since = time.monotonic(), (-1, -1), time.monotonic()
        while True:
            head = read_head(points)
            if head is None:
                _write(points, Head(encoder, dim), None)
                continue
            if (head.attempt, head.beat) != seen:
                seen, since = (head.attempt, head.beat), time.monotonic()
            idle = time.monotonic() - since
            if not head.holder or points.alone or _is_dead(head.holder) or idle > LEASE_SECONDS:
                taken = replace(head, attempt=head.attempt + 1, holder=me, beat=0)
                if _write(points, taken, head):
                    return cls(points, taken)
            elif time.monotonic() - began >= wait:
                raise BusyIndexError(f"{points.where}: another process is writing this index")
            else:
                time.sleep(min(_LOOK_SECONDS, max(wait, 0.01)))

    def beat(self) -> None:
        """Tell that the writer lives; raises BusyIndexError where another has taken its place."""
        if time.monotonic() - self._told > _BEAT_SECONDS:
            self._replace(replace(self.head, beat=self.head.beat + 1))
            self._told = time.monotonic()

    def commit(self, failed: tuple[int, ...]) -> None:
        """Make what was written what holds, in one step."""
        replaced = (self.head.committed, int(time.time()))
        history = (*self.head.history, replaced)[-_KEPT:]
        self._replace(
            replace(
                self.head,
                committed=self.head.attempt,
                holder="",
                failed=failed[-_KEPT:],
                history=history,
            )
        )

    def drop(self) -> None:
        """Give the right to write back, with nothing changed."""
        if self.head.holder:
            self._replace(replace(self.head, holder=""))

    def _replace(self, head: Head) -> None:
        if not _write(self._points, head, self.head):
            raise BusyIndexError(
                f"{self._points.where}: another process writes this index now; what this one did "
                "does not count, run it again"
            )
        self.head = head


def _write(points: Points, head: Head, before: Head | None) -> bool:
    """Write the head in place of the one seen before; return whether it is now the one there."""
    said: dict[str, Any] = {"k": "head", "format": FORMAT, "version": VERSION, **asdict(head)}
    point = Point(HEAD, said)
    if before is None:
        points.upsert([point], new=True)
        return True
    same = [equals(name, getattr(before, name)) for name in ("attempt", "holder", "beat")]
    points.upsert([point], only={"must": [has_id([HEAD]), *same]})
    return read_head(points) == head


def _is_dead(holder: str) -> bool:
    """Whether the holder was a process of this machine that is no more."""
    host, _, rest = holder.partition(":")
    process = rest.partition(":")[0]
    if host != socket.gethostname() or not process.isdigit():
        return False
    try:
        os.kill(int(process), 0)
    except ProcessLookupError:
        return True
    except (OSError, OverflowError):
        return False
    return False


def _text(said: Mapping[str, Any], name: str) -> str:
    value = said[name]
    if not isinstance(value, str):
        raise TypeError(name)
    return value
