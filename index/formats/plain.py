"""Plain text and Markdown: the text is the file's own, whatever its encoding."""

import re

from charset_normalizer import from_bytes

from index.errors import CorpusError
from index.formats.extracted import Extracted
from index.formats.old_encodings import likeliest
from index.headers import find_date, find_title

_BOMS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
# Guessing is kept to what text files are really written in: rarer tables fit almost any bytes.
_ENCODINGS = [
    *("cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "cp1255", "cp1256", "koi8_r"),
    *("shift_jis", "euc_jp", "gb18030", "big5", "euc_kr", "utf_16_le", "utf_16_be"),
]
_SHIFTED = re.compile(rb"\x1b\$[@B]|\x1b\(J")
_CONTROLS = dict.fromkeys([*range(9), 11, *range(14, 27), *range(28, 32), 127])


def read(raw: bytes) -> Extracted:
    """Read a text file; its title and date are those that its own lines give."""
    text = decode(raw)
    return Extracted(text, find_title(text), find_date(text))


def decode(raw: bytes) -> str:
    """Decode a text file, newlines as they are; raises CorpusError for what is not text.

    A byte order mark decides; then UTF-8, forgiving a few damaged bytes (each becomes U+FFFD);
    then the table that makes plausible words of Latin letters; then the best guess of
    charset-normalizer.
    """
    for mark, encoding in _BOMS:
        if raw.startswith(mark):
            try:
                return _checked(raw.decode(encoding))
            except UnicodeDecodeError as error:
                raise CorpusError(f"not text: damaged {encoding} ({error.reason})") from error
    if _SHIFTED.search(raw):  # 7 bits, and so UTF-8 as well
        return _checked(raw.decode("iso2022_jp_2", errors="replace"))
    text = raw.decode("utf-8", errors="replace")
    damaged = text.count("�") - raw.count("�".encode())
    beyond_ascii = sum(character > "\x7f" for character in text) - damaged if damaged else 0
    if damaged <= beyond_ascii:
        return _checked(text)
    if (table := likeliest(raw)) is not None:
        return _checked(raw.decode(table, "replace"))
    guess = from_bytes(raw, cp_isolation=_ENCODINGS).best()
    if guess is None:
        raise CorpusError("not text in an encoding that can be told; save it as UTF-8")
    return _checked(str(guess))


def _checked(text: str) -> str:
    text = text.removesuffix("\x1a")  # by which DOS marked the end of a file
    controls = len(text) - len(text.translate(_CONTROLS))
    if controls > len(text) / 100:
        raise CorpusError("not text: it is full of control characters, as binary files are")
    return text
