"""What the server offers to browsers and programs, over a corpus of one answer."""

from collections.abc import Iterable, Iterator

import httpx
import pytest
from answers import FakeCorpus
from gradio_client import Client
from gradio_client.exceptions import AppError

import web
from web.chat import EXAMPLES
from web.page import build
from web.serving import free_port, launch


@pytest.mark.parametrize(
    ("documents", "offered"),
    [
        (EXAMPLES.values(), list(EXAMPLES)),
        (["001_cebc0b3931c808b5.txt"], ["why did the US skip the 2003 resolution?"]),
        (["other.txt"], []),
    ],
)
def test_examples_are_offered_where_the_corpus_answers_them(
    documents: Iterable[str], offered: list[str]
) -> None:
    blocks = build(FakeCorpus(*documents)).blocks.values()
    chat = next(block for block in blocks if block.get_block_name() == "chatbot")
    assert [example["text"] for example in chat.examples] == offered


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    page = launch(FakeCorpus(), port=free_port("127.0.0.1", 0))
    yield page.local_url
    page.close()


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
