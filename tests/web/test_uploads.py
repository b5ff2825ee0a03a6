"""What visitors add: kept apart, within limits, and gone when they are."""

import asyncio
import time
import zipfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.errors import CorpusError
from qa.web import received, uploads, visitors
from qa.web.callers import CALLER, Caller
from qa.web.options import Options
from qa.web.received import Received, file_name
from qa.web.uploads import Outcome, Uploads
from qa.web.visitors import Visitors
from tests.web.answers import FakeCorpus, finish

TEXT = "Rivers of the North. The gauge at Lorne bridge stood at seven feet."


@pytest.fixture
def own() -> Iterator[Uploads]:
    found = Uploads(max_bytes=1_000)
    yield found
    found.close()


def file(folder: Path, name: str, text: str = TEXT) -> Path:
    (folder / name).write_text(text, encoding="utf-8")
    return folder / name


def caller(name: str, address: str = "127.0.0.1", new: bool = False) -> Caller:
    return Caller(address, name, new, f"token of {name}")


def session(name: str, address: str = "127.0.0.1", new: bool = False) -> SimpleNamespace:
    return SimpleNamespace(scope={CALLER: caller(name, address, new)})


def added(outcomes: AsyncIterator[Outcome]) -> list[Outcome]:
    async def all_of_them() -> list[Outcome]:
        return [outcome async for outcome in outcomes]

    return finish(all_of_them())


def test_each_file_is_told_of_with_what_was_skipped_and_why(own: Uploads, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "both.zip", "w") as archive:
        archive.writestr("a.txt", TEXT)
        archive.writestr("b.exe", TEXT)
    files = [file(tmp_path, "a.txt"), file(tmp_path, "b.exe"), tmp_path / "both.zip"]
    plain, unknown, packed = own.read(files)
    assert plain == Outcome("a.txt", ("uploads/a.txt",))
    assert unknown.documents == () and ".exe is not among" in unknown.skipped[0]
    assert packed.documents == ("uploads/both.zip/a.txt",)
    assert packed.skipped[0].startswith("both.zip/b.exe: ")
    assert list(own.documents) == ["uploads/a.txt", "uploads/both.zip/a.txt"]
    assert own.documents["uploads/a.txt"].text == TEXT
    assert not any(f.exists() for f in files), "they were taken over"


def test_a_file_of_a_name_replaces_the_one_before(own: Uploads, tmp_path: Path) -> None:
    list(own.read([file(tmp_path, "a.txt", "One is here.")]))
    list(own.read([file(tmp_path, "a.txt", "Two is here.")]))
    assert [d.text for d in own.documents.values()] == ["Two is here."]


def test_files_are_limited_in_number_and_size(
    own: Uploads, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "MAX_FILES", 2)
    (big,) = own.read([file(tmp_path, "big.txt", "x" * 1_001)])
    assert "over 0 MB" in big.skipped[0]
    *two, third = own.read([file(tmp_path, f"{n}.txt") for n in range(3)])
    assert all(outcome.documents for outcome in two)
    assert "there are 2 files already" in third.skipped[0]
    own.remove("uploads/0.txt")
    (again,) = own.read([file(tmp_path, "again.txt")])
    assert again.documents
    with pytest.raises(CorpusError, match="only uploads can be removed"):
        own.remove("uploads/0.txt")


def test_what_a_visitor_adds_only_that_visitor_asks(tmp_path: Path) -> None:
    everyone = Visitors(FakeCorpus("shared.txt"), Options())
    ann, bob = session("ann"), session("bob")
    added(everyone.add([file(tmp_path, "a.txt")], ann))
    assert list(everyone.corpus(ann).documents) == ["shared.txt", "uploads/a.txt"]
    assert list(everyone.corpus(bob).documents) == ["shared.txt"]
    assert everyone.ask("What?", ann).citations[0].document == "uploads/a.txt"
    assert everyone.token(ann) != everyone.token(bob)
    document = everyone.uploads(ann)["uploads/a.txt"]
    folder = everyone.originals(everyone.token(ann), document)
    assert (folder / document.id).read_text() == TEXT
    with pytest.raises(CorpusError, match="no such upload of yours"):
        everyone.remove("uploads/a.txt", bob)
    with pytest.raises(CorpusError, match="no such upload of yours"):
        everyone.remove("shared.txt", ann)
    everyone.leave(bob)
    assert folder.exists()
    everyone.leave(ann)
    assert not folder.exists()
    assert list(everyone.corpus(ann).documents) == ["shared.txt"]


