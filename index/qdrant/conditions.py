"""Pure: filters and versions, as conditions that the engine itself checks."""

import re
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from index.dates import is_date
from index.filters import Filter
from index.qdrant.points import Where, any_of, within
from index.types import Document

NEVER = (1 << 31) - 1
_WILD = re.compile(r"[*?\[]")
_FIRST, _LAST = "0001-01-01", "9999-12-31"


@dataclass(frozen=True, slots=True)
class View:
    """What is seen at a version: all that was written up to it, by writers that finished.

    `failed` are the versions of those that did not.
    """

    version: int
    failed: tuple[int, ...] = ()

    @property
    def where(self) -> Where:
        lasting: list[Where] = [within("until", gt=self.version)]
        hidden: dict[str, Sequence[Where]] = {}
        if self.failed:
            lasting.append(any_of("until", self.failed))
            hidden = {"must_not": [any_of("from", self.failed)]}
        return {"must": [within("from", lte=self.version), {"should": lasting}], **hidden}


def said_of(document: Document) -> dict[str, object]:
    """Return what of a document its passages tell, so that the engine can choose among them."""
    fields: dict[str, object] = {"in": _paths(document.names)}
    if document.date is not None and is_date(document.date):
        fields |= {"first": _first_day(document.date), "last": _last_day(document.date)}
    return fields


def conditions(asked: Filter, matching: Callable[[Filter], Collection[int]]) -> list[Where]:
    """Return what the engine is to check for a filter to let a passage through.

    Names without wildcards, and dates, it compares itself. For the rest, `matching` tells the
    numbers of the documents.
    """
    found: list[Where] = []
    plain = all(_is_path(glob) and not _WILD.search(glob) for glob in asked.documents)
    if asked.documents and plain and not asked.ids:
        found.append(any_of("in", sorted({glob.rstrip("/") for glob in asked.documents})))
        asked = replace(asked, documents=())
    if asked.after is not None:
        found.append(within("last", gte=_first_day(asked.after)))
    if asked.before is not None:
        found.append(within("first", lte=_last_day(asked.before)))
    asked = replace(asked, after=None, before=None)
    if asked != Filter():
        found.append(any_of("doc", sorted(matching(asked))))
    return found


def in_years(years: Iterable[int]) -> Where:
    """Return the condition that a document is dated in one of these years."""
    spans = [(_first_day(f"{year:04}"), _last_day(f"{year:04}")) for year in sorted(years)]
    return {"should": [{"must": [within("first", gte=a), within("last", lte=b)]} for a, b in spans]}


def _paths(names: Iterable[str]) -> list[str]:
    """Return the names, and the folders that they are in."""
    found: dict[str, None] = {}
    for name in names:
        path = PurePosixPath(name)
        for each in (name, *(str(parent) for parent in path.parents)):
            if _is_path(each):
                found[each] = None
    return list(found)


def _is_path(name: str) -> bool:
    """Whether the engine can compare a name: it takes UTF-8, and ends in no slash."""
    if name.rstrip("/") in ("", ".") or str(PurePosixPath(name)) != name.rstrip("/"):
        return False
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def _first_day(date: str) -> int:
    return int((date + _FIRST[len(date) :]).replace("-", ""))


def _last_day(date: str) -> int:
    """Return the last day of a date, where every month has 31: only their order counts."""
    return int((date + _LAST[len(date) :]).replace("-", ""))
