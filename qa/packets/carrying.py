"""How a page or a text carries the packet that it was made of, so that it can be verified.

The last line is a comment with the packet, without its pictures, and a hash of all before it: what
is read was not altered either, unless by someone who made a new hash.
"""

import base64
import binascii
import hashlib
import re

from index.errors import PacketError
from qa.packets.packet import Packet, packet_from_json

_LINE = re.compile(rb"<!-- quotewell-packet ([0-9a-f]{64}) ([A-Za-z0-9+/=]+) -->\n?\Z")


def with_packet(text: bytes, packet: Packet) -> bytes:
    """Return a text of HTML or Markdown with a last line that carries a packet."""
    held = base64.b64encode(packet.without_pictures().to_json())
    above = text.rstrip(b"\n") + b"\n\n"
    return above + b"<!-- quotewell-packet %s %s -->\n" % (_seal(above, held), held)


def carried_in_text(text: bytes) -> Packet:
    """Return the packet that a text carries; raises PacketError for none, and an altered one."""
    at = text.rfind(b"<!-- quotewell-packet ")
    found = _LINE.match(text, at) if at >= 0 else None
    if found is None:
        raise PacketError("it carries no packet of Quotewell's; give the JSON, HTML or DOCX")
    seal, held = found[1], found[2]
    if _seal(text[:at], held) != seal:
        raise PacketError("it was altered: its text does not match its hash")
    try:
        return packet_from_json(base64.b64decode(held, validate=True))
    except binascii.Error:
        raise PacketError("it was altered: what it carries cannot be read") from None


def _seal(above: bytes, held: bytes) -> bytes:
    return hashlib.sha256(above + held).hexdigest().encode()
