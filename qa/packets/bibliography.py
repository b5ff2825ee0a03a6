"""What a packet quotes, as bibliographies take it: CSL-JSON, and BibTeX."""

import json
import re
import unicodedata
from collections.abc import Iterator
from typing import Any

from qa.packets.packet import Packet
from qa.packets.records import Quote
from qa.packets.shown import clean

_BIBTEX = {c: f"\\{c}" for c in "{}$&#_%"} | {
    "\\": "\\textbackslash{}", "~": "\\textasciitilde{}", "^": "\\textasciicircum{}",
}  # fmt: skip


def to_csl(packet: Packet) -> bytes:
    """Return the documents that are quoted as CSL-JSON, their quotes in the note."""
    items = [_csl(key, quotes) for key, quotes in _works(packet)]
    return json.dumps(items, ensure_ascii=False, indent=1).encode("utf-8", "replace")


def to_bibtex(packet: Packet) -> bytes:
    """Return the documents that are quoted as BibTeX, their quotes in the note."""
    entries = (_entry(key, quotes) for key, quotes in _works(packet))
    return "\n".join(entries).encode("utf-8", "replace")


def _works(packet: Packet) -> Iterator[tuple[str, list[Quote]]]:
    """Yield each file that is quoted, with a key that no other has."""
    works: dict[tuple[str, str], list[Quote]] = {}
    for record in packet.records:
        for quote in record.quotes:
            works.setdefault((quote.document, quote.sha256), []).append(quote)
    taken: set[str] = set()
    for quotes in works.values():
        stem, n = _key(quotes[0]), 1
        key = stem
        while key in taken:
            n += 1
            key = f"{stem}-{n}"
        taken.add(key)
        yield key, quotes


def _key(quote: Quote) -> str:
    plain = unicodedata.normalize("NFKD", quote.title).encode("ascii", "ignore").decode().lower()
    words = re.findall(r"[a-z0-9]+", plain)[:4]
    return "-".join([*words, (quote.date or "")[:4]]).strip("-") or "document"


def _csl(key: str, quotes: list[Quote]) -> dict[str, Any]:
    first = quotes[0]
    item: dict[str, Any] = {"id": key, "type": "document", "title": clean(first.title)}
    if first.author:
        item["author"] = [{"literal": clean(first.author)}]
    if first.date is not None:
        item["issued"] = {"date-parts": [[int(part) for part in first.date.split("-")]]}
    if first.url:
        item["URL"] = clean(first.url)
    return {**item, "source": clean(first.document), "note": clean(_note(quotes))}


def _entry(key: str, quotes: list[Quote]) -> str:
    first = quotes[0]
    date = (first.date or "").split("-")
    values = {
        "title": f"{{{_escaped(first.title)}}}",
        "author": f"{{{_escaped(first.author)}}}" if first.author else "",
        "year": _escaped(date[0]),
        "month": str(int(date[1])) if len(date) > 1 else "",
        "howpublished": _escaped(first.url or first.document),
        "note": _escaped(_note(quotes)),
    }
    lines = "".join(f"  {name} = {{{value}}},\n" for name, value in values.items() if value)
    return f"@misc{{{key},\n{lines}}}\n"


def _note(quotes: list[Quote]) -> str:
    said = [f"{q.place}: “{q.quote}”" if q.place else f"“{q.quote}”" for q in quotes]
    return f"{'; '.join(said)}; file {quotes[0].document}, SHA-256 {quotes[0].sha256}"


def _escaped(text: str) -> str:
    return "".join(_BIBTEX.get(c, c) for c in " ".join(clean(text).split()))
