"""Parsed HTML or XML -> text, a block on a line of its own. Shared by web pages, books and mail."""

import re
from collections.abc import Iterable, Iterator
from html import unescape

from lxml import etree, html

from index.errors import CorpusError
from index.formats.plain import decode

# The names of HTML, and some of the trees that trafilatura returns.
HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_ITEMS = {"li", "item", "dd"}
_CELLS = {"td", "th", "cell"}
_BLOCKS = HEADINGS | _ITEMS | {
    *("p", "div", "section", "article", "main", "blockquote", "quote", "pre", "ul", "ol", "dl"),
    *("dt", "list", "table", "tr", "row", "caption", "figcaption", "figure", "address", "hr"),
    *("br", "lb", "body", "header", "footer", "aside", "details", "summary", "form", "fieldset"),
}  # fmt: skip
_UNREAD = {"head", "script", "style", "template", "noscript", "nav", "svg", "button", "select"}
_CHARSET = re.compile(rb"""(?:charset|encoding)\s*=\s*["']?\s*([\w.:-]+)""", re.IGNORECASE)
_ENTITY = re.compile(r"&(?!(?:lt|gt|amp|quot|apos);)(\w+;)")


def decode_markup(raw: bytes) -> str:
    """Decode a page as its own first lines say, or else as any text."""
    declared = _CHARSET.search(raw[:2_048])
    if declared and not raw.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        try:
            return raw.decode(declared.group(1).decode())
        except (LookupError, UnicodeDecodeError):
            pass  # it says what it is not
    return decode(raw)


def parse_html(text: str) -> html.HtmlElement:
    """Parse a page as browsers do, whatever its mistakes; raises CorpusError for none at all."""
    parser = html.HTMLParser(encoding="utf-8")
    root = html.document_fromstring(text.encode("utf-8", "replace"), parser)
    if root is None:
        raise CorpusError("empty: there is no text in it")
    return root


def parse_xml(text: str) -> etree._Element:
    """Parse XML, mending mistakes; raises CorpusError for what is none, or declares entities."""
    plain = _ENTITY.sub(lambda name: unescape(name.group()), text)
    parser = etree.XMLParser(
        encoding="utf-8", recover=True, resolve_entities=False, no_network=True, load_dtd=False
    )
    root = etree.fromstring(plain.encode("utf-8", "replace"), parser)
    if root is None:
        raise CorpusError("damaged: its XML cannot be read")
    definition = root.getroottree().docinfo.internalDTD
    if definition is not None and next(definition.iterentities(), None) is not None:
        raise CorpusError("it declares XML entities, as bombs do; refused")
    return root


def name_of(element: etree._Element) -> str:
    """Return an element's name without its namespace, in lower case."""
    return str(etree.QName(element).localname).lower()


def blocks(root: etree._Element) -> Iterator[tuple[str, str]]:
    """Yield (name, text) of each run of text between the edges of blocks, such as ("h2", "Terms").

    White space is folded, except for the line ends of `pre`. Navigation and scripts are left out.
    """
    kind, parts = "p", [""]
    walk = etree.iterwalk(root, ("start", "end", "comment", "pi"))
    for event, node in walk:
        name = name_of(node) if event in ("start", "end") else ""
        if name in _BLOCKS:
            text = "".join(parts)
            if text.strip():
                yield kind, text
            # What begins an item is of the item, whatever else it is inside it.
            begins_item = event == "start" and kind in _ITEMS and not text.strip()
            kind, parts = kind if begins_item else name if event == "start" else "p", []
        if event != "start":
            parts.append(" | " if name in _CELLS else "")
            parts.append((node.tail or "") if node is not root else "")
        elif name in _UNREAD:
            walk.skip_subtree()
        else:
            parts.append(node.text or "")
    if (text := "".join(parts)).strip():
        yield kind, text


def as_text(found: Iterable[tuple[str, str]]) -> str:
    """Return blocks as lines."""
    return "\n".join(line for kind, text in found if (line := _line(kind, text)))


def sections(found: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Group blocks by headings: yield (label, text), the text beginning with its heading."""
    heading, group = "", list[tuple[str, str]]()
    for kind, text in found:
        if kind in HEADINGS:
            yield heading and f"section {heading}", as_text(group)
            heading, group = " ".join(text.split()), []
        group.append((kind, text))
    yield heading and f"section {heading}", as_text(group)


def _line(kind: str, text: str) -> str:
    if kind == "pre":
        return text.strip("\n")
    folded = " ".join(text.split()).strip(" |")
    return f"- {folded}" if kind in _ITEMS and folded else folded
