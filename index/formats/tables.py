"""CSV and JSONL: one text column, each row a place of its own."""

import csv
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from io import StringIO

from index.errors import CorpusError
from index.formats.extracted import Extracted, join_places
from index.formats.plain import decode

_TEXT = ("text", "body", "content", "passage")
_SAID = ("date", "author", "url")
_DELIMITERS = ",;\t|"

Row = tuple[int, dict[str, str]]  # its number as a spreadsheet or an editor counts, its values


def read_csv(raw: bytes) -> Extracted:
    """Read a table whose first row names its columns."""
    text = decode(raw).removeprefix("\ufeff")
    csv.field_size_limit(len(text) + 1)
    header = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = max(_DELIMITERS, key=header.count)
    reader = csv.DictReader(StringIO(text, newline=""), restkey="", delimiter=delimiter)
    rows = enumerate(reader, start=2)
    return _read([(n, {k: v for k, v in row.items() if k and v}) for n, row in rows])


def read_jsonl(raw: bytes) -> Extracted:
    """Read a file with a JSON object on each line."""
    rows: list[Row] = []
    for number, line in enumerate(re.split("\r?\n", decode(raw).removeprefix("\ufeff")), start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise CorpusError(f"line {number} is not JSON: {error}") from error
        if not isinstance(row, dict):
            raise CorpusError(f"line {number} is not a JSON object")
        rows.append((number, {k: str(v) for k, v in row.items() if isinstance(v, str | int)}))
    return _read(rows)


def _read(rows: Sequence[Row]) -> Extracted:
    column = _text_column([row for _, row in rows])
    text, places = join_places(_parts(rows, column))
    return Extracted(text, None, None, {"column": column}, places)


def _parts(rows: Iterable[Row], column: str) -> Iterator[tuple[str, str]]:
    """Yield (label, text) of each row: what it is called, and its title and text."""
    for number, row in rows:
        if not row.get(column, "").strip():
            continue
        named = {name.strip().lower(): value.strip() for name, value in row.items()}
        said = [value for name in _SAID if (value := named.get(name, ""))]
        title = named.get("title", "")
        own_title = title if column.strip().lower() != "title" else ""
        yield ", ".join([f"row {number}", *said]), f"{own_title}\n{row[column].strip()}"


def _text_column(rows: Sequence[dict[str, str]]) -> str:
    """Return the column that is named as text, or else the one with the most of it."""
    lengths: dict[str, int] = {}
    for row in rows:
        for name, value in row.items():
            lengths[name] = lengths.get(name, 0) + len(value)
    named = {name.strip().lower(): name for name in reversed(lengths)}
    found = [named[name] for name in _TEXT if name in named]
    if not lengths:
        raise CorpusError("empty: there is no row in it")
    return found[0] if found else max(lengths, key=lambda name: lengths[name])
