"""Files of every format, made by real writers. A test plants its sentences in them."""

import csv
import io
import json
import re
import struct
import tarfile
import zipfile
from collections.abc import Mapping, Sequence
from email.message import EmailMessage

import docx
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import PageBreak, Paragraph, SimpleDocTemplate

FILLER = (
    "The commission met again in the spring and heard what its members had to say about the "
    "water of the northern rivers, which had been measured for many years by hand. "
)

BOMB = """<?xml version="1.0"?><!DOCTYPE b [<!ENTITY a "aaaaaaaaaa">
<!ENTITY c "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;">]>"""


def pdf(pages: Sequence[Sequence[str]], title: str = "", running: bool = False) -> bytes:
    """Return a PDF with these paragraphs on each page; `running` adds a header and a footer."""
    styles = getSampleStyleSheet()
    story = []
    for page in pages:
        story += [Paragraph(text, styles["BodyText"]) for text in page] + [PageBreak()]

    def decorate(canvas: Canvas, document: SimpleDocTemplate) -> None:
        if running:
            canvas.drawString(72, A4[1] - 40, "Rivers of the North")
            canvas.drawString(72, 30, f"Page {document.page} of {len(pages)}")

    stream = io.BytesIO()
    template = SimpleDocTemplate(
        stream, pagesize=A4, title=title, author="Ada Byron", lang="en-GB", pageCompression=0
    )
    template.build(story[:-1], onFirstPage=decorate, onLaterPages=decorate)
    return stream.getvalue()


def docx_file(sections: Mapping[str, Sequence[str]], title: str = "A title") -> bytes:
    """Return a Word file with these paragraphs under each heading."""
    document = docx.Document()
    document.add_heading(title, 0)
    for heading, paragraphs in sections.items():
        document.add_heading(heading, 1)
        for text in paragraphs:
            document.add_paragraph(text)
    document.core_properties.author = "Ada Byron"
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def html(paragraphs: Sequence[str], title: str = "A title") -> bytes:
    """Return a page with navigation, a footer and these paragraphs as its article."""
    links = "".join(f'<li><a href="/{n}">Section number {n}</a></li>' for n in range(9))
    body = "".join(f"<p>{text}</p>" for text in paragraphs)
    return f"""<!DOCTYPE html><html lang="en-GB"><head><meta charset="utf-8">
        <title>{title}</title><link rel="canonical" href="https://example.org/rivers">
        <meta property="article:published_time" content="2012-07-24T10:00:00Z">
        <meta name="author" content="Ada Byron"></head>
        <body><nav><ul>{links}</ul></nav><article><h1>{title}</h1>{body}</article>
        <footer><p>Imprint, terms of use and privacy</p></footer></body></html>""".encode()


def epub(chapters: Mapping[str, Sequence[str]], title: str = "A title") -> bytes:
    """Return a book with these paragraphs in each chapter."""
    container = (
        '<?xml version="1.0"?><container version="1.0" '
        'xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles><rootfile '
        'full-path="OEBPS/book.opf" media-type="application/oebps-package+xml"/></rootfiles>'
        "</container>"
    )
    items = "".join(
        f'<item id="c{n}" href="text/c%20{n}.xhtml" media-type="application/xhtml+xml"/>'
        for n in range(len(chapters))
    )
    spine = "".join(f'<itemref idref="c{n}"/>' for n in range(len(chapters)))
    package = (
        '<?xml version="1.0"?><package xmlns="http://www.idpf.org/2007/opf" version="3.0"><metadata'
        f' xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>{title}</dc:title>'
        "<dc:creator>Ada Byron</dc:creator><dc:language>en-GB</dc:language>"
        "<dc:date>1843-09</dc:date>"
        f"</metadata><manifest>{items}</manifest><spine>{spine}</spine></package>"
    )
    files = {"mimetype": "application/epub+zip", "META-INF/container.xml": container}
    files["OEBPS/book.opf"] = package
    for number, (heading, paragraphs) in enumerate(chapters.items()):
        body = "".join(f"<p>{text}</p>" for text in paragraphs)
        files[f"OEBPS/text/c {number}.xhtml"] = (
            '<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><head><title/></head>'
            f"<body><h1>{heading}</h1>{body}</body></html>"
        )
    return zipped({name: text.encode() for name, text in files.items()})


def eml(
    paragraphs: Sequence[str],
    subject: str = "A title",
    markup: bool = False,
    attached: Mapping[str, bytes] | None = None,
) -> bytes:
    """Return a message with these paragraphs, as plain text or as HTML, and a picture."""
    message = EmailMessage()
    message["From"], message["To"] = "Ada Byron <ada@example.org>", "charles@example.org"
    message["Subject"], message["Date"] = subject, "Tue, 03 Apr 2012 23:10:00 -0700"
    if markup:
        message.set_content("".join(f"<p>{text}</p>" for text in paragraphs), subtype="html")
    else:
        message.set_content("\n\n".join(paragraphs))
    message.add_attachment(b"\0\1", maintype="image", subtype="png", filename="a.png")
    for name, data in (attached or {}).items():
        message.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
    return message.as_bytes()


