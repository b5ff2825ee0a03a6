"""CSV, TSV, JSON and JSONL: every column is kept, each row is a place of its own."""

import csv
import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from io import StringIO
from itertools import islice
from typing import Any

from index.errors import CorpusError
from index.formats.extracted import Extracted, join_places
from index.formats.grid import grid, row_lines
from index.formats.plain import decode

_DELIMITERS = ",;\t|"
csv.field_size_limit(1 << 30)  # of all of Python's readers; a text may be a cell

_SAMPLED = 60  # rows that tell the delimiter
_SEP = re.compile(r"sep=(.)\r?\n", re.IGNORECASE)  # what Excel writes and reads
_DEPTH = 60  # of nested JSON; deeper is a bomb


def read_csv(raw: bytes) -> Extracted:
    """Read a table of rows on lines, whatever parts its cells."""
    text = decode(raw).removeprefix("\ufeff")
    said = _SEP.match(text)
    delimiter = said.group(1) if said else _delimiter(text)
    rows = enumerate(_rows(text, delimiter), start=1)
    if said:
        next(rows)
    found = grid(rows)
    if not found.rows:
        raise CorpusError("empty: there is no row in it")
    title = " ".join(found.titles[0][1]).strip() if found.titles else None
    content, places = join_places((f"row {n}", text) for n, text in found.lines())
    return Extracted(
        content, title, None, {"columns": ", ".join(filter(None, found.names))}, places
    )


def _delimiter(text: str) -> str:
    """Return the character at which most lines fall into as many cells."""

    def fit(delimiter: str) -> tuple[float, int]:
        widths = [len(row) for row in islice(_rows(text, delimiter), _SAMPLED) if any(row)]
        if not widths:
            return 0.0, 0
        width, count = Counter(widths).most_common(1)[0]
        return (count / len(widths), width) if width > 1 else (0.0, 0)

    return max(_DELIMITERS, key=fit)


def _rows(text: str, delimiter: str) -> Iterator[list[str]]:
    return csv.reader(StringIO(text, newline=""), delimiter=delimiter)


def read_jsonl(raw: bytes) -> Extracted:
    """Read a file with a JSON object on each line."""
    parts: list[tuple[str, str]] = []
    for number, line in enumerate(re.split("\r?\n", decode(raw).removeprefix("\ufeff")), start=1):
        if not line.strip():
            continue
        row = _parsed(line, f"line {number} is not JSON")
        if not isinstance(row, dict):
            raise CorpusError(f"line {number} is not a JSON object")
        parts.append((f"row {number}", _record(row)))
    if not parts:
        raise CorpusError("empty: there is no row in it")
    text, places = join_places(parts)
    return Extracted(text, None, None, {}, places)


def read_json(raw: bytes) -> Extracted:
    """Read a JSON file: each object of its lists is a row, all else "name: value" lines."""
    value = _parsed(decode(raw).removeprefix("\ufeff"), "it is not JSON")
    text, places = join_places(_parts("", value, 0))
    return Extracted(text, None, None, {}, places)


def _parsed(text: str, what: str) -> Any:
    try:
        # Numbers stay as they are written.
        return json.loads(text, parse_float=str, parse_int=str, parse_constant=str)
    except (ValueError, RecursionError) as error:
        raise CorpusError(f"{what}: {error}") from error


def _parts(path: str, value: Any, depth: int) -> Iterator[tuple[str, str]]:
    """Yield (label, text) of a value: of the objects in its lists, and of all that is in none."""
    if _is_table(value):
        for number, row in enumerate(value, start=1):
            yield ", ".join(filter(None, [path, f"row {number}"])), _record(row)
    elif isinstance(value, dict) and depth < _DEPTH:
        flat = {k: v for k, v in value.items() if not _holds_table(v, depth)}
        yield path, "\n".join(f"{name}: {text}" for name, text in _flat(path, flat, depth))
        for name, inner in value.items():
            if name not in flat:
                yield from _parts(f"{path}.{name}" if path else name, inner, depth + 1)
    else:
        yield path, "\n".join(f"{n}: {t}" if n else t for n, t in _flat(path, value, depth))


def _is_table(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(row, dict) for row in value)


def _holds_table(value: Any, depth: int) -> bool:
    if isinstance(value, dict) and depth < _DEPTH:
        return any(_holds_table(inner, depth + 1) for inner in value.values())
    return _is_table(value)


def _record(row: dict[str, Any]) -> str:
    pairs = list(_flat("", row, 0))
    if len(pairs) == 1:
        return pairs[0][1]
    return row_lines([name for name, _ in pairs], [text for _, text in pairs])


def _flat(path: str, value: Any, depth: int) -> Iterator[tuple[str, str]]:
    """Yield (name, text) of all that is in a value: ("address.city", "Oslo")."""
    if depth > _DEPTH:
        raise CorpusError(f"its JSON is nested more than {_DEPTH} deep")
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _flat(f"{path}.{name}" if path else name, inner, depth + 1)
    elif isinstance(value, list) and any(isinstance(inner, dict | list) for inner in value):
        for number, inner in enumerate(value, start=1):
            yield from _flat(f"{path}.{number}" if path else str(number), inner, depth + 1)
    elif isinstance(value, list):
        texts = [text for inner in value if (text := _scalar(inner))]
        yield path, _joined(texts)
    elif text := _scalar(value):
        yield path, text


def _joined(texts: Sequence[str]) -> str:
    sentences = any(text.endswith((".", "!", "?")) for text in texts)
    return (" " if sentences else ", ").join(texts)


def _scalar(value: Any) -> str:
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value).strip()
