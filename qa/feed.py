"""Pure: changes of answers as an Atom feed (RFC 4287)."""

from collections.abc import Sequence
from xml.etree import ElementTree as ET

from qa.packets.records import Record, timestamp
from qa.packets.shown import clean
from qa.types import Status
from qa.watched import Change

_NAMES = {
    Status.ANSWERED: "Answered",
    Status.UNSURE: "Not sure",
    Status.NOT_FOUND: "Not found",
}


def to_atom(changes: Sequence[Change], id: str, title: str) -> bytes:
    """Return a feed with an entry for each change, the newest first; `id` is a UUID.

    All is plain text; nothing in it leads anywhere.
    """
    updated = changes[-1].at if changes else timestamp()
    feed = ET.Element("feed", xmlns="http://www.w3.org/2005/Atom")
    _add(feed, ("id", f"urn:uuid:{id}"), ("title", title), ("updated", updated))
    _add(ET.SubElement(feed, "author"), ("name", "Quotewell"))
    for change in reversed(changes):
        said = f"{', '.join(change.what)} changed: {change.now.question}"
        entry = ET.SubElement(feed, "entry")
        _add(entry, ("id", f"urn:uuid:{change.id}"), ("title", said), ("updated", change.at))
        both = f"Before ({change.before.asked}):\n{_told(change.before)}\n\nNow:\n"
        _add(entry, ("content", both + _told(change.now)))
    return bytes(ET.tostring(feed, encoding="utf-8", xml_declaration=True))


def _add(parent: ET.Element, *parts: tuple[str, str]) -> None:
    for name, text in parts:
        ET.SubElement(parent, name).text = clean(text)


def _told(record: Record) -> str:
    """Return an answer in lines: its status, and each quote in its sentence with its source."""
    lines = [_NAMES[record.status] + (f": {record.answer}" if record.answer is not None else "")]
    for quote in record.quotes:
        place = f", {quote.place}" if quote.place else ""
        lines.append(f"“{''.join(quote.around())}” ({quote.title}{place}; {quote.document})")
    return "\n".join(lines)