def csv_file(texts: Sequence[str], delimiter: str = ",") -> bytes:
    """Return a table with these texts in the column "Body"."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, delimiter=delimiter)
    writer.writerow(["id", "Title", "Body", "date"])
    for n, text in enumerate(texts):
        writer.writerow([n, f"Entry {n}", text, "2003-04-12"])
    return stream.getvalue().encode()


def jsonl(texts: Sequence[str]) -> bytes:
    """Return a line with an object for each of these texts."""
    return "".join(
        json.dumps({"id": n, "text": text}) + "\n" for n, text in enumerate(texts)
    ).encode()


def zipped(files: Mapping[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return stream.getvalue()


def tarred(files: Mapping[str, bytes], mode: str = "w:gz") -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode=mode) as archive:  # type: ignore[call-overload]
        for name, data in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    return stream.getvalue()


def with_part(raw: bytes, part: str, change: tuple[str, str]) -> bytes:
    """Return a zip file with one of its parts changed."""
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    old, new = (text.encode() for text in change)
    assert old in files[part]
    return zipped({**files, part: files[part].replace(old, new, 1)})


def msg(texts: Mapping[int, str], attached: Mapping[str, bytes] | None = None) -> bytes:
    """Return a message as Outlook saves it, of properties by their numbers, sent on 2012-04-03.

    What is attached has to have 4,096 bytes or more, as shorter files would need another table.
    """
    sent = struct.pack("<HHIQ", 0x0040, 0x0039, 0, 129_779_610_000_000_000)
    files = {f"__substg1.0_{n:04X}001F": text.encode("utf-16-le") for n, text in texts.items()}
    files["__properties_version1.0"] = bytes(32) + sent
    for number, (name, data) in enumerate((attached or {}).items()):
        folder = f"__attach_version1.0_#{number:08X}/__substg1.0_"
        files |= {f"{folder}3707001F": name.encode("utf-16-le"), f"{folder}37010102": data}
    return compound({name: data.ljust(4_096, b"\0") for name, data in files.items()})


def compound(files: Mapping[str, bytes]) -> bytes:
    """Return a compound file (MS-CFB) of files, each at least 4,096 bytes, by "folder/name"."""
    none, end, free = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFF
    names = dict.fromkeys(
        part for name in files for part in (name.rpartition("/")[0], name) if part
    )
    order = ["", *names]  # the root first
    table: list[int] = []
    body = b""

    def chain(data: bytes) -> int:
        nonlocal body
        start, count = len(table), -(-len(data) // 512)
        table.extend([*range(start + 1, start + count), end])
        body += data.ljust(512 * count, b"\0")
        return start

    starts = {name: chain(data) for name, data in files.items()}
    entries = b""
    for number, name in enumerate(order):
        inside = [n for n, other in enumerate(order) if other and other.rpartition("/")[0] == name]
        beside = [
            n
            for n, other in enumerate(order)
            if n > number and other.rpartition("/")[0] == name.rpartition("/")[0]
        ]
        label = (name.rpartition("/")[2] or "Root Entry").encode("utf-16-le")
        kind = 5 if not name else 2 if name in files else 1
        right, child = (beside or [none])[0] if name else none, (inside or [none])[0]
        entries += label.ljust(64, b"\0") + struct.pack("<HBB", len(label) + 2, kind, 1)
        entries += struct.pack("<III", none, right, none if name in files else child) + bytes(36)
        size = len(files.get(name, b""))
        entries += struct.pack("<IQ", starts.get(name, end if not name else 0), size)
    directory = chain(entries.ljust(-(-len(entries) // 512) * 512, b"\0"))
    tables = -(-(len(table) + 109) // 128)
    first = len(table)
    table += [0xFFFFFFFD] * tables
    table += [free] * (128 * tables - len(table))
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    head += struct.pack("<HHHHH6x", 0x3E, 3, 0xFFFE, 9, 6)
    head += struct.pack("<IIIIIIIIII", 0, tables, directory, 0, 4_096, end, 0, end, 0, first)
    head += struct.pack("<108I", *range(first + 1, first + tables), *[free] * (109 - tables))
    return head + body + struct.pack(f"<{len(table)}I", *table)


def mbox(messages: Sequence[bytes]) -> bytes:
    """Return a mailbox of messages."""
    stream = io.BytesIO()
    for message in messages:
        text = re.sub(rb"^(>*From )", rb">\1", message, flags=re.MULTILINE)
        stream.write(b"From ada@example.org Tue Apr  3 23:10:00 2012\n" + text + b"\n\n")
    return stream.getvalue()


def with_file(raw: bytes, name: str, text: str) -> bytes:
    """Return a zip file with another file in it."""
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        files = {each: archive.read(each) for each in archive.namelist()}
    return zipped({**files, name: text.encode()})


def yaml(texts: Sequence[str]) -> bytes:
    """Return YAML with a list of texts, below a comment."""
    return ("# Notes\nnotes:\n" + "".join(f"  - {json.dumps(text)}\n" for text in texts)).encode()


def ipynb(texts: Sequence[str]) -> bytes:
    """Return a notebook with a heading, a cell of code, and a cell for each text."""
    code = {"cell_type": "code", "source": ["# a\n", "1 + 1"], "outputs": [{"text": ["2"]}]}
    cells = [{"cell_type": "markdown", "source": text} for text in ("# A title", *texts)]
    return json.dumps({"cells": [code, *cells], "metadata": {}, "nbformat": 4}).encode()


def xml(texts: Sequence[str]) -> bytes:
    """Return a document in XML with a title, these paragraphs, and records."""
    paragraphs = "".join(f"<para>{text}</para>" for text in texts)
    records = "".join(f"<hut id='{n}'><name>A</name><beds>{n}</beds></hut>" for n in range(3))
    return f"<book><title>A title</title>{paragraphs}<huts>{records}</huts></book>".encode()


def mhtml(paragraphs: Sequence[str]) -> bytes:
    """Return a page that a browser saved with all that belongs to it."""
    message = EmailMessage()
    message["Subject"] = "A title"
    message.set_content(html(paragraphs).decode(), subtype="html")
    message.add_related(b"\0\1", maintype="image", subtype="png")
    return message.as_bytes()
