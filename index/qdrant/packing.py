"""Pure: bytes in payloads, in parts, and back: what comes back may be anybody's."""

import base64
import json
import zlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

PART_BYTES = 1 << 20


def parts(raw: bytes) -> Iterator[str]:
    """Yield the parts that `joined` puts together again; none for no bytes."""
    for start in range(0, len(raw), PART_BYTES):
        yield packed(raw[start : start + PART_BYTES])


def joined(found: Sequence[str]) -> bytes:
    """Return the bytes; raises ValueError for what `parts` did not yield."""
    return b"".join(unpacked(part) for part in found)


def packed(raw: bytes) -> str:
    return base64.b64encode(zlib.compress(raw, 6)).decode("ascii")


def unpacked(part: Any, limit: int = PART_BYTES) -> bytes:
    """Return the bytes of `packed`; raises ValueError for others, or for more than `limit`."""
    if not isinstance(part, str):
        raise ValueError("a part is not a text")  # of what was saved
    inflate = zlib.decompressobj()
    try:
        raw = inflate.decompress(base64.b64decode(part, validate=True), limit + 1)
    except zlib.error as error:
        raise ValueError(f"a part cannot be unpacked: {error}") from error
    if len(raw) > limit or not inflate.eof:
        raise ValueError("a part is larger than any that was saved")
    return raw


def as_json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=True).encode("ascii")


def from_json(raw: bytes) -> Any:
    """Return what `as_json` was given; raises ValueError."""
    try:
        return json.loads(raw)
    except RecursionError as error:
        raise ValueError("nested without end") from error


def number(payload: Mapping[str, Any], name: str) -> int:
    """Return a field that is a whole number, not below zero; raises ValueError."""
    value = payload.get(name)
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise ValueError(f"{name} is no number")
    return value