def test_shared_uploads_are_asked_by_all_and_stay(tmp_path: Path) -> None:
    everyone = Visitors(FakeCorpus(), Options(shared_uploads=True))
    ann, bob = session("ann"), session("bob")
    added(everyone.add([file(tmp_path, "a.txt")], ann))
    everyone.leave(ann)
    assert list(everyone.corpus(bob).documents) == ["uploads/a.txt"]
    everyone.remove("uploads/a.txt", bob)
    assert list(everyone.corpus(ann).documents) == []


def test_nobody_is_pushed_out_who_may_come_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(visitors, "MAX_VISITORS", 2)
    everyone = Visitors(FakeCorpus(), Options())
    added(everyone.add([file(tmp_path, "ann.txt")], session("ann")))
    for n in range(5):  # programs that keep no cookie are new each time
        added(everyone.add([file(tmp_path, "s.txt")], session(f"made up {n}", new=True)))
    assert list(everyone.corpus(session("ann")).documents) == ["uploads/ann.txt"]
    added(everyone.add([file(tmp_path, "bob.txt")], session("bob")))
    with pytest.raises(CorpusError, match="too many visitors"):
        added(everyone.add([file(tmp_path, "cy.txt")], session("cy")))


def test_who_is_gone_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    everyone = Visitors(FakeCorpus(), Options())
    ann, bob = session("ann"), session("bob")
    for one in (ann, bob):
        added(everyone.add([file(tmp_path, "a.txt")], one))
    key = everyone.received.keep(caller("ann"), "b.txt", b"some text")
    with everyone.received.taken(caller("ann"), [key]) as kept:
        assert kept[0].exists()
    assert not kept[0].parent.exists()
    everyone.received.keep(caller("ann"), "c.txt", b"some text")
    monkeypatch.setattr(visitors, "KEPT_MINUTES", -1)
    monkeypatch.setattr(received, "KEPT_SECONDS", -1)
    everyone.alive = [everyone.token(bob)]  # whose page is open
    everyone.tidy()
    assert not everyone.uploads(ann) and everyone.uploads(bob)
    assert everyone.received.size == 0
    everyone.close()
    assert not kept[0].parent.parent.exists()


def test_who_leaves_while_a_file_is_read_leaves_nothing(tmp_path: Path) -> None:
    everyone = Visitors(FakeCorpus(), Options())
    ann = session("ann")

    async def leave() -> Path:
        adding = everyone.add([file(tmp_path, "a.txt"), file(tmp_path, "b.txt")], ann)
        assert (await anext(adding)).documents
        token = everyone.token(ann)
        folder = everyone.originals(token, everyone.uploads(ann)["uploads/a.txt"])
        everyone.leave(ann)
        assert "closed" in (await anext(adding)).skipped[0]
        with pytest.raises(StopAsyncIteration):
            await anext(adding)
        assert folder is not None
        return folder

    assert not finish(leave()).exists()
    assert list(everyone.corpus(ann).documents) == []


def test_who_leaves_while_the_documents_are_indexed_ends_that(tmp_path: Path) -> None:
    class Leaving(FakeCorpus):
        def indexed(self, documents: Any, known: Any = None, progress: Any = None) -> Any:
            everyone.leave(ann)
            progress(256, 1_000)
            raise AssertionError("it went on")

    everyone = Visitors(Leaving(), Options())
    ann = session("ann")
    with pytest.raises(CorpusError, match="closed"):
        added(everyone.add([file(tmp_path, "a.txt")], ann))


def test_a_long_upload_lets_others_go_first(tmp_path: Path) -> None:
    """While one visitor's thousand passages are indexed, another's few are, too."""
    order: list[str] = []

    class Slow(FakeCorpus):
        def indexed(self, documents: Any, known: Any = None, progress: Any = None) -> Any:
            (document,) = documents
            for _ in range(20 if "long" in document.id else 1):
                time.sleep(0.02)
                progress(0, 1)
            order.append(document.id)
            return super().indexed(documents)

    everyone = Visitors(Slow(), Options())

    async def both() -> None:
        async def add(name: str) -> None:
            outcomes = everyone.add([file(tmp_path, f"{name}.txt")], session(name))
            assert [one.documents async for one in outcomes]

        first = asyncio.create_task(add("long"))
        await asyncio.sleep(0.1)
        await asyncio.gather(first, *(add(f"v{n}") for n in range(3)))

    finish(both())
    assert order[-1] == "uploads/long.txt"


