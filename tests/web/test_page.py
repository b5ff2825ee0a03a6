"""What the server offers to browsers and programs, over a corpus of one answer."""

from collections.abc import Iterator

import httpx
import pytest
from answers import FakeCorpus
from gradio_client import Client
from gradio_client.exceptions import AppError

import web
from web.options import Options
from web.serving import Running


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with Running(FakeCorpus("a.txt")) as running:
        yield running.url


def test_programs_get_the_whole_answer(url: str) -> None:
    client = Client(url, verbose=False)
    assert list(client.view_api(return_format="dict", print_info=False)["named_endpoints"]) == [
        "/ask"
    ]
    answer = client.predict("why?", api_name="/ask")
    assert answer["status"] == "answered"
    assert answer["citations"][0]["quote"] == "quote"
    assert list(answer) == [
        "question", "status", "answer", "confidence", "citations", "others", "nearest",
        "timings_ms",
    ]  # fmt: skip


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


def test_files_are_neither_given_nor_taken(url: str) -> None:
    assert httpx.get(f"{url}gradio_api/file={web.__file__}").status_code == 403
    files = {"files": ("a.txt", b"some text")}
    assert httpx.post(f"{url}gradio_api/upload", files=files).status_code == 413


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
