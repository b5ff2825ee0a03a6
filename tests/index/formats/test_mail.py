"""What is attached to mails becomes documents of its own."""

import time
import tracemalloc
from email.message import EmailMessage
from pathlib import Path

import pytest

from index.errors import CorpusError
from index.formats import attachments, extract, mail, may_have_attachments
from index.formats.worker import Worker
from index.loading import load
from tests.index.formats import making

PDF = making.pdf([["The heron stood on page one."], ["It left on page two."]])


def read(folder: Path) -> tuple[dict[str, str], dict[str, str]]:
    """Return the text of each document, and the reason for each file skipped."""
    loaded = load(folder)
    texts = {document.id: document.text.strip() for document in loaded.documents}
    return texts, {skipped.path: skipped.reason for skipped in loaded.skipped}


def test_attachments_are_documents_cited_by_their_own_places(tmp_path: Path) -> None:
    files = {"notes.txt": b"Some notes.", "report.pdf": PDF, "a.bin": b"\0"}
    (tmp_path / "mail.eml").write_bytes(making.eml(["See attached."], attached=files))
    texts, skipped = read(tmp_path)
    assert texts["mail.eml"] == "See attached."
    assert texts["mail.eml/notes.txt"] == "Some notes."
    report = {d.id: d for d in load(tmp_path).documents}["mail.eml/report.pdf"]
    place = report.place_at(report.text.index("It left"))
    assert place is not None and place.page == 2
    assert list(skipped) == ["mail.eml/a.bin"]  # a picture in a mail is not worth a line


def test_an_empty_mail_gives_its_attachments(tmp_path: Path) -> None:
    (tmp_path / "mail.eml").write_bytes(making.eml([""], attached={"notes.txt": b"Some notes."}))
    assert read(tmp_path) == (
        {"mail.eml/notes.txt": "Some notes."},
        {"mail.eml": "empty: there is no text in it"},
    )


def test_mails_in_archives_and_archives_in_mails_are_read_once_deep(tmp_path: Path) -> None:
    def mail(n: int) -> bytes:
        deeper = making.zipped({"x.txt": b"X."})
        inner = making.zipped({"deep.txt": b"Deep.", "deeper.zip": deeper})
        files = {"files.zip": inner, "notes.txt": b"Notes %d." % n}
        return making.eml([f"Mail {n}."], attached=files)

    (tmp_path / "one.eml").write_bytes(mail(1))
    (tmp_path / "mails.zip").write_bytes(making.zipped({"two.eml": mail(2)}))
    texts, skipped = read(tmp_path)
    assert set(texts) == {
        *("one.eml", "one.eml/notes.txt", "one.eml/files.zip/deep.txt"),
        *("mails.zip/two.eml", "mails.zip/two.eml/notes.txt"),
    }
    assert skipped == {
        name: "an archive in an archive; unpack the outer one"
        for name in ("one.eml/files.zip/deeper.zip", "mails.zip/two.eml/files.zip")
    }


def test_a_forwarded_mail_is_a_document_and_its_attachments_are_too(tmp_path: Path) -> None:
    inner, outer = EmailMessage(), EmailMessage()
    for message, text in ((inner, "The inner one."), (outer, "The outer one.")):
        message["Subject"], message["From"] = text, "ada@example.org"
        message.set_content(text)
    inner.add_attachment(b"Some notes.", maintype="text", subtype="plain", filename="notes.txt")
    outer.add_attachment(inner)
    (tmp_path / "mail.eml").write_bytes(outer.as_bytes())
    texts, skipped = read(tmp_path)
    assert (texts["mail.eml"], texts["mail.eml/message.eml"]) == (
        "The outer one.",
        "The inner one.",
    )
    assert texts["mail.eml/notes.txt"] == "Some notes." and not skipped


def test_names_of_attachments_lead_nowhere_and_are_told_apart(tmp_path: Path) -> None:
    message = EmailMessage()
    message["From"] = "ada@example.org"
    message.set_content("A mail.")
    for name in ("../../up.txt", "C:\\temp\\up.txt", "up.txt", "héron 🪶.txt"):
        message.add_attachment(name.encode(), maintype="text", subtype="plain", filename=name)
    (tmp_path / "mail.eml").write_bytes(message.as_bytes())
    texts, skipped = read(tmp_path)
    assert set(texts) == {
        *("mail.eml", "mail.eml/up.txt", "mail.eml/up (2).txt", "mail.eml/up (3).txt"),
        "mail.eml/héron 🪶.txt",
    }
    assert not skipped


