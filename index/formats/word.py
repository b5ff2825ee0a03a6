"""DOCX: paragraphs and tables in order, text boxes and insertions too; then notes and the rest."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

import docx
from docx.opc.constants import RELATIONSHIP_TYPE as RT
from docx.opc.part import Part
from docx.oxml import parse_xml as parse_part
from docx.oxml.ns import qn

from index.errors import CorpusError
from index.formats.charts import CHART, DIAGRAM, read_drawing
from index.formats.extracted import Extracted, join_places
from index.formats.grid import grid
from index.formats.markup import decode_markup, parse_xml, sections
from index.formats.office import check_not_encrypted, is_page_number
from index.formats.unpacking import check_size
from index.headers import find_date, find_title

_BREAKS = {
    qn("w:tab"): " ",
    qn("w:ptab"): " ",
    qn("w:br"): "\n",
    qn("w:cr"): "\n",
    qn("w:noBreakHyphen"): "-",
}
_P, _RUN, _TEXT, _TABLE, _BOX = (qn(f"w:{n}") for n in ("p", "r", "t", "tbl", "txbxContent"))
_FORMULA = "{http://schemas.openxmlformats.org/officeDocument/2006/math}t"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_GONE = {qn("w:del"), qn("w:moveFrom")}
_AROUND = {qn(f"w:{n}") for n in ("sdt", "sdtContent", "customXml", "ins", "moveTo", "smartTag")}
_MAX_CELL = 2_000  # characters; a table with longer ones lays out a page
_NOTES = (("footnote", RT.FOOTNOTES), ("endnote", RT.ENDNOTES), ("comment", RT.COMMENTS))

Block = tuple[str, str]  # as of `markup.blocks`


def read(raw: bytes) -> Extracted:
    """Read a Word file. Its date is the one in its text: templates pass on the date in theirs."""
    check_not_encrypted(raw)
    check_size(raw)
    document = docx.Document(BytesIO(raw))
    root = document.part.element
    if root.getroottree().docinfo.internalDTD is not None:
        raise CorpusError("its XML declares a document type, as bombs do; refused")
    body = _Body.of(document.styles)
    found = [block for part in root for block in body.blocks(part)]
    properties = document.core_properties
    title = next((text for kind, text in found if kind == "title"), properties.title)
    metadata = {"author": properties.author, "language": properties.language}
    if metadata["author"] == "python-docx":  # what that library writes for want of a name
        del metadata["author"]
    parts = [*sections(found), *_notes(document.part, body), *_drawings(document.part)]
    parts += _running(document.part, body)
    text, places = join_places(parts)
    left_out = (*sorted(body.left_out), *_embedded(document.part))
    return Extracted(
        text, title or find_title(text), find_date(text), metadata, places, left_out=left_out
    )


@dataclass(slots=True)
class _Body:
    """Reads blocks; the styles are by their ids, `left_out` is what was met and not read."""

    styles: dict[str, str]
    hidden: set[str]
    left_out: set[str] = field(default_factory=set)
    tables: int = 0

    @classmethod
    def of(cls, styles: Any) -> "_Body":
        names = {style.style_id: (style.name or "").lower() for style in styles}
        hidden = {s.style_id for s in styles if any(map(_vanishes, s.element.iter(qn("w:rPr"))))}
        return cls(names, hidden)

    def blocks(self, root: Any) -> Iterator[Block]:
        """Yield (kind, text) of each paragraph, and of each row of a table."""
        for node in root.iterchildren(_P, _TABLE, *_AROUND, *_GONE):
            if node.tag == _P:
                yield self._kind(node), self.text(node)
                for box in node.iter(_BOX):
                    if next(box.iterancestors(_FALLBACK), None) is None and _owner(box) is node:
                        yield from self.blocks(box)
            elif node.tag == _TABLE:
                yield from self._table(node)
            elif node.tag not in _GONE:
                yield from self.blocks(node)

    def text(self, paragraph: Any) -> str:
        """Return the text of a paragraph itself, without that of the boxes anchored in it."""
        parts = []
        for node in paragraph.iter(_TEXT, _FORMULA, *_BREAKS):
            if _owner(node) is not paragraph:
                continue
            if any(around.tag in _GONE for around in node.iterancestors()):
                continue  # it is read where it was moved to
            if self._is_hidden(node, paragraph):
                self.left_out.add("hidden text: Word does not show it")
            else:
                parts.append(_BREAKS.get(node.tag, node.text or ""))
        return "".join(parts)

    def paragraphs(self, root: Any) -> str:
        return "\n".join(text for _, text in self.blocks(root) if text.strip())

    def _is_hidden(self, node: Any, paragraph: Any) -> bool:
        run = next(node.iterancestors(_RUN), None)
        properties = run.find(qn("w:rPr")) if run is not None else None
        named = [paragraph.style]
        if properties is not None:
            shown = properties.find(qn("w:vanish"))
            if shown is not None:
                return _vanishes(properties)
            style = properties.find(qn("w:rStyle"))
            named.append(style.get(qn("w:val")) if style is not None else None)
        return not self.hidden.isdisjoint(filter(None, named))

    def _kind(self, paragraph: Any) -> str:
        style = self.styles.get(paragraph.style or "", "")
        if style == "title":
            return "title"
        if style.startswith("heading"):
            return "h2"
        numbered = paragraph.pPr is not None and paragraph.pPr.numPr is not None
        return "li" if numbered or style.startswith("list") else "p"

    def _table(self, table: Any) -> Iterator[Block]:
        """Yield the rows of a table, and then of the tables inside it."""
        rows = [row for row in _inside(table, qn("w:tr")) if not self._row_is_gone(row)]
        cells = [list(_inside(row, qn("w:tc"))) for row in rows]
        texts = self._texts(cells)
        width = max(map(len, texts), default=0)
        if width < 2 or any(len(text) > _MAX_CELL for row in texts for text in row):
            for cell in (cell for row in cells for cell in row):
                yield from self.blocks(cell)
            return
        headed = bool(rows) and rows[0].find(f"{qn('w:trPr')}/{qn('w:tblHeader')}") is not None
        found = grid(enumerate(texts, start=1), named=headed or None, facts=True)
        self.tables += not found.facts
        prefix = f"table {self.tables}, " if self.tables > 1 else ""
        for number, text in found.lines():
            yield "p" if found.facts else f"{prefix}row {number}", text
        for inner in (t for row in cells for cell in row for t in _inside(cell, _TABLE)):
            yield from self._table(inner)

    def _texts(self, rows: Iterable[Iterable[Any]]) -> list[list[str]]:
        """Return the texts of cells; one that spans several rows or columns is in all of them."""
        found: list[list[str]] = []
        for row in rows:
            texts: list[str] = []
            for cell in row:
                properties = cell.find(qn("w:tcPr"))
                merged = properties.find(qn("w:vMerge")) if properties is not None else None
                span = properties.find(qn("w:gridSpan")) if properties is not None else None
                if merged is not None and merged.get(qn("w:val"), "continue") == "continue":
                    above = found[-1] if found else []
                    text = above[len(texts)] if len(texts) < len(above) else ""
                else:
                    text = " ".join(" ".join(self.text(p).split()) for p in _inside(cell, _P))
                wide = span.get(qn("w:val"), "1") if span is not None else "1"
                texts += [text.strip()] * (min(int(wide), 100) if wide.isdigit() else 1)
            found.append(texts)
        return found

    def _row_is_gone(self, row: Any) -> bool:
        properties = row.find(qn("w:trPr"))
        if properties is None:
            return False
        if properties.find(qn("w:hidden")) is not None:
            self.left_out.add("hidden rows: Word does not show them")
            return True
        return properties.find(qn("w:del")) is not None


def _inside(root: Any, tag: str) -> Iterator[Any]:
    """Yield the nodes of a name right inside another, whatever controls are around them."""
    for node in root.iterchildren(tag, *_AROUND):
        if node.tag == tag:
            yield node
        else:
            yield from _inside(node, tag)


def _owner(node: Any) -> Any:
    return next(node.iterancestors(_P), None)


def _vanishes(properties: Any) -> bool:
    found = properties.find(qn("w:vanish"))
    return found is not None and found.get(qn("w:val"), "true") not in ("0", "false", "off")


def _related(part: Part, kind: str) -> Iterator[Any]:
    """Yield the roots of other parts of a document, such as its footnotes."""
    for relation in part.rels.values():
        if relation.reltype == kind and not relation.is_external:
            yield parse_part(_checked(relation.target_part.blob))


def _checked(raw: bytes) -> bytes:
    parse_xml(decode_markup(raw))  # refuses entities
    return raw


def _notes(part: Part, body: _Body) -> Iterator[tuple[str, str]]:
    """Yield (label, text) of the notes and comments; Word numbers each kind by itself."""
    for kind, relation in _NOTES:
        for root in _related(part, relation):
            # Lines between text and notes are among them, and have a type.
            notes = [n for n in root.iter(qn(f"w:{kind}")) if n.get(qn("w:type")) is None]
            for number, note in enumerate(notes, start=1):
                author = note.get(qn("w:author"))
                yield f"{kind} {number}" + (f", {author}" if author else ""), body.paragraphs(note)


def _drawings(part: Part) -> Iterator[tuple[str, str]]:
    """Yield (label, text) of the charts and diagrams."""
    for kind, relation in ((CHART, RT.CHART), (DIAGRAM, RT.DIAGRAM_DATA)):
        for number, root in enumerate(_related(part, relation), start=1):
            yield from read_drawing(kind, f"drawing {number}", root)


def _running(part: Part, body: _Body) -> Iterator[tuple[str, str]]:
    """Yield (label, text) of the headers and footers, each text once; a page number is none."""
    seen = set[str]()
    for kind, relation in (("header", RT.HEADER), ("footer", RT.FOOTER)):
        for root in _related(part, relation):
            text = body.paragraphs(root)
            if not is_page_number(text) and text not in seen:
                seen.add(text)
                yield kind, text


def _embedded(part: Part) -> list[str]:
    files = [p for p in part.package.iter_parts() if "/embeddings/" in str(p.partname)]
    return [f"{len(files)} embedded files: they are not read"] if files else []
