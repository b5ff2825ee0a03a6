"""Turns: who asks much does not keep those waiting who ask little."""

import asyncio
import time

import httpx
import pytest

from index.errors import CorpusError
from qa.types import Answer, Retrieval
from qa.web.callers import Caller
from qa.web.serving import Running
from qa.web.turns import Turns
from tests.web.answers import FakeCorpus, finish


def caller(visitor: str, session: str = "", address: str = "1.1.1.1", new: bool = False) -> Caller:
    return Caller(address, visitor, new, f"{visitor}/{session}")


def order(*callers: Caller, at_once: int = 1) -> list[int]:
    """Return in which order callers are served who come one after another, all at once."""
    served: list[int] = []

    async def ask(turns: Turns, n: int) -> None:
        async with turns.turn(callers[n]):
            served.append(n)
            await asyncio.sleep(0)

    async def run() -> None:
        turns = Turns(at_once)
        await asyncio.gather(*(ask(turns, n) for n in range(len(callers))))

    finish(run())
    return served


def test_the_next_turn_is_of_who_was_served_longest_ago() -> None:
    many, one = [caller("greedy")] * 100, caller("honest")
    assert order(*many, one).index(100) == 1
    assert order(*[caller("greedy", f"s{n}") for n in range(100)], one).index(100) == 1
    nobody = [caller(f"made up {n}", new=True) for n in range(100)]
    assert order(*nobody, one).index(100) == 1
    elsewhere = caller("honest", address="2.2.2.2")
    assert order(*[caller(f"v{n}") for n in range(100)], elsewhere).index(100) == 1
    assert order(*[caller("ann"), caller("bob")] * 3) == [0, 1, 2, 3, 4, 5]


def test_who_goes_away_takes_no_turn() -> None:
    async def run() -> None:
        turns = Turns(1)
        async with turns.turn(caller("ann")):
            waiting = [asyncio.create_task(_hold(turns, caller(f"v{n}"))) for n in range(4)]
            await asyncio.sleep(0)
            waiting[0].cancel()
            waiting[2].cancel()
            await asyncio.sleep(0)
        waiting[1].cancel()  # as its turn comes
        await asyncio.gather(*waiting, return_exceptions=True)
        assert waiting[3].result()
        assert await asyncio.wait_for(_hold(turns, caller("late")), 1)
        assert turns._free == 1

    finish(run())


def test_a_turn_is_passed_on_to_those_who_wait_and_comes_back() -> None:
    done: list[str] = []

    async def run() -> None:
        turns = Turns(1)

        async def ask(name: str, parts: int) -> None:
            async with turns.turn(caller(name)) as pass_on:
                for _ in range(parts):
                    await asyncio.sleep(0)
                    await pass_on()
            done.append(name)
            with pytest.raises(CorpusError, match="closed"):
                await pass_on()

        await asyncio.gather(ask("long", 20), ask("short", 1), ask("one", 1))
        waiting = asyncio.create_task(ask("gone", 1_000))
        async with turns.turn(caller("other")):
            pass
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
        assert await asyncio.wait_for(_hold(turns, caller("late")), 1)
        assert turns._free == 1 and not turns._held

    finish(run())
    assert done == ["short", "one", "long"]


def test_one_visitor_may_hold_one_turn_of_several() -> None:
    async def run() -> None:
        turns = Turns(3, one_each=True)
        async with turns.turn(caller("greedy")):
            waiting = asyncio.create_task(_hold(turns, caller("greedy", "another page")))
            assert await asyncio.wait_for(_hold(turns, caller("honest")), 1)
            assert not waiting.done()
        assert await asyncio.wait_for(waiting, 1)

    finish(run())


async def _hold(turns: Turns, who: Caller) -> bool:
    async with turns.turn(who):
        return True


def test_a_thousand_questions_of_one_are_refused_and_forgotten() -> None:
    """More than may wait get a 429 with a time, and nobody who asks once is refused for it."""
    with Running(SlowCorpus("a.txt")) as running, httpx.Client(base_url=running.url) as honest:
        honest.get("config")
        with httpx.Client(base_url=running.url) as greedy:
            greedy.get("config")
            ask = {"question": "why?"}
            sent = [greedy.post("gradio_api/call/v2/ask", json=ask) for _ in range(100)]
            refused = [one for one in sent if one.status_code == 429]
            assert len(refused) > 50
            assert all(int(one.headers["Retry-After"]) > 0 for one in refused)
            called = honest.post("gradio_api/call/v2/ask", json=ask)
            event = called.json()["event_id"]
            assert "quote" in honest.get(f"gradio_api/call/v2/ask/{event}", timeout=10).text


class SlowCorpus(FakeCorpus):
    def answer(self, retrieval: Retrieval) -> Answer:
        time.sleep(0.5)
        return super().answer(retrieval)
