"""What the packed XML of office formats has in common: its parts, and what they are related to."""

import posixpath
import re
import zipfile
from collections.abc import Iterator
from io import BytesIO
from typing import Self

from lxml import etree

from index.errors import CorpusError
from index.formats.markup import decode_markup, name_of, parse_xml
from index.formats.unpacking import check_size, read_member

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # begins old and encrypted files
_PAGE_NUMBER = re.compile(
    r"[\W\d_]*(?:(?:pages?|pg|p|seite|blatt|página|pagina|sida|side|strona)\b[\W\d_]*)?"
    r"(?:(?:of|von|de|di|sur|van|av|af|z|total)\b[\W\d_]*)?",
    re.IGNORECASE,
)
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"


class Package:
    """The XML parts of a packed file, by their names; each is parsed when it is asked for."""

    def __init__(self, raw: bytes) -> None:
        """Raises CorpusError for an encrypted file, and for one that unpacks to too much."""
        check_not_encrypted(raw)
        check_size(raw)
        self._archive = zipfile.ZipFile(BytesIO(raw))
        self.names = set(self._archive.namelist())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._archive.close()

    def xml(self, name: str) -> etree._Element:
        """Return a part's root; raises CorpusError where it is missing or no XML."""
        if name not in self.names:
            raise CorpusError(f"damaged: {name} is missing in it")
        return parse_xml(decode_markup(read_member(self._archive, self._archive.getinfo(name))))

    def related(self, part: str) -> dict[str, tuple[str, str]]:
        """Return (kind, name) of the parts that one refers to, by the ids that it uses."""
        folder, file = posixpath.split(part)
        relations = f"{folder}/_rels/{file}.rels".lstrip("/")
        if relations not in self.names:
            return {}
        return {
            node.get("Id", ""): (
                node.get("Type", "").rsplit("/", 1)[-1],
                posixpath.normpath(posixpath.join("/", folder, node.get("Target", "")))[1:],
            )
            for node in named(self.xml(relations), "Relationship")
            if node.get("TargetMode") != "External"
        }

    def said(self) -> dict[str, str]:
        """Return what Office says of a file: its title, author and language."""
        if "docProps/core.xml" not in self.names:
            return {}
        found = {
            name_of(node): (node.text or "").strip()
            for node in self.xml("docProps/core.xml").iter()
            if isinstance(node.tag, str)
        }
        names = {"title": "title", "creator": "author", "language": "language"}
        return {ours: found.get(theirs, "") for theirs, ours in names.items()}


def check_not_encrypted(raw: bytes) -> None:
    """Raise CorpusError for the container in which Office puts what it encrypts."""
    if raw.startswith(OLE):
        raise CorpusError("encrypted, or from before 2007: save it again, without a password")


def named(root: etree._Element, *names: str) -> Iterator[etree._Element]:
    """Yield the elements below one that have these names, whatever their namespace."""
    yield from root.iter(*(f"{{*}}{name}" for name in names))


def is_page_number(text: str) -> bool:
    """Whether a header or footer says nothing else, as "Page 3 of 4" and "- 3 -"."""
    return _PAGE_NUMBER.fullmatch(text) is not None


def relation_id(node: etree._Element, name: str = "id") -> str:
    return str(node.get(f"{_RELATION}{name}", ""))