def test_a_visitors_two_pages_add_both(tmp_path: Path) -> None:
    """Whichever is indexed last, the other's documents are asked, too."""
    everyone = Visitors(FakeCorpus(), Options())

    async def both() -> None:
        async def add(name: str) -> None:
            _ = [one async for one in everyone.add([file(tmp_path, name)], session("ann"))]

        await asyncio.gather(*(add(f"{n}.txt") for n in range(5)))

    finish(both())
    assert len(everyone.corpus(session("ann")).documents) == 5


def test_all_visitors_files_have_a_limit_together(tmp_path: Path) -> None:
    everyone = Visitors(FakeCorpus(), Options(max_upload=100))
    refused = 0
    for n in range(30):
        text = file(tmp_path, "a.txt", "x" * 90)
        (outcome,) = added(everyone.add([text], session(f"v{n}", f"10.0.0.{n}")))
        refused += not outcome.documents
    assert 0 < refused < 30


def test_one_address_takes_neither_all_room_nor_all_places(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    everyone = Visitors(FakeCorpus(), Options(max_upload=100))
    for n in range(30):
        added(everyone.add([file(tmp_path, "a.txt", "x" * 90)], session(f"v{n}")))
    text = file(tmp_path, "a.txt", "x" * 90)
    (outcome,) = added(everyone.add([text], session("ann", "10.0.0.1")))
    assert outcome.documents
    monkeypatch.setattr(visitors, "MAX_VISITORS", len(everyone._with_uploads))
    everyone.alive = [everyone.token(session(f"v{n}")) for n in range(30)]
    added(everyone.add([file(tmp_path, "b.txt", "x")], session("bob", "10.0.0.2")))
    assert everyone.uploads(session("ann", "10.0.0.1"))
    assert everyone.uploads(session("bob", "10.0.0.2"))
    with pytest.raises(CorpusError, match="too many visitors"):
        added(everyone.add([file(tmp_path, "c.txt", "x")], session("another")))


def test_only_a_visitors_own_files_are_taken_and_once(tmp_path: Path) -> None:
    kept = Received(1_000, 4_000)
    ann, bob = caller("ann"), caller("bob")
    key, other = kept.keep(ann, "../../a.txt", b"text"), kept.keep(ann, "b.txt", b"text")
    for visitor, asked in (
        (bob, [key]), (ann, ["/etc/hostname"]), (ann, ["../../a.txt"]), (ann, [key, key]),
        (ann, [other, "made up"]),
    ):  # fmt: skip
        with (
            pytest.raises(CorpusError, match="only files that you have sent"),
            kept.taken(visitor, asked),
        ):
            pass
    with kept.taken(ann, [key]) as (path,):
        assert path.read_bytes() == b"text" and path.name == "a.txt"
        assert kept.size == 8, "who waits to add it takes up room"
        with pytest.raises(CorpusError, match="only files"), kept.taken(ann, [key]):
            pass
    assert not path.parent.exists() and kept.size == 4
    with pytest.raises(CorpusError, match="only files"), kept.taken(ann, [key]):
        pass
    with pytest.raises(CorpusError, match="more files"):
        kept.keep(ann, "b.txt", b"x" * 1_001)
    kept.keep(bob, "b.txt", b"x" * 1_000)
    with pytest.raises(CorpusError, match="no room"):  # an address may have half of it
        kept.keep(caller("cy"), "b.txt", b"x" * 1_000)
    for n in range(2):
        kept.keep(caller(f"v{n}", f"10.0.0.{n}"), "b.txt", b"x" * 1_000)
    with pytest.raises(CorpusError, match="no room"):
        kept.keep(caller("di", "10.0.0.9"), "b.txt", b"x" * 1_000)
    kept.close()


@given(st.text(max_size=400))
def test_every_name_makes_a_files_name(name: str) -> None:
    found = file_name(name)
    assert 0 < len(found.encode()) <= 255 and found.strip(".")
    assert not set(found) & set("/\\\0\n")
    assert file_name("x" * 300 + ".pdf").endswith(".pdf")
