"""The formats of packets: what writes each, and what reads those that can be verified."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from index.errors import PacketError
from qa.packets.bibliography import to_bibtex, to_csl
from qa.packets.carrying import carried_in_text
from qa.packets.html import to_html
from qa.packets.markdown import to_markdown
from qa.packets.packet import MAX_BYTES, Packet, packet_from_json
from qa.packets.word import carried_in_docx, to_docx


@dataclass(frozen=True, slots=True)
class Format:
    """How a packet is written, what its file ends in, and how it is sent.

    One that is `verified` holds the packet, all of it in JSON, else without its pictures.
    """

    write: Callable[[Packet], bytes]
    ending: str
    media_type: str
    verified: bool = True


_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
FORMATS = {
    "docx": Format(to_docx, ".docx", _WORD),
    "html": Format(to_html, ".html", "text/html; charset=utf-8"),
    "md": Format(to_markdown, ".md", "text/markdown; charset=utf-8"),
    "json": Format(Packet.to_json, ".json", "application/json"),
    "csl": Format(to_csl, ".csl.json", "application/vnd.citationstyles.csl+json", False),
    "bibtex": Format(to_bibtex, ".bib", "application/x-bibtex; charset=utf-8", False),
}


def exported(packet: Packet, format: str) -> bytes:
    """Return a packet as a file of one of `FORMATS`; raises PacketError for no such format."""
    if format not in FORMATS:
        raise PacketError(f"{format}: no such format; there are {', '.join(FORMATS)}")
    return FORMATS[format].write(packet)


def format_of(name: str) -> str | None:
    """Return the format that a file's name ends in, None for no format's."""
    ends = {f.ending: format for format, f in FORMATS.items()}
    longest_first = sorted(ends, key=len, reverse=True)
    return next((ends[end] for end in longest_first if name.lower().endswith(end)), None)


def read_packet(data: bytes) -> Packet:
    """Return the packet that a file of JSON, HTML, Markdown or Word is, or carries.

    Raises PacketError where there is none, or it was altered.
    """
    if data.startswith(b"PK"):
        return carried_in_docx(data)
    if data.lstrip()[:1] in (b"{", b"["):
        return packet_from_json(data)
    return carried_in_text(data)


def open_packet(path: Path) -> Packet:
    """Read a packet's file; raises PacketError, which names it."""
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
        return read_packet(data)
    except OSError as error:
        raise PacketError(f"{path}: cannot be read: {error.strerror}") from None
    except PacketError as error:
        raise PacketError(f"{path}: {error}") from None
