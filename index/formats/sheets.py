"""XLSX: the rows of each sheet as they are shown."""

import re
from collections.abc import Iterable, Iterator, Sequence

from lxml import etree

from index.errors import CorpusError
from index.formats.extracted import Extracted, join_places
from index.formats.grid import Row, grid
from index.formats.number_formats import BUILT_IN, shown
from index.formats.office import Package, named, relation_id

MAX_COLUMNS = 1_000
_CELL = re.compile(r"([A-Z]{1,3})(\d{1,7})")
_HIDDEN = "hidden sheets"
_MERGED_CELLS = 100_000  # of a sheet; more are an attack


def read(raw: bytes) -> Extracted:
    """Read a workbook; the label of a place is its sheet and row. Hidden sheets are left out."""
    with Package(raw) as package:
        book = next((n for n in package.names if n.endswith("workbook.xml")), "xl/workbook.xml")
        root, related = package.xml(book), package.related(book)
        parts = {kind: name for kind, name in related.values()}
        strings = _strings(package, parts.get("sharedStrings", ""))
        formats = _formats(package, parts.get("styles", ""))
        since_1904 = any(p.get("date1904") in ("1", "true") for p in named(root, "workbookPr"))
        found: list[tuple[str, Sequence[Row]]] = []
        comments: list[tuple[str, str]] = []
        hidden: list[str] = []
        for sheet in named(root, "sheet"):
            kind, part = related.get(relation_id(sheet), ("", ""))
            name = sheet.get("name", "")
            if kind != "worksheet":
                continue
            if sheet.get("state") in ("hidden", "veryHidden"):
                hidden.append(name)
                continue
            values = _Values(strings, formats, since_1904)
            content = package.xml(part)
            found.append((name, _merged(content, values.rows(content))))
            comments += _comments(package, name, part)
        said = package.said()
    left_out = (f"sheet {', '.join(hidden)}: {_HIDDEN} are not read",) if hidden else ()
    return workbook(found, said, left_out, comments)


def workbook(
    sheets: Iterable[tuple[str, Iterable[Row]]],
    said: dict[str, str],
    left_out: tuple[str, ...],
    comments: Sequence[tuple[str, str]] = (),
) -> Extracted:
    """Return the rows of sheets, by name, as a text with a place for each row."""
    parts: list[tuple[str, str]] = []
    for name, rows in sheets:
        label = " ".join(name.split())
        parts += [(f"sheet {label}, row {n}", text) for n, text in grid(rows).lines()]
    text, places = join_places([*parts, *comments])
    if not text and left_out:
        raise CorpusError(f"empty but for what is hidden: {left_out[0]}")
    title = said.pop("title", "")
    return Extracted(text, title or None, None, said, places, left_out=left_out)


class _Values:
    """What the cells of a workbook show."""

    def __init__(self, strings: Sequence[str], formats: Sequence[str], since_1904: bool) -> None:
        self._strings = strings
        self._formats = formats
        self._since_1904 = since_1904

    def rows(self, root: etree._Element) -> Iterator[Row]:
        """Yield the rows of a sheet, hidden ones too: a filter hides what is there."""
        number = 0
        for row in named(root, "row"):
            said = row.get("r", "")
            number = int(said) if said.isdigit() else number + 1
            cells: list[str] = []
            for cell in named(row, "c"):
                at = _CELL.fullmatch(cell.get("r", ""))
                column = _column(at.group(1)) if at else len(cells)
                if column < MAX_COLUMNS and (text := self._shown(cell)):
                    cells += [""] * (column + 1 - len(cells))
                    cells[column] = text
            yield number, cells

    def _shown(self, cell: etree._Element) -> str:
        kind = cell.get("t", "n")
        if kind == "inlineStr":
            return "".join(node.text or "" for node in named(cell, "t")).strip()
        value = next((node.text or "" for node in named(cell, "v")), "")
        if kind == "s":
            known = value.isdigit() and int(value) < len(self._strings)
            return self._strings[int(value)] if known else ""
        if kind == "b":
            return "TRUE" if value == "1" else "FALSE" if value else ""
        if kind in ("str", "e", "d"):
            return value.strip()
        style = cell.get("s", "0")
        known = style.isdigit() and int(style) < len(self._formats)
        return shown(value, self._formats[int(style)] if known else "General", self._since_1904)


def _merged(root: etree._Element, rows: Iterable[Row]) -> list[Row]:
    """Return the rows of a sheet; what merged cells hold is in each of them."""
    found = {number: list(cells) for number, cells in rows}
    left = _MERGED_CELLS
    for merged in named(root, "mergeCell"):
        ends = [_CELL.fullmatch(end) for end in merged.get("ref", "").split(":")]
        if len(ends) != 2 or ends[0] is None or ends[1] is None:
            continue
        (low, top), (high, bottom) = ((_column(m[1]), int(m[2])) for m in ends if m)
        high = min(high, MAX_COLUMNS - 1)
        left -= max(0, high - low + 1) * max(0, bottom - top + 1)
        above = found.get(top, [])
        if low >= len(above) or not above[low] or left < 0:
            continue
        for number in range(top, bottom + 1):
            cells = found.get(number)
            if cells is not None:  # an empty row stays one
                cells += [""] * (high + 1 - len(cells))
                cells[low : high + 1] = [above[low]] * (high + 1 - low)
    return list(found.items())


def _comments(package: Package, sheet: str, part: str) -> Iterator[tuple[str, str]]:
    """Yield (label, text) of the comments on the cells of a sheet."""
    for kind, name in package.related(part).values():
        for comment in named(package.xml(name), "comment") if kind == "comments" else ():
            text = "".join(node.text or "" for node in named(comment, "t"))
            yield f"sheet {sheet}, comment on {comment.get('ref', '')}", text


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = 26 * number + ord(letter) - ord("A") + 1
    return number - 1


def _strings(package: Package, part: str) -> list[str]:
    """Return the texts that cells share, without their phonetic readings."""
    if part not in package.names:
        return []
    return [
        "".join(
            node.text or ""
            for node in named(entry, "t")
            if next(node.iterancestors("{*}rPh"), None) is None
        ).strip()
        for entry in named(package.xml(part), "si")
    ]


def _formats(package: Package, part: str) -> list[str]:
    """Return the number format of each style of a cell."""
    if part not in package.names:
        return []
    root = package.xml(part)
    own = {n.get("numFmtId", ""): n.get("formatCode", "") for n in named(root, "numFmt")}
    styles = (xf for group in named(root, "cellXfs") for xf in named(group, "xf"))
    ids = (xf.get("numFmtId", "0") for xf in styles)
    return [own.get(n) or BUILT_IN.get(n, "General") for n in ids]
