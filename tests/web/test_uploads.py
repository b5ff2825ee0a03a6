"""What visitors bring along: kept apart, within limits, and gone when they are."""

import zipfile
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from index.errors import CorpusError
from qa.web import uploads, visitors
from qa.web.options import Options
from qa.web.uploads import Outcome, Uploads
from qa.web.visitors import Visitors
from tests.web.answers import FakeCorpus

TEXT = "Rivers of the North. The gauge at Lorne bridge stood at seven feet."


@pytest.fixture
def own() -> Iterator[Uploads]:
    found = Uploads(max_bytes=1_000)
    yield found
    found.close()


def file(folder: Path, name: str, text: str = TEXT) -> Path:
    (folder / name).write_text(text, encoding="utf-8")
    return folder / name


def session(name: str) -> SimpleNamespace:
    return SimpleNamespace(session_hash=name)


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
    list(everyone.add([file(tmp_path, "a.txt")], ann))
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
    list(everyone.add([file(tmp_path, "a.txt")], ann))
    everyone.leave(ann)
    assert list(everyone.corpus(bob).documents) == ["uploads/a.txt"]
    everyone.remove("uploads/a.txt", bob)
    assert list(everyone.corpus(ann).documents) == []


def test_who_was_away_longest_makes_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(visitors, "MAX_VISITORS", 2)
    everyone = Visitors(FakeCorpus(), Options())
    for name in ("ann", "bob", "cy"):
        list(everyone.add([file(tmp_path, f"{name}.txt")], session(name)))
    held = [list(everyone.corpus(session(name)).documents) for name in ("ann", "bob", "cy")]
    assert held == [[], ["uploads/bob.txt"], ["uploads/cy.txt"]]
    monkeypatch.setattr(visitors, "IDLE_SECONDS", -1)
    list(everyone.add([file(tmp_path, "di.txt")], session("di")))
    assert list(everyone.corpus(session("cy")).documents) == []
    everyone.close()
    assert list(everyone.corpus(session("di")).documents) == []
