"""The formats that are read: one line here and one function in a module of this package each.

A reader turns a file's bytes into `Extracted`. Its module, and the library behind it, is imported
when the first file of its kind is met.
"""

import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pkgutil import resolve_name
from types import MappingProxyType
from typing import Any

from index.errors import CorpusError
from index.formats.extracted import Extracted
from index.formats.invisible import without_invisible
from index.formats.ocr import NO_OCR, Ocr

TEXT_BYTES = 20_000_000
PACKED_BYTES = 200_000_000  # pictures and fonts take up most of such a file

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Format:
    """How files of one kind are read.

    `reader` is "module:function". One that is not `trusted` runs in a separate process, because its
    parser may hang, crash or eat all memory. Files of more than `max_bytes` are left out. The
    reader of one that may be `scanned` is also given how to read pictures.
    """

    reader: str
    max_bytes: int = TEXT_BYTES
    trusted: bool = False
    scanned: bool = False


EMPTY = "empty: there is no text in it"
_MARKDOWN = Format("markdown:read")
_WEB = Format("web:read")
_PAGE = Format("xml_file:read_mhtml", PACKED_BYTES)
_YAML = Format("notations:read_yaml")
_PICTURE = Format("pictures:read", PACKED_BYTES, scanned=True)
FORMATS: Mapping[str, Format] = MappingProxyType(
    {
        ".txt": Format("plain:read", trusted=True),
        ".nfo": Format("plain:read", trusted=True),
        ".md": _MARKDOWN,
        ".markdown": _MARKDOWN,
        ".mdx": Format("markdown:read_mdx"),
        ".rst": Format("notations:read_rst"),
        ".adoc": Format("notations:read_adoc"),
        ".yaml": _YAML,
        ".yml": _YAML,
        ".log": Format("plain:read", trusted=True),
        ".ipynb": Format("notebook:read", PACKED_BYTES),
        ".xml": Format("xml_file:read"),
        ".pdf": Format("pdf:read", PACKED_BYTES, scanned=True),
        ".png": _PICTURE,
        ".jpg": _PICTURE,
        ".jpeg": _PICTURE,
        ".tif": _PICTURE,
        ".tiff": _PICTURE,
        ".docx": Format("word:read", PACKED_BYTES),
        ".xlsx": Format("sheets:read", PACKED_BYTES),
        ".pptx": Format("slides:read", PACKED_BYTES),
        ".rtf": Format("rtf:read", PACKED_BYTES),
        ".doc": Format("old_word:read", PACKED_BYTES),
        ".odt": Format("open_document:read_text", PACKED_BYTES),
        ".ods": Format("open_document:read_sheets", PACKED_BYTES),
        ".odp": Format("open_document:read_slides", PACKED_BYTES),
        ".epub": Format("book:read", PACKED_BYTES),
        ".html": _WEB,
        ".htm": _WEB,
        ".xhtml": _WEB,
        ".mhtml": _PAGE,
        ".mht": _PAGE,
        ".eml": Format("mail:read", PACKED_BYTES),
        ".msg": Format("outlook:read", PACKED_BYTES),
        ".csv": Format("tables:read_csv"),
        ".tsv": Format("tables:read_csv"),
        ".jsonl": Format("tables:read_jsonl"),
        ".json": Format("tables:read_json"),
    }
)

# How each kind of mail is asked for the files attached to it.
_ATTACHMENTS = {".eml": "mail:attachments", ".msg": "outlook:attachments"}
MAILS = frozenset(_ATTACHMENTS)
_MEMBER = "__attach_version1.0_".encode("utf-16-le")  # the folders of an .msg
_SAID_CHARS = 500  # of a title, an author, the label of a place
# A header of a mail or of a part of it, with its further lines; no more of it than any needs.
_HEADER = re.compile(
    rb"^content-(?:type:[ \t]*(?P<message>message/)?|disposition:)"
    rb"(?P<rest>[^\n]{0,9999}+(?:\n[ \t][^\n]{0,9999}+){0,99}+)",
    re.IGNORECASE | re.MULTILINE,
)
# Nothing that a reader can show; each becomes one other character, so that offsets hold.
_UNSEEN = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


def extract(suffix: str, raw: bytes, ocr: Ocr = NO_OCR) -> Extracted:
    """Read the bytes of a file whose name ends in `suffix`; raises CorpusError where it cannot.

    Whatever a parser raises on a damaged file counts as "cannot": they keep to no list.
    """
    kind = FORMATS[suffix]
    options = [ocr] if kind.scanned else []
    found: Extracted = without_invisible(_call(suffix, kind.reader, raw, *options))
    if not found.text.strip():
        raise CorpusError(EMPTY)
    if kind.trusted:
        return found
    folded = {name: _folded(value) for name, value in found.metadata.items()}
    return replace(
        found,
        text=_UNSEEN.sub("\ufffd", found.text),
        title=_folded(found.title or "") or None,
        metadata={name: value for name, value in folded.items() if value},
        places=tuple(replace(place, label=_folded(place.label)) for place in found.places),
        left_out=tuple(map(_folded, found.left_out)),
    )


def may_have_attachments(raw: bytes) -> bool:
    """Whether a mail names a file, so that `attachments` is worth the time."""
    return _MEMBER in raw or any(
        header["message"] is not None or b"name" in header["rest"].lower()
        for header in _HEADER.finditer(raw)
    )


def attachments(suffix: str, raw: bytes) -> list[tuple[str, bytes]]:
    """Return the (name, bytes) of what is attached to a mail; raises CorpusError as `extract`."""
    found: list[tuple[str, bytes]] = _call(suffix, _ATTACHMENTS[suffix], raw)
    return found


def _call(suffix: str, reader: str, raw: bytes, *options: Ocr) -> Any:
    """Call a reader by its name."""
    read = resolve_name(f"index.formats.{reader}")
    try:
        return read(raw, *options)
    except CorpusError:
        raise
    except Exception as error:
        log.debug("a reader failed", exc_info=True)
        why = f"{type(error).__name__}: {error}".strip().splitlines()[0][:200]
        raise CorpusError(f"damaged, or not a {suffix} file ({why})") from error


def _folded(value: str) -> str:
    """Return what a file says of itself as one line, cut where it is too long to be shown."""
    line = " ".join(_UNSEEN.sub("\ufffd", value).split())
    return line if len(line) <= _SAID_CHARS else f"{line[:_SAID_CHARS]}…"
