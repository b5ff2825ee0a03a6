"""PPTX: each slide's text in reading order, its tables and charts as rows, then the notes."""

from collections.abc import Iterator

from lxml import etree

from index.formats.charts import CHART, DIAGRAM, read_drawing
from index.formats.extracted import Extracted, join_places
from index.formats.grid import grid
from index.formats.markup import name_of
from index.formats.office import Package, named, relation_id
from index.headers import find_date, find_title

_FURNITURE = {"sldNum", "dt", "ftr", "hdr", "sldImg"}  # placeholders that are no slide's own text


def read(raw: bytes) -> Extracted:
    """Read a presentation; hidden slides are left out, and said."""
    with Package(raw) as package:
        part = next((n for n in package.names if n.endswith("presentation.xml")), "")
        root, related = package.xml(part or "ppt/presentation.xml"), package.related(part)
        parts: list[tuple[str, str]] = []
        hidden: list[str] = []
        for number, entry in enumerate(named(root, "sldId"), start=1):
            slide = related.get(relation_id(entry), ("", ""))[1]
            content = package.xml(slide)
            if content.get("show") in ("0", "false"):
                hidden.append(str(number))
                continue
            parts += _grouped(f"slide {number}", content)
            for kind, name in package.related(slide).values():
                if kind == "notesSlide":
                    parts += _grouped(f"notes of slide {number}", package.xml(name))
                elif kind == "comments":
                    parts += _comments(f"slide {number}", package.xml(name))
                elif kind in (CHART, DIAGRAM):
                    parts += read_drawing(kind, f"slide {number}", package.xml(name))
        said = package.said()
    text, places = join_places(parts)
    left_out = (f"slide {', '.join(hidden)}: hidden slides are not read",) if hidden else ()
    title = said.pop("title", "")
    title = "" if title == "PowerPoint Presentation" else title
    return Extracted(
        text, title or find_title(text), find_date(text), said, places, left_out=left_out
    )


def _grouped(label: str, root: etree._Element) -> Iterator[tuple[str, str]]:
    """Yield (label, text) of a slide: its lines, and each row of its tables by itself."""
    lines: list[str] = []
    rows: list[tuple[str, str]] = []
    tables = 0
    for node in named(root, "txBody", "tbl"):
        if node.getparent() is not None and name_of(node.getparent()) == "tc":
            continue
        if name_of(node) == "txbody":
            lines += [] if _is_furniture(node) else _paragraphs(node)
            continue
        cells = [
            [" ".join(_paragraphs(cell)) for cell in named(row, "tc")] for row in named(node, "tr")
        ]
        found = grid(enumerate(cells, start=1), named=_has_header(node) or None, facts=True)
        tables += not found.facts
        prefix = f"table {tables}, " if tables > 1 else ""
        if found.facts:
            lines += [line for _, line in found.lines()]
        else:
            rows += [(f"{label}, {prefix}row {n}", line) for n, line in found.lines()]
    yield label, "\n".join(lines)
    yield from rows


def _has_header(table: etree._Element) -> bool:
    return any(node.get("firstRow") == "1" for node in named(table, "tblPr"))


def _paragraphs(body: etree._Element) -> list[str]:
    found = []
    for paragraph in named(body, "p"):
        nodes = named(paragraph, "t", "br", "tab")
        text = "".join(node.text or "" if name_of(node) == "t" else " " for node in nodes)
        found += [text.strip()] if text.strip() else []
    return found


def _is_furniture(body: etree._Element) -> bool:
    shape = body.getparent()
    return shape is not None and any(ph.get("type") in _FURNITURE for ph in named(shape, "ph"))


def _comments(label: str, root: etree._Element) -> Iterator[tuple[str, str]]:
    for number, comment in enumerate(named(root, "cm"), start=1):
        text = " ".join(node.text or "" for node in named(comment, "text"))
        yield f"{label}, comment {number}", text
