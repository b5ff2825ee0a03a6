"""The server's options, and what goes wrong before it runs."""

import socket

import pytest

from web.serving import main


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
