"""A packet as Markdown (CommonMark and GitHub's), in which no text is taken for markup."""

import re
from collections.abc import Iterable

from qa.packets.carrying import with_packet
from qa.packets.packet import Packet
from qa.packets.records import Quote, Record
from qa.packets.shown import PROMISE, ROLES, TITLE, about, clean, details, made, source

_ANYWHERE = re.compile(r"[\\`*_\[\]~|$@^]|(?<=:)//|(?<=www)\.", re.IGNORECASE)
_LIST = re.compile(r"^(\s*\d{1,9})(?=[.)](?:\s|$))")
_FIRST = re.compile(r"^(\s*)(?=[#+=-])")


def to_markdown(packet: Packet) -> bytes:
    """Return a packet as Markdown, which carries it along to be verified; without pictures."""
    records = "\n".join(_record(number, record) for number, record in enumerate(packet.records, 1))
    text = f"# {TITLE}\n\n{_line(PROMISE)}\n\n{_line(made(packet))}\n\n{records}"
    return with_packet(text.encode(), packet)


def literal(text: str) -> list[str]:
    """Return the lines of a text, which Markdown shows as they are but for white space."""
    return [_escaped(line) for line in re.split(r"\r\n|\r|\n", clean(text))]


def _escaped(line: str) -> str:
    said = line.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    said = _ANYWHERE.sub(lambda found: "".join(f"\\{c}" for c in found[0]), said)
    return _FIRST.sub(r"\1\\", _LIST.sub(r"\1\\", said))


def _line(text: str) -> str:
    return " ".join(" ".join(literal(text)).split())


def _record(number: int, record: Record) -> str:
    parts = [f"## {number}. {_line(record.question)}", _pairs(about(record))]
    return "\n\n".join([*parts, *map(_quote, record.quotes)]) + "\n"


def _quote(quote: Quote) -> str:
    before, words, after = ("\n".join(literal(part)) for part in quote.around())
    shown = f"{before}<strong>{words}</strong>{after}"
    lines = "  \n> ".join(line.strip() for line in shown.split("\n") if line.strip())
    return (
        f"### {ROLES[quote.role]}: {_line(source(quote))}\n\n> {lines}\n\n{_pairs(details(quote))}"
    )


def _pairs(pairs: Iterable[tuple[str, str]]) -> str:
    return "\n".join(
        f"- {name}: {_line(value)}" if name else f"  {_line(value)}" for name, value in pairs
    )
