"""Limits on what packed files may unpack to; they are unpacked in memory only."""

import zipfile
from io import BytesIO

from index.errors import CorpusError

UNPACKED_BYTES = 500_000_000
MEMBERS = 10_000
_RATIO = 200
_SMALL = 10_000_000  # what any file may unpack to


def check_size(raw: bytes) -> None:
    """Raise CorpusError where a zip file says that it unpacks to too much, or to too many."""
    with zipfile.ZipFile(BytesIO(raw)) as archive:
        check_total(
            sum(member.file_size for member in archive.infolist()),
            len(archive.infolist()),
            len(raw),
        )


def check_total(unpacked: int, members: int, packed: int) -> None:
    """Raise CorpusError for an archive that holds too much."""
    if members > MEMBERS:
        raise CorpusError(f"holds {members:,} files, over the limit of {MEMBERS:,}; unpack it")
    if unpacked > UNPACKED_BYTES or unpacked > max(_SMALL, _RATIO * packed):
        raise CorpusError(
            f"{packed / 1e6:.1f} MB that unpack to {unpacked / 1e6:,.0f} MB, as a bomb does; "
            "unpack it yourself if you trust it"
        )


def read_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    """Return a member's bytes, never more of them than the archive says.

    One that holds more is unpacked so far and no further; then its checksum is not right, and
    BadZipFile is raised.
    """
    with archive.open(member) as stream:  # without a size, read() unpacks first and cuts then
        return stream.read(member.file_size + 1)
