"""The list of documents as the page gets it, and the workspace in the page that Gradio serves."""

import json
from typing import Any

import httpx
import pytest

from index.types import Document
from qa.web.options import Options
from qa.web.serving import Running
from qa.web.shell import put_into
from tests.web.answers import FakeCorpus

GRADIO = (
    '<html><head><script type="module" crossorigin src="./assets/index-X1.js"></script>'
    '<link rel="stylesheet" crossorigin href="./assets/index-Y2.css"></head>'
    '<body style="margin: 0"><gradio-app></gradio-app></body></html>'
)


def called(client: httpx.Client, name: str, *given: Any) -> Any:
    body = {"data": list(given), "session_hash": "mine"}
    event = client.post(f"gradio_api/call/{name}", json=body).json()["event_id"]
    said = client.get(f"gradio_api/call/{name}/{event}").text.split("\n\n")
    steps = [one for one in said if one.startswith("event: complete")]
    return json.loads(steps[0].splitlines()[1].removeprefix("data: "))[0]


def test_documents_are_listed_once_and_again_when_they_change() -> None:
    corpus = FakeCorpus("a.txt")
    corpus.documents["b.pdf"] = Document("b.pdf", "B", "2009", "", "", left_out=("page 2: empty",))
    with Running(corpus) as running, httpx.Client(base_url=running.url, timeout=60) as client:
        first = called(client, "library", "")
        assert first["documents"] == [
            {"id": "a.txt"},
            {"id": "b.pdf", "title": "B", "date": "2009", "left_out": ["page 2: empty"]},
        ]
        assert called(client, "library", first["mark"])["documents"] is None
        key = client.post("gradio_api/upload", files={"files": ("c.txt", b"Some text.")}).json()[0]
        assert called(client, "take", key) == {"added": ["uploads/c.txt"], "skipped": []}
        second = called(client, "library", first["mark"])
        assert second["documents"][-1] == {
            "id": "uploads/c.txt",
            "title": "Some text.",
            "own": True,
        }
        (why,) = called(client, "take", key)["skipped"]
        assert why == "only files that you have sent can be added"


def test_what_is_asked_comes_in_steps_and_is_answered_after_a_restart() -> None:
    with (
        Running(FakeCorpus("a.txt")) as running,
        httpx.Client(base_url=running.url, timeout=60) as client,
    ):
        said = called(client, "converse", "why?", "", "", False)
        assert "Answered" in said["html"] and said["place"]["quote"][0] == "a.txt"
    with (
        Running(FakeCorpus("a.txt")) as running,
        httpx.Client(base_url=running.url, timeout=60) as client,
    ):
        again = called(client, "converse", "and why?", "", json.dumps([said["place"]]), False)
        assert "Answered" in again["html"]


def test_a_question_that_fails_says_nothing_of_why(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def fails(*_: object) -> None:
        raise RuntimeError("the inside of the server")

    monkeypatch.setattr(FakeCorpus, "retrieve", fails)
    with Running(FakeCorpus("a.txt")) as running, httpx.Client(base_url=running.url) as client:
        body = {"data": ["why?", "", "", False], "session_hash": "mine"}
        event = client.post("gradio_api/call/converse", json=body).json()["event_id"]
        said = client.get(f"gradio_api/call/converse/{event}").text
    assert "event: error" in said and "inside" not in said
    assert "the inside of the server" in capfd.readouterr().err


def test_endpoints_of_the_page_alone_are_not_among_those_for_programs() -> None:
    with Running(FakeCorpus("a.txt")) as running:
        named = httpx.get(f"{running.url}gradio_api/info").json()["named_endpoints"]
        assert "/library" not in named and "/converse" not in named and "/ask" in named
        refused = httpx.post(f"{running.url}gradio_api/call/v2/nothing", json={})
        assert refused.status_code == 404 and "library" not in refused.json()["error"]


def test_the_workspace_is_in_gradios_page_and_gradios_scripts_are_for_later() -> None:
    page = put_into(GRADIO, "<div>workspace</div>")
    assert '<body style="margin: 0"><div>workspace</div><gradio-app>' in page
    assert 'src="./assets/index' not in page and 'href="./assets/index' not in page
    assert page.count("data-later=") == 2
    assert page.index("app.js") < page.index("</head>")


@pytest.mark.parametrize("limit", [0, 20_000_000])
def test_the_page_can_be_read_before_any_script_has_run(limit: int) -> None:
    with Running(FakeCorpus("a<b>.txt"), Options(port=0, max_upload=limit)) as running:
        page = httpx.get(running.url)
        assert 'data-later="./assets/index' in page.text, "Gradio's page is not as it was"
        assert 'Ask <span class="held">1 document</span>' in page.text
        assert ("Drop files here" in page.text) and page.headers["Cache-Control"] == "no-cache"
        for name in ("app.js", "base.css"):
            got = httpx.get(f"{running.url}page/{name}")
            assert (got.status_code, got.headers["Cache-Control"]) == (200, "no-cache")
        for name in ("../shell.py", "%2e%2e/shell.py", "nothing.js"):
            assert httpx.get(f"{running.url}page/{name}").status_code in (403, 404)
