"""Whose turn it is: those who wait are served by turns, however much each asks."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any

from index.errors import CorpusError
from qa.web.callers import Caller

PassOn = Callable[[], Coroutine[Any, Any, None]]
"""Lets those go first who wait, and returns when it is one's turn again."""

Key = tuple[str, str, str]  # an address, a visitor there, a session of the visitor


class Turns:
    """So many at a time. Of those who wait it is the turn of the address that was served longest
    ago; there, of the visitor, and then of the session that was. Not for several event loops.

    With `one_each` a visitor holds no more than one turn, whatever is free.
    """

    def __init__(self, at_once: int, *, one_each: bool = False) -> None:
        self._free = at_once
        self._one_each = one_each
        self._held: Counter[tuple[str, ...]] = Counter()  # turns, by address and visitor
        self._waiting: dict[asyncio.Future[None], Key] = {}  # in the order in which they came
        self._served: dict[tuple[str, ...], int] = {}
        self._count = 0

    @asynccontextmanager
    async def turn(self, caller: Caller) -> AsyncIterator[PassOn]:
        """Wait for a caller's turn, and hold it meanwhile; what is yielded passes it on."""
        # Who sends no cookie back is new each time: they share a visitor's turn.
        key = (caller.home, "" if caller.new else caller.visitor, caller.token)
        await self._take(key)
        held = True

        async def pass_on() -> None:
            nonlocal held
            if not held:  # a thread goes on that nobody waits for any more
                raise CorpusError("the page was closed")
            if self._waiting:
                held = False
                self._give_back(key)
                await self._take(key)
                held = True

        try:
            yield pass_on
        finally:
            if held:
                held = False
                self._give_back(key)

    async def _take(self, key: Key) -> None:
        future = asyncio.get_running_loop().create_future()
        self._waiting[future] = key
        self._next()
        try:
            await future
        except asyncio.CancelledError:
            self._waiting.pop(future, None)
            if not future.cancelled():  # the turn had come already
                self._give_back(key)
            raise

    def _give_back(self, key: Key) -> None:
        self._free += 1
        self._held[key[:2]] -= 1
        if not self._held[key[:2]]:
            del self._held[key[:2]]
        self._next()

    def _next(self) -> None:
        while self._free:
            may = [
                (future, key)
                for future, key in self._waiting.items()
                if not (self._one_each and self._held[key[:2]])
            ]
            if not may:
                break
            future, key = min(may, key=lambda item: self._since(item[1]))
            del self._waiting[future]
            if not future.cancelled():
                self._free -= 1
                self._held[key[:2]] += 1
                self._note(key)
                future.set_result(None)
        if not self._waiting and not self._held:
            self._served.clear()

    def _since(self, key: Key) -> tuple[int, ...]:
        return tuple(self._served.get(key[:n], 0) for n in (1, 2, 3))

    def _note(self, key: Key) -> None:
        self._count += 1
        for n in (1, 2, 3):
            self._served[key[:n]] = self._count
