"""Parsed HTML or XML -> text, a block on a line of its own. Shared by web pages, books and mail."""

import re
from collections.abc import Iterable, Iterator
from html import unescape

from lxml import etree, html

from index.errors import CorpusError
from index.formats.grid import Grid, grid
from index.formats.plain import decode

# The names of HTML, and some of the trees that trafilatura returns.
HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_ITEMS = {"li", "item", "dd"}
_CELLS = {"td", "th", "cell"}
_ROWS = {"tr", "row"}
_HEADED = {"th", "head"}  # the second is the role of a cell in the trees of trafilatura
_IN_LAYOUTS = HEADINGS | {"table", "form", "article", "section"}
_MAX_CELL = 2_000  # characters; a cell with more is a column of a page
_MAX_SPAN = 100
_TERM = 60  # characters of a term at most, that is joined to its definition
_BLOCKS = HEADINGS | _ITEMS | {
    *("p", "div", "section", "article", "main", "blockquote", "quote", "pre", "ul", "ol", "dl"),
    *("dt", "list", "table", "tr", "row", "caption", "figcaption", "figure", "address", "hr"),
    *("br", "lb", "body", "header", "footer", "aside", "details", "summary", "form", "fieldset"),
}  # fmt: skip
_UNREAD = {"head", "script", "style", "template", "noscript", "nav", "svg", "button", "select"}
_UNREAD |= {"iframe", "object", "canvas"}  # what is in them is for browsers without them
_CHARSET = re.compile(rb"""(?:charset|encoding)\s*=\s*["']?\s*([\w.:-]+)""", re.IGNORECASE)
_ENTITY = re.compile(r"&(?!(?:lt|gt|amp|quot|apos);)(\w+;)")


def decode_markup(raw: bytes) -> str:
    """Decode a page as its own first lines say, or else as any text."""
    declared = _CHARSET.search(raw[:2_048])
    if declared and not raw.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        try:
            return raw.decode(declared.group(1).decode())
        except (LookupError, UnicodeDecodeError):
            pass  # it says what it is not
    return decode(raw)


def parse_html(text: str) -> html.HtmlElement:
    """Parse a page as browsers do, whatever its mistakes; raises CorpusError for none at all."""
    parser = html.HTMLParser(encoding="utf-8")
    root = html.document_fromstring(text.encode("utf-8", "replace"), parser)
    if root is None:
        raise CorpusError("empty: there is no text in it")
    return root


def parse_xml(text: str) -> etree._Element:
    """Parse XML, mending mistakes; raises CorpusError for what is none, or declares entities."""
    plain = _ENTITY.sub(lambda name: unescape(name.group()), text)
    parser = etree.XMLParser(
        encoding="utf-8", recover=True, resolve_entities=False, no_network=True, load_dtd=False
    )
    root = etree.fromstring(plain.encode("utf-8", "replace"), parser)
    if root is None:
        raise CorpusError("damaged: its XML cannot be read")
    definition = root.getroottree().docinfo.internalDTD
    if definition is not None and next(definition.iterentities(), None) is not None:
        raise CorpusError("it declares XML entities, as bombs do; refused")
    return root


def name_of(element: etree._Element) -> str:
    """Return an element's name without its namespace, in lower case."""
    return str(etree.QName(element).localname).lower()


def blocks(root: etree._Element) -> Iterator[tuple[str, str]]:
    """Yield (name, text) of each run of text between the edges of blocks, such as ("h2", "Terms").

    White space is folded, except for the line ends of `pre`. Navigation and scripts are left out.
    A row of a table is called by its place, such as "row 2" or "table 2, row 2".
    """
    tables = 0
    kind, parts = "p", [""]
    walk = etree.iterwalk(root, ("start", "end", "comment", "pi"))
    for event, node in walk:
        name = name_of(node) if event in ("start", "end") else ""
        if name in _BLOCKS:
            text = "".join(parts)
            if text.strip():
                yield kind, text
            # What begins an item is of the item, whatever else it is inside it.
            begins_item = event == "start" and kind in _ITEMS and not text.strip()
            kind, parts = kind if begins_item else name if event == "start" else "p", []
        if event != "start":
            parts.append(" | " if name in _CELLS else "")
            parts.append((node.tail or "") if node is not root else "")
        elif name in _UNREAD:
            walk.skip_subtree()
        elif name == "table" and (found := table(node)) is not None:
            walk.skip_subtree()
            tables += not found.facts
            caption = next(
                (c for c in node if isinstance(c.tag, str) and name_of(c) == "caption"), None
            )
            yield from blocks(caption) if caption is not None else ()
            prefix = f"table {tables}, " if tables > 1 else ""
            for number, line in found.lines():
                yield "p" if found.facts else f"{prefix}row {number}", line
        else:
            parts.append(node.text or "")
    if (text := "".join(parts)).strip():
        yield kind, text


