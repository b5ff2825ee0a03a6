"""A full disk, a read-only folder, altered files, other versions: said plainly and survived."""

import json
import os
import resource
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from index import store
from index.errors import DamagedIndexError, StoreError
from index.formats.worker import Worker
from index.local import LocalEngine
from index.mirror import Mirror
from index.saved_files import SOURCE_KINDS
from index.store import Saved
from tests.tiny import TinyEncoder, document

KINDS = (*SOURCE_KINDS, *LocalEngine.kinds)


@pytest.fixture
def place() -> Iterator[Path]:
    """A folder that every user of the machine can reach, with documents and an index of them."""
    folder = Path(tempfile.mkdtemp())
    try:
        folder.chmod(0o755)
        (folder / "docs").mkdir()
        (folder / "docs" / "a.txt").write_text("The minister resigned in March.")
        mirror(folder).refresh()
        yield folder
    finally:
        shutil.rmtree(folder)


def mirror(folder: Path) -> Mirror:
    return Mirror(LocalEngine(TinyEncoder()), folder / "docs", folder / "index")


def add(folder: Path, sentences: int = 20) -> Saved:
    """Add a document; return the index that there should be then."""
    words = " ".join(f"word{n} stands in sentence {n}." for n in range(sentences))
    (folder / "docs" / "b.txt").write_text(words)
    return Mirror(LocalEngine(TinyEncoder()), folder / "docs").refresh()[0]


def seen(saved: Saved) -> object:
    return saved.state, saved.index.search("Who resigned in March?", 10)


def state(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in (folder / "index").iterdir()}


@contextmanager
def disk_of(size: int) -> Iterator[None]:
    """Let no file grow beyond a size."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.parametrize("size", [0, 100, 1_000, 10_000, 100_000, 200_000])
def test_a_full_disk_leaves_the_index_of_before_and_nothing_else(place: Path, size: int) -> None:
    before = state(place)
    expected = add(place, sentences=8_000)
    with disk_of(size), pytest.raises(StoreError, match="cannot be saved: ") as error:
        mirror(place).refresh()
    assert "\n" not in str(error.value)
    assert state(place) == before
    assert seen(mirror(place).refresh()[0]) == seen(expected)


@pytest.mark.parametrize("call", range(1, len(KINDS) + 3))
def test_a_disk_that_fails_at_any_flush_leaves_the_index_of_before(
    place: Path, call: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = state(place)
    add(place)
    flushed = []

    def fail(descriptor: int) -> None:
        flushed.append(descriptor)
        if len(flushed) == call:
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(StoreError, match="cannot be saved: No space left on device"):
        mirror(place).refresh()
    assert state(place) == before


def test_all_is_on_the_disk_before_the_one_step_that_makes_it_the_index(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(place)
    flushed: set[str] = set()
    waiting: list[set[str]] = []

    def sync(descriptor: int) -> None:
        flushed.add(os.readlink(f"/proc/self/fd/{descriptor}"))

    def replace(source: Path, target: Path) -> None:
        files = {str(f) for f in (place / "index").iterdir() if f.name.startswith(source.name[:8])}
        waiting.append({*files, str(place / "index")} - flushed)
        os.rename(source, target)

    monkeypatch.setattr(os, "fsync", sync)
    monkeypatch.setattr(os, "replace", replace)
    mirror(place).refresh()
    assert waiting == [set()]


@contextmanager
def as_another_user() -> Iterator[None]:
    """Take root's rights away: for root nothing is read-only."""
    before = os.geteuid()
    if before == 0:
        os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(before)


def test_a_read_only_index_is_read_and_a_change_is_refused(place: Path) -> None:
    before = state(place)
    (place / "index").chmod(0o555)
    with as_another_user():
        saved, changes = mirror(place).refresh()
    assert changes.unchanged == ("a.txt",) and saved.index.search("Who?", 1)
    add(place)
    with as_another_user(), pytest.raises(StoreError, match="cannot be saved: Permission denied"):
        mirror(place).refresh()
    (place / "index").chmod(0o755)
    assert state(place) == before


@pytest.mark.parametrize("harm", ["remove", "truncate", "alter", "empty"])
@pytest.mark.parametrize("kind", [*KINDS, "manifest.json"])
def test_a_harmed_file_is_noticed_and_mended(place: Path, kind: str, harm: str) -> None:
    expected = add(place)
    mirror(place).refresh()
    file = next(f for f in (place / "index").iterdir() if f.name.endswith(kind))
    data = file.read_bytes()
    if harm == "remove":
        file.unlink()
    else:
        middle = len(data) // 2
        altered = data[:middle] + bytes([data[middle] ^ 1]) + data[middle + 1 :]
        file.write_bytes({"truncate": data[:middle], "alter": altered, "empty": b""}[harm])
    with pytest.raises(StoreError, match=r"damaged|no index here") as error:
        store.load(place / "index", LocalEngine(TinyEncoder()))
    assert "\n" not in str(error.value) and "qa index" in str(error.value)
    saved, changes = mirror(place).refresh()
    assert seen(saved) == seen(expected) and seen(
        store.load(place / "index", LocalEngine(TinyEncoder()))
    )
    if (kind, harm) != ("manifest.json", "remove"):
        assert "damaged" in changes.note and "It was rebuilt" in changes.note
    assert len(state(place)) == len(KINDS) + 2


@pytest.mark.parametrize("kind", ["dense.faiss", "passages.npy", "lexical-rows.npy"])
def test_mending_keeps_what_was_added_and_parses_nothing_again(
    place: Path, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (place / "docs" / "t.csv").write_text("text\nA row.\n")
    given = document("The queen abdicated in May.", "queen")
    expected, _ = mirror(place).hold([given])
    next((place / "index").glob(f"*-{kind}")).write_bytes(b"")
    monkeypatch.setattr(Worker, "extract", None)  # whoever calls it fails
    saved, changes = mirror(place).refresh()
    assert "damaged" in changes.note and seen(saved) == seen(expected)


def set_version(folder: Path, version: object) -> None:
    file = folder / "index" / "manifest.json"
    file.write_text(json.dumps({**json.loads(file.read_text()), "version": version}))


@pytest.mark.parametrize("version", [3, 0, None, "new"])
def test_an_older_format_is_made_anew_and_said(place: Path, version: object) -> None:
    set_version(place, version)
    with pytest.raises(DamagedIndexError, match=f"an index of format {version}, this program"):
        store.load(place / "index", LocalEngine(TinyEncoder()))
    saved, changes = mirror(place).refresh()
    assert f"of format {version}" in changes.note and "It was rebuilt" in changes.note
    assert len(state(place)) == len(KINDS) + 2 and saved.index.search("Who?", 1)


def test_a_newer_format_is_refused_and_left_alone(place: Path) -> None:
    set_version(place, store.VERSION + 1)
    before = state(place)
    add(place)
    with pytest.raises(StoreError, match=f"of format {store.VERSION + 1}, .*update Quotewell"):
        mirror(place).refresh()
    assert state(place) == before


def test_what_a_killed_writer_left_behind_goes_with_the_next_look(place: Path) -> None:
    (place / "index" / "12345678-documents.jsonl").write_text("half a docu")
    (place / "index" / "12345678-manifest.json").write_text("{")
    assert mirror(place).refresh()[1].unchanged == ("a.txt",)
    assert len(state(place)) == len(KINDS) + 2
