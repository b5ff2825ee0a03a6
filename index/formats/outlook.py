"""MSG: what Outlook saves of a message, a small file system of properties by their numbers."""

import struct
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import BytesIO

import olefile

from index.errors import CorpusError
from index.formats.extracted import Extracted
from index.formats.mail import Mail, html_text, name_of, saying_most, told_apart
from index.formats.markup import decode_markup
from index.formats.packed_rtf import unpack_rtf
from index.formats.plain import decode
from index.formats.rtf import read as read_rtf

_SUBJECT, _BODY, _HTML, _RTF = 0x0037, 0x1000, 0x1013, 0x1009
_SENDER, _ADDRESS, _OLD_ADDRESS, _TO = 0x0C1A, 0x5D01, 0x0C1F, 0x0E04
_SENT = (0x0039, 0x0E06)  # by the sender's clock; when it arrived
_LONG_NAME, _NAME, _DATA = 0x3707, 0x3704, 0x3701
_UNICODE, _BYTES, _BINARY = "001F", "001E", "0102"
_EPOCH = datetime(1601, 1, 1, tzinfo=UTC)
_MEMBER = "__attach_version1.0_"
_DEEPEST = 8
_PICTURES = (".png", ".jpg", ".jpeg", ".gif", ".bmp")


def read(raw: bytes) -> Extracted:
    """Read a message that Outlook saved; one that is attached to it is part of its text."""
    with olefile.OleFileIO(BytesIO(raw)) as file:
        message = _Message(file, ())
        if not message.is_there():
            raise CorpusError("damaged, or not an .msg file (there is no message in it)")
        author, address = (
            message.text(_SENDER),
            message.text(_ADDRESS) or message.text(_OLD_ADDRESS),
        )
        left_out = () if message.bodies() or not message.has(_RTF) else (_ONLY_RTF,)
        return Mail(
            message.text(_SUBJECT),
            f"{author} <{address}>" if "@" in address else author,
            message.text(_TO),
            message.date(),
            tuple(message.all_bodies()),
            left_out,
        ).extracted()


_ONLY_RTF = "its text: it is in RTF that cannot be read; save the message as .eml or .txt"


def attachments(raw: bytes) -> list[tuple[str, bytes]]:
    """Return (name, bytes) of the files attached to a message, as `mail.attachments` does."""
    with olefile.OleFileIO(BytesIO(raw)) as file:
        return told_apart(_Message(file, ()).files())


class _Message:
    """A message in a file, or in one of its folders."""

    def __init__(self, file: olefile.OleFileIO, folder: tuple[str, ...]) -> None:
        self._file = file
        self._folder = folder

    def is_there(self) -> bool:
        return bool(self._file.exists([*self._folder, "__properties_version1.0"]))

    def has(self, number: int) -> bool:
        return any(self._stream(number, kind) is not None for kind in (_UNICODE, _BYTES, _BINARY))

    def text(self, number: int) -> str:
        """Return a property that is text, or ""."""
        if (data := self._stream(number, _UNICODE)) is not None:
            return data.decode("utf-16-le", "replace").rstrip("\0")
        data = self._stream(number, _BYTES)
        return decode(data.rstrip(b"\0")) if data is not None else ""

    def bodies(self) -> list[str]:
        """Return the text of the message itself, if it has any."""
        markup = self._stream(_HTML, _BINARY)
        page = decode_markup(markup.rstrip(b"\0")) if markup else self.text(_HTML)
        choices = [self.text(_BODY), html_text(page)]
        if not any(choice.strip() for choice in choices):
            choices = [self._rich_text()]
        return [text] if (text := saying_most([c for c in choices if c.strip()])) else []

    def _rich_text(self) -> str:
        """Return the text of a message that has it in RTF alone, or ""."""
        try:
            packed = self._stream(_RTF, _BINARY)
            return read_rtf(unpack_rtf(packed)).text if packed is not None else ""
        except CorpusError:
            return ""

    def all_bodies(self) -> Iterator[str]:
        """Yield the text of the message, and those of messages attached to it, as quoted."""
        yield from self.bodies()
        for inner in self._attached_messages():
            said = {"From": inner.text(_SENDER), "Sent": inner.date() or "", "To": inner.text(_TO)}
            head = "".join(f"{name}: {value}\n" for name, value in said.items())
            for body in inner.all_bodies():
                yield f"{head}Subject: {inner.text(_SUBJECT)}\n\n{body}"

    def date(self) -> str | None:
        """Return the day on which the message was sent."""
        times = self._times()
        ticks = next((times[number] for number in _SENT if number in times), 0)
        try:
            return (
                (_EPOCH + timedelta(microseconds=ticks // 10)).date().isoformat() if ticks else None
            )
        except OverflowError:
            return None

    def files(self) -> Iterator[tuple[str, bytes]]:
        """Yield (name, bytes) of what is attached, pictures apart."""
        for folder in self._members():
            one = _Message(self._file, folder)
            name = name_of(one.text(_LONG_NAME) or one.text(_NAME))
            data = one._stream(_DATA, _BINARY)
            if name and data is not None and not name.lower().endswith(_PICTURES):
                yield name, data
        for inner in self._attached_messages():
            yield from inner.files()

    def _members(self) -> list[tuple[str, ...]]:
        depth = len(self._folder) + 1
        found = {
            tuple(path[:depth])
            for path in self._file.listdir()
            if tuple(path[: depth - 1]) == self._folder and path[depth - 1].startswith(_MEMBER)
        }
        return sorted(found)

    def _attached_messages(self) -> Iterator["_Message"]:
        if len(self._folder) < 2 * _DEEPEST:
            for folder in self._members():
                inner = _Message(self._file, (*folder, f"__substg1.0_{_DATA:04X}000D"))
                if inner.is_there():
                    yield inner

    def _stream(self, number: int, kind: str) -> bytes | None:
        path = [*self._folder, f"__substg1.0_{number:04X}{kind}"]
        if not self._file.exists(path):
            return None
        with self._file.openstream(path) as stream:
            return bytes(stream.read())

    def _times(self) -> dict[int, int]:
        """Return the properties that are times, in tenths of microseconds since 1601."""
        with self._file.openstream([*self._folder, "__properties_version1.0"]) as stream:
            data = stream.read()
        start = 24 if self._folder else 32
        rows = struct.iter_unpack("<HHIQ", data[start : len(data) - (len(data) - start) % 16])
        return {number: value for kind, number, _, value in rows if kind == 0x0040}
