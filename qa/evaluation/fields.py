"""JSON written by others, read field by field: an error says where, what is wrong, what to do.

`where` is always the place in words ("questions.jsonl, line 3") that an error message starts with.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

from index.errors import DatasetError

T = TypeVar("T")

_NAMES = {
    str: "a text",
    int: "a whole number",
    list: "a list",
    dict: "an object",
    bool: "a boolean",
}
_SURROGATE = re.compile("[\ud800-\udfff]")  # JSON can spell one, UTF-8 cannot


def lines(path: Path) -> Iterator[tuple[int, str]]:
    """Yield (number from 1, line) for lines that are not blank."""
    try:
        with path.open("rb") as file:
            for number, line in enumerate(file, 1):
                text = line.decode("utf-8-sig" if number == 1 else "utf-8")
                if text.strip():
                    yield number, text
    except UnicodeDecodeError as error:
        raise DatasetError(
            f"{path}, line {number} is not UTF-8: byte {error.start + 1} cannot be read "
            f"({error.reason}). Save the file as UTF-8."
        ) from None
    except OSError as error:
        raise DatasetError(f"{path} cannot be read: {error.strerror}. Check the path.") from None


def json_lines(path: Path) -> Iterator[tuple[str, dict[str, object]]]:
    """Yield (where, object) for each line; `where` names file and line for an error message."""
    for number, line in lines(path):
        where = f"{path}, line {number}"
        try:
            value = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise DatasetError(f"{where} is not JSON ({error}). Correct or delete it.") from None
        yield where, as_object(value, where)


def read_json(path: Path) -> object:
    try:
        value: object = json.loads(path.read_bytes())
    except OSError as error:
        raise DatasetError(f"{path} cannot be read: {error.strerror}. Check the path.") from None
    except (ValueError, RecursionError) as error:
        raise DatasetError(
            f"{path} is not JSON ({error}). Check that it is the right file."
        ) from None
    return value


def as_object(value: object, where: str) -> dict[str, object]:
    if not isinstance(value, dict):
        raise DatasetError(f"{where}: this must be an object, but is {short(value)}. Correct it.")
    return value


def field(record: object, name: str, kind: type[T], where: str) -> T:
    fields = as_object(record, where)
    if name not in fields:
        raise DatasetError(f'{where}: the field "{name}" is missing. Add it.')
    value = fields[name]
    if type(value) is not kind:  # not isinstance, for which True is a whole number
        raise DatasetError(
            f'{where}: "{name}" must be {_NAMES[kind]}, but is {short(value)}. Correct it.'
        )
    if isinstance(value, str) and _SURROGATE.search(value):
        raise DatasetError(
            f'{where}: "{name}" has half of a surrogate pair, which no text can hold: '
            f"{short(value)}. Correct the escape."
        )
    return value


def text_field(record: object, name: str, where: str) -> str:
    """Return a field that must be a text, and not a blank one."""
    text = field(record, name, str, where)
    if not text.strip():
        raise DatasetError(f'{where}: "{name}" is blank. Fill it in, or delete the entry.')
    return text


def unique(id: str, seen: dict[str, str], where: str) -> str:
    if id in seen:
        raise DatasetError(f"{where}: {seen[id]} has the id {short(id)}, too. Change one.")
    seen[id] = where
    return id


def short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:77]}..."
