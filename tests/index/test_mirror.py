"""Whatever happens to a folder, its index is the one that a fresh build makes."""

import os
import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import nullcontext
from email.message import EmailMessage
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index import loading, store
from index.errors import CorpusError
from index.filters import Filter
from index.formats.worker import Worker
from index.local import LocalEngine
from index.mirror import Mirror
from index.store import Saved
from tests.tiny import TinyEncoder

LONG = " ".join(f"Sentence number {n} tells of the harbour and its ships." for n in range(60))
QUESTIONS = ("Who resigned in March?", "ship 7 of the harbour", "the session", "unheard")


def zipped(members: dict[str, bytes]) -> bytes:
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in members.items():
            archive.writestr(zipfile.ZipInfo(name), data)
    return buffer.getvalue()


CONTENTS = [
    b"The minister resigned in March.",
    b"The session opens in Geneva.\n\nIt closes in May.",
    b"A title\n\nThe minister resigned in March. Prices rose.",
    LONG.encode(),
    LONG[:2_000].encode() + b" The end is another. " + LONG[2_000:].encode(),
    b"?!",
    b"",  # unreadable, as the next
    bytes(range(256)) * 2,
    zipped({"a.txt": b"Packed.", "b.md": b"The minister resigned in March."}),
]
NAMES = [
    "a.txt",
    "b.txt",
    "c.md",
    "d.zip",
    "sub/a.txt",
    "sub/deep/e.md",
    "z.png",
    "\U0001fab6\n.txt",
]
edits = st.tuples(
    st.sampled_from(["write", "rename", "copy", "delete", "touch"]),
    st.sampled_from(NAMES),
    st.sampled_from(NAMES),
    st.sampled_from(CONTENTS),
)


def edit(folder: Path, action: str, name: str, other: str, content: bytes) -> None:
    """Do one thing to a folder, if it can be done."""
    file, target = folder / name, folder / other
    for path in (file, target):
        path.parent.mkdir(parents=True, exist_ok=True)
    if action == "write":
        file.write_bytes(content)
    elif file.exists() and action == "delete":
        file.unlink()
    elif file.exists() and action == "touch":
        os.utime(file, (1, 1))
    elif file.exists() and file != target:
        shutil.copy(file, target) if action == "copy" else file.rename(target)


def assert_same(one: Saved, two: Saved) -> None:
    """Compare all that can be seen of two indexes, to the last bit."""
    assert one.state == two.state
    assert list(one.index.passages.documents) == list(two.index.passages.documents)
    assert list(one.index.passages) == list(two.index.passages)
    assert np.array_equal(one.index.dense.vectors, two.index.dense.vectors)
    assert np.array_equal(one.index.dense.moments.square, two.index.dense.moments.square)
    for question in QUESTIONS:
        scores = [i.lexical.score(question).values for i in (one.index, two.index)]
        assert np.array_equal(*scores)
        assert one.index.search(question, 5) == two.index.search(question, 5)


@pytest.fixture(scope="module")
def parser() -> Iterator[Worker]:
    """One process that parses for all examples: to start one takes longer than an example."""
    with Worker() as worker:
        yield worker


@settings(max_examples=300)
@given(st.lists(st.lists(edits, min_size=1, max_size=5), min_size=2, max_size=4))
def test_an_updated_index_is_a_fresh_one(
    parser: Worker, rounds: list[list[tuple[str, str, str, bytes]]]
) -> None:
    with tempfile.TemporaryDirectory() as place, pytest.MonkeyPatch.context() as patch:
        patch.setattr(loading, "Worker", lambda **_: nullcontext(parser))
        patch.setattr(os, "fsync", lambda _: None)  # takes most of the time, and changes nothing
        docs, index = Path(place, "docs"), Path(place, "index")
        docs.mkdir()
        (docs / "first.txt").write_bytes(CONTENTS[1])
        saved, _ = Mirror(LocalEngine(TinyEncoder()), docs, index).refresh()
        for round_ in rounds:
            before = saved
            for each in round_:
                edit(docs, *each)
            encoder = TinyEncoder()
            saved, changes = Mirror(LocalEngine(encoder), docs, index).refresh()
            assert not set(encoder.encoded) & set(before.index.passages.texts())
            old = {n for d in before.state.documents for n in d.names}
            new = {n for d in saved.state.documents for n in d.names}
            came, went = {b for _, b in changes.renamed}, {a for a, _ in changes.renamed}
            assert {*changes.added, *came} == new - old
            assert {*changes.removed, *went} == old - new
            assert {*changes.changed, *changes.unchanged} == new & old
        fresh, _ = Mirror(LocalEngine(TinyEncoder()), docs).refresh()
        assert_same(saved, fresh)
        assert_same(store.load(index, LocalEngine(TinyEncoder())), fresh)


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    folder = tmp_path / "docs"
    folder.mkdir()
    for n, content in enumerate(CONTENTS[:2]):
        (folder / f"{n}.txt").write_bytes(content)
    return folder


