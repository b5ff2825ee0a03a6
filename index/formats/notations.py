"""reStructuredText, AsciiDoc and YAML: the text as written, its headings without their marks."""

import re
from collections.abc import Iterator, Sequence

from index.formats.extracted import Extracted, join_places
from index.formats.grid import grid
from index.formats.plain import decode
from index.headers import find_date, find_title
from index.lines import FENCED
from index.written_dates import dates_in

# A heading of reStructuredText is above a line of marks at least as long, or between two.
_UNDERLINE = re.compile(r"([=\-~^\"'`#*+.:_<>])\1{2,}")
_LITERAL = re.compile(
    r"^(?P<head>[^\n]*::[ \t]*[\w-]*\n(?:[ \t]+:[\w-]+:[^\n]*\n)*\s*?\n)"
    r"(?P<code>(?P<indent>[ \t]+)\S[^\n]*(?:\n(?:(?P=indent)[^\n]*|[ \t]*))*)",
    re.MULTILINE,
)
_DRAWN_TABLE = re.compile(
    r"^=+(?:[ ]+=+)+[ ]*\n(?:[^=\n][^\n]*\n)+(?:=+(?:[ ]+=+)+[ ]*\n(?:[^=\n][^\n]*\n|\n(?!\n))+)?"
    r"=+(?:[ ]+=+)+[ ]*(?:\n|\Z)",
    re.MULTILINE,
)
_LIST_TABLE = re.compile(
    r"^\.\. list-table::(?P<title>[^\n]*)\n(?P<said>(?:[ \t]+:[\w-]+:[^\n]*\n)*)\s*?\n"
    r"(?P<rows>(?:[ \t]+\S[^\n]*(?:\n|\Z)|[ \t]*\n)+)",
    re.MULTILINE,
)
_LISTED = re.compile(
    r"^[ \t]+(\*[ \t]+)?-(?:[ \t]+|$)(.*(?:\n(?![ \t]+(?:\*|-)[ \t]).+)*)", re.MULTILINE
)
_RST_COMMENT = re.compile(r"^\.\. (?![\w-]+::|\[|_|\|)[^\n]*\n(?:[ \t]+[^\n]*\n)*", re.MULTILINE)
_FIELD = re.compile(r"^:(?P<name>[\w -]+):[ \t]+(?P<value>[^\n]+)$", re.MULTILINE)
_ADOC_HEADING = re.compile(r"(={1,6})[ \t]+(\S.*)")
_ADOC_COMMENT = re.compile(r"^/{4,}\n.*?^/{4,}\n|^//(?!/)[^\n]*\n", re.MULTILINE | re.DOTALL)
_ADOC_CODE = re.compile(
    r"^(?P<mark>-{4,}|\.{4,})\n(?P<code>.*?)^(?P=mark)[ \t]*$", re.MULTILINE | re.DOTALL
)
_ADOC_TABLE = re.compile(
    r"^(?:\[(?P<said>[^\]\n]*)\]\n)?(?P<title>\.[^\s.][^\n]*\n)?"
    r"\|={3,}[ \t]*\n(?P<rows>(?:(?!\|===)[^\n]*\n)*)\|={3,}[ \t]*$",
    re.MULTILINE,
)
_ADOC_CELL = re.compile(r"(?:^|(?<=\s))(?:\d*+(?:\.\d*+)?[+*])?[<^>]?\.?[<^>]?[aehlmsv]?\|")
_ADOC_COLUMNS = re.compile(r"cols=\"?(?P<times>\d+)?(?P<rest>[^\"]*)")
_ADOC_ATTRIBUTE = re.compile(r"^:[\w-]+!?:[^\n]*\n", re.MULTILINE)
_AUTHOR_LINE = re.compile(r"(?P<name>[^\W\d_][\w. '’-]{2,60})(?:<[^>]*>)?")
_REVISION = re.compile(r"(?:v[\d.]++,?)?\s*+(?P<date>.*)")
_YEAR = re.compile(r"\d{4}")
_DATES = ("date", "published", "revdate")


def read_rst(raw: bytes) -> Extracted:
    """Read reStructuredText, without its comments."""
    text = _unix(raw)
    fields = _fields(text)
    listed = _LIST_TABLE.sub(_listed_rows, _DRAWN_TABLE.sub(_drawn_rows, text))
    fenced = _LITERAL.sub(lambda m: f"{m['head']}```\n{m['code'].rstrip()}\n```\n", listed)
    lines = _RST_COMMENT.sub("", fenced).split("\n")
    kept: list[tuple[str, bool]] = []  # (line, is a heading)
    code = False
    for n, line in enumerate(lines):
        fence = line.startswith("```")
        code ^= fence
        below = lines[n + 1] if n + 1 < len(lines) else ""
        if code or fence:
            kept.append((line, False))
        elif _is_underline(below) and line.strip() and _is_as_long(below, line, lines[n - 1 : n]):
            if not _is_underline(line):
                kept.append((line.strip(), True))
        elif not _is_underline(line):
            kept.append((line, False))
    return _extracted(kept, fields)