def as_text(found: Iterable[tuple[str, str]]) -> str:
    """Return blocks as lines, a term and what it is as one: "Term: definition"."""
    lines: list[str] = []
    term = ""
    for kind, text in found:
        line = _line(kind, text)
        if kind == "dd" and term and line:
            line = f"{lines.pop()}: {line.removeprefix('- ')}"
        elif not line:
            continue
        is_name = kind == "dt" and len(line) <= _TERM and line[-1] not in ".:?!"
        term = line if is_name else ""
        lines.append(line)
    return "\n".join(lines)


def sections(found: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Group blocks by headings: yield (label, text), the text beginning with its heading."""
    heading, group = "", list[tuple[str, str]]()
    for kind, text in found:
        if kind in HEADINGS:
            yield heading and f"section {heading}", as_text(group)
            heading, group = " ".join(text.split()), []
        if is_table_row(kind):
            yield heading and f"section {heading}", as_text(group)
            group = []
            yield ", ".join(filter(None, [heading and f"section {heading}", kind])), text
        else:
            group.append((kind, text))
    yield heading and f"section {heading}", as_text(group)


def is_table_row(kind: str) -> bool:
    """Whether a block is a row of a table."""
    return kind.startswith(("row ", "table "))


def table(root: etree._Element) -> Grid | None:
    """Return the rows of a table, None for one that only lays out a page.

    A table of two columns is one of facts, unless its header is marked as such.
    """
    inner = [node for node in root.iter() if isinstance(node.tag, str) and node is not root]
    if root.get("role") in ("presentation", "none") or any(
        name_of(node) in _IN_LAYOUTS for node in inner
    ):
        return None
    rows = [node for node in inner if name_of(node) in _ROWS]
    grids = [[node for node in row if _is_cell(node)] for row in rows]
    grids = [cells for cells in grids if cells]
    if not grids or max(map(len, grids)) < 2:
        return None
    headed = all(map(_is_head, grids[0])) and not all(_is_head(c) for row in grids for c in row)
    filled = _spread(grids)
    if any(len(cell) > _MAX_CELL for row in filled for cell in row):
        return None
    return grid(enumerate(filled, start=1), named=headed or None, facts=True)


def _is_cell(node: etree._Element) -> bool:
    return isinstance(node.tag, str) and name_of(node) in _CELLS


def _is_head(cell: etree._Element) -> bool:
    return name_of(cell) in _HEADED or cell.get("role") in _HEADED


def _spread(rows: Iterable[Iterable[etree._Element]]) -> list[list[str]]:
    """Return the texts of cells; one that spans several rows or columns is in all of them."""
    filled: list[list[str]] = []
    open_cells: dict[int, tuple[int, str]] = {}  # by column: rows left, and the text
    for row in rows:
        texts: list[str] = []

        def fill(texts: list[str] = texts) -> None:
            while len(texts) in open_cells:
                left, text = open_cells.pop(len(texts))
                if left > 1:
                    open_cells[len(texts)] = (left - 1, text)
                texts.append(text)

        for cell in row:
            fill()
            text = " ".join(" ".join(part.split()) for _, part in blocks(cell)).strip(" |")
            for _ in range(_number(cell.get("colspan"))):
                if (deep := _number(cell.get("rowspan"))) > 1:
                    open_cells[len(texts)] = (deep - 1, text)
                texts.append(text)
        fill()
        filled.append(texts)
    return filled


def _number(span: str | None) -> int:
    return min(int(span), _MAX_SPAN) if span and span.isascii() and span.isdigit() else 1


def _line(kind: str, text: str) -> str:
    if kind == "pre" or is_table_row(kind):
        return text.strip("\n")
    folded = " ".join(text.split()).strip(" |")
    return f"- {folded}" if kind in _ITEMS and folded else folded
