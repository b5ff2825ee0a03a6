"""What is very large, very deep, or takes for ever: one line each, and all else is indexed."""

import io
import tracemalloc
import zipfile
from functools import partial
from pathlib import Path

import pytest
from reportlab.pdfgen.canvas import Canvas

from index import loading
from index.errors import CorpusError
from index.formats import extract
from index.formats.worker import Worker
from index.loading import load
from tests.index.formats import making
from tests.index.formats.hanging import pdf_bomb, reader
from tests.index.formats.making import BOMB, FILLER, with_part

PAGES = 5_000


def test_every_page_of_a_long_pdf_is_cited(tmp_path: Path) -> None:
    canvas = Canvas(str(tmp_path / "long.pdf"))
    for page in range(1, PAGES + 1):
        canvas.drawString(72, 700, f"The keeper of lock {page} recorded {3 * page} herons.")
        canvas.showPage()
    canvas.save()
    (document,) = load(tmp_path).documents
    for page in (1, 2, PAGES // 2, PAGES):
        sentence = f"The keeper of lock {page} recorded {3 * page} herons."
        start = document.text.index(sentence)
        place = document.place_at(start)
        assert place is not None and place.page == page
        boxes = document.rectangles(start, start + len(sentence))
        assert {box.page for box in boxes} == {page}


def test_a_pdf_that_hangs_its_parser_costs_that_pdf(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loading, "Worker", partial(Worker, 4))
    (tmp_path / "bomb.pdf").write_bytes(pdf_bomb())
    (tmp_path / "good.pdf").write_bytes(making.pdf([[FILLER]]))
    (tmp_path / "later.csv").write_bytes(b"text\nA row.\n")
    loaded = load(tmp_path)
    assert [d.id for d in loaded.documents] == ["good.pdf", "later.csv"]
    assert [(s.path, s.reason) for s in loaded.skipped] == [
        ("bomb.pdf", "took longer than 4 s to read")
    ]
    assert extract(".pdf", pdf_bomb(2)).text  # the very same, less deep, is read


def test_one_parser_after_another_may_hang(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loading, "Worker", lambda **_: Worker(2, reader("time.sleep(60)")))
    for name in ("a.csv", "c.csv"):
        (tmp_path / name).write_bytes(b"bad")
    (tmp_path / "b.csv").write_bytes(b"good")
    loaded = load(tmp_path)
    assert [d.id for d in loaded.documents] == ["b.csv"]
    assert {s.path: s.reason for s in loaded.skipped} == {
        name: "took longer than 2 s to read" for name in ("a.csv", "c.csv")
    }


def test_entities_are_not_expanded_in_what_a_word_file_says_of_itself() -> None:
    raw = with_part(making.docx_file({"A": [FILLER]}), "docProps/core.xml", ("Ada Byron", "&d;"))
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        head = archive.read("docProps/core.xml").decode().partition("?>")[0] + "?>"
    found = extract(".docx", with_part(raw, "docProps/core.xml", (head, BOMB)))
    assert found.text.endswith("by hand.") and "aaaaaaaaaa" not in str(found)


def test_an_archive_whose_members_share_their_bytes_is_refused(tmp_path: Path) -> None:
    """As in Fifield's "A better zip bomb": one member's bytes, listed a thousand times."""
    one = making.zipped({"0000.txt": bytes(9_000_000)})
    at = one.index(b"PK\x01\x02")
    entry, end = one[at : one.index(b"PK\x05\x06")], one[one.index(b"PK\x05\x06") :]
    entries = b"".join(entry.replace(b"0000.txt", b"%04d.txt" % n) for n in range(1_000))
    end = (
        end[:8] + 2 * (1_000).to_bytes(2, "little") + len(entries).to_bytes(4, "little") + end[16:]
    )
    (tmp_path / "bomb.zip").write_bytes(one[:at] + entries + end)
    (tmp_path / "good.txt").write_bytes(b"A good text.")
    loaded = load(tmp_path)
    assert [d.id for d in loaded.documents] == ["good.txt"]
    assert "unpack to 9,000 MB, as a bomb does" in loaded.skipped[0].reason


def test_a_packed_file_that_holds_more_than_it_says_is_not_unpacked(tmp_path: Path) -> None:
    size = 50_000_000
    lying = making.zipped({"a.txt": b"x" * size})
    said = lying.replace(size.to_bytes(4, "little"), (100).to_bytes(4, "little"))
    (tmp_path / "lying.zip").write_bytes(said)
    (tmp_path / "good.txt").write_bytes(b"A good text.")
    tracemalloc.start()
    try:
        loaded = load(tmp_path)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert [d.id for d in loaded.documents] == ["good.txt"]
    assert loaded.skipped[0].path == "lying.zip/a.txt"
    assert "damaged" in loaded.skipped[0].reason
    assert most < size / 5


@pytest.mark.parametrize(
    ("suffix", "raw"),
    [
        (".html", b"<div>" * 100_000 + b"The heron stood."),
        (".html", b"<table><tr><td>" * 20_000 + b"The heron stood."),
        (".jsonl", b'{"text": "The heron stood.", "x": ' + b"[" * 100_000),
        (".csv", b'text\n"' + b"The heron stood. " * 100_000),
        (".txt", b"(" * 1_000_000 + b"The heron stood."),
        (
            ".eml",
            b"".join(
                b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n)
                for n in range(3_000)
            ),
        ),
    ],
)
def test_what_is_nested_deep_is_read_or_refused_in_one_line(suffix: str, raw: bytes) -> None:
    with Worker(60) as worker:
        try:
            assert worker.extract(suffix, raw).text.strip()
        except CorpusError as error:
            assert "\n" not in str(error)
            assert "longer" not in str(error)
        if suffix == ".eml":
            try:
                worker.attachments(".eml", raw)
            except CorpusError as error:
                assert "\n" not in str(error)
        assert worker.extract(".csv", b"text\nAfter.\n").text == "After."
