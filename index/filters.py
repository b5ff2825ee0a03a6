"""Pure: which documents to search, by their path, their date and what they say of themselves."""

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from fnmatch import translate
from functools import lru_cache

from index.dates import in_range, is_date
from index.errors import FilterError
from index.types import Document

_MOST = 100  # globs, or names of `where`
_LONGEST = 1_000  # characters
_DATE_CHARS = len("2009-08-15")
_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Filter:
    """Documents that meet every condition given; `Filter()` lets all through.

    `documents` are globs of which one must match: "*.pdf", "reports/*", or a folder or archive by
    itself, "reports", for all below it; `*` crosses folders, and case counts. `after` and `before`
    are dates as in index/dates.py, both inclusive: 2009 to 2009 is all of that year. A document
    that is dated less precisely is let through where some day of its time is. One without a date
    is not.

    `where` says what the title, or the metadata of a name, must contain, whatever the case:
    {"author": "byron"}. A language is one with its regions: "en" lets "en-GB" through.

    `ids` are those of single documents, let through beside what the globs match; they are sorted.

    Raises FilterError for what is not a date, for `after` later than `before`, and for a name in
    `where` without a value.
    """

    documents: tuple[str, ...] = ()
    after: str | None = None
    before: str | None = None
    where: Mapping[str, str] = field(default_factory=dict)
    ids: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "ids", tuple(sorted(set(self.ids))))
        self._check_sizes()
        for name in ("after", "before"):
            value = getattr(self, name)
            if value is not None and not (len(value) <= _DATE_CHARS and is_date(value)):
                raise FilterError(
                    f"{name} {value[:_SHOWN]!r}: not a date; write 2009, 2009-08 or 2009-08-15"
                )
        if self.after is not None and not in_range(self.after, None, self.before):
            raise FilterError(
                f"after {self.after}, before {self.before}: no day is in between; swap them"
            )
        if empty := [name for name, value in self.where.items() if not value.strip()]:
            raise FilterError(f"where {empty[0]}: it lacks the value; write {empty[0]}=VALUE")

    def _check_sizes(self) -> None:
        """Raise FilterError for more than is looked up in every document in no time."""
        if len(self.documents) > _MOST or len(self.where) > _MOST:
            raise FilterError(f"more than {_MOST} conditions of one kind; name folders instead")
        values = (*self.documents, *self.where, *self.where.values())
        if long := next((value for value in values if len(value) > _LONGEST), None):
            raise FilterError(
                f"{long[:_SHOWN]}...: {len(long):,} characters are over the limit of {_LONGEST:,}"
            )

    def matches(self, document: Document) -> bool:
        """Whether a document is let through."""
        return (
            (not (self.documents or self.ids) or self._named(document))
            and self._in_time(document)
            and all(_says(document, name, value) for name, value in self.where.items())
        )

    def _named(self, document: Document) -> bool:
        at = bisect_left(self.ids, document.id)
        if self.ids[at : at + 1] == (document.id,):
            return True
        globs = [_regex(glob) for glob in self.documents]
        return any(glob.match(name) for glob in globs for name in document.names)

    def _in_time(self, document: Document) -> bool:
        if self.after is None and self.before is None:
            return True
        day = document.date
        return day is not None and is_date(day) and in_range(day, self.after, self.before)

    def __str__(self) -> str:
        """Return the conditions as people read them."""
        chosen = f"{len(self.ids):,} chosen" if self.ids else ""
        names = " or ".join(filter(None, (*self.documents, chosen)))
        time = time_in_words(self.after, self.before)
        return ", ".join(
            [
                *([names] if names else []),
                *([time] if time else []),
                *(f"{name}={value}" for name, value in self.where.items()),
            ]
        )


def time_in_words(after: str | None, before: str | None) -> str:
    """Return a span of time as people say it, both ends included; "" for any time."""
    if after is None or before is None:
        return f"from {after}" if after is not None else f"until {before}" if before else ""
    return after if after == before else f"{after} to {before}"


@dataclass(frozen=True, slots=True)
class Selected:
    """The ids of what a filter lets through, and of what only lacks a date for it."""

    documents: tuple[str, ...]
    undated: tuple[str, ...]


def select(documents: Collection[Document], within: Filter) -> Selected:
    """Return what a filter lets through, in the order given; raises FilterError for nothing."""
    matching = tuple(d.id for d in documents if within.matches(d))
    at_any_time = replace(within, after=None, before=None)
    undated: tuple[str, ...] = ()
    if at_any_time != within:
        undated = tuple(
            d.id
            for d in documents
            if (d.date is None or not is_date(d.date)) and at_any_time.matches(d)
        )
    if matching:
        return Selected(matching, undated)
    why = f"; {len(undated)} would, but have no date" if undated else ""
    names = {"title"}.union(*(d.metadata for d in documents))
    if unknown := sorted(set(within.where) - names):
        why += f"; none says its {unknown[0]}: they say {', '.join(sorted(names))}"
    raise FilterError(f"none of the {len(documents)} documents matches {within}{why}")


@lru_cache(maxsize=256)
def _regex(glob: str) -> re.Pattern[str]:
    below = glob.rstrip("/")
    return re.compile(f"{translate(glob)}|{translate(f'{below}/*')}")


def _says(document: Document, name: str, value: str) -> bool:
    own = _folded(document.title if name == "title" else document.metadata.get(name, ""))
    wanted = _folded(value)
    if name == "language":
        return own == wanted or own.startswith(f"{wanted}-")
    return wanted in own


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()
