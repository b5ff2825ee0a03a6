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
            worker.attachments(".eml", b"From: a\n\nb")
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
    assert attachments(".eml", raw) == []


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


def composed(*parts: tuple[str, str], kind: str = "mixed") -> bytes:
    """Return a message of parts (content type, text), in the order given."""
    inner = "".join(f"--x\nContent-Type: {kind_of}\n\n{text}\n" for kind_of, text in parts)
    head = f'From: a@b.c\nContent-Type: multipart/{kind}; boundary="x"\n\n'
    return f"{head}{inner}--x--\n".encode()


def text_of(raw: bytes) -> str:
    return extract(".eml", raw).text


def test_all_texts_of_a_mail_are_read_in_order() -> None:
    picture = "image/png\nContent-Disposition: inline; filename=a.png"
    first, last = ("text/plain", "One."), ("text/plain", "Three.")
    raw = composed(first, (picture, "x"), ("text/html", "<p>Two.</p>"), last)
    assert text_of(raw).split() == ["One.", "Two.", "Three."]


@pytest.mark.parametrize(
    "plain", ["", "Your program cannot show this mail; open it in your browser.", "The bridge ..."]
)
def test_html_is_read_where_the_plain_text_does_not_say_the_same(plain: str) -> None:
    page = (
        "<style>p{}</style><p>The bridge opens on Monday morning at seven.</p><p>Bring a coat.</p>"
    )
    raw = composed(("text/plain", plain), ("text/html", page), kind="alternative")
    assert text_of(raw) == "The bridge opens on Monday morning at seven.\nBring a coat."


def test_plain_text_is_read_where_it_says_what_the_html_says() -> None:
    page = "<p>The <b>bridge</b> opens on Monday.</p><p style='display:none'>Preview</p><a>View</a>"
    plain = ("text/plain", "The bridge opens on Monday.")
    raw = composed(plain, ("text/html", page), kind="alternative")
    assert text_of(raw).strip() == "The bridge opens on Monday."


def test_quotes_in_html_are_places_with_their_sender() -> None:
    page = (
        "<div>On Monday.</div><div>On 5 May 2021, Ada Low &lt;a@b.c&gt; wrote:<br></div>"
        "<blockquote><p>Which day?</p>Bo wrote:<blockquote>Any.</blockquote>Ada</blockquote>"
        "<p>Yours,<br>Cy</p>"
    )
    found = extract(".eml", composed(("text/html", page)))
    assert [(p.label, found.text[p.start : p.end].splitlines()[-1]) for p in found.places] == [
        ("quoted from Ada Low, 2021-05-05", "Which day?"),
        ("quoted from Bo", "Any."),
        ("quoted from Ada Low, 2021-05-05", "Ada"),
        ("signature", "Cy"),
    ]
    assert found.text.startswith("On Monday.")
    assert all(place.quoted == (place.label != "signature") for place in found.places)


def test_quotes_nested_a_hundred_deep_are_read() -> None:
    raw = composed(("text/html", "<blockquote>" * 100 + "Deep." + "</blockquote>" * 100))
    assert "Deep." in text_of(raw)


def test_what_is_not_in_the_encoding_that_a_mail_says_is_read() -> None:
    head = "From: Jörg Böhm <j@b.c>\nSubject: Prüfung\nContent-Type: text/plain; charset=us-ascii\n"
    found = extract(".eml", f"{head}\nDie Prüfung fällt aus.\n".encode("cp1252"))
    assert (found.title, found.metadata["author"]) == ("Prüfung", "Jörg Böhm <j@b.c>")
    assert found.text == "Die Prüfung fällt aus."


def test_an_encrypted_mail_and_an_invitation_are_said() -> None:
    with pytest.raises(CorpusError, match="encrypted: save it decrypted"):
        extract(".eml", composed(("application/pgp-encrypted", "x"), kind="encrypted"))
    raw = composed(("text/plain", "Come."), ("text/calendar", "BEGIN:VCALENDAR"))
    assert extract(".eml", raw).left_out[0].startswith("an invitation")


MESSAGE = {0x0037: "A title", 0x0C1A: "Ada", 0x5D01: "ada@b.c", 0x0E04: "Bo", 0x1000: "The body."}


def test_what_outlook_saves_is_a_mail_with_its_attachments(tmp_path: Path) -> None:
    files = {"notes.txt": b"Some notes. " * 400, "a.png": b"x" * 5_000}
    (tmp_path / "a.msg").write_bytes(making.msg(MESSAGE, files))
    loaded = load(tmp_path)
    mail = loaded.documents[0]
    assert (mail.title, mail.date, mail.text) == ("A title", "2012-04-03", "The body.")
    assert (mail.metadata["author"], mail.metadata["to"]) == ("Ada <ada@b.c>", "Bo")
    assert [d.id for d in loaded.documents] == ["a.msg", "a.msg/notes.txt"] and not loaded.skipped


def test_an_outlook_message_without_plain_text_is_read_from_its_html() -> None:
    page = {**MESSAGE, 0x1000: "", 0x1013: "<p>The <b>page</b>.</p>"}
    assert extract(".msg", making.msg(page)).text == "The page."
    with pytest.raises(CorpusError, match="there is no message in it"):
        extract(".msg", making.compound({"WordDocument": bytes(5_000)}))


def test_each_message_of_a_mailbox_is_a_document(tmp_path: Path) -> None:
    first = making.eml(["From here on it is quiet."], subject="One")
    second = making.eml(["It rains."], subject="Two", attached={"notes.txt": b"Some notes."})
    (tmp_path / "box.mbox").write_bytes(making.mbox([first, second]))
    box = making.zipped({"old.mbox": making.mbox([making.eml(["It snows."])]), "b.zip": b""})
    (tmp_path / "boxes.zip").write_bytes(box)
    (tmp_path / "bad.mbox").write_bytes(b"No mailbox.")
    texts, skipped = read(tmp_path)
    assert texts == {
        "box.mbox/message 1.eml": "From here on it is quiet.",
        "box.mbox/message 2.eml": "It rains.",
        "box.mbox/message 2.eml/notes.txt": "Some notes.",
        "boxes.zip/old.mbox/message 1.eml": "It snows.",
    }
    assert skipped.pop("bad.mbox") == "damaged: it cannot be unpacked (it has no message in it)"
    assert list(skipped) == ["boxes.zip/b.zip"]
