"""Packets as files: nothing that a document says is taken for markup, and changes are noticed."""

import base64
import io
import json
import re
import zipfile
from pathlib import Path

import docx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from PIL import Image

from index.errors import CorpusError, PacketError
from index.loading import load
from index.types import Document
from qa.originals import original
from qa.packets.exporting import exported, format_of, open_packet, read_packet
from qa.packets.markdown import literal
from qa.packets.packet import Packet
from qa.packets.records import record_of
from tests.index.formats.making import FILLER, pdf
from tests.packets.making_packets import VERSIONS, answer, by_id, cited, packet

HOSTILE = (
    '<script>alert(1)</script> & "quoted" [a](http://evil.example/) ![x](http://evil.example/p.png)'
    " www.evil.example `code` **b** \x07 \\end{document} -->"
)
DOCUMENT = Document.of(
    f"It began. The sum was {HOSTILE} in all. It ended.",
    id="a/<b>.txt",
    title=HOSTILE,
    date="2003-04-12",
    metadata={"author": "Ada } Byron", "url": "http://evil.example/"},
)
DOCUMENTS = by_id(DOCUMENT)
PACKET = packet(DOCUMENTS, answer(f"How much {HOSTILE}?", cited(DOCUMENT, HOSTILE)))
CARRYING = ("json", "html", "md", "docx")


@pytest.mark.parametrize("format", CARRYING)
def test_a_packet_is_read_from_each_format_that_carries_it(format: str) -> None:
    assert read_packet(exported(PACKET, format)) == PACKET


@pytest.mark.parametrize("format", ["csl", "bibtex"])
def test_a_bibliography_carries_none(format: str) -> None:
    with pytest.raises(PacketError, match="no packet"):
        read_packet(exported(PACKET, format))


@pytest.mark.parametrize("format", ["html", "md"])
def test_a_text_that_was_altered_is_refused(format: str) -> None:
    written = exported(PACKET, format)
    assert written.count(b"87%") == 1
    with pytest.raises(PacketError, match="altered"):
        read_packet(written.replace(b"87%", b"97%"))
    start = written.rindex(b" ", 0, -10) + 1  # of what is carried
    with pytest.raises(PacketError, match="altered"):
        read_packet(written[:start] + b"AAAA" + written[start + 4 :])
    with pytest.raises(PacketError, match="carries no packet"):
        read_packet(written[: written.rindex(b"<!--")])


def test_html_has_no_markup_but_its_own_and_loads_nothing() -> None:
    html = exported(PACKET, "html").decode()
    assert "<script" not in html and "&lt;script&gt;" in html
    assert "default-src 'none'" in html.replace("&#x27;", "'")
    assert not re.search(r"<(a|link|iframe|form|object)\b|src=\"(?!data:)|href=", html)
    assert html.count("-->") == 1  # of the comment that carries the packet


def test_markdown_shows_all_as_it_is() -> None:
    html = MarkdownIt("gfm-like", {"linkify": False}).render(exported(PACKET, "md").decode())
    assert "<script" not in html and "<a " not in html and "<img" not in html
    assert "<code>" not in html and "&lt;script&gt;alert(1)&lt;/script&gt;" in html


