"""Connections that keep others out, and what a log holds of them."""

import logging
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack

import httpx
import pytest

from qa.web import connections
from qa.web.connections import Sparing
from qa.web.serving import Running
from tests.web.answers import FakeCorpus


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    with Running(FakeCorpus("a.txt")) as running:
        yield int(running.url.rstrip("/").rpartition(":")[2])


@pytest.mark.parametrize(
    "sent",
    [
        b"", b"GET / HT",
        b"POST /gradio_api/upload HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 9\r\n\r\n",
    ],
    ids=["nothing", "a part", "no body"],
)  # fmt: skip
def test_half_sent_requests_keep_nobody_out(port: int, sent: bytes) -> None:
    with ExitStack() as opened:
        for _ in range(connections.PER_ADDRESS + 50):
            one = opened.enter_context(socket.create_connection(("127.0.0.1", port), timeout=10))
            one.sendall(sent)
        began = time.monotonic()
        assert httpx.get(f"http://127.0.0.1:{port}/health", timeout=10).status_code == 200
        assert time.monotonic() - began < 3
        assert len(connections.Connection.opened) <= connections.PER_ADDRESS + 1


def test_who_sends_no_request_is_cut_off(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "REQUEST_SECONDS", 0.3)
    with socket.create_connection(("127.0.0.1", port), timeout=5) as slow:
        slow.sendall(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n")
        with pytest.raises((TimeoutError, ConnectionResetError, StopIteration)):
            for _ in range(20):
                time.sleep(0.1)
                slow.sendall(b"X: y\r\n")  # a little at a time, for ever
                slow.setblocking(False)
                try:
                    if slow.recv(100) == b"":
                        raise StopIteration
                except BlockingIOError:
                    pass
                slow.setblocking(True)
            raise AssertionError("it was let wait")


def test_a_long_answer_is_not_cut_off(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "REQUEST_SECONDS", 0.2)
    with httpx.stream("GET", f"http://127.0.0.1:{port}/gradio_api/heartbeat/x") as opened:
        time.sleep(0.6)
        assert next(opened.iter_lines()).startswith("data")
        assert len(connections.Connection.opened) >= 1


def test_a_log_is_short(caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch) -> None:
    logger = logging.getLogger("test.sparing")
    logger.addFilter(Sparing())
    for n in range(5_000):
        logger.warning("line %d", n)
    assert len(caplog.records) <= 100
    monkeypatch.setattr(connections, "_MINUTE", -1.0)
    logger.warning("later")
    assert "more lines were left out" in caplog.records[-1].getMessage()
