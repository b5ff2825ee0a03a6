"""Which documents to ask: as programs write it, and as the page's list of documents has it."""

import json
from collections.abc import Mapping

from index.errors import FilterError
from index.filters import Filter, time_in_words
from index.types import Document

_NAMED = 2  # documents that are called by their titles; more are counted


def filter_of(documents: str, after: str, before: str) -> Filter | None:
    """Return the filter that is meant, None for all documents; raises FilterError for no dates.

    `documents` are globs parted by commas.
    """
    globs = tuple(glob.strip() for glob in documents.split(",") if glob.strip())
    since, until = after.strip() or None, before.strip() or None
    if not globs and since is None and until is None:
        return None
    return Filter(globs, since, until)


def chosen(only: str) -> Filter | None:
    """Return the filter that the page sends, None for all documents; raises FilterError.

    It is JSON: {"ids": documents that are ticked, "after": "2009", "before": "2012"}, each of them
    if need be.
    """
    try:
        sent = json.loads(only) if only else {}
    except (ValueError, RecursionError):
        sent = None
    match sent:
        case dict():
            ids, after, before = sent.get("ids", []), sent.get("after"), sent.get("before")
        case _:
            raise FilterError("which documents to ask cannot be read; choose them again")
    strings = isinstance(ids, list) and all(isinstance(name, str) for name in ids)
    if not strings or not all(day is None or isinstance(day, str) for day in (after, before)):
        raise FilterError("which documents to ask cannot be read; choose them again")
    if not ids and not after and not before:
        return None
    return Filter(after=after or None, before=before or None, ids=tuple(ids))


def in_words(within: Filter | None, documents: Mapping[str, Document]) -> str:
    """Return which documents a filter lets through, as people say it; "" for all."""
    if within is None:
        return ""
    parts = []
    if within.ids:
        held = [documents[name] for name in within.ids if name in documents]
        few = ", ".join(f"“{d.title or d.id}”" for d in held)
        parts.append(few if len(held) <= _NAMED else f"{len(held):,} chosen documents")
        if gone := len(within.ids) - len(held):
            parts.append(f"{gone:,} more that {'is' if gone == 1 else 'are'} not there any more")
    parts += list(within.documents)
    if time := time_in_words(within.after, within.before):
        parts.append(time)
    return ", ".join(filter(None, parts))
