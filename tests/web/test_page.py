"""What the server offers to browsers and programs, over a corpus of one answer."""

import copy
import json
from base64 import b64encode
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from gradio_client import Client
from gradio_client.exceptions import AppError

from index.filters import Filter
from index.types import Hit, Passage
from qa import Corpus, web
from qa.web.options import Options
from qa.web.serving import Running
from tests.index.formats.making import pdf
from tests.web.answers import FakeCorpus


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with Running(FakeCorpus("a.txt")) as running:
        yield running.url


def test_programs_get_the_whole_answer(url: str) -> None:
    client = Client(url, verbose=False)
    named = client.view_api(return_format="dict", print_info=False)["named_endpoints"]
    assert list(named) == ["/ask", "/search", "/documents", "/add", "/remove"]
    types = {p["parameter_name"]: p["python_type"]["type"] for p in named["/search"]["parameters"]}
    assert types == {
        "question": "str", "k": "int", "documents": "str", "after": "str", "before": "str"
    }  # fmt: skip
    answer = client.predict("why?", api_name="/ask")
    assert answer["status"] == "answered"
    assert answer["citations"][0]["quote"] == "quote"
    assert list(answer) == [
        "question", "status", "answer", "confidence", "citations", "others", "nearest",
        "timings_ms", "calibrated", "note", "promise", "caution",
    ]  # fmt: skip


def test_programs_add_search_and_remove_documents_of_their_own(seeds: Corpus) -> None:
    with Running(seeds) as running:
        one, two = (Client(running.url, verbose=False) for _ in range(2))
        text = "The gauge at Lorne bridge stood at seven feet."
        added = one.predict(name="a.txt", text=text, api_name="/add")
        assert added == {"added": ["uploads/a.txt"], "skipped": []}
        encoded = b64encode(pdf([[text]])).decode()
        added = one.predict(name="b.pdf", base64=encoded, api_name="/add")
        assert added["added"] == ["uploads/b.pdf"]
        refused = one.predict(name="c.exe", text=text, api_name="/add")
        assert refused["added"] == [] and "is not among" in refused["skipped"][0]
        found = one.predict("gauge at Lorne bridge", k=1, api_name="/search")
        assert [hit["document"] for hit in found] == ["uploads/a.txt"]
        assert found[0]["text"] == text[found[0]["start"] : found[0]["end"]]
        only = {"documents": "000*, 001*", "after": "2003", "before": "2004"}
        found = one.predict("China", **only, api_name="/search")
        assert {hit["document"] for hit in found} == {"001_cebc0b3931c808b5.txt"}
        answer = one.predict("gauge at Lorne bridge?", **only, api_name="/ask")
        assert {c["document"] for c in answer["nearest"]} == {"001_cebc0b3931c808b5.txt"}
        listed = one.predict(api_name="/documents")
        assert [d["id"] for d in listed if d["uploaded"]] == ["uploads/a.txt", "uploads/b.pdf"]
        assert len(two.predict(api_name="/documents")) == len(listed) - 2 == 5
        left = one.predict("uploads/b.pdf", api_name="/remove")
        assert [d["id"] for d in left if d["uploaded"]] == ["uploads/a.txt"]
        with pytest.raises(AppError, match="no such upload of yours"):
            two.predict("uploads/a.txt", api_name="/remove")


class EmptiedWhileSearched(FakeCorpus):
    """As if another thread deleted every document in the middle of a search."""

    live: FakeCorpus | None = None

    def snapshot(self, beside: FakeCorpus | None = None) -> FakeCorpus:
        kept = copy.copy(self)
        kept.live = self
        return kept

    def search(self, question: str, k: int, within: Filter | None = None) -> list[Hit]:
        hits = [Hit(Passage(d, d, 0, 1, "x"), 1.0, 1, None) for d in self.documents]
        (self.live or self).documents = {}
        return hits


def test_a_search_ends_on_the_documents_it_began_with() -> None:
    with Running(EmptiedWhileSearched("a.txt")) as running:
        found = Client(running.url, verbose=False).predict("why?", api_name="/search")
    assert [hit["document"] for hit in found] == ["a.txt"]


def test_curl_gets_the_same(url: str) -> None:
    """A call is two requests: one posts it, the other reads what comes of it."""
    call = httpx.post(f"{url}gradio_api/call/v2/ask", json={"question": "why?"}).json()
    events = httpx.get(f"{url}gradio_api/call/ask/{call['event_id']}").text
    assert events.startswith("event: complete\ndata: ")
    (answer,) = json.loads(events.splitlines()[1].removeprefix("data: "))
    assert answer["answer"] == "quote"


@pytest.mark.parametrize(
    ("endpoint", "given", "why"),
    [
        ("/search", {"question": " "}, "the question is empty"),
        ("/search", {"question": "x" * 1_001}, "ask in at most 1,000"),
        ("/search", {"question": "x", "k": 0}, "from 1 to 50"),
        ("/ask", {"question": "x", "after": "soon"}, "not a date"),
        ("/add", {"name": "../a.txt", "text": "x"}, "without any folder"),
        ("/add", {"name": "a.txt"}, "either the text or the bytes"),
        ("/add", {"name": "a.txt", "base64": "###"}, "not base64"),
        ("/remove", {"document": "a.txt"}, "only uploads can be removed"),
    ],
)
def test_what_cannot_be_is_said(url: str, endpoint: str, given: dict[str, Any], why: str) -> None:
    with pytest.raises(AppError, match=why):
        Client(url, verbose=False).predict(**given, api_name=endpoint)


def test_programs_are_told_what_is_wrong_and_no_more(url: str) -> None:
    client = Client(url, verbose=False)
    with pytest.raises(AppError, match="the question is bad; ask another"):
        client.predict("bad", api_name="/ask")
    with pytest.raises(AppError, match="must be a string"):
        client.predict({"not": "text"}, api_name="/ask")
    with pytest.raises(AppError) as raised:
        client.predict("broken", api_name="/ask")
    assert "secret" not in str(raised.value)


def test_the_browser_is_told_to_reach_no_other_host(url: str) -> None:
    policy = httpx.get(url).headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "http" not in policy
    assert "*" not in policy


def test_files_are_not_given_and_taken_within_limits_only(url: str) -> None:
    assert httpx.get(f"{url}gradio_api/file={web.__file__}").status_code == 403
    files = {"files": ("a.txt", b"some text")}
    for limit, status in ((9, 200), (8, 413), (0, 413)):
        with Running(FakeCorpus(), Options(port=0, max_upload=limit)) as running:
            sent = httpx.post(f"{running.url}gradio_api/upload", files=files)
            assert sent.status_code == status


def test_health_is_told_to_anyone_and_nothing_else_without_the_password() -> None:
    with Running(FakeCorpus("a.txt"), Options(port=0, auth=("ann", "päss:word"))) as running:
        url = running.url
        assert httpx.get(f"{url}health").json() == {"status": "ok", "documents": 1}
        for path in ("", "config", "document?name=a.txt", "gradio_api/info", "health/../config"):
            refused = httpx.get(f"{url}{path}")
            assert refused.status_code == 401
            assert refused.headers["WWW-Authenticate"].startswith("Basic ")
            assert httpx.get(f"{url}{path}", auth=("ann", "wrong")).status_code == 401
            assert httpx.get(f"{url}{path}", auth=("ann", "päss:word")).status_code == 200
        basic = httpx.BasicAuth("ann", "päss:word")
        client = Client(url, verbose=False, httpx_kwargs={"auth": basic})
        assert client.predict("why?", api_name="/ask")["status"] == "answered"
