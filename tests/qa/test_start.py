"""The `qa` command as a process: signals, streams and exit codes."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
QA = (sys.executable, "-P", "-c", "from qa.start import main; main()")  # as the `qa` script does
TEXT = "The minister’s café closed: “Ça va”, 東京.\n"


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index that opens without PyTorch."""
    folder = tmp_path_factory.mktemp("start")
    (folder / "docs").mkdir()
    (folder / "docs" / "a.txt").write_text(TEXT + "More of it.\n" * 10_000, encoding="utf-8")
    done = run("index", folder / "docs", "--index", folder / "index", "--encoder", "fast")
    assert done.returncode == 0, done.stderr
    return folder / "index"


def run(
    *arguments: str | Path, stdout: int | None = subprocess.PIPE, **environment: str
) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [*QA, *map(str, arguments)],
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        stdout=stdout,
        stderr=subprocess.PIPE,
        check=False,
    )


def test_a_reader_that_goes_away_is_no_answer_that_is_unsure(index: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    done = run("show", "a.txt", "--corpus", index, stdout=writing)
    os.close(writing)
    assert (done.returncode, done.stderr) == (141, b"")


@pytest.mark.parametrize("arguments", [("show", "a.txt"), ("show", "a.txt", "--at", "1")])
def test_a_full_disk_behind_the_output_is_an_error_in_one_line(
    index: Path, arguments: tuple[str, ...]
) -> None:
    with open("/dev/full", "wb") as full:
        done = run(*arguments, "--corpus", index, stdout=full.fileno())
    assert (done.returncode, done.stderr) == (
        2,
        b"qa: standard output: No space left on device\n",
    )


def test_help_into_a_full_disk_is_an_error_too() -> None:
    with open("/dev/full", "wb") as full:
        assert run("--help", stdout=full.fileno()).returncode == 2


def test_a_terminal_that_cannot_show_a_letter_shows_the_others(index: Path) -> None:
    for encoding in ("latin-1", "ascii"):
        done = run("show", "a.txt", "--at", "1", "--corpus", index, PYTHONIOENCODING=encoding)
        assert done.returncode == 0 and done.stderr == b""
        assert done.stdout.decode(encoding).startswith("The minister?s caf")


def test_json_is_whole_on_a_terminal_that_cannot_show_a_letter(tmp_path: Path) -> None:
    (tmp_path / "東京.txt").write_text("It rained.\n")
    (tmp_path / "😀.txt").write_text("It snowed.\n")
    arguments = ("index", tmp_path, "--index", tmp_path / ".index", "--encoder", "fast", "--json")
    done = run(*arguments, PYTHONIOENCODING="latin-1")
    assert json.loads(done.stdout.decode("latin-1"))["added"] == ["東京.txt", "😀.txt"]


@pytest.mark.parametrize("columns", ["0", "1", "5", "no"])
def test_columns_that_no_terminal_has_hide_nothing(index: Path, columns: str) -> None:
    done = run("show", "none.txt", "--corpus", index, COLUMNS=columns)
    assert done.returncode == 2 and b"there is no such document" in done.stderr
    assert b"--corpus" in run("show", "--help", COLUMNS=columns).stdout


@pytest.mark.parametrize("seconds", [0.1, 0.3, 0.6, 1])
def test_ctrl_c_is_quiet_while_the_rest_is_imported(seconds: float) -> None:
    program = "from qa.start import main; print(flush=True); main()"
    process = subprocess.Popen(
        [sys.executable, "-P", "-c", program, "chat", "--encoder", "fast"],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None and process.stdout.readline() == b"\n"
    time.sleep(seconds)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert b"Traceback" not in said and process.returncode in (-signal.SIGINT, 130)
