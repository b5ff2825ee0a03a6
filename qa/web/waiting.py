"""What Gradio's queue holds: who waits, what is done and not fetched, and what is left over."""

import time
from collections.abc import Callable, Collection
from typing import Any

import gradio as gr

from qa.web.callers import Caller, caller_of, size_of

PER_SESSION = 4  # questions that wait
PER_VISITOR = 56
PER_ADDRESS_NEW = 16  # of those who send no cookie back, whoever they are
PER_ADDRESS = 96
ALL = 200
UNFETCHED = 100  # results
UNFETCHED_SECONDS = 120  # so long a result is kept for who does not come for it
IDLE_SECONDS = 10  # so long a session is kept on which no page is open
_UNLIMITED = 1 << 30


class Waiting:
    """The queue of a page. Bounds what waits, in calls and in bytes; forgets what nobody comes for.

    An address may have half of `max_bytes`.
    """

    def __init__(self, page: gr.Blocks, max_bytes: int) -> None:
        self._page = page
        self._max_bytes = max_bytes  # of what all waiting calls carry
        self._queue = page._queue
        # Figures of every call that are never shown, gathered again after each.
        self._queue.ANALYTICS_MAX_EVENTS = 1
        self._queue.ANAYLTICS_CACHE_FREQUENCY = _UNLIMITED
        self._queue.max_thread_count = ALL  # what waits for its turn waits in a job
        self._idle: dict[str, float] = {}
        self._alive: Collection[str] = ()

    def admits(self, caller: Caller, size: int = 0) -> bool:
        """Whether one more call of so many bytes may wait."""
        self._drop()
        waiting = [(caller_of(e.request), size_of(e.request)) for e in self._events()]
        here = [one for one, _ in waiting if one.home == caller.home]
        held = sum(bytes for _, bytes in waiting)
        held_here = sum(bytes for one, bytes in waiting if one.home == caller.home)
        return (
            len(waiting) < ALL
            and len(here) < PER_ADDRESS
            and held + size <= self._max_bytes
            and held_here + size <= self._max_bytes // 2
            and sum(one.token == caller.token for one in here) < PER_SESSION
            and _count(here, lambda one: one.visitor == caller.visitor) < PER_VISITOR
            and not (caller.new and _count(here, lambda one: one.new) >= PER_ADDRESS_NEW)
        )

    def holds(self, session: str) -> bool:
        """Whether there is or will be a message for a session."""
        return session in self._queue.pending_messages_per_session

    def holds_event(self, event: str) -> bool:
        """Whether there is or will be a result of a call."""
        if event in self._queue.event_ids_to_events:
            return True
        return self.holds(event)

    def session_of_event(self, event: str) -> str | None:
        """Return the session of a call that waits or runs."""
        found = self._queue.event_ids_to_events.get(event)
        return found.session_hash if found is not None else None

    def tidy(self, alive: Collection[str], now: float | None = None) -> None:
        """Forget sessions that are idle: no page is open on them, and nothing of them waits."""
        now = time.monotonic() if now is None else now
        self._alive = alive
        messages = self._queue.pending_messages_per_session
        held = {*messages, *self._page.state_holder.session_data}
        busy = {event.session_hash for event in self._events()} | set(alive)
        self._idle = {session: self._idle.get(session, now) for session in held - busy}
        for session, since in list(self._idle.items()):
            unfetched = session in messages and not messages[session].empty()
            if now - since >= (UNFETCHED_SECONDS if unfetched else IDLE_SECONDS):
                self.forget(session)

    def _drop(self) -> None:
        """Forget the oldest of the results that nobody has come for, where there are many.

        A result may hold all titles of a large corpus.
        """
        busy = {event.session_hash for event in self._events()} | set(self._alive)
        messages = self._queue.pending_messages_per_session
        left = [s for s, said in list(messages.items()) if s not in busy and not said.empty()]
        for session in left[:-UNFETCHED]:
            self.forget(session)

    def forget(self, session: str) -> None:
        """Drop what Gradio keeps of a session."""
        self._idle.pop(session, None)
        self._queue.pending_messages_per_session.pop(session, None)
        self._queue.pending_event_ids_session.pop(session, None)
        states = self._page.state_holder
        states.session_data.pop(session, None)
        states.time_last_used.pop(session, None)

    def _events(self) -> list[Any]:
        return list(self._queue.event_ids_to_events.values())


def _count(callers: list[Caller], test: Callable[[Caller], bool]) -> int:
    return sum(test(one) for one in callers)