@given(st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Zl", "Zp"))))
def test_no_line_of_markdown_is_more_than_its_text(text: str) -> None:
    (line,) = literal(text)
    tokens = MarkdownIt("gfm-like", {"linkify": False}).parse(line.strip())
    inside = [inner for token in tokens for inner in token.children or ()]
    assert {token.type for token in tokens} <= {"paragraph_open", "inline", "paragraph_close"}
    assert {token.type for token in inside} <= {"text", "text_special"}
    assert "".join(token.content for token in inside) == text.strip()


def test_word_has_all_of_it_and_nothing_from_elsewhere() -> None:
    data = exported(PACKET, "docx")
    document = docx.Document(io.BytesIO(data))
    text = "\n".join(p.text for p in document.paragraphs)
    assert "<script>alert(1)</script>" in text and "\ufffd" in text  # for the bell
    (quoted,) = (p for p in document.paragraphs if p.style and p.style.name == "Quote")
    (bold,) = (run.text for run in quoted.runs if run.bold)
    assert bold == HOSTILE.replace("\x07", "\ufffd")
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    assert DOCUMENT.sha256 in cells and "a/<b>.txt" in cells
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        links = b"".join(packed.read(name) for name in packed.namelist() if "_rels" in name)
    assert b'TargetMode="External"' not in links


def test_a_word_file_saved_again_holds_and_one_with_another_text_does_not() -> None:
    document = docx.Document(io.BytesIO(exported(PACKET, "docx")))
    again = io.BytesIO()
    document.save(again)
    assert read_packet(again.getvalue()) == PACKET
    cell = next(c for t in document.tables for r in t.rows for c in r.cells if "87%" in c.text)
    cell.text = cell.text.replace("87%", "97%")
    altered = io.BytesIO()
    document.save(altered)
    with pytest.raises(PacketError, match="altered"):
        read_packet(altered.getvalue())


def zipped(**parts: str) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as packed:
        for name, text in parts.items():
            packed.writestr(name.replace("__", "/") + ".xml", text)
    return stream.getvalue()


ENTITY = '<!DOCTYPE p [<!ENTITY e SYSTEM "file:///etc/passwd">]>'


@pytest.mark.parametrize(
    "data",
    [
        b"PK\x03\x04 no archive",
        zipped(word__document="<p/>"),
        zipped(customXml__item1="<broken"),
        zipped(
            customXml__item1=f'{ENTITY}<packet xmlns="urn:quotewell:packet" seal="">&e;</packet>'
        ),
    ],
)
def test_a_word_file_that_is_no_packet_is_said(data: bytes) -> None:
    with pytest.raises(PacketError):
        read_packet(data)


def test_bibliographies_have_each_document_once() -> None:
    twice = Packet("", VERSIONS, PACKET.records * 2)
    (item,) = json.loads(exported(twice, "csl"))
    assert item["issued"] == {"date-parts": [[2003, 4, 12]]}
    assert item["author"] == [{"literal": "Ada } Byron"}]
    assert DOCUMENT.sha256 in item["note"]
    bibtex = exported(twice, "bibtex").decode()
    assert bibtex.count("@misc{") == 1 and "author = {{Ada \\} Byron}}" in bibtex
    balance = 0
    for brace in re.findall(r"(?<!\\)[{}]", bibtex):
        balance += 1 if brace == "{" else -1
        assert balance >= 0
    assert balance == 0


@pytest.mark.parametrize(
    ("name", "format"),
    [
        ("a.docx", "docx"),
        ("A.HTML", "html"),
        ("a.csl.json", "csl"),
        ("a.json", "json"),
        ("a", None),
    ],
)
def test_a_format_is_known_by_its_ending(name: str, format: str | None) -> None:
    assert format_of(name) == format


def test_a_format_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(PacketError, match="odt: no such format; there are docx"):
        exported(PACKET, "odt")
    with pytest.raises(PacketError, match=r"none\.json: cannot be read"):
        open_packet(tmp_path / "none.json")


def test_a_quote_of_a_pdf_has_the_picture_of_its_page(tmp_path: Path) -> None:
    sentence = "It awarded 4.2 million euro to Marta Lind."
    (tmp_path / "award.pdf").write_bytes(pdf([[FILLER], [FILLER, sentence]]))
    (found,) = load(tmp_path).documents
    asked = record_of(answer("How much?", cited(found, "4.2 million euro")), by_id(found))
    made = Packet.of([asked], VERSIONS, by_id(found), lambda d: original(tmp_path, d))
    (quote,) = made.records[0].quotes
    assert quote.picture is not None and quote.picture.page == quote.page == 2
    image = Image.open(io.BytesIO(base64.b64decode(quote.picture.jpeg)))
    assert image.size == (quote.picture.width, quote.picture.height)
    box, scale = quote.rectangles[0], image.width / 595.28  # an A4 page in points
    middle = (round((box.x0 + box.x1) / 2 * scale), round(image.height - box.y1 * scale - 1))
    red, _, blue = image.getpixel(middle)  # type: ignore[misc]
    assert red > 200 and blue < 150  # yellow
    for format in ("json", "html"):
        assert quote.picture.jpeg.encode() in exported(made, format)
    with zipfile.ZipFile(io.BytesIO(exported(made, "docx"))) as packed:
        assert [n for n in packed.namelist() if n.startswith("word/media/")]
    assert read_packet(exported(made, "docx")) == made.without_pictures()

    def gone(_: Document) -> bytes:
        raise CorpusError("its file is not there any more")

    (bare,) = Packet.of([asked], VERSIONS, by_id(found), gone).records[0].quotes
    assert (bare.picture, bare.no_picture) == (None, "its file is not there any more")
