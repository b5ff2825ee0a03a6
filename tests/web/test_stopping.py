"""What ends when nobody waits for it any more, and what others delete."""

import json
import time
from pathlib import Path
from typing import Any

import httpx
import pytest

from qa.corpus import Corpus
from qa.web.document_view import found
from qa.web.options import Options
from qa.web.serving import Running
from tests.tiny import TinyEncoder, document
from tests.web.answers import FakeCorpus, finish


def test_measuring_stops_when_the_page_is_closed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from qa.evaluation import measure  # noqa: PLC0415

    ticks = [0]

    def slow(corpus: Any, file: Any, limit: Any, tick: Any) -> Any:
        for n in range(1_000):
            ticks[0] = n
            tick(n, 1_000)
            time.sleep(0.02)

    monkeypatch.setattr(measure, "questions", slow)
    questions = tmp_path / "q.jsonl"
    questions.write_text("")
    options = Options(port=0, questions=questions)
    with (
        Running(FakeCorpus("a.txt"), options) as running,
        httpx.Client(base_url=running.url, timeout=20) as client,
    ):
        told = client.get("config").json()["dependencies"]
        (number,) = [one["id"] for one in told if one["api_name"] == "measure"]
        body = {"data": ["Test questions"], "fn_index": number, "session_hash": "s"}
        assert client.post("gradio_api/queue/join", json=body).status_code == 200
        data = {"session_hash": "s"}
        with (
            client.stream("GET", "gradio_api/heartbeat/s"),
            client.stream("GET", "gradio_api/queue/data", params=data) as said,
        ):
            for line in said.iter_lines():
                if "questions asked" in line:
                    break
        closed = ticks[0]
        time.sleep(1.5)
        stopped = ticks[0]
        time.sleep(0.5)
        assert ticks[0] == stopped < closed + 75


def test_a_deletion_reaches_those_who_have_added_something() -> None:
    """The files of the corpus are asked as they are now, beside what a visitor has brought."""
    corpus = Corpus.from_documents(
        [document("The old bridge is red.", "old.txt"), document("The ferry is blue.", "b.txt")],
        encoder=TinyEncoder(),
    )
    with (
        Running(corpus, Options(port=0)) as running,
        httpx.Client(base_url=running.url, timeout=20) as client,
    ):
        client.get("config")
        called(client, "add", {"name": "mine.txt", "text": "The tower is green."})
        search = {"question": "What colour is the old bridge?"}
        assert "old.txt" in documents(called(client, "search", search))
        corpus.remove("old.txt")
        corpus.add(document("The new bridge is white.", "new.txt"))
        now = documents(called(client, "search", search))
        assert "old.txt" not in now and {"new.txt", "uploads/mine.txt"} <= now
        ids = {one["id"] for one in called(client, "documents", {})}
        assert ids == {"b.txt", "new.txt", "uploads/mine.txt"}
        gone = client.get("document", params={"name": "old.txt"})
        assert gone.status_code == 404


def called(client: httpx.Client, name: str, given: dict[str, Any]) -> Any:
    event = client.post(f"gradio_api/call/v2/{name}", json=given).json()["event_id"]
    said = client.get(f"gradio_api/call/v2/{name}/{event}").text
    assert said.startswith("event: complete"), said[:300]
    return json.loads(said.splitlines()[1].removeprefix("data: "))[0]


def documents(hits: Any) -> set[str]:
    return {hit["document"] for hit in hits}


def test_looking_for_words_in_a_document_takes_a_bounded_time() -> None:
    for text in ("a " * 3_000_000, "a" * 5_000_000, "a" + " " * 5_000_000, "ab" * 2_000_000):
        began = time.monotonic()
        found(text, "a " * 99 + "b")
        assert time.monotonic() - began < 10, text[:5]
    text = "x " * 9_999 + "the  red\nbridge" + " y" * 30_000 + " The Red Bridge"
    places = found(text, "the red bridge")
    assert [text[a:b].split() for a, b in places] == [
        ["the", "red", "bridge"],
        ["The", "Red", "Bridge"],
    ]
    assert len(found("a " * 50_000, "a")) == 1_000


def test_the_server_stops_while_it_is_busy() -> None:
    """With questions that wait and a long upload, nothing is finished first."""

    class Busy(FakeCorpus):
        def indexed(self, given: Any, known: Any = None, progress: Any = None) -> Any:
            for n in range(1_000):
                time.sleep(0.05)
                progress(n, 1_000)
            return super().indexed(given)

        def answer(self, retrieval: Any) -> Any:
            time.sleep(0.2)
            return super().answer(retrieval)

    async def ask(url: str) -> None:
        async with httpx.AsyncClient(base_url=url, timeout=20) as client:
            await client.get("config")
            body: dict[str, Any] = {"name": "a.txt", "text": "Words."}
            await client.post("gradio_api/call/v2/add", json=body)
            for n in range(50):
                asked = {"data": ["why?", "", "", ""], "session_hash": f"s{n}"}
                await client.post("gradio_api/call/ask", json=asked)

    running = Running(Busy("a.txt"))
    with running:
        finish(ask(running.url))
        began = time.monotonic()
    assert time.monotonic() - began < 8
