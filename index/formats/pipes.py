"""Pure: the tables of Markdown, drawn with bars, as rows with named columns."""

import re

from index.formats.grid import grid

_RULE = re.compile(r"[ \t]*+\|?[ \t]*+:?-++:?[ \t]*+(\|[ \t]*+:?-++:?[ \t]*+)*+\|?[ \t]*+")
_FENCE = re.compile(r"[ \t]*(`{3,}|~{3,})")
_BAR = re.compile(r"(?<!\\)\|")
_BREAK = re.compile(r"<br */?>", re.IGNORECASE)


def with_rows(text: str) -> str:
    """Return Markdown with its tables as rows, but for those in fenced code."""
    if "|" not in text:
        return text
    lines = text.splitlines(keepends=True)
    out: list[str] = []
    fence = ""
    at = 0
    while at < len(lines):
        end = _table_end(lines, at) if not fence else at
        if end > at:
            rows = [(n - at, _cells(lines[n])) for n in range(at, end) if n != at + 1]
            out += [f"{row}\n" for _, row in grid(rows, named=True).lines()]
            at = end
            continue
        mark = _FENCE.match(lines[at])
        if mark and not fence:
            fence = mark.group(1)
        elif mark and mark.group(1).startswith(fence):
            fence = ""
        out.append(lines[at])
        at += 1
    return "".join(out)


def _table_end(lines: list[str], at: int) -> int:
    """Return where the table that begins at a line ends, or that line where there is none."""
    if at + 1 >= len(lines) or "|" not in lines[at]:
        return at
    rule = lines[at + 1].rstrip("\r\n")
    if not _RULE.fullmatch(rule) or len(_cells(rule)) != len(_cells(lines[at])):
        return at
    end = at + 2
    while end < len(lines) and "|" in lines[end]:
        end += 1
    return end if end > at + 2 else at


def _cells(line: str) -> list[str]:
    bare = line.strip()
    bare = bare.removeprefix("|")
    if bare.endswith("|") and not bare.endswith("\\|"):
        bare = bare[:-1]
    cells = [_BREAK.sub(" ", cell.replace("\\|", "/")) for cell in _BAR.split(bare)]
    return [cell.strip().strip("*").replace("`", "") for cell in cells]