def read_adoc(raw: bytes) -> Extracted:
    """Read AsciiDoc; comments are left out, and the lines of its header say of the text."""
    text = _unix(raw)
    fields = _fields(text)
    head = text.split("\n\n", 1)[0].split("\n")
    if _ADOC_HEADING.match(head[0]) and len(head) > 1:
        author = _AUTHOR_LINE.fullmatch(head[1].strip())
        dated = len(head) > 2 and _YEAR.search(head[2])
        revision = _REVISION.fullmatch(head[2].strip()) if dated else None
        fields = {
            "author": author["name"].strip() if author else "",
            "date": revision["date"] if revision else "",
            **fields,
        }
        said = [line for line, found in zip(head[1:3], (author, revision), strict=False) if found]
        for line in said:
            text = text.replace(f"{line}\n", "", 1)
    fenced = _ADOC_CODE.sub(lambda m: f"```\n{m['code']}```", text)
    plain = _ADOC_TABLE.sub(_adoc_rows, _ADOC_ATTRIBUTE.sub("", _ADOC_COMMENT.sub("", fenced)))
    inside = [m.span() for m in FENCED.finditer(plain)]
    kept, at = [], 0
    for line in plain.split("\n"):
        heading = _ADOC_HEADING.fullmatch(line)
        if heading and not any(a <= at < b for a, b in inside):
            kept.append((heading[2], True))
        else:
            kept.append((line, False))
        at += len(line) + 1
    return _extracted(kept, fields)


def _adoc_rows(found: re.Match[str]) -> str:
    """Return a table of AsciiDoc as rows; cells may be on lines of their own."""
    lines = [line for line in found["rows"].split("\n") if line.strip()]
    first = len(_ADOC_CELL.split(lines[0])) - 1 if lines else 0
    columns = _ADOC_COLUMNS.search(found["said"] or "")
    if columns is not None:
        first = (
            int(columns["times"] or 0) if "*" in columns["rest"] else columns["rest"].count(",") + 1
        )
    cells = [" ".join(cell.split()) for cell in _ADOC_CELL.split("\n".join(lines))[1:]]
    if first < 1 or len(cells) < first:
        return found.group()
    rows = [(n, cells[n : n + first]) for n in range(0, len(cells), first)]
    headed = "header" in (found["said"] or "") or "\n\n" in found["rows"].lstrip("\n")
    title = (found["title"] or "").removeprefix(".")
    return title + "\n".join(row for _, row in grid(rows, named=headed or None, facts=True).lines())


def read_yaml(raw: bytes) -> Extracted:
    """Read YAML as code, in which a "#" begins a comment and no heading."""
    text = decode(raw)
    return Extracted(f"```yaml\n{text.rstrip()}\n```" if text.strip() else "")


def _extracted(lines: list[tuple[str, bool]], fields: dict[str, str]) -> Extracted:
    """Return lines as sections; the first heading is the title."""
    text, places = join_places(_sections(lines))
    first = next((line for line, heading in lines if heading), None)
    dates = (w.day for name in _DATES for w in dates_in(fields.get(name, "")))
    date = next(dates, None) or find_date(text)
    author = fields.get("author", fields.get("authors", ""))
    return Extracted(text, first or find_title(text), date, {"author": author}, places)


def _sections(lines: list[tuple[str, bool]]) -> Iterator[tuple[str, str]]:
    label, group = "", list[str]()
    for line, heading in lines:
        if heading:
            yield label, "\n".join(group)
            label, group = f"section {' '.join(line.split())}", []
        group.append(line)
    yield label, "\n".join(group)


def _fields(text: str) -> dict[str, str]:
    """Return what fields such as ":Author: Ada" say before the first section."""
    found = _FIELD.finditer(text[:2_000])
    return {m["name"].strip().lower(): m["value"].strip() for m in found}


def _is_underline(line: str) -> bool:
    return _UNDERLINE.fullmatch(line.rstrip()) is not None


def _is_as_long(below: str, line: str, above: Sequence[str]) -> bool:
    """Whether a line of marks is long enough for a heading; between two, any is."""
    between = any(_is_underline(other) and other.rstrip() == below.rstrip() for other in above)
    return between or len(below.rstrip()) >= len(line.strip())


def _drawn_rows(found: re.Match[str]) -> str:
    """Return a table of reStructuredText drawn with lines, as rows."""
    lines = found.group().rstrip("\n").split("\n")
    edges = [m.span() for m in re.finditer("=+", lines[0])]
    rules = [n for n, line in enumerate(lines) if line.startswith("=")]
    rows: list[list[str]] = []
    for line in (line for n, line in enumerate(lines) if n not in rules and line.strip()):
        ends = [start for start, _ in edges[1:]] + [None]
        cells = [line[a:b].strip() for (a, _), b in zip(edges, ends, strict=True)]
        if cells[0] or not rows:
            rows.append(cells)
        else:  # a text that goes on
            rows[-1] = [" ".join(filter(None, pair)) for pair in zip(rows[-1], cells, strict=True)]
    headed = len(rules) > 2
    table = grid(enumerate(rows, start=1), named=headed, facts=True)
    return "\n".join(line for _, line in table.lines()) + "\n"


def _listed_rows(found: re.Match[str]) -> str:
    """Return a table of reStructuredText written as a list of lists, as rows."""
    rows: list[list[str]] = []
    for mark, cell in _LISTED.findall(found["rows"]):
        if mark:
            rows.append([])
        if rows:
            rows[-1].append(" ".join(cell.split()))
    headed = re.search(r":header-rows:\s*[1-9]", found["said"]) is not None
    lines = [line for _, line in grid(enumerate(rows), named=headed, facts=True).lines()]
    return "\n".join([*filter(None, [found["title"].strip()]), *lines]) + "\n\n"


def _unix(raw: bytes) -> str:
    return decode(raw).removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
