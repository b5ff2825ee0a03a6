"""EPUB: the chapters in reading order, each a place of its own."""

import posixpath
import re
import zipfile
from collections.abc import Iterator
from io import BytesIO
from urllib.parse import unquote

from lxml import etree

from index.dates import is_date
from index.errors import CorpusError
from index.formats.extracted import Extracted, join_places
from index.formats.markup import HEADINGS, as_text, blocks, decode_markup, name_of, parse_xml
from index.formats.unpacking import check_size, read_member

_DATE = re.compile(r"[12]\d{3}(-[01]\d(-[0-3]\d)?)?")
_CHAPTERS = {"application/xhtml+xml", "text/html"}


def read(raw: bytes) -> Extracted:
    """Read a book; raises CorpusError for one whose chapters are encrypted."""
    check_size(raw)
    with zipfile.ZipFile(BytesIO(raw)) as archive:
        if "META-INF/encryption.xml" in archive.namelist() and _encrypts_chapters(archive):
            raise CorpusError("encrypted: books with copy protection cannot be read")
        opf = next(e for e in _xml(archive, "META-INF/container.xml").iter() if _is(e, "rootfile"))
        path = opf.get("full-path", "")
        package = _xml(archive, path)
        text, places = join_places(_chapters(archive, package, posixpath.dirname(path)))
    said = {
        name: [e for e in package.iter() if _is(e, name) and (e.text or "").strip()]
        for name in ("title", "creator", "language", "source", "date")
    }
    first = {name: found[0].text.strip() if found else "" for name, found in said.items()}
    url = first["source"] if first["source"].startswith(("http://", "https://")) else ""
    metadata = {"author": first["creator"], "language": first["language"], "url": url}
    return Extracted(text, first["title"], _published(said["date"]), metadata, places)


def _chapters(
    archive: zipfile.ZipFile, package: etree._Element, folder: str
) -> Iterator[tuple[str, str]]:
    """Yield (label, text) of the chapters; one without a heading goes by its number."""
    items = {e.get("id"): e for e in package.iter() if _is(e, "item")}
    number = 0
    for reference in (e for e in package.iter() if _is(e, "itemref")):
        item = items.get(reference.get("idref"))
        if item is None or item.get("media-type") not in _CHAPTERS:
            continue
        if "nav" in item.get("properties", "").split():
            continue
        href = unquote(item.get("href", ""))
        found = list(blocks(_xml(archive, posixpath.normpath(posixpath.join(folder, href)))))
        number += bool(found)
        heading = next((text for kind, text in found if kind in HEADINGS), "")
        yield f"chapter {' '.join(heading.split()) or number}", as_text(found)


def _published(dates: list[etree._Element]) -> str | None:
    """Return the date of publication, at the precision given."""
    for element in dates:
        events = [value for name, value in element.items() if name.endswith("event")]
        found = _DATE.match(element.text.strip())
        if found and is_date(found.group()) and (not events or "publication" in events[0]):
            return found.group()
    return None


def _encrypts_chapters(archive: zipfile.ZipFile) -> bool:
    """Whether more is encrypted than fonts."""
    uris = [e.get("URI", "") for e in _xml(archive, "META-INF/encryption.xml").iter()]
    return any(uri.lower().endswith((".xhtml", ".html", ".htm", ".xml")) for uri in uris)


def _xml(archive: zipfile.ZipFile, name: str) -> etree._Element:
    try:
        member = archive.getinfo(name)
    except KeyError as error:
        raise CorpusError(f"damaged: {name} is missing in it") from error
    return parse_xml(decode_markup(read_member(archive, member)))


def _is(element: etree._Element, name: str) -> bool:
    return isinstance(element.tag, str) and name_of(element) == name
