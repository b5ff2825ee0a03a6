"""Pure: the rich text of Outlook's messages, unpacked (MS-OXRTFCP)."""

import struct

from index.errors import CorpusError

# What every such text may repeat from the start.
_BEGUN = (
    rb"{\rtf1\ansi\mac\deff0\deftab720{\fonttbl;}{\f0\fnil \froman \fswiss \fmodern \fscript "
    rb"\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\colortbl\red0\green0\blue0"
    b"\r\n"
    rb"\par \pard\plain\f0\fs20\b\i\u\tab\tx"
)
_WINDOW = 4_096  # bytes that may be repeated
_MOST = 20_000_000
_PACKED, _PLAIN = b"LZFu", b"MELA"


def unpack_rtf(raw: bytes) -> bytes:
    """Return the rich text; raises CorpusError for what is none, or too much."""
    if len(raw) < 16:
        raise CorpusError("damaged: its rich text is cut off")
    _, size, kind = struct.unpack("<II4s", raw[:12])
    if size > _MOST:
        raise CorpusError("its rich text unpacks to too much; refused")
    if kind == _PLAIN:
        return raw[16 : 16 + size]
    if kind != _PACKED:
        raise CorpusError("damaged: its rich text is packed in no known way")
    out = bytearray(_BEGUN)
    at, end = 16, len(_BEGUN) + size
    while at < len(raw) and len(out) < end:
        flags = raw[at]
        at += 1
        for bit in range(8):
            if at >= len(raw) or len(out) >= end:
                break
            if not flags >> bit & 1:
                out.append(raw[at])
                at += 1
                continue
            pair = int.from_bytes(raw[at : at + 2], "big")
            at += 2
            back = (len(out) - (pair >> 4)) % _WINDOW  # 0 marks the end
            if not back or back > len(out):
                return bytes(out[len(_BEGUN) :])
            for _ in range((pair & 15) + 2):
                out.append(out[-back])
    return bytes(out[len(_BEGUN) : end])
