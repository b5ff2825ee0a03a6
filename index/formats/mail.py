"""EML: what a message says, who sent it when, and the files attached to it."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from email.message import EmailMessage, MIMEPart
from email.parser import BytesParser, Parser
from email.utils import parsedate_to_datetime
from pathlib import PurePosixPath
from typing import Any

from lxml import etree, html

from index.errors import CorpusError
from index.formats.extracted import Extracted, join_places
from index.formats.hidden import drop_hidden
from index.formats.mail_policy import MAIL_POLICY
from index.formats.markup import as_text, blocks, parse_html
from index.formats.plain import decode
from index.formats.quoting import parts_of

_HEAD_END = re.compile(rb"\r?\n\r?\n")
_WORD = re.compile(r"\w{3,}")
_SAYS_IT = 0.6  # of the words of the HTML that the plain text has where it says the same
_QUOTED = "\ue000"  # stands for a quote while the HTML around it becomes text
_DEEPEST = 20
_UNREAD = {
    "text/calendar": "an invitation: its text is in the mail, if anywhere",
    "message/delivery-status": "a delivery report: it is for mail programs",
}


@dataclass(frozen=True, slots=True)
class Mail:
    """A message whatever file it comes from; `bodies` are its texts in order."""

    subject: str
    author: str
    to: str
    date: str | None
    bodies: tuple[str, ...]
    left_out: tuple[str, ...] = ()

    def extracted(self) -> Extracted:
        """Return the message's own words first; its signatures and quotes are places."""
        parts = [(part.label, part.text) for body in self.bodies for part in parts_of(body)]
        text, places = join_places(parts)
        said = {"author": self.author, "to": self.to}
        return Extracted(text, self.subject, self.date, said, places, left_out=self.left_out)


def read(raw: bytes) -> Extracted:
    """Read a message's texts. The date is that of the sender's clock."""
    message = _parsed(raw)
    if not message.keys():
        raise CorpusError("damaged, or not an .eml file (it has no headers)")
    if message.get_content_type() in ("multipart/encrypted", "application/pkcs7-mime"):
        raise CorpusError("encrypted: save it decrypted from your mail program")
    head = _head(raw)
    subject, author, to = (str(head.get(name, "")) for name in ("Subject", "From", "To"))
    return Mail(
        subject,
        author,
        to,
        _date(head),
        tuple(_texts(message)),
        tuple(_left_out(message)),
    ).extracted()


def attachments(raw: bytes) -> list[tuple[str, bytes]]:
    """Return (name, bytes) of the files attached to a message, and to those attached to it.

    Of two files of one name the second becomes "name (2).pdf". An attached message is one
    "message.eml". What is shown inside the body, as pictures are, is not attached.
    """
    return told_apart(_attached(_parsed(raw)))


def told_apart(named: Iterable[tuple[str, bytes]]) -> list[tuple[str, bytes]]:
    """Return files so that no two have one name."""
    found: dict[str, bytes] = {}
    for name, data in named:
        path, number = PurePosixPath(name), 1
        while name in found:
            number += 1
            name = f"{path.stem} ({number}){path.suffix}"  # noqa: PLW2901
        found[name] = data
    return list(found.items())


def name_of(said: str) -> str:
    """Return the name of an attachment without folders."""
    return said.replace("\\", "/").rsplit("/", 1)[-1].strip()


def html_text(markup: str) -> str:
    """Return a mail's HTML as text; what is quoted has the marks that it has in plain text."""
    if not markup.strip():
        return ""
    root = parse_html(markup)
    drop_hidden(root)
    return _rendered(root, 0)


def _rendered(root: etree._Element, depth: int) -> str:
    quotes = [] if depth == _DEEPEST else _outermost(root)
    for number, quote in enumerate(quotes):
        placeholder = html.Element("p")
        placeholder.text, placeholder.tail = f"{_QUOTED}{number}", quote.tail
        quote.tail = None
        quote.getparent().replace(quote, placeholder)
    lines = []
    for line in as_text(blocks(root)).split("\n"):
        at = line.removeprefix(_QUOTED)
        if at != line and at.isdecimal() and int(at) < len(quotes):
            inner = _rendered(quotes[int(at)], depth + 1)
            lines += [f"> {quoted}" for quoted in inner.split("\n")]
        else:
            lines.append(line)
    return "\n".join(lines)


def _outermost(root: etree._Element) -> list[etree._Element]:
    """Return the quotes in an element that are in no other quote in it."""
    return [
        quote
        for quote in root.iter("blockquote")
        if quote is not root and next(quote.iterancestors("blockquote"), root) is root
    ]


def _texts(part: MIMEPart) -> Iterator[str]:
    """Yield the texts of a message in order, of alternatives the one that says more."""
    kind = part.get_content_type()
    if kind == "multipart/alternative":
        choices = ["\n\n".join(_texts(inner)) for inner in part.iter_parts()]
        yield saying_most([choice for choice in choices if choice.strip()])
    elif part.is_multipart() and part.get_content_maintype() == "multipart":
        for inner in part.iter_parts():
            yield from _texts(inner)
    elif _is_text(part):
        text = _content(part)
        yield html_text(text) if kind == "text/html" else text


def saying_most(choices: Sequence[str]) -> str:
    """Return the first text, which is the plain one, unless the last has words that it lacks."""
    if len(choices) < 2:
        return "".join(choices)
    first, last = ({*_WORD.findall(choice.casefold())} for choice in (choices[0], choices[-1]))
    return choices[0] if len(first & last) >= _SAYS_IT * len(last) else choices[-1]


def _is_text(part: MIMEPart) -> bool:
    """Whether a part is shown as text in the body."""
    return part.get_content_type() in ("text/plain", "text/html") and not part.get_filename()


def _left_out(message: MIMEPart) -> Iterator[str]:
    for part in message.walk():
        if part.get_content_type() in _UNREAD and not part.get_filename():
            yield _UNREAD[part.get_content_type()]


def _attached(message: MIMEPart) -> Iterator[tuple[str, bytes]]:
    for part in message.walk():
        name = name_of(part.get_filename() or "")
        if part.get_content_type() == "message/rfc822":
            forwarded: Any = part.get_payload()
            for inner in forwarded[:1]:
                yield name if name.lower().endswith(".eml") else "message.eml", inner.as_bytes()
        elif name and part.get_content_maintype() != "image" and not part.is_multipart():
            data = part.get_payload(decode=True)
            if isinstance(data, bytes):
                yield name, data


def _parsed(raw: bytes) -> EmailMessage:
    return BytesParser(_class=EmailMessage, policy=MAIL_POLICY).parsebytes(raw)


def _head(raw: bytes) -> EmailMessage:
    """Return the headers, also where they are in an encoding that they may not be in."""
    end = _HEAD_END.search(raw)
    head = decode(raw[: end.start()] if end else raw)
    return Parser(_class=EmailMessage, policy=MAIL_POLICY).parsestr(head, headersonly=True)


def _content(part: MIMEPart) -> str:
    """Return a part's text, by what it says of its characters or, where that is wrong, by them."""
    payload = part.get_payload(decode=True)
    if not isinstance(payload, bytes):
        return ""
    try:
        return payload.decode(part.get_content_charset("utf-8"))
    except (LookupError, UnicodeDecodeError):
        return decode(payload)


def _date(head: EmailMessage) -> str | None:
    try:
        return parsedate_to_datetime(str(head["Date"])).date().isoformat()
    except (TypeError, ValueError):
        return None
