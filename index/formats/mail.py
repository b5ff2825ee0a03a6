"""EML: the body of a message, who sent it when, and the files attached to it."""

from collections.abc import Iterator
from email.message import EmailMessage, MIMEPart
from email.parser import BytesParser
from email.utils import parsedate_to_datetime
from pathlib import PurePosixPath
from typing import Any

from index.errors import CorpusError
from index.formats.extracted import Extracted
from index.formats.mail_policy import MAIL_POLICY
from index.formats.markup import as_text, blocks, parse_html
from index.formats.plain import decode


def read(raw: bytes) -> Extracted:
    """Read a message's body. The date is that of the sender's clock."""
    message = _parsed(raw)
    if not message.keys():
        raise CorpusError("damaged, or not an .eml file (it has no headers)")
    body = message.get_body(preferencelist=("plain", "html"))
    text = _content(body) if body is not None else ""
    if body is not None and body.get_content_subtype() == "html" and text.strip():
        text = as_text(blocks(parse_html(text)))
    subject, author = str(message.get("Subject", "")), str(message.get("From", ""))
    return Extracted(text, subject, _date(message), {"author": author})


def attachments(raw: bytes) -> list[tuple[str, bytes]]:
    """Return (name, bytes) of the files attached to a message, and to those attached to it.

    Of two files of one name the second becomes "name (2).pdf". An attached message is one
    "message.eml". What is shown inside the body, as pictures are, is not attached.
    """
    message = _parsed(raw)
    body = message.get_body(preferencelist=("plain", "html"))
    found: dict[str, bytes] = {}
    for name, data in _attached(message, body):
        path, number = PurePosixPath(name), 1
        while name in found:
            number += 1
            name = f"{path.stem} ({number}){path.suffix}"  # noqa: PLW2901
        found[name] = data
    return list(found.items())


def _attached(message: MIMEPart, body: MIMEPart | None) -> Iterator[tuple[str, bytes]]:
    for part in message.walk():
        name = (part.get_filename() or "").replace("\\", "/").rsplit("/", 1)[-1].strip()
        if part.get_content_type() == "message/rfc822":
            forwarded: Any = part.get_payload()
            for inner in forwarded[:1]:
                yield name if name.lower().endswith(".eml") else "message.eml", inner.as_bytes()
        elif part is not body and name and part.get_content_maintype() != "image":
            data = part.get_payload(decode=True)
            if isinstance(data, bytes) and not part.is_multipart():
                yield name, data


def _parsed(raw: bytes) -> EmailMessage:
    return BytesParser(_class=EmailMessage, policy=MAIL_POLICY).parsebytes(raw)


def _content(body: MIMEPart) -> str:
    try:
        return str(body.get_content())
    except LookupError:  # a character set that nobody knows
        payload = body.get_payload(decode=True)
        return decode(payload) if isinstance(payload, bytes) else ""


def _date(message: EmailMessage) -> str | None:
    try:
        return parsedate_to_datetime(str(message["Date"])).date().isoformat()
    except (TypeError, ValueError):
        return None
