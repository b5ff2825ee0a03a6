"""IPYNB: the cells of a notebook, each a place, code between fences."""

import json
from collections.abc import Iterator
from typing import Any

from index.errors import CorpusError
from index.formats.extracted import Extracted, join_places
from index.formats.plain import decode
from index.headers import find_date, find_title

_OUTPUT_CHARS = 5_000  # of one cell


def read(raw: bytes) -> Extracted:
    """Read a notebook: its texts, its code, and what that printed."""
    book: Any = json.loads(decode(raw))
    if not isinstance(book, dict) or not ("cells" in book or "worksheets" in book):
        raise CorpusError("damaged, or not an .ipynb file (it has no cells)")
    cells = book["cells"] if "cells" in book else book["worksheets"][0]["cells"]
    parts = [(f"cell {n}", _cell(cell)) for n, cell in enumerate(cells, start=1)]
    text, places = join_places(parts)
    said = book.get("metadata", {})
    authors = [str(each.get("name", "")) for each in said.get("authors", [])]
    prose = "\n\n".join(t for (_, t), c in zip(parts, cells, strict=True) if not _is_code(c))
    title = str(said.get("title", "")) or (find_title(prose) if prose.strip() else None)
    return Extracted(text, title, find_date(prose), {"author": ", ".join(authors)}, places)


def _is_code(cell: dict[str, Any]) -> bool:
    return bool(cell.get("cell_type") == "code")


def _cell(cell: dict[str, Any]) -> str:
    source = _joined(cell.get("source", cell.get("input", "")))
    if not _is_code(cell) or not source.strip():
        return source
    printed = "\n".join(_printed(cell.get("outputs", [])))[:_OUTPUT_CHARS]
    return f"```\n{source}\n```\n{printed}"


def _printed(outputs: list[dict[str, Any]]) -> Iterator[str]:
    """Yield the texts that a cell printed or came to."""
    for output in outputs:
        yield _joined(output.get("text", output.get("data", {}).get("text/plain", "")))


def _joined(lines: str | list[str]) -> str:
    return lines if isinstance(lines, str) else "".join(lines)
