"""EPUB: the chapters in reading order, each a place, whatever files they are in."""

import posixpath
import re
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from io import BytesIO
from urllib.parse import unquote

from lxml import etree

from index.dates import is_date
from index.errors import CorpusError
from index.formats.extracted import Extracted, join_places
from index.formats.hidden import drop_hidden
from index.formats.markup import HEADINGS, as_text, blocks, decode_markup, name_of, parse_xml
from index.formats.unpacking import check_size, read_member

_DATE = re.compile(r"[12]\d{3}(-[01]\d(-[0-3]\d)?)?")
_CHAPTERS = {"application/xhtml+xml", "text/html"}
_NCX = "application/x-dtbncx+xml"
_ENTRY = "entry"  # of the table of contents, among the blocks
_MARK = "\ue001"  # what stands for one in the text, until it is among them


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
    """Yield (label, text) of the chapters, of which one may go on in the next file.

    They begin where the table of contents says, and at headings. Of a book without either, each
    file is a chapter that goes by its number.
    """
    items = {e.get("id"): e for e in package.iter() if _is(e, "item")}
    contents = _contents(archive, items.values(), folder)
    files = list(_files(archive, package, items, folder, contents))
    levels = Counter(kind for found in files for kind, _ in found if kind in HEADINGS)
    parts = {kind for kind in HEADINGS if kind <= max(_chapter_level(levels), default="")}
    label = ""
    for number, found in enumerate(files, start=1):
        numbered = not contents and not levels
        label = f"chapter {number}" if numbered or not label else label
        group: list[tuple[str, str]] = []
        entered = False
        for kind, text in found:
            if kind == _ENTRY or (kind in parts and not entered):
                yield label, as_text(group)
                group, label = [], f"chapter {' '.join(text.split())}"
            entered = kind == _ENTRY  # a heading right below an entry says the same
            if kind != _ENTRY:
                group.append((kind, text))
        yield label, as_text(group)


def _chapter_level(levels: Counter[str]) -> list[str]:
    """Return the first rank of headings that more than one has, or the first of all."""
    return [kind for kind in sorted(levels) if levels[kind] > 1][:1] or sorted(levels)[:1]


def _files(
    archive: zipfile.ZipFile,
    package: etree._Element,
    items: Mapping[str, etree._Element],
    folder: str,
    contents: Mapping[str, list[tuple[str, str]]],
) -> Iterator[list[tuple[str, str]]]:
    """Yield the blocks of each file that has text; entries of the contents are among them."""
    for reference in (e for e in package.iter() if _is(e, "itemref")):
        item = items.get(reference.get("idref"))
        if item is None or item.get("media-type") not in _CHAPTERS:
            continue
        if "nav" in item.get("properties", "").split():
            continue
        name = _path(folder, item.get("href", ""))
        root = _xml(archive, name)
        drop_hidden(root)
        for anchor, title in contents.get(name, ()):
            _mark(root, anchor, title)
        found = [
            (_ENTRY, text.removeprefix(_MARK)) if text.startswith(_MARK) else (kind, text)
            for kind, text in blocks(root)
        ]
        if any(kind != _ENTRY for kind, _ in found):
            yield found


def _mark(root: etree._Element, anchor: str, title: str) -> None:
    """Put an entry of the contents before the element that it leads to."""
    body = next((e for e in root.iter() if _is(e, "body")), root)
    inside = (e for e in body.iter(etree.Element) if e.get("id") == anchor) if anchor else ()
    target = next(iter(inside), None)
    mark = etree.Element("p")
    mark.text = _MARK + title
    if target is None or target is body:
        mark.tail, body.text = body.text, None
        body.insert(0, mark)
    else:
        target.addprevious(mark)


def _contents(
    archive: zipfile.ZipFile, items: Iterable[etree._Element], folder: str
) -> dict[str, list[tuple[str, str]]]:
    """Return (anchor, title) of the entries of the table of contents, by file."""
    found: dict[str, list[tuple[str, str]]] = {}
    for item in items:
        nav = "nav" in item.get("properties", "").split()
        if (not nav and item.get("media-type") != _NCX) or found:
            continue
        name = _path(folder, item.get("href", ""))
        root = _xml(archive, name)
        for title, address in _entries(root):
            file, _, anchor = address.partition("#")
            path = _path(posixpath.dirname(name), file)
            if (entry := (unquote(anchor), title)) not in found.setdefault(path, []):
                found[path].append(entry)
    return found


def _entries(root: etree._Element) -> Iterator[tuple[str, str]]:
    """Yield (title, address) of a table of contents, in XHTML or in the older NCX."""
    navs = [e for e in root.iter() if _is(e, "nav")]
    tables = [e for e in navs if any(v == "toc" for k, v in e.items() if k.endswith("type"))]
    for table in tables or navs[:1]:
        for link in (e for e in table.iter() if _is(e, "a")):
            yield " ".join("".join(link.itertext(etree.Element)).split()), link.get("href", "")
    for point in (e for e in root.iter() if _is(e, "navpoint")):
        label = next((e for e in point.iter() if _is(e, "text")), None)
        content = next((e for e in point.iter() if _is(e, "content")), None)
        if label is not None and content is not None:
            yield " ".join((label.text or "").split()), content.get("src", "")


def _path(folder: str, address: str) -> str:
    return posixpath.normpath(posixpath.join(folder, unquote(address)))


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
