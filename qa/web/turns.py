"""Whose turn it is: those who wait are served by turns, however much each asks."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from qa.web.callers import Caller

Key = tuple[str, str, str]  # an address, a visitor there, a session of the visitor


class Turns:
    """So many at a time. Of those who wait it is the turn of the address that was served longest
    ago; there, of the visitor, and then of the session that was. Not for several event loops.
    """

    def __init__(self, at_once: int) -> None:
        self._free = at_once
        self._waiting: dict[asyncio.Future[None], Key] = {}  # in the order in which they came
        self._served: dict[tuple[str, ...], int] = {}
        self._count = 0

    @asynccontextmanager
    async def turn(self, caller: Caller) -> AsyncIterator[None]:
        """Wait for a caller's turn, and hold it meanwhile."""
        # Who sends no cookie back is new each time: they share a visitor's turn.
        key = (caller.address, "" if caller.new else caller.visitor, caller.token)
        if self._free and not self._waiting:
            self._free -= 1
            self._note(key)
        else:
            await self._wait(key)
        try:
            yield
        finally:
            self._free += 1
            self._next()

    async def _wait(self, key: Key) -> None:
        future = asyncio.get_running_loop().create_future()
        self._waiting[future] = key
        try:
            await future
        except asyncio.CancelledError:
            self._waiting.pop(future, None)
            if not future.cancelled():  # the turn had come already
                self._free += 1
                self._next()
            raise

    def _next(self) -> None:
        while self._free and self._waiting:
            future, key = min(self._waiting.items(), key=lambda item: self._since(item[1]))
            del self._waiting[future]
            if not future.cancelled():
                self._free -= 1
                self._note(key)
                future.set_result(None)
        if not self._waiting:
            self._served.clear()

    def _since(self, key: Key) -> tuple[int, ...]:
        return tuple(self._served.get(key[:n], 0) for n in (1, 2, 3))

    def _note(self, key: Key) -> None:
        self._count += 1
        for n in (1, 2, 3):
            self._served[key[:n]] = self._count
