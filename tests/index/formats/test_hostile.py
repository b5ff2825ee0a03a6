"""Files that harm, and names that deceive: one line each, and all else is indexed."""

import io
import os
import tarfile
import zipfile
from pathlib import Path

import pytest

from index import loading
from index.errors import CorpusError
from index.formats import FORMATS, extract, unpacking
from index.formats.worker import Worker
from index.loading import load, read
from tests.index.formats import making
from tests.index.formats.hanging import reader
from tests.index.formats.making import BOMB, FILLER, with_part

GOOD = b"A good text."


def skipped(folder: Path) -> dict[str, str]:
    """Return what is skipped; the good file must not be."""
    (folder / "good.txt").write_bytes(GOOD)
    loaded = load(folder)
    assert "good.txt" in [d.id for d in loaded.documents]
    return {s.path: s.reason for s in loaded.skipped}


def test_bombs_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    zeros = bytes(15_000_000)
    (tmp_path / "a.zip").write_bytes(making.zipped({"a.txt": zeros}))
    (tmp_path / "b.tar.gz").write_bytes(making.tarred({"a.txt": zeros}))
    (tmp_path / "c.docx").write_bytes(making.zipped({"word/document.xml": zeros}))
    monkeypatch.setattr(unpacking, "MEMBERS", 20)
    many = {f"{n}.txt": b"x" for n in range(21)}
    (tmp_path / "d.zip").write_bytes(making.zipped(many))
    found = skipped(tmp_path)
    assert found.pop("d.zip").startswith("holds 21 files, over the limit of 20")
    assert list(found) == ["a.zip", "b.tar.gz", "c.docx"]
    assert all("that unpack to 15 MB, as a bomb does" in reason for reason in found.values())


def test_a_member_larger_than_it_says_is_refused() -> None:
    raw = bytearray(making.zipped({"a.txt": b"x" * 5_000}))
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        size = archive.getinfo("a.txt").file_size.to_bytes(4, "little")
    lying = bytes(raw).replace(size, (10).to_bytes(4, "little"))
    with pytest.raises(CorpusError, match="damaged: it cannot be unpacked"):
        list(source.read() for source in loading.members(".zip", lying))


def test_names_that_lead_out_of_an_archive_are_refused(tmp_path: Path) -> None:
    names = ["../up.txt", "/etc/passwd.txt", "a/../../b.txt", "C:/windows.txt", "..\\back.txt"]
    inner = {**{name: b"Evil." for name in names}, "fine.txt": b"Fine.", ".hidden.txt": b"Hidden."}
    (tmp_path / "a.zip").write_bytes(making.zipped(inner))
    (tmp_path / "b.tar").write_bytes(making.tarred(inner, "w"))
    found = skipped(tmp_path)
    assert set(found.values()) == {"its name leads out of the archive; refused"}
    assert sorted(found) == sorted(f"{a}/{n}" for a in ("a.zip", "b.tar") for n in names)
    assert [d.names for d in load(tmp_path).documents] == [
        ("a.zip/fine.txt", "b.tar/fine.txt"),
        ("good.txt",),
    ]
    assert sorted(p.name for p in tmp_path.rglob("*")) == ["a.zip", "b.tar", "good.txt"]


def test_links_devices_and_files_with_holes_in_a_tar_are_left_out(tmp_path: Path) -> None:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as archive:
        for name, kind in (
            ("s.txt", tarfile.SYMTYPE),
            ("l.txt", tarfile.LNKTYPE),
            ("d.txt", tarfile.CHRTYPE),
            ("p.txt", tarfile.GNUTYPE_SPARSE),
        ):
            member = tarfile.TarInfo(name)
            member.type, member.linkname = kind, "/etc/hostname"
            archive.addfile(member)
    (tmp_path / "a.tar").write_bytes(stream.getvalue())
    assert skipped(tmp_path) == {f"a.tar/{n}.txt": "not a regular file" for n in "dlps"}


def test_an_archive_in_an_archive_is_refused_and_its_neighbours_are_read(tmp_path: Path) -> None:
    inner = making.zipped({"deep.txt": b"Deep."})
    (tmp_path / "a.zip").write_bytes(making.zipped({"b.zip": inner, "c.txt": b"See."}))
    assert skipped(tmp_path) == {"a.zip/b.zip": "an archive in an archive; unpack the outer one"}
    assert "a.zip/c.txt" in [d.id for d in load(tmp_path).documents]


def test_two_members_of_one_name_are_one_document(tmp_path: Path) -> None:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as archive:
        for data in (b"One.", b"Two."):
            member = tarfile.TarInfo("a.txt")
            member.size = 4
            archive.addfile(member, io.BytesIO(data))
    (tmp_path / "a.tar").write_bytes(stream.getvalue())
    assert skipped(tmp_path) == {"a.tar/a.txt": "a second file of this name in the archive"}


def test_entity_bombs_are_refused(tmp_path: Path) -> None:
    head = "<?xml version='1.0' encoding='UTF-8' standalone='yes'?>"
    docx = with_part(making.docx_file({"A": [FILLER]}), "word/document.xml", (head, BOMB))
    (tmp_path / "a.docx").write_bytes(docx)
    book = making.epub({"A": ["The keeper &amp; the heron &d; stood."]})
    declaration = '<?xml version="1.0"?>'
    (tmp_path / "b.epub").write_bytes(with_part(book, "OEBPS/text/c 0.xhtml", (declaration, BOMB)))
    (tmp_path / "c.epub").write_bytes(with_part(book, "OEBPS/book.opf", (declaration, BOMB)))
    assert {n: r.split(",")[0] for n, r in skipped(tmp_path).items()} == {
        "a.docx": "its XML declares a document type",
        "b.epub": "it declares XML entities",
        "c.epub": "it declares XML entities",
    }


