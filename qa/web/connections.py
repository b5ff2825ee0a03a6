"""Connections that send nothing, closed before they keep others out; and a log that stays short."""

import logging
import time
from typing import Any

from uvicorn.protocols.http.h11_impl import H11Protocol

REQUEST_SECONDS = 15  # until a whole request, without its body, must have come
PER_ADDRESS = 200  # connections; for one more the one that waits longest for a request is closed
ALL = 600
_LINES, _MINUTE = 60, 60.0


class Connection(H11Protocol):
    """uvicorn's connection, closed where no request comes."""

    opened: dict["Connection", float] = {}  # noqa: RUF012  (of the process: uvicorn makes them)

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        self.opened[self] = time.monotonic()
        self._deadline = self.loop.call_later(REQUEST_SECONDS, self._check)
        _make_room(self.client[0] if self.client is not None else "")

    def connection_lost(self, exc: Exception | None) -> None:
        self._deadline.cancel()
        self.opened.pop(self, None)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self.idle and self.cycle is not None and self.cycle.response_complete:
            self._deadline.cancel()  # the next request of a connection that is kept open
            self._deadline = self.loop.call_later(REQUEST_SECONDS, self._check)
        super().data_received(data)

    @property
    def idle(self) -> bool:
        """Whether a request, or the rest of one, is still to come."""
        cycle = self.cycle
        return cycle is None or cycle.response_complete or cycle.more_body

    def _check(self) -> None:
        if self.cycle is None or self.cycle.response_complete:  # bodies are watched by the door
            self.transport.abort()


def _make_room(address: str) -> None:
    """Close the oldest connection that only waits, where there are too many."""
    opened = list(Connection.opened)
    here = [one for one in opened if one.client is not None and one.client[0] == address]
    if len(here) <= PER_ADDRESS and len(opened) <= ALL:
        return
    for one in here[:-1] if len(here) > PER_ADDRESS else opened[:-1]:
        if one.idle:
            Connection.opened.pop(one, None)
            one.transport.abort()
            return


class Sparing(logging.Filter):
    """Lets so many lines of a logger through in a minute, and says then how many were left out."""

    def __init__(self) -> None:
        super().__init__()
        self._since, self._lines, self._left = 0.0, 0, 0

    def filter(self, record: logging.LogRecord) -> bool:
        now = time.monotonic()
        if now - self._since > _MINUTE:
            if self._left:
                record.msg = f"({self._left} more lines were left out) {record.msg}"
            self._since, self._lines, self._left = now, 0, 0
        self._lines += 1
        self._left += self._lines > _LINES
        return self._lines <= _LINES
