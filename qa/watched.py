"""Questions that are kept with their answers, and what changed since they were last asked."""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from uuid import uuid4

from index.errors import FilterError, PacketError
from index.filters import Filter
from index.types import Document
from qa.packets.packet import MAX_BYTES
from qa.packets.plain import from_plain, to_plain
from qa.packets.records import Record, Role, record_of, timestamp
from qa.questions_file import Asked
from qa.types import Answer, Status
from qa.written import write_whole

_FORMAT = "quotewell-answers"
_VERSION = 1
_KEPT = 100  # changes, for those who look rarely

Ask = Callable[[str, Filter | None], Answer]


@dataclass(frozen=True, slots=True)
class Change:
    """An answer that is another now: `what` changed, "status", "answer" or "sources"."""

    id: str
    at: str
    what: tuple[str, ...]
    before: Record
    now: Record


@dataclass(frozen=True, slots=True)
class Kept:
    """Answers as last seen, and earlier changes, oldest first; `id` identifies the whole list."""

    id: str
    records: tuple[Record, ...] = ()
    changes: tuple[Change, ...] = ()

    @classmethod
    def read(cls, file: Path) -> "Kept":
        """Return what a file holds, nothing where there is none; raises PacketError."""
        try:
            with file.open("rb") as opened:
                whole = json.loads(opened.read(MAX_BYTES))
        except FileNotFoundError:
            return cls(str(uuid4()))
        except (OSError, ValueError, RecursionError) as error:
            raise PacketError(f"{file}: cannot be read as kept answers ({error})") from None
        if not isinstance(whole, dict) or whole.pop("format", None) != _FORMAT:
            raise PacketError(f"{file}: these are no kept answers; name another file")
        if (version := whole.pop("version", None)) != _VERSION:
            raise PacketError(f"{file}: of version {version!r:.20}; delete it to begin again")
        return from_plain(cls, whole, str(file))

    def write(self, file: Path) -> None:
        """Write it whole, or not at all; raises QuotewellError."""
        whole = {"format": _FORMAT, "version": _VERSION, **to_plain(self)}
        write_whole(file, json.dumps(whole, indent=1).encode())


def asked_again(
    kept: Kept, questions: Iterable[Asked], ask: Ask, documents: Mapping[str, Document]
) -> tuple[Kept, list[Change]]:
    """Ask questions; return what to keep, and the changes since the answers that are kept.

    A question that is new has no change. `ask` raises QuestionError for what cannot be asked.
    """
    known = {_key(Asked(r.question, r.within)): r for r in kept.records}
    records, changes = [], []
    for asked in questions:
        now = asked_now(asked, ask, documents)
        records.append(now)
        before = known.get(_key(asked))
        if before is not None and (what := changed(before, now)):
            changes.append(Change(str(uuid4()), now.asked, what, before, now))
    last = (*kept.changes, *changes)[-_KEPT:]
    return replace(kept, records=tuple(records), changes=last), changes


def asked_now(asked: Asked, ask: Ask, documents: Mapping[str, Document]) -> Record:
    """Ask a question; one whose filter lets no document through any more is not found."""
    try:
        return record_of(ask(asked.question, asked.within), documents, asked.within)
    except FilterError:
        question, at = asked.question, timestamp()
        nothing = (Status.NOT_FOUND, None, 0.0, True, ())
        return Record(question, question, asked.within, at, *nothing)


def changed(before: Record, now: Record) -> tuple[str, ...]:
    """Return what is another: the "status", the "answer", or the "sources" and what they say.

    The answer's case and spaces do not count, nor where in its document a sentence is.
    """
    parts: dict[str, tuple[object, object]] = {
        "status": (before.status, now.status),
        "answer": ((_folded(before.answer), before.note), (_folded(now.answer), now.note)),
        "sources": (_sources(before), _sources(now)),
    }
    return tuple(name for name, (one, other) in parts.items() if one != other)


def shown(change: Change) -> dict[str, Any]:
    """Return a change as plain JSON types: what was said before and is now, with its places."""
    return {
        "question": change.now.question,
        "within": to_plain(change.now.within),
        "at": change.at,
        "changed": list(change.what),
        "before": _said(change.before),
        "now": _said(change.now),
    }


def _said(record: Record) -> dict[str, Any]:
    names = ("role", "document", "title", "date", "place", "page", "start", "end", "quote")
    return {
        "asked": record.asked,
        "status": record.status,
        "answer": record.answer,
        "note": record.note,
        "confidence": record.confidence,
        "quotes": [
            {name: getattr(quote, name) for name in names}
            | {"sentence": "".join(quote.around()), "sha256": quote.sha256}
            for quote in record.quotes
        ],
    }


def _sources(record: Record) -> set[tuple[str, str]]:
    cited = (quote for quote in record.quotes if quote.role is not Role.NEAREST)
    return {(quote.document, "".join(quote.around())) for quote in cited}


def _folded(answer: str | None) -> str | None:
    return " ".join(answer.casefold().split()) if answer is not None else None


def _key(asked: Asked) -> str:
    return json.dumps([asked.question, to_plain(asked.within)], sort_keys=True)
