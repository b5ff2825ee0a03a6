"""Readers find the old index or the new one, whatever happens to those who write."""

import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import pytest

from index import store
from index.errors import BusyIndexError
from index.local import LocalEngine
from index.mirror import Mirror
from index.saved_files import SOURCE_KINDS
from index.store import Saved
from tests.tiny import TinyEncoder

ROOT = Path(__file__).parents[2]
KILLS = 200
QUESTION = "In which year did the port open?"
_FOREVER = 60.0
_NEVER = f"after {_FOREVER}"


class Writer:
    """The process of `tests.index.writer`."""

    def __init__(self, docs: Path, index: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.index.writer", str(docs), str(index)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        )
        assert self._said() == "ready"

    def write(self, killed: str = _NEVER) -> str:
        self.start(killed)
        return self._said()

    def start(self, killed: str = _NEVER) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(f"{killed}\n")
        self.process.stdin.flush()

    def _said(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()


@contextmanager
def writing(docs: Path, index: Path) -> Iterator[Writer]:
    writer = Writer(docs, index)
    try:
        yield writer
    finally:
        assert writer.process.stdin is not None
        writer.process.stdin.close()
        writer.process.wait(_FOREVER)


def put(docs: Path, version: int) -> Saved:
    """Make a folder hold a version of its documents; return the index of that."""
    docs.mkdir(exist_ok=True)
    for file in docs.iterdir():
        if file.name.startswith("new"):
            file.unlink()
    (docs / f"new{version}.txt").write_text(f"Only version {version} says this.")
    for n in range(8):
        if n % 4 == version % 4 or not (docs / f"{n}.txt").exists():
            (docs / f"{n}.txt").write_text(f"Port {n} opened in the year {1800 + version}. " * 20)
    return Mirror(LocalEngine(TinyEncoder()), docs).refresh()[0]


def seen(saved: Saved) -> object:
    return saved.state, saved.index.search(QUESTION, 10)


@pytest.mark.timeout(600)
def test_a_process_killed_at_any_moment_leaves_an_index_that_is_right(tmp_path: Path) -> None:
    docs, index = tmp_path / "docs", tmp_path / "index"
    found: Counter[str] = Counter()
    rng = random.Random(5)
    last = put(docs, 0)
    with writing(docs, index) as writer:
        began = time.monotonic()
        assert writer.write() == "done 0"
        longest = time.monotonic() - began  # grows and shrinks to what a run takes
        number = 1
        for version in count(1):
            if found["killed"] == KILLS:
                break
            new = put(docs, version)
            if version % 2:  # at any moment, and half of them before each thing done to a file
                ended = writer.write(f"after {rng.random() * longest}")
                longest *= 1.1 if ended == "killed" else 0.7
            else:
                ended = writer.write(f"before {number}")
                number = number + 1 if ended == "killed" else 1
            loaded = store.load(
                index, LocalEngine(TinyEncoder())
            )  # raises for one that is not usable
            states = {"old": seen(last), "new": seen(new)}
            state = next((name for name, of in states.items() if of == seen(loaded)), "wrong")
            names = {entry["name"] for entry in store._manifest(index)[0]["files"].values()}
            half = len(list(index.iterdir())) > len(names | {"manifest.json", "lock"})
            assert state != "wrong"
            found.update([state, ended, *(["half written"] if half else [])])
            last = loaded
        put(docs, 0)
        assert writer.write() == "done 0"
    print(dict(found))
    assert min(found["old"], found["new"], found["half written"]) > 0  # kills fell in the writing
    assert (
        len(list(index.iterdir())) == len(SOURCE_KINDS) + len(LocalEngine.kinds) + 2
    )  # and nothing is left of them


def test_readers_see_one_version_or_the_other_while_a_process_writes(tmp_path: Path) -> None:
    docs, index = tmp_path / "docs", tmp_path / "index"
    last = put(docs, 0)
    with writing(docs, index) as writer:
        writer.write()
        for version in range(1, 8):
            new = put(docs, version)
            writer.start()
            while seen(loaded := store.load(index, LocalEngine(TinyEncoder()))) != seen(new):
                assert seen(loaded) == seen(last)
                time.sleep(0.005)  # leave the writer a processor
            assert writer._said() == "done 0"
            last = new


def test_a_reader_whose_files_are_taken_away_reads_the_new_ones(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    docs, index = tmp_path / "docs", tmp_path / "index"
    put(docs, 0)
    mirror = Mirror(LocalEngine(TinyEncoder()), docs, index)
    mirror.refresh()
    new = put(docs, 1)
    checked = store._checked

    def slow(*arguments: object) -> Path:
        monkeypatch.setattr(store, "_checked", checked)
        mirror.refresh()  # between the reader's look at the manifest and at the files
        return checked(*arguments)

    monkeypatch.setattr(store, "_checked", slow)
    assert seen(store.load(index, LocalEngine(TinyEncoder()))) == seen(new)


ADDING = """
import sys
from pathlib import Path
from index.errors import BusyIndexError
from index.local import LocalEngine
from index.mirror import Mirror
from tests.tiny import TinyEncoder, document
docs, index, who = sys.argv[1:]
mirror = Mirror(LocalEngine(TinyEncoder()), Path(docs), Path(index))
for n in range(8):
    added = document(f"Writer {who} wrote number {n}.", f"{who}-{n}")
    mirror.add(None, [added], [])
"""


def test_two_writers_do_not_lose_each_others_work(tmp_path: Path) -> None:
    docs, index = tmp_path / "docs", tmp_path / "index"
    put(docs, 0)
    arguments = [sys.executable, "-c", ADDING, str(docs), str(index)]
    writers = [subprocess.Popen([*arguments, who], cwd=ROOT) for who in ("one", "two")]
    assert [writer.wait(_FOREVER) for writer in writers] == [0, 0]
    loaded = store.load(index, LocalEngine(TinyEncoder())).state
    expected = {f"{who}-{n}" for who in ("one", "two") for n in range(8)}
    assert set(loaded.given) == expected
    assert {d.id for d in loaded.documents} > expected


def test_while_another_process_writes_the_index_of_before_is_opened(tmp_path: Path) -> None:
    docs, index = tmp_path / "docs", tmp_path / "index"
    old = put(docs, 0)
    mirror = Mirror(LocalEngine(TinyEncoder()), docs, index)
    mirror.open(None, wait=False)
    new = put(docs, 1)
    with store.writing(index, LocalEngine(TinyEncoder())):  # as another process does
        saved, changes = mirror.open(None, wait=False)
        assert seen(saved) == seen(old) and "the previous one" in changes.note
        with pytest.raises(BusyIndexError, match="another process is writing this index"):
            mirror.refresh(wait=0)
    saved, changes = mirror.open(None, wait=False)
    assert seen(saved) == seen(new) and changes.note == ""
