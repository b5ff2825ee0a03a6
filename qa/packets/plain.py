"""Pure: frozen dataclasses to plain JSON types and back, checked against the fields' types."""

import types
from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from enum import StrEnum
from functools import cache
from typing import Any, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from index.errors import PacketError, QuotewellError

_T = TypeVar("_T")
_SHOWN = 60


def to_plain(value: object) -> Any:
    """Return a dataclass, or what holds some, as plain JSON types."""
    if is_dataclass(value) and not isinstance(value, type):
        return {f.name: to_plain(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, Mapping):
        return {name: to_plain(one) for name, one in value.items()}
    return [to_plain(one) for one in value] if isinstance(value, list | tuple) else value


def from_plain(kind: type[_T], value: object, where: str = "") -> _T:
    """Return what `to_plain` made `value` of.

    Fields may be strings, numbers, booleans, enumerations, such dataclasses, named tuples, tuples
    of one type, mappings of strings, or None. `where` is what messages call it. Raises
    PacketError for all else, and for a field that is missing or not known.
    """
    return cast(_T, _built(kind, value, where))


def _built(kind: Any, value: object, where: str) -> object:
    origin, arguments = get_origin(kind), get_args(kind)
    if origin in (Union, types.UnionType):
        if value is None and type(None) in arguments:
            return None
        (kind,) = (one for one in arguments if one is not type(None))
        return _built(kind, value, where)
    if origin is not None and isinstance(value, dict | list | tuple):
        return _held(origin, arguments, value, where)
    if isinstance(kind, type):
        if is_dataclass(kind) and isinstance(value, dict):
            return _made(kind, value, where)
        if issubclass(kind, tuple) and isinstance(value, list | tuple):
            return _named_tuple(kind, value, where)
    return _scalar(kind, value, where)


def _held(
    origin: Any, arguments: tuple[Any, ...], value: Any, where: str
) -> tuple[object, ...] | dict[str, str]:
    """Return a tuple of one type, or a mapping of strings."""
    if origin is tuple and not isinstance(value, dict):
        return tuple(_built(arguments[0], one, f"{where}[{n}]") for n, one in enumerate(value))
    if issubclass(origin, Mapping) and isinstance(value, dict):
        return {_scalar(str, k, where): _scalar(str, v, where) for k, v in value.items()}
    raise PacketError(f"{where}: a {type(value).__name__} cannot be there")


def _scalar(kind: Any, value: Any, where: str) -> Any:
    if isinstance(kind, type):
        if issubclass(kind, StrEnum) and isinstance(value, str) and value in set(kind):
            return kind(value)
        if kind is float and type(value) in (int, float):
            return float(value)
        if type(value) is kind and kind in (str, int, bool):
            return value
    raise PacketError(f"{where or 'this'}: {str(value)[:_SHOWN]!r} cannot be there")


def _made(kind: Any, value: dict[str, object], where: str) -> object:
    known = {f.name: f for f in fields(kind)}
    needed = {n for n, f in known.items() if f.default is MISSING and f.default_factory is MISSING}
    if wrong := sorted(set(value) - set(known)) or sorted(needed - set(value)):
        said = "not known" if wrong[0] in value else "missing"
        raise PacketError(f"{where}.{str(wrong[0])[:_SHOWN]}: {said}".removeprefix("."))
    hints = _hints(kind)
    given = {
        name: _built(hints[name], one, f"{where}.{name}".removeprefix("."))
        for name, one in value.items()
    }
    try:
        return kind(**given)
    except QuotewellError as error:  # a filter with a date that is none
        raise PacketError(f"{where}: {error}") from None


def _named_tuple(kind: Any, value: list[object] | tuple[object, ...], where: str) -> object:
    hints = list(_hints(kind).values())
    if len(value) != len(hints):
        raise PacketError(f"{where}: {len(hints)} numbers are needed, not {len(value)}")
    return kind(*(_built(hint, one, where) for hint, one in zip(hints, value, strict=True)))


@cache
def _hints(kind: Any) -> dict[str, Any]:
    return get_type_hints(kind)
