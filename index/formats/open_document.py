"""ODT, ODS and ODP: what LibreOffice writes; paragraphs, sheets and slides, as they are shown."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from lxml import etree

from index.dates import is_date
from index.errors import CorpusError
from index.formats.extracted import Extracted, join_places
from index.formats.grid import Row, grid
from index.formats.hidden import drop
from index.formats.markup import name_of, sections
from index.formats.office import Package, is_page_number, named
from index.formats.sheets import MAX_COLUMNS, workbook
from index.headers import find_date, find_title

_SKIPPED = {"tracked-changes", "annotation", "note", "forms", "settings", "sequence-decls", "notes"}
_BLOCKS = {"p", "h"}
_APART = {
    "frame",
    "text-box",
    "custom-shape",
    "page-number",
}  # what is in a paragraph but not of it
_MAX_ROWS = 1_048_576
_MAX_CELL = 2_000  # characters; a table with longer ones lays out a page
_HIDDEN_TEXT = "hidden text: word processors do not show it"


class _Span(NamedTuple):
    """A merged cell: its columns, from left to before right, and the row below it."""

    left: int
    right: int
    below: int
    text: str


def read_text(raw: bytes) -> Extracted:
    """Read a text document; notes, comments, headers and footers come after it."""
    root, styles, said = _opened(raw)
    hidden = drop(list(_of_style(root, "text-properties", "display", "none")))
    body = next(named(root, "body"), root)
    blocks = list(_blocks(body))
    parts = [*sections(blocks), *_notes(body)]
    if styles is not None:
        seen = {text: kind for kind in ("header", "footer") for text in _texts(styles, kind)}
        parts += [(kind, text) for text, kind in seen.items()]
    title = next((text for kind, text in blocks if kind == "title"), "")
    return _extracted(parts, said, title, (_HIDDEN_TEXT,) if hidden else ())


def read_slides(raw: bytes) -> Extracted:
    """Read a presentation, each slide and its notes a place of its own."""
    root, _, said = _opened(raw)
    parts: list[tuple[str, str]] = []
    unseen = set(_of_style(root, "drawing-page-properties", "visibility", "hidden"))
    hidden: list[str] = []
    for number, page in enumerate(named(root, "page"), start=1):
        if page in unseen:
            hidden.append(str(number))
            continue
        blocks = list(_blocks(page))
        lines = [text for kind, text in blocks if " " not in kind and text.strip()]
        parts.append((f"slide {number}", "\n".join(lines)))
        parts += [(f"slide {number}, {kind}", text) for kind, text in blocks if " " in kind]
        for notes in named(page, "notes"):
            text = "\n".join(text for _, text in _blocks(notes) if text.strip())
            parts.append((f"notes of slide {number}", text))
    left_out = (f"slide {', '.join(hidden)}: hidden slides are not read",) if hidden else ()
    return _extracted(parts, said, "", left_out)


def read_sheets(raw: bytes) -> Extracted:
    """Read a spreadsheet as `sheets.read` does."""
    root, _, said = _opened(raw)
    shown = {
        style.get(_key(style, "name"), ""): properties.get(_key(properties, "display"), "true")
        for style in named(root, "style")
        for properties in named(style, "table-properties")
    }
    found: list[tuple[str, Sequence[Row]]] = []
    comments: list[tuple[str, str]] = []
    hidden: list[str] = []
    for table in named(root, "table"):
        name = table.get(_key(table, "name"), "")
        if shown.get(table.get(_key(table, "style-name"), "")) == "false":
            hidden.append(name)
        else:
            found.append((name, list(_rows(table))))
            comments += [(f"sheet {name}, {label}", text) for label, text in _notes(table)]
    left_out = (f"sheet {', '.join(hidden)}: hidden sheets are not read",) if hidden else ()
    return workbook(found, said, left_out, comments)


def _opened(raw: bytes) -> tuple[etree._Element, etree._Element | None, dict[str, str]]:
    """Return the content, the styles if there are some, and what the file says of itself."""
    with Package(raw) as package:
        if "META-INF/manifest.xml" in package.names and any(
            named(package.xml("META-INF/manifest.xml"), "encryption-data")
        ):
            raise CorpusError("encrypted: save it without a password first")
        names = {"title": "title", "initial-creator": "author", "language": "language"}
        said: dict[str, str] = {}
        if "meta.xml" in package.names:
            for node in named(package.xml("meta.xml"), *names, "creator"):
                ours = names.get(name_of(node), "author")
                said[ours] = said.get(ours) or (node.text or "").strip()
        styles = package.xml("styles.xml") if "styles.xml" in package.names else None
        return package.xml("content.xml"), styles, said


def _of_style(
    root: etree._Element, properties: str, name: str, value: str
) -> Iterator[etree._Element]:
    """Yield the elements whose style has a property of this value."""
    styles = {
        style.get(_key(style, "name"), "")
        for style in named(root, "style")
        for found in named(style, properties)
        if found.get(_key(found, name)) == value
    } - {""}
    for node in root.iter(etree.Element) if styles else ():
        if name_of(node) != "style" and node.get(_key(node, "style-name")) in styles:
            yield node


def _extracted(
    parts: Sequence[tuple[str, str]],
    said: dict[str, str],
    title: str,
    left_out: tuple[str, ...] = (),
) -> Extracted:
    text, places = join_places(parts)
    title = title or said.pop("title", "")
    said.pop("title", None)
    day = find_date(text)
    date = day if day and is_date(day) else None
    return Extracted(text, title or find_title(text), date, said, places, left_out=left_out)


def _blocks(root: etree._Element, tables: int = 0) -> Iterator[tuple[str, str]]:
    """Yield (kind, text) of paragraphs, and of the rows of tables, as `markup.blocks` does."""
    walk = etree.iterwalk(root, ("start",))
    for _, node in walk:
        name = name_of(node) if isinstance(node.tag, str) else ""
        if name in _SKIPPED and node is not root:
            walk.skip_subtree()
        elif name in _BLOCKS:
            walk.skip_subtree()
            yield _kind(node, name), _text(node)
            for box in named(node, "text-box"):
                yield from _blocks(box)
        elif name == "table" and (rows := _tabular(node)) is not None:
            walk.skip_subtree()
            headed = any(named(node, "table-header-rows"))
            found = grid(rows, named=headed or None, facts=True)
            tables += not found.facts
            prefix = f"table {tables}, " if tables > 1 else ""
            for number, line in found.lines():
                yield "p" if found.facts else f"{prefix}row {number}", line


def _kind(node: etree._Element, name: str) -> str:
    style = node.get(_key(node, "style-name"), "")
    if style == "Title":
        return "title"
    if name == "h":
        return "h2"
    return "li" if any(name_of(n) == "list-item" for n in node.iterancestors()) else "p"


def _tabular(table: etree._Element) -> list[Row] | None:
    """Return the rows of a table in a text, None where it lays out a page."""
    rows = list(_rows(table))
    width = max((len(cells) for _, cells in rows), default=0)
    if width < 2 or any(len(cell) > _MAX_CELL for _, cells in rows for cell in cells):
        return None
    return None if any(node is not table for node in named(table, "table")) else rows


def _rows(table: etree._Element) -> Iterator[Row]:
    """Yield (number, cells) of a table's rows; what merged cells hold is in each of them."""
    number = 1
    spans: list[_Span] = []
    for row in named(table, "table-row"):
        cells: list[str] = []
        empty = 0
        for cell in row.iterchildren("{*}table-cell", "{*}covered-table-cell"):
            text, at = _cell_text(cell), len(cells) + empty
            if name_of(cell) == "covered-table-cell":
                over = (s.text for s in spans if s.left <= at < s.right and number < s.below)
                text = next(over, "")
            elif text and _is_merged(cell):
                right = at + _number(cell, "number-columns-spanned")
                below = number + _number(cell, "number-rows-spanned")
                spans = [*(s for s in spans if number < s.below), _Span(at, right, below, text)]
            times = _number(cell, "number-columns-repeated")
            if not text:
                empty += times
            elif len(cells) + empty < MAX_COLUMNS:
                cells += [""] * empty + [text] * min(times, MAX_COLUMNS)
                empty = 0
        times = _number(row, "number-rows-repeated")
        if cells:
            yield from ((number + n, cells) for n in range(min(times, 1_000)))
        number += min(times, _MAX_ROWS)