def test_no_file_outside_is_read_through_xml() -> None:
    secret = '<!DOCTYPE p [<!ENTITY s SYSTEM "file:///etc/passwd">]>'
    book = making.epub({"A": ["The heron &s; stood."]})
    raw = with_part(book, "OEBPS/text/c 0.xhtml", ('<?xml version="1.0"?>', secret))
    with pytest.raises(CorpusError, match="declares XML entities"):
        extract(".epub", raw)


@pytest.mark.parametrize("suffix", [".pdf", ".docx", ".epub"])
def test_a_truncated_file_is_read_or_said_to_be_damaged(suffix: str) -> None:
    whole = {
        ".pdf": making.pdf([[FILLER], [FILLER]]),
        ".docx": making.docx_file({"A": [FILLER]}),
        ".epub": making.epub({"A": [FILLER]}),
    }[suffix]
    for part in (0.01, 0.3, 0.9, 0.99):
        try:
            assert extract(suffix, whole[: int(part * len(whole))]).text
        except CorpusError as error:
            assert "damaged" in str(error) or "no text" in str(error) or "is missing" in str(error)


@pytest.mark.parametrize(
    ("behaviour", "reason"),
    [
        ("time.sleep(60)", "took longer than 3 s to read"),
        ("(x := 10 ** 8) ** x", "took longer than 3 s to read"),  # never comes back to Python
        ("os.kill(os.getpid(), 11)", "damaged: its parser crashed, or ran out of memory"),
        ("os._exit(0)", "damaged: its parser crashed, or ran out of memory"),
        ("raise KeyError('x')", "damaged, or not a .csv file (KeyError: 'x')"),
        ("raise RecursionError", "damaged, or not a .csv file (RecursionError:)"),
    ],
)
def test_a_parser_that_hangs_or_crashes_costs_one_file(behaviour: str, reason: str) -> None:
    with Worker(3, reader(behaviour)) as worker:
        assert worker.extract(".csv", b"before").text == "before"
        with pytest.raises(CorpusError) as error:
            worker.extract(".csv", b"bad")
        assert str(error.value) == reason
        assert worker.extract(".csv", b"after").text == "after"


def test_what_a_parser_prints_is_no_answer() -> None:
    with Worker(30, reader("print('{}'); os.write(1, b'{}')")) as worker:
        assert worker.extract(".csv", b"bad").text == "bad"


def test_the_process_apart_ends_with_its_worker() -> None:
    with Worker() as worker:
        worker.extract(".csv", b"text\nA row.\n")
        process = worker._process
        assert process is not None and process.poll() is None
    assert process.poll() is not None


def test_plain_text_needs_no_process_apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Worker, "extract", None)
    (tmp_path / "a.txt").write_bytes(GOOD)
    assert [d.text for d in load(tmp_path).documents] == ["A good text."]


def test_what_is_known_by_its_hash_is_not_parsed_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.csv").write_bytes(b"text\nA row.\n")
    (tmp_path / "b.zip").write_bytes(making.zipped({"b.csv": b"text\nAnother.\n"}))
    first = load(tmp_path)
    monkeypatch.setattr(Worker, "extract", None)
    again = read(tmp_path, known=first, max_bytes=1)  # the limit was another when it was read
    assert again.documents == first.documents


def test_odd_names_are_kept_but_not_those_that_are_no_text(tmp_path: Path) -> None:
    names = ["line\nbreak.txt", "héron 🪶.txt", "x" * 251 + ".txt", "\x1b[2J.txt"]
    for name in names:
        (tmp_path / name).write_bytes(GOOD)
    (tmp_path / "inside.zip").write_bytes(making.zipped({name: GOOD for name in names}))
    (found,) = [d.names for d in load(tmp_path).documents]
    assert sorted(found) == sorted([*names, *(f"inside.zip/{name}" for name in names)])
    with open(os.fsencode(tmp_path) + b"/caf\xe9.txt", "wb") as stream:
        stream.write(GOOD)
    loaded = load(tmp_path)
    assert len(loaded.documents[0].names) == 8
    assert [(s.path, s.reason) for s in loaded.skipped] == [
        ("caf\\xe9.txt", "its name is not text in UTF-8; rename it")
    ]


def test_a_file_over_its_limit_is_not_even_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with (tmp_path / "huge.txt").open("wb") as stream:
        stream.truncate(2_000_000_000)  # takes no room on the disk
    with (tmp_path / "huge.zip").open("wb") as stream:
        stream.truncate(2_000_000_000)
    found = skipped(tmp_path)
    assert found["huge.txt"].startswith("2,000.0 MB is over the limit of 20.0 MB; split the file")
    assert found["huge.zip"].startswith("2,000.0 MB is over the limit of 200.0 MB")


def test_a_member_over_the_limit_is_skipped(tmp_path: Path) -> None:
    data = os.urandom(3_000).hex().encode()
    (tmp_path / "a.zip").write_bytes(making.zipped({"a.txt": data, "b.txt": GOOD}))
    loaded = load(tmp_path, max_bytes=5_000)
    assert [d.id for d in loaded.documents] == ["a.zip/b.txt"]
    assert [s.path for s in loaded.skipped] == ["a.zip/a.txt"]


def test_every_format_names_its_reader() -> None:
    for suffix in FORMATS:
        with pytest.raises(CorpusError):
            extract(suffix, b"")