def test_a_bomb_in_a_mail_is_refused(tmp_path: Path) -> None:
    bomb = {"bomb.zip": making.zipped({"a.txt": bytes(15_000_000)}), "small.txt": b"Small."}
    (tmp_path / "mail.eml").write_bytes(making.eml(["A mail."], attached=bomb))
    texts, skipped = read(tmp_path)
    assert set(texts) == {"mail.eml", "mail.eml/small.txt"}
    assert "as a bomb does" in skipped["mail.eml/bomb.zip"]


def test_a_mail_that_hangs_its_parser_costs_that_mail() -> None:
    program = (
        "import time, index.formats.mail as mail; from index.formats.worker import main\n"
        "mail.attachments = lambda raw: time.sleep(60); main()"
    )
    with Worker(2, ("-c", program)) as worker:
        with pytest.raises(CorpusError, match="took longer than 2 s to read"):
            worker.attachments(b"From: a\n\nb")
        assert worker.extract(".eml", b"From: a@b.c\n\nAfter.").text.strip() == "After."


def test_only_mails_that_name_a_file_are_looked_through_again() -> None:
    assert not may_have_attachments(b"From: a\nContent-Type: text/plain\n\nIt says name=x.\n")
    for header in (
        b"Content-Disposition: attachment;\n filename=x.txt",
        b"content-type: text/plain; NAME*0=x",
        b"Content-Type: message/rfc822",
    ):
        assert may_have_attachments(b"From: a\n\n--b\n" + header + b"\n\nText.\n")


@pytest.mark.parametrize(
    "raw", [b"", b"\0" * 50, b"Content-Type: multipart/mixed; boundary=x\n\n--x"]
)
def test_what_is_no_mail_has_no_attachments(raw: bytes) -> None:
    assert attachments(raw) == []


@pytest.mark.parametrize("unit", [b"a", b"a ", b"=?utf-8?q?a?= ", b'"', b"(", b"a@b.c, ", b";x="])
def test_an_endless_header_costs_the_mail_neither_its_text_nor_time(unit: bytes) -> None:
    endless = unit * (1_000_000 // len(unit))
    fields = (b"Subject", b"From", b"Date", b"Content-Type")
    raw = b"".join(b"%s: %s\n" % (field, endless) for field in fields) + b"\nThe port is closed.\n"
    began = time.process_time()
    found = mail.read(raw)
    assert time.process_time() - began < 10
    assert found.text.strip() == "The port is closed."


def test_what_says_that_files_are_attached_is_found_whatever_the_header() -> None:
    assert may_have_attachments(b'Content-Type: text/plain;\r\n name="a.txt"\r\n')
    assert may_have_attachments(b"content-disposition: attachment; FILENAME=a")
    assert may_have_attachments(b"Subject: x\nContent-Type: \tmessage/rfc822\n\nFrom: a\n")
    assert not may_have_attachments(b"Content-Type: text/plain\nSubject: name\n\nname\n")


def test_an_endless_header_takes_no_memory_to_look_for_attachments() -> None:
    raw = b"Content-Type: " + b"a" * 20_000_000
    tracemalloc.start()
    began = time.process_time()
    assert not may_have_attachments(raw)
    assert not may_have_attachments(b"Content-Type: " + b"\n a" * 5_000_000)
    assert not may_have_attachments(b"Content-Type:" * 1_500_000)
    taken = time.process_time() - began
    assert tracemalloc.get_traced_memory()[1] < 50e6 and taken < 5
    tracemalloc.stop()


def test_what_a_file_says_of_itself_is_cut_where_no_page_could_show_it() -> None:
    raw = b"Subject: " + b"long " * 800 + b"\nFrom: " + b"x" * 3_000 + b"\n\nThe port is closed.\n"
    found = extract(".eml", raw)
    assert found.title is not None and found.title.endswith("…")
    assert max(len(found.title), *map(len, found.metadata.values())) <= 501
