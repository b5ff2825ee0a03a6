"""What nobody fetches goes."""

import time
from typing import Any

import httpx
import pytest

from qa.web import serving
from qa.web.options import Options
from qa.web.serving import Running
from qa.web.waiting import IDLE_SECONDS, UNFETCHED_SECONDS, Waiting
from tests.web.answers import FakeCorpus


def test_sessions_are_forgotten_once_they_are_done_with(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[Waiting] = []

    class Kept(Waiting):
        def __init__(self, page: object, max_bytes: int) -> None:
            super().__init__(page, max_bytes)  # type: ignore[arg-type]
            made.append(self)

    monkeypatch.setattr(serving, "Waiting", Kept)
    monkeypatch.setattr(serving, "_SECONDS_TO_TIDY", 1_000)
    with Running(FakeCorpus("a.txt")) as running, httpx.Client(base_url=running.url) as client:
        (waiting,) = made
        queue, states = waiting._queue, waiting._page.state_holder
        for _ in range(20):
            sent = client.post("gradio_api/call/v2/ask", json={"question": "why?"})
            client.get(f"gradio_api/call/v2/ask/{sent.json()['event_id']}")
        assert not queue.pending_messages_per_session and not states.session_data
        assert not queue.pending_event_ids_session and len(queue.event_analytics) <= 1
        told = client.get("config").json()["dependencies"]
        (number,) = [one["id"] for one in told if one["api_name"] == "ask"]
        ask = {"data": ["why?", "", "", ""], "fn_index": number}
        for n in range(3):
            body = {**ask, "session_hash": f"s{n}"}
            assert client.post("gradio_api/queue/join", json=body).status_code == 200
        client.post("gradio_api/call/v2/ask", json={"question": "why?"})  # never fetched
        waiting.tidy([], now=0.0)
        waiting.tidy([], now=IDLE_SECONDS)
        assert queue.pending_messages_per_session
        waiting.tidy([], now=UNFETCHED_SECONDS + 1.0)
        assert not queue.pending_messages_per_session and not states.session_data


def test_what_waits_is_bounded_in_bytes() -> None:
    """Whoever sends large files faster than they are read is told to wait, and is not kept."""

    class Slow(FakeCorpus):
        def indexed(self, *given: Any, **named: Any) -> FakeCorpus:
            time.sleep(0.5)
            return super().indexed(*given, **named)

    options = Options(port=0, max_upload=100_000)
    with Running(Slow("a.txt"), options) as running, httpx.Client(base_url=running.url) as client:
        client.get("config")
        sent = []
        for n in range(8):
            body = {"data": [f"{n}.txt", "word " * 18_000, ""], "session_hash": f"s{n}"}
            sent.append(client.post("gradio_api/call/add", json=body).status_code)
        assert sent[0] == 200 and sent[-1] == 429
        asked = client.post("gradio_api/call/v2/ask", json={"question": "why?"})
        assert asked.status_code == 200