def mirror(docs: Path) -> Mirror:
    return Mirror(LocalEngine(TinyEncoder()), docs, docs.parent / "index")


def test_nothing_is_parsed_again_for_a_new_name(
    docs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (docs / "t.csv").write_bytes(b"text\nA row.\n")
    (docs / "cut.pdf").write_bytes(b"%PDF")
    before, first = mirror(docs).refresh()
    assert [s.path for s in first.skipped] == ["cut.pdf"]
    (docs / "t.csv").rename(docs / "renamed.csv")
    (docs / "cut.pdf").rename(docs / "still.pdf")
    monkeypatch.setattr(Worker, "extract", None)  # whoever calls it fails
    after, changes = mirror(docs).refresh()
    assert changes.renamed == (("t.csv", "renamed.csv"),)
    assert [(s.path, s.reason) for s in changes.skipped] == [("still.pdf", first.skipped[0].reason)]
    assert before.index.documents["t.csv"].title == "t"
    assert after.index.documents["renamed.csv"].title == "renamed"


def test_an_archive_and_a_mail_are_not_unpacked_again(
    docs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mail = EmailMessage()
    mail["Subject"] = "Minutes"
    mail.set_content("The minutes are attached.")
    mail.add_attachment("The session opened in Geneva.", filename="minutes.txt")
    members = {"a.txt": b"Packed.", "m.eml": mail.as_bytes(), "x.png": b"PNG", "empty.txt": b""}
    (docs / "p.zip").write_bytes(zipped(members))
    (docs / "n.eml").write_bytes(mail.as_bytes().replace(b"Minutes", b"Others"))
    _, changes = mirror(docs).refresh()
    assert {"p.zip/a.txt", "p.zip/m.eml", "n.eml", "n.eml/minutes.txt"} < set(changes.added)
    (docs / "p.zip").rename(docs / "q.zip")
    with monkeypatch.context() as patch:
        patch.setattr(loading, "members", None)  # whoever calls these fails
        patch.setattr(Worker, "attachments", None)
        patch.setattr(Worker, "extract", None)
        saved, changes = mirror(docs).refresh()
    assert ("p.zip/a.txt", "q.zip/a.txt") in changes.renamed
    assert [s.path for s in changes.skipped] == ["q.zip/empty.txt", "q.zip/x.png"]
    assert_same(saved, Mirror(LocalEngine(TinyEncoder()), docs).refresh()[0])


def test_a_title_that_the_file_gives_outlives_a_new_name(docs: Path) -> None:
    (docs / "p.html").write_text("<title>p</title><p>The port of the town opened in the year 1877.")
    assert mirror(docs).refresh()[0].index.documents["p.html"].title == "p"
    (docs / "p.html").rename(docs / "q.html")
    assert mirror(docs).refresh()[0].index.documents["q.html"].title == "p"


def test_identical_files_are_one_document_with_all_their_names(docs: Path) -> None:
    mirror(docs).refresh()
    for copy in ("0 (1).txt", "backup.txt", "z/0.txt"):
        (docs / copy).parent.mkdir(exist_ok=True)
        shutil.copy(docs / "0.txt", docs / copy)
    saved, changes = mirror(docs).refresh()
    assert changes.added == ("0 (1).txt", "backup.txt", "z/0.txt") and not changes.changed
    assert [d.names for d in saved.index.documents.values()] == [
        ("0 (1).txt", "0.txt", "backup.txt", "z/0.txt"),
        ("1.txt",),
    ]
    hits = saved.index.search("Who resigned?", 3, within=Filter(documents=("z/0.txt",)))
    assert [hit.passage.document_id for hit in hits] == ["0 (1).txt"]
    for copy in ("0 (1).txt", "0.txt"):
        (docs / copy).unlink()
    saved, changes = mirror(docs).refresh()
    assert changes.removed == ("0 (1).txt", "0.txt") and not changes.renamed
    assert "backup.txt" in saved.index.documents


def test_the_same_bytes_in_another_format_are_another_document(docs: Path) -> None:
    (docs / "t.csv").write_bytes(b"text\nA row.\n")
    shutil.copy(docs / "t.csv", docs / "t.txt")
    saved, _ = mirror(docs).refresh()
    assert saved.index.documents["t.csv"].text != saved.index.documents["t.txt"].text


def test_a_deleted_file_leaves_nothing_on_the_disk(docs: Path) -> None:
    saved, _ = mirror(docs).refresh()
    vector = saved.index.dense.vectors[0].tobytes()
    folder = docs.parent / "index"

    def stored() -> bytes:
        return b"".join(file.read_bytes() for file in folder.iterdir())

    assert b"minister" in stored() and b"minist" in stored() and vector in stored()
    (docs / "0.txt").unlink()
    mirror(docs).refresh()
    assert not any(trace in stored() for trace in (b"minist", b"0.txt", vector))


def test_a_folder_that_became_empty_answers_nothing(docs: Path) -> None:
    mirror(docs).refresh()
    for file in docs.iterdir():
        file.unlink()
    saved, changes = mirror(docs).refresh()
    assert changes.removed == ("0.txt", "1.txt")
    for found in (saved, store.load(docs.parent / "index", LocalEngine(TinyEncoder()))):
        assert found.index.search("Who resigned?", 5) == []
    (docs / "new.txt").write_bytes(CONTENTS[0])
    assert mirror(docs).refresh()[1].added == ("new.txt",)


def test_a_folder_that_cannot_be_listed_is_not_taken_for_an_empty_one(
    docs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mirror(docs).refresh()

    def refuse(_: Path) -> None:
        raise PermissionError(13, "Permission denied")

    with monkeypatch.context() as patch, pytest.raises(CorpusError, match="cannot be read: Perm"):
        patch.setattr(os, "scandir", refuse)
        mirror(docs).refresh()
    assert mirror(docs).refresh()[1].unchanged == ("0.txt", "1.txt")


def test_a_folder_that_was_always_empty_makes_no_index(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    with pytest.raises(CorpusError, match="no document to index"):
        mirror(tmp_path / "docs").refresh()
    assert not (tmp_path / "index").exists()


def test_links_in_circles_and_odd_names_harm_nothing(docs: Path) -> None:
    (docs / "round").mkdir()
    (docs / "round" / "again").symlink_to(docs)
    (docs / "ring.txt").symlink_to(docs / "ring.txt")
    names = ["two\nlines.txt", "\U0001f600.txt", "\u00e9" * 125 + "x.txt", "\x1b[2J.md"]
    for n, name in enumerate(names):
        (docs / name).write_text(f"Something odd, {n}.")
    with open(os.fsencode(docs) + b"/caf\xe9.txt", "wb") as stream:
        stream.write(b"Undecodable.")
    os.mkdir(os.fsencode(docs) + b"/d\xe9")
    with open(os.fsencode(docs) + b"/d\xe9/a.txt", "wb") as stream:
        stream.write(b"Undecodable, too.")
    _, changes = mirror(docs).refresh()
    assert set(changes.added) == {"0.txt", "1.txt", *names}
    assert {s.path: s.reason for s in changes.skipped} == {
        "caf\\xe9.txt": "its name is not text in UTF-8; rename it",
        "d\\xe9/a.txt": "its name is not text in UTF-8; rename it",
        "ring.txt": "cannot be read: Too many levels of symbolic links",
        "round/again": "a link to a folder, which is not followed",
    }
    assert len(mirror(docs).refresh()[1].unchanged) == 6
