"""RTF: paragraphs, tables and notes; its control words are walked through by hand."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from index.errors import CorpusError
from index.formats.extracted import Extracted, join_places
from index.formats.grid import grid
from index.formats.markup import sections
from index.headers import find_date, find_title

_TOKEN = re.compile(
    rb"\\([a-zA-Z]{1,32})(-?\d{1,10})? ?|\\'([0-9a-fA-F]{2})|\\([^a-zA-Z])|([{}])|([^\\{}\r\n]+)",
    re.DOTALL,
)
_UNREAD = {
    *("fonttbl", "colortbl", "stylesheet", "pict", "object", "themedata", "nonshppict", "fldinst"),
    *("listtext", "pntext", "datafield", "private", "xe", "tc", "info", "listtable", "upr"),
}
_NOTES = {"footnote": "footnote", "annotation": "comment"}
_RUNNING = {f"{kind}{side}": kind for kind in ("header", "footer") for side in ("", "l", "r", "f")}
_SIGNS = {
    **{"tab": " ", "line": "\n", "emdash": "—", "endash": "–", "bullet": "•", "lquote": "‘"},
    **{"rquote": "’", "ldblquote": "“", "rdblquote": "”", "emspace": " ", "enspace": " "},
}
_SYMBOLS = {b"~": "\u00a0", b"_": "-", b"{": "{", b"}": "}", b"\\": "\\", b"\n": "\n", b"\r": "\n"}
_PAGES = {
    **{128: "cp932", 129: "cp949", 134: "gb18030", 136: "big5", 161: "cp1253", 162: "cp1254"},
    **{177: "cp1255", 178: "cp1256", 186: "cp1257", 204: "cp1251", 222: "cp874", 238: "cp1250"},
}
_HIDDEN = "hidden text: word processors do not show it"


@dataclass(slots=True)
class _Sink:
    """Where text goes: the body, or a note, header or footer of its own."""

    label: str
    blocks: list[tuple[str, str]] = field(default_factory=list)
    paragraph: list[str] = field(default_factory=list)
    cells: list[str] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)
    in_table: bool = False
    kind: str = "p"
    tables: int = 0

    def end_paragraph(self) -> None:
        if self.in_table:
            self.paragraph.append("\n")
            return
        self.end_table()
        self.blocks.append((self.kind, self._taken()))

    def end_cell(self) -> None:
        self.cells.append(" ".join(self._taken().split()))

    def end_row(self) -> None:
        self.rows.append(self.cells)
        self.cells = []

    def end_table(self) -> None:
        if self.cells:
            self.end_row()
        if not self.rows:
            return
        found = grid(enumerate(self.rows, start=1), facts=True)
        self.tables += not found.facts
        prefix = f"table {self.tables}, " if self.tables > 1 else ""
        for number, line in found.lines():
            self.blocks.append(("p" if found.facts else f"{prefix}row {number}", line))
        self.rows = []

    def parts(self) -> list[tuple[str, str]]:
        """Return the text as (label, text) pairs."""
        self.in_table = False
        self.end_paragraph()
        if not self.label:
            return list(sections(self.blocks))
        return [(self.label, "\n".join(text for _, text in self.blocks if text.strip()))]

    def _taken(self) -> str:
        text = "".join(self.paragraph)
        self.paragraph.clear()
        return text


@dataclass(frozen=True, slots=True)
class _State:
    """What holds inside a group."""

    sink: _Sink
    unread: bool = False
    hidden: bool = False
    fallback: int = 1  # characters that stand in for one of Unicode
    page: str = "cp1252"
    info: str = ""


class _Reader:
    def __init__(self) -> None:
        self.body = _Sink("")
        self.sinks = [self.body]
        self.said = {"title": "", "author": ""}
        self.left_out: set[str] = set()
        self._state = _State(self.body)
        self._stack: list[_State] = []
        self._fonts: dict[int, str] = {}
        self._font = 0
        self._starred = False
        self._skip = 0
        self._bytes = bytearray()
        self._counts: dict[str, int] = {}
        self._high = 0

    def read(self, raw: bytes) -> None:
        for token in _TOKEN.finditer(raw):
            word, number, code, symbol, brace, text = token.groups()
            if code is not None:
                self._byte(int(code, 16))
                continue
            if text is not None:
                for byte in text:
                    self._byte(byte)
                continue
            self._flush()
            if brace == b"{":
                self._stack.append(self._state)
                self._skip = 0
            elif brace == b"}":
                self._state = self._stack.pop() if self._stack else self._state
                self._skip = 0
            elif symbol is not None:
                self._starred = symbol == b"*"
                self._write(_SYMBOLS.get(symbol, ""))
            else:
                self._word(word.decode().lower(), int(number) if number is not None else None)
        self._flush()

    def _word(self, word: str, number: int | None) -> None:
        starred, self._starred = self._starred, False
        state, sink = self._state, self._state.sink
        if word in _NOTES or word in _RUNNING:
            kind = _NOTES.get(word) or _RUNNING[word]
            self._counts[kind] = self._counts.get(kind, 0) + 1
            numbered = kind if word in _RUNNING else f"{kind} {self._counts[kind]}"
            self.sinks.append(_Sink(numbered))
            self._state = replace(state, sink=self.sinks[-1], unread=state.unread)
        elif word in self.said and starred is False and state.unread:
            self._state = replace(state, info=word)
        elif word in _UNREAD or (starred and word not in ("shptxt", "shpinst")):
            self._state = replace(state, unread=True)
        elif word == "u" and number is not None:
            self._unicode(number % 65_536)
        elif word in ("v", "deleted"):
            self._state = replace(state, hidden=number != 0)
        elif word == "mac":
            self._state = replace(state, page="mac_roman")
        elif word == "plain":
            self._state = replace(state, hidden=False)
        elif not (number is not None and self._encoding(word, number)) and not state.unread:
            self._layout(word, sink)

    def _encoding(self, word: str, number: int) -> bool:
        """Note how characters are encoded from here on; return whether the word says so."""
        state = self._state
        if word == "uc":
            self._state = replace(state, fallback=max(number, 0))
        elif word == "ansicpg":
            self._state = replace(state, page=_codec(f"cp{number}"))
        elif word == "f":
            self._font = number
            if not state.unread:
                self._state = replace(state, page=self._fonts.get(number, state.page))
        elif word == "fcharset" and number in _PAGES:
            self._fonts[self._font] = _PAGES[number]
        else:
            return False
        return True

    def _layout(self, word: str, sink: _Sink) -> None:
        if word in ("par", "sect", "page"):
            sink.end_paragraph()
        elif word in ("cell", "nestcell"):
            sink.end_cell()
        elif word in ("row", "nestrow"):
            sink.end_row()
        elif word == "pard":
            sink.in_table, sink.kind = False, "p"
        elif word == "intbl":
            sink.in_table = True
        elif word == "outlinelevel":
            sink.kind = "h2"
        elif word in ("ls", "pnlvlblt"):
            sink.kind = "li"
        elif word in _SIGNS:
            self._write(_SIGNS[word])

    def _byte(self, byte: int) -> None:
        if self._skip:
            self._skip -= 1
        else:
            self._bytes.append(byte)

    def _unicode(self, unit: int) -> None:
        """Write a character, or hold the first half of one beyond 16 bits."""
        if 0xD800 <= unit < 0xDC00:
            self._high = unit
        elif 0xDC00 <= unit < 0xE000 and self._high:
            self._write(chr(0x10000 + ((self._high - 0xD800) << 10) + unit - 0xDC00))
            self._high = 0
        else:
            self._write(chr(unit))
        self._skip = self._state.fallback

    def _flush(self) -> None:
        if self._bytes:
            self._write(self._bytes.decode(self._state.page, "replace"))
            self._bytes.clear()

    def _write(self, text: str) -> None:
        state = self._state
        if state.info:
            self.said[state.info] += text
        elif state.unread or not text:
            return
        elif state.hidden:
            if text.strip():
                self.left_out.add(_HIDDEN)
        else:
            state.sink.paragraph.append(text)


def read(raw: bytes) -> Extracted:
    """Read a rich text; its notes and comments, headers and footers come after it."""
    if not raw.lstrip().startswith(b"{\\rt"):
        raise CorpusError("damaged, or not an .rtf file")
    reader = _Reader()
    reader.read(raw)
    text, places = join_places(_once(reader))
    title, author = (reader.said[name].strip() for name in ("title", "author"))
    left_out = tuple(sorted(reader.left_out))
    return Extracted(
        text,
        title or find_title(text),
        find_date(text),
        {"author": author},
        places,
        left_out=left_out,
    )


def _once(reader: _Reader) -> Iterator[tuple[str, str]]:
    """Yield the parts of a text, each header and footer once, and none that is a number."""
    seen = set[tuple[str, str]]()
    for sink in reader.sinks:
        for part in sink.parts():
            running = sink.label in ("header", "footer")
            if not running or (part not in seen and len(part[1].split()) > 1):
                yield part
            seen.add(part)


def _codec(name: str) -> str:
    try:
        "".encode(name)
    except LookupError:
        return "cp1252"
    return name
