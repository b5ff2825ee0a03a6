import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from queue import Queue

import pytest

from index.errors import QuotewellError, StoreError
from index.mirror import Changes, Mirror
from qa import parts
from qa.corpus import Corpus
from qa.watching import follow
from tests.tiny import TinyEncoder

ROOT = Path(__file__).parents[2]
SOON = 60


class Watched:
    """A folder whose corpus is followed in another thread."""

    def __init__(self, docs: Path) -> None:
        self.docs = docs
        self.corpus = Corpus.open(docs, index=docs.parent / "index")
        self._said: Queue[Changes | QuotewellError] = Queue()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._follow)
        self._thread.start()

    def _follow(self) -> None:
        for found in follow(self.corpus, self._stop):
            self._said.put(found)

    def next(self) -> Changes | QuotewellError:
        return self._said.get(timeout=SOON)

    def end(self) -> None:
        self._stop.set()
        self._thread.join(SOON)
        assert not self._thread.is_alive() and self._said.empty()


@pytest.fixture
def watched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Watched]:
    monkeypatch.setattr(parts, "load_encoder", TinyEncoder)
    docs = tmp_path / "docs"
    docs.mkdir()
    (docs / "a.txt").write_text("The minister resigned in March.")
    found = Watched(docs)
    try:
        yield found
    finally:
        found.end()


def test_what_happens_to_the_folder_happens_to_the_corpus(watched: Watched) -> None:
    (watched.docs / "b.txt").write_text("The session opens in Geneva.")
    found = watched.next()
    assert isinstance(found, Changes) and found.added == ("b.txt",)
    (watched.docs / "b.txt").rename(watched.docs / "sub.md")
    found = watched.next()
    assert isinstance(found, Changes) and found.renamed == (("b.txt", "sub.md"),)
    (watched.docs / "x.png").write_bytes(b"PNG")
    found = watched.next()
    assert isinstance(found, Changes) and [s.path for s in found.skipped] == ["x.png"]
    (watched.docs / "sub.md").unlink()
    found = watched.next()
    assert isinstance(found, Changes)
    assert found.removed == ("sub.md",) and found.skipped == ()  # that was said before
    assert list(watched.corpus.documents) == ["a.txt"]


def test_an_update_that_fails_is_said_and_tried_again(
    watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise StoreError("the disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(Mirror, "refresh", fail)
        (watched.docs / "b.txt").write_text("The session opens in Geneva.")
        assert str(watched.next()) == "the disk is full"
    found = watched.next()
    assert isinstance(found, Changes) and found.added == ("b.txt",)


# What runs in the background, as these tests may, hands on that Ctrl+C is to be ignored.
HEARING = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); "


def test_the_command_goes_on_until_ctrl_c(tmp_path: Path) -> None:
    docs = tmp_path / "docs"
    docs.mkdir()
    (docs / "a.txt").write_text("The minister resigned in March.")
    command = [
        sys.executable,
        "-c",
        HEARING + "from qa.cli import main; main()",
        "index",
        str(docs),
    ]
    command += ["--watch", "--encoder", "fast", "--index", str(tmp_path / "index")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        assert process.stdout is not None
        lines = iter(process.stdout.readline, "")
        assert next(lines) == "    added  a.txt\n"
        assert "1 documents" in next(lines)
        assert "Ctrl+C ends" in next(lines)
        (docs / "b.txt").write_text("The session opens in Geneva.")
        assert next(lines) == "    added  b.txt\n"
        process.send_signal(signal.SIGINT)
        assert process.wait(SOON) == 0
        assert next(lines, "") == ""
