"""A browser, and pages that watch what happens on them."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page

from qa import Corpus
from tests.browser.browsing import CHROMIUM, chromium, open_page


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("chromium is missing; install it with: apt-get install chromium")
    with chromium() as started:
        yield started


@pytest.fixture(scope="session")
def seeds(tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    """The seed articles, read by the small reader alone: it is the page that is tested here."""
    index = tmp_path_factory.mktemp("index")
    return Corpus.open(Path(__file__).parents[2] / "seeds", index=index, reader="small")


@pytest.fixture
def visit(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Return a function that opens the chat in a window of its own.

    Afterwards the test fails if a page asked another host for anything, opened a dialog, ran what
    a document holds, or logged an error. The page's own policy, which would keep it from asking
    other hosts, is switched off: nothing may even try.
    """
    contexts: list[BrowserContext] = []
    seen: list[str] = []

    def watch_request(address: str) -> None:
        parts = urlsplit(address)
        if parts.scheme not in ("data", "blob") and parts.hostname != "127.0.0.1":
            seen.append(f"request to {address}")

    def is_wrong(line: ConsoleMessage) -> bool:
        return line.type == "error" and "ERR_CONNECTION_REFUSED" not in line.text  # it was stopped

    def open_one(url: str, **options: Any) -> Page:
        context = browser.new_context(bypass_csp=True, **options)
        contexts.append(context)
        page = context.new_page()
        page.on("request", lambda request: watch_request(request.url))
        page.on("websocket", lambda socket: watch_request(socket.url))
        page.on("pageerror", lambda error: seen.append(f"error {error}"))
        page.on("console", lambda line: is_wrong(line) and seen.append(f"log {line.text}"))
        page.on("dialog", lambda dialog: (seen.append(f"dialog {dialog.message}"), dialog.accept()))
        open_page(page, url)
        return page

    yield open_one
    for context in contexts:
        seen += [f"hacked {p.url}" for p in context.pages if p.evaluate("'hacked' in window")]
        context.close()
    assert seen == []
