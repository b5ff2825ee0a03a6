"""A packet: records of answers, what made them, and a seal by which a change is noticed."""

import base64
import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from index.errors import CorpusError, PacketError
from index.types import Document
from qa.packets.plain import from_plain, to_plain
from qa.packets.records import PagePicture, Quote, Record, check, timestamp
from qa.picture import draw

FORMAT = "quotewell-packet"
VERSION = 1
MAX_BYTES = 300_000_000

Original = Callable[[Document], bytes]
"""Returns the bytes of a document's file; raises CorpusError where they are out of reach."""


@dataclass(frozen=True, slots=True)
class Packet:
    """Answers to take away. `made` is UTC, ISO 8601; `versions` what made them, by part.

    `sha256` is the hash of all else as `sealed` writes it. Whoever changes a packet without
    making a new hash is found out. Who makes a new one is not: keep the hash itself elsewhere, or
    compare the quotes with the documents (`qa.packets.verifying`).
    """

    made: str
    versions: Mapping[str, str]
    records: tuple[Record, ...]

    @classmethod
    def of(
        cls,
        records: Sequence[Record],
        versions: Mapping[str, str],
        documents: Mapping[str, Document],
        original: Original | None = None,
    ) -> "Packet":
        """Return a packet of records, with a picture of each quote's page where it has one.

        `original` finds the files of which pictures are drawn; none are without it.
        """
        if original is not None:
            records = [_pictured(record, documents, original) for record in records]
        return cls(timestamp(), dict(versions), tuple(records))

    @property
    def sha256(self) -> str:
        """The hash of all that the packet holds."""
        return hashlib.sha256(_canonical(self._plain())).hexdigest()

    def without_pictures(self) -> "Packet":
        """Return the packet without its pictures; its hash is another."""
        bare = tuple(
            replace(r, quotes=tuple(replace(q, picture=None) for q in r.quotes))
            for r in self.records
        )
        return replace(self, records=bare)

    def to_json(self) -> bytes:
        """Return the packet as a file of JSON, with its seal."""
        whole = {**self._plain(), "sha256": self.sha256}
        try:
            return json.dumps(whole, ensure_ascii=False, indent=1).encode()
        except UnicodeEncodeError:  # half a surrogate pair, which a document may hold
            return json.dumps(whole, indent=1).encode()

    def _plain(self) -> dict[str, Any]:
        return {"format": FORMAT, "version": VERSION, **to_plain(self)}


def packet_from_json(data: bytes) -> Packet:
    """Return the packet in a file of JSON.

    Raises PacketError for what is none, is of a newer version, or does not match its seal.
    """
    if len(data) > MAX_BYTES:
        raise PacketError(f"a packet has at most {MAX_BYTES:,} bytes")
    try:
        whole = json.loads(data, object_pairs_hook=_once, parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise PacketError("this is not a packet: not JSON that Quotewell wrote") from None
    if not isinstance(whole, dict) or whole.pop("format", None) != FORMAT:
        raise PacketError("this is JSON, but no packet of Quotewell's")
    if (version := whole.pop("version", None)) != VERSION:
        raise PacketError(f"a packet of version {version!r:.20}; this Quotewell reads {VERSION}")
    seal = whole.pop("sha256", None)
    packet = from_plain(Packet, whole)
    if packet.sha256 != seal:
        raise PacketError("it was altered: its content does not match its hash")
    for n, record in enumerate(packet.records):
        for m, quote in enumerate(record.quotes):
            check(quote, f"records[{n}].quotes[{m}]")
    return packet


def _canonical(value: object) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode()


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name is there twice")
    return found


def _no_number(name: str) -> float:
    raise ValueError(f"{name} is no number")


def _pictured(record: Record, documents: Mapping[str, Document], original: Original) -> Record:
    quotes = (_with_picture(quote, documents, original) for quote in record.quotes)
    return replace(record, quotes=tuple(quotes))


def _with_picture(quote: Quote, documents: Mapping[str, Document], original: Original) -> Quote:
    if not quote.rectangles:
        return quote
    page = quote.rectangles[0].page
    try:
        document = documents.get(quote.document)
        if document is None or document.sha256 != quote.sha256:
            raise CorpusError("its file has changed since")
        drawn = draw(original(document), page, quote.rectangles, burnt=True)
    except CorpusError as error:
        return replace(quote, no_picture=str(error))
    jpeg = base64.b64encode(drawn.jpeg).decode()
    return replace(quote, picture=PagePicture(page, drawn.width, drawn.height, jpeg))
