"""DOCX: the paragraphs in order, those of tables, text boxes and insertions too; then the notes."""

from collections.abc import Iterator
from io import BytesIO
from typing import Any

import docx
from docx.opc.constants import RELATIONSHIP_TYPE as RT
from docx.opc.part import Part
from docx.oxml.ns import qn

from index.errors import CorpusError
from index.formats.extracted import Extracted, join_places
from index.formats.markup import decode_markup, parse_xml, sections
from index.formats.unpacking import check_size
from index.headers import find_date, find_title

_BREAKS = {qn("w:tab"): " ", qn("w:br"): "\n", qn("w:cr"): "\n", qn("w:noBreakHyphen"): "-"}
_TEXT, _ROW = qn("w:t"), qn("w:tr")
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"


def read(raw: bytes) -> Extracted:
    """Read a Word file. Its date is the one in its text: templates pass on the date in theirs."""
    check_size(raw)
    document = docx.Document(BytesIO(raw))
    root = document.part.element
    if root.getroottree().docinfo.internalDTD is not None:
        raise CorpusError("its XML declares a document type, as bombs do; refused")
    styles = {style.style_id: (style.name or "").lower() for style in document.styles}
    blocks = list(_blocks(root, styles))
    properties = document.core_properties
    title = next((text for kind, text in blocks if kind == "title"), properties.title)
    metadata = {"author": properties.author, "language": properties.language}
    if metadata["author"] == "python-docx":  # what that library writes for want of a name
        del metadata["author"]
    text, places = join_places([*sections(blocks), *_notes(document.part)])
    return Extracted(text, title or find_title(text), find_date(text), metadata, places)


def _notes(part: Part) -> Iterator[tuple[str, str]]:
    """Yield (label, text) of the footnotes and endnotes; Word numbers each kind by itself."""
    for kind, relation in (("footnote", RT.FOOTNOTES), ("endnote", RT.ENDNOTES)):
        for found in (r.target_part for r in part.rels.values() if r.reltype == relation):
            notes = parse_xml(decode_markup(found.blob)).iter(qn(f"w:{kind}"))
            # Lines between text and notes are among them, and have a type.
            texts = [_paragraphs(note) for note in notes if note.get(qn("w:type")) is None]
            yield from ((f"{kind} {n}", text) for n, text in enumerate(texts, start=1))


def _paragraphs(root: Any) -> str:
    return "\n".join(_text(paragraph) for paragraph in root.iter(qn("w:p")))


def _blocks(root: Any, styles: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Yield (kind, text) of each paragraph, and of each row of a table, as `markup.blocks` does."""
    cells: list[str] = []
    row = None
    for paragraph in root.iter(qn("w:p")):
        if next(paragraph.iterancestors(_FALLBACK), None) is not None:
            continue  # says again what its alternative says
        inside = next(paragraph.iterancestors(_ROW), None)
        if row is not None and inside is not row:
            yield "tr", " | ".join(cells)
            cells = []
        row = inside
        text = _text(paragraph)
        if row is not None:
            cells += [text] if text.strip() else []
        else:
            yield _kind(paragraph, styles), text
    if cells:
        yield "tr", " | ".join(cells)


def _text(paragraph: Any) -> str:
    """Return the text of a paragraph itself, without that of the boxes anchored in it."""
    inner = (
        node for node in paragraph.iter(_TEXT, *_BREAKS)
        if next(node.iterancestors(paragraph.tag)) is paragraph
    )  # fmt: skip
    return "".join(_BREAKS.get(node.tag, node.text or "") for node in inner)


def _kind(paragraph: Any, styles: dict[str, str]) -> str:
    style = styles.get(paragraph.style or "", "")
    if style == "title":
        return "title"
    if style.startswith("heading"):
        return "h2"
    numbered = paragraph.pPr is not None and paragraph.pPr.numPr is not None
    return "li" if numbered or style.startswith("list") else "p"