def _cell_text(cell: etree._Element) -> str:
    """Return the text of a cell, without the comments on it."""
    paragraphs = (
        " ".join(_text(p).split())
        for p in named(cell, "p", "h")
        if not any(name_of(around) in _SKIPPED for around in p.iterancestors())
    )
    return " ".join(paragraphs).strip()


def _is_merged(cell: etree._Element) -> bool:
    return any(_number(cell, f"number-{kind}-spanned") > 1 for kind in ("columns", "rows"))


def _number(node: etree._Element, name: str) -> int:
    said = node.get(_key(node, name), "1")
    return min(int(said), _MAX_ROWS) if said.isascii() and said.isdigit() and len(said) < 9 else 1


def _text(paragraph: etree._Element) -> str:
    """Return the text of a paragraph, without notes and comments and the boxes anchored in it."""
    parts = [paragraph.text or ""]
    for node in paragraph:
        name = name_of(node) if isinstance(node.tag, str) else ""
        if name == "s":
            parts.append(" " * min(_number(node, "c"), 100))
        elif name in ("tab", "line-break"):
            parts.append("\n" if name == "line-break" else " ")
        elif name and name not in _SKIPPED | _APART:
            parts.append(_text(node))
        parts.append(node.tail or "")
    return "".join(parts)


def _texts(root: etree._Element, name: str) -> list[str]:
    found = ("\n".join(t for _, t in _blocks(node)).strip() for node in named(root, name))
    return [text for text in found if not is_page_number(text)]


def _notes(root: etree._Element) -> Iterator[tuple[str, str]]:
    """Yield (label, text) of the notes and of the comments, each kind counted by itself."""
    counts: dict[str, int] = {}
    for note in named(root, "note", "annotation"):
        kind = "comment" if name_of(note) == "annotation" else "footnote"
        kind = "endnote" if note.get(_key(note, "note-class")) == "endnote" else kind
        counts[kind] = counts.get(kind, 0) + 1
        text = "\n".join(_text(p) for p in named(note, "p"))
        author = "".join(node.text or "" for node in named(note, "creator"))
        yield f"{kind} {counts[kind]}" + (f", {author}" if author else ""), text


def _key(node: etree._Element, name: str) -> str:
    """Return an attribute's full name, by its local one, or the local one where it has none."""
    full = (key for key in node.attrib if str(key).rsplit("}", 1)[-1] == name)
    return str(next(full, name))
