"""A packet as a Word file, which carries it along as custom XML, as Word itself keeps such things.

Its seal is of the text and the pictures, not of the file: that another program has saved it again
changes nothing.
"""

import base64
import hashlib
import io
import zipfile
from collections.abc import Iterable, Iterator
from typing import Any

from index.errors import PacketError
from qa.packets.packet import MAX_BYTES, Packet, packet_from_json
from qa.packets.records import Quote, Record
from qa.packets.shown import PROMISE, ROLES, TITLE, about, clean, details, made, source

_SPACE = "urn:quotewell:packet"
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MOST_PARTS = 10_000


def to_docx(packet: Packet) -> bytes:
    """Return a packet as a Word file, with its pictures and nothing from elsewhere."""
    import docx  # noqa: PLC0415  (takes a while to import)
    from docx.shared import Pt  # noqa: PLC0415

    document = docx.Document()
    document.core_properties.author = "Quotewell"
    document.core_properties.comments = ""
    document.core_properties.title = TITLE
    document.styles["Normal"].font.size = Pt(10)
    document.add_heading(TITLE, 0)
    document.add_paragraph(PROMISE)
    document.add_paragraph(clean(made(packet)))
    for number, record in enumerate(packet.records, 1):
        _add_record(document, number, record)
    bare = io.BytesIO()
    document.save(bare)
    _carry(document, packet, _seal(bare.getvalue()))
    whole = io.BytesIO()
    document.save(whole)
    return whole.getvalue()


def carried_in_docx(data: bytes) -> Packet:
    """Return the packet that a Word file carries; raises PacketError for none, or a changed one."""
    try:
        held = _held(data)
        if held is None:
            raise PacketError("a Word file that carries no packet of Quotewell's")
        seal, encoded = held
        if _seal(data) != seal:
            raise PacketError("it was altered: its text or pictures do not match their hash")
        return packet_from_json(base64.b64decode(encoded, validate=True))
    except (zipfile.BadZipFile, KeyError, ValueError, SyntaxError, NotImplementedError) as error:
        # binascii.Error is a ValueError, and what lxml raises a SyntaxError
        raise PacketError("this is not a Word file, or cannot be read") from error


def _add_record(document: Any, number: int, record: Record) -> None:
    document.add_heading(clean(f"{number}. {_flat(record.question)}"), 1)
    _add_pairs(document, about(record))
    for quote in record.quotes:
        _add_quote(document, quote)


def _add_quote(document: Any, quote: Quote) -> None:
    from docx.enum.text import WD_COLOR_INDEX  # noqa: PLC0415
    from docx.shared import Inches  # noqa: PLC0415

    document.add_heading(clean(f"{ROLES[quote.role]}: {_flat(source(quote))}"), 2)
    shown = document.add_paragraph(style="Quote")
    shown.paragraph_format.left_indent = Inches(0.3)
    before, words, after = quote.around()
    for part, marked in ((before, False), (words, True), (after, False)):
        run = shown.add_run(clean(part))
        if marked:
            run.bold = True
            run.font.highlight_color = WD_COLOR_INDEX.YELLOW
    told = [*details(quote)]
    if quote.no_picture:
        told.append(("Picture", f"none: {quote.no_picture}"))
    _add_pairs(document, told)
    if quote.picture is not None:
        jpeg = io.BytesIO(base64.b64decode(quote.picture.jpeg))
        tall = quote.picture.height > 1.3 * quote.picture.width
        document.add_picture(jpeg, width=Inches(4.3 if tall else 6))


def _add_pairs(document: Any, pairs: Iterable[tuple[str, str]]) -> None:
    from docx.shared import Inches, Pt  # noqa: PLC0415

    rows = [*pairs]
    table = document.add_table(rows=len(rows), cols=2)
    table.autofit = False
    widths = (Inches(1.1), Inches(4.9))
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width
    for row, (name, value) in zip(table.rows, rows, strict=True):
        for cell, text, width in zip(row.cells, (name, value), widths, strict=True):
            cell.width = width
            cell.text = clean(text)
            for paragraph in cell.paragraphs:
                paragraph.paragraph_format.space_after = Pt(0)
                for run in paragraph.runs:
                    run.font.size = Pt(8.5)
    document.add_paragraph().paragraph_format.space_after = Pt(0)


def _flat(text: str) -> str:
    return " ".join(text.split())


def _carry(document: Any, packet: Packet, seal: str) -> None:
    """Add a part of custom XML that holds the packet."""
    from docx.opc.constants import RELATIONSHIP_TYPE  # noqa: PLC0415
    from docx.opc.part import Part  # noqa: PLC0415

    held = base64.b64encode(packet.without_pictures().to_json()).decode()
    xml = f'<?xml version="1.0"?><packet xmlns="{_SPACE}" seal="{seal}">{held}</packet>'
    package = document.part.package
    name = package.next_partname("/customXml/item%d.xml")
    part = Part(name, "application/xml", xml.encode(), package)
    document.part.relate_to(part, RELATIONSHIP_TYPE.CUSTOM_XML)


def _held(data: bytes) -> tuple[str, str] | None:
    """Return the seal of a Word file and the packet that it holds, None where there is none."""
    for name, raw in _parts(data):
        if name.startswith("customXml/item"):
            root = _parsed(raw)
            if root.tag == f"{{{_SPACE}}}packet":
                return str(root.get("seal", "")), "".join(root.itertext())
    return None


def _seal(data: bytes) -> str:
    """Return the hash of a Word file's text, paragraph by paragraph, and of its pictures."""
    text, pictures = "", []
    for name, raw in _parts(data):
        if name == "word/document.xml":
            paragraphs = _parsed(raw).iter(f"{_W}p")
            text = "\n".join("".join(t.text or "" for t in p.iter(f"{_W}t")) for p in paragraphs)
        elif name.startswith("word/media/"):
            pictures.append(hashlib.sha256(raw).hexdigest())
    return hashlib.sha256("\n".join([*sorted(pictures), text]).encode()).hexdigest()


def _parts(data: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield the parts of a Word file; raises PacketError where it holds more than is read."""
    room = MAX_BYTES
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        names = packed.namelist()
        if len(names) > _MOST_PARTS or len(set(names)) < len(names):
            raise PacketError("a Word file with parts that no program would write")
        for name in names:
            with packed.open(name) as part:
                raw = part.read(room + 1)
            room -= len(raw)
            if room < 0:
                raise PacketError(f"a packet has at most {MAX_BYTES:,} bytes")
            yield name, raw


def _parsed(raw: bytes) -> Any:
    from lxml import etree  # noqa: PLC0415

    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    return etree.fromstring(raw, parser)
