"""The file that a document was read from, as long as it is still the same."""

import hashlib
from pathlib import Path

from index.archives import ARCHIVES, members
from index.errors import CorpusError
from index.types import Document


def original(folder: Path, document: Document) -> bytes:
    """Return the bytes of a document's file below a folder, or in an archive there.

    Raises CorpusError where the file is gone, or is not the one that was indexed.
    """
    raw = _read(folder, document.id)
    if hashlib.sha256(raw).hexdigest() != document.sha256:
        raise CorpusError("its file has changed since it was indexed")
    return raw


def _read(folder: Path, name: str) -> bytes:
    parts = name.split("/")
    for n in range(1, len(parts) + 1):
        file = folder.joinpath(*parts[:n])
        if not file.is_file():
            continue
        try:
            raw = file.read_bytes()
        except OSError as error:
            raise CorpusError(f"its file cannot be read: {error.strerror}") from None
        if n == len(parts):
            return raw
        inside = "/".join(parts[n:])
        suffix = next((ending for ending in ARCHIVES if parts[n - 1].lower().endswith(ending)), "")
        if not suffix:
            raise CorpusError("it is attached to another file")
        for member in members(suffix, raw):
            if member.name == inside:
                return member.read()
    raise CorpusError("its file is not there any more")
