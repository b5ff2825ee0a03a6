"""The server's options, its start and its end."""

import logging
import os
import signal
import socket
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from gradio_client import Client

from index.errors import QuotewellError
from qa.web.options import Options, parse
from qa.web.serving import Running, main
from tests.web.answers import FakeCorpus

ROOT = Path(__file__).parents[2]


def one_line(capsys: pytest.CaptureFixture[str]) -> str:
    out, err = capsys.readouterr()
    assert out == ""
    (line,) = err.strip().splitlines()
    return line


def test_a_taken_port_is_said_in_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        assert main(["--port", str(port)]) == 2
    assert f"cannot listen on 127.0.0.1 port {port}" in one_line(capsys)


@pytest.mark.parametrize("options", [["--host", "no.such.host.invalid"], ["--port", "70000"]])
def test_an_address_that_cannot_be_is_said_in_one_line(
    options: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(options) == 2
    assert "cannot listen on" in one_line(capsys)


def test_a_missing_corpus_is_said_in_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--corpus", "no/such/folder", "--port", "0"]) == 2
    assert "no/such/folder" in one_line(capsys)


def test_defaults_are_private() -> None:
    options = parse([]).options
    assert (options.host, options.auth, options.log_questions) == ("127.0.0.1", None, False)
    assert not options.open_to_all
    assert replace(options, host="0.0.0.0").open_to_all
    assert not replace(options, host="0.0.0.0", auth=("ann", "pass")).open_to_all


def test_a_password_comes_from_an_option_or_the_environment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("QUOTEWELL_AUTH", "ann:from:here")
    assert parse([]).options.auth == ("ann", "from:here")
    assert parse(["--auth", "bob:pass"]).options.auth == ("bob", "pass")
    for wrong in ("", "ann", "ann:", ":pass"):
        with pytest.raises(QuotewellError, match="USER:PASS"):
            parse(["--auth", wrong])


def test_examples_are_the_lines_of_a_file(tmp_path: Path) -> None:
    (tmp_path / "asked.txt").write_text("Who?\n\n  What?  \n", encoding="utf-8")
    given = parse(["--examples", str(tmp_path / "asked.txt")])
    assert given.options.examples == ("Who?", "What?")
    with pytest.raises(QuotewellError, match="cannot be read as a list"):
        parse(["--examples", str(tmp_path / "no.txt")])


def test_the_log_holds_no_question_unless_told_to(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "quotewell.questions")
    for told in (False, True):
        with Running(FakeCorpus(), Options(port=0, log_questions=told)) as running:
            Client(running.url, verbose=False).predict("private?", api_name="/ask")
    quiet, telling = (r.getMessage() for r in caplog.records if r.name == "quotewell.questions")
    assert quiet == "answered 0.87 in 0 ms"
    assert telling == "answered 0.87 in 0 ms 'private?'"


@pytest.mark.parametrize("sent", [signal.SIGTERM, signal.SIGINT])
def test_it_stops_cleanly(sent: signal.Signals, tmp_path: Path) -> None:
    """The whole program, with the real corpus, stopped while a page is open."""
    command = [sys.executable, "-m", "app", "--port", "0", "--host", "0.0.0.0"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        command,
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as running:
        url = running.stdout.readline().split()[3].replace("0.0.0.0", "127.0.0.1")
        with httpx.stream("GET", f"{url}gradio_api/heartbeat/someone") as heartbeat:
            assert heartbeat.status_code == 200
            running.send_signal(sent)
            assert running.wait(timeout=30) == 0
        warning = running.stderr.read()
    assert "anyone who reaches 0.0.0.0 can read these documents" in warning
    assert "Traceback" not in warning
