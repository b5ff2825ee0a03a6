"""XML of any kind: its texts as blocks, its records as rows; and pages saved as MHTML."""

from collections.abc import Iterator
from email.message import EmailMessage
from email.parser import BytesParser

from lxml import etree

from index.errors import CorpusError
from index.formats import web
from index.formats.extracted import Extracted, join_places
from index.formats.mail_policy import MAIL_POLICY
from index.formats.markup import decode_markup, name_of, parse_xml, sections
from index.headers import find_date, find_title
from index.rows import row_text

_TITLES = {"title", "head", "heading", "booktitle", "article-title"}
_VALUE_CHARS = 500  # of a record; longer texts are blocks


def read(raw: bytes) -> Extracted:
    """Read an XML file: elements that only hold values are rows, others with text are blocks."""
    root = parse_xml(decode_markup(raw))
    if name_of(root) == "html":
        return web.read(raw)
    found = list(_blocks(root))
    text, places = join_places(sections(found))
    title = next((text for kind, text in found if kind == "h2"), None)
    return Extracted(text, title or find_title(text), find_date(text), {}, places)


def read_mhtml(raw: bytes) -> Extracted:
    """Read the page in a file that a browser saved with all that belongs to it."""
    message = BytesParser(_class=EmailMessage, policy=MAIL_POLICY).parsebytes(raw)
    page = next((part for part in message.walk() if part.get_content_type() == "text/html"), None)
    payload = page.get_payload(decode=True) if page is not None else None
    if not isinstance(payload, bytes):
        raise CorpusError("damaged, or not an .mhtml file (there is no page in it)")
    return web.read(payload)


def _blocks(root: etree._Element) -> Iterator[tuple[str, str]]:
    """Yield (kind, text) as `markup.blocks` does: "h2" for titles, "row 3" for the third record."""
    rows = 0
    walk = etree.iterwalk(root, ("start",))
    for _, node in walk:
        if not isinstance(node.tag, str):
            continue
        children = [child for child in node if isinstance(child.tag, str)]
        values = _record(node, children)
        if values:
            rows += 1
            yield f"row {rows}", row_text(list(values), list(values.values()))
            walk.skip_subtree()
        elif not children or _is_mixed(node, children):
            text = " ".join("".join(node.itertext(etree.Element)).split())
            if text:
                yield "h2" if name_of(node) in _TITLES else "p", text
            walk.skip_subtree()


def _record(node: etree._Element, children: list[etree._Element]) -> dict[str, str]:
    """Return the values of a record by their names; nothing where an element is none."""
    if any(len(child) or (child.tail or "").strip() for child in children):
        return {}
    names = [name_of(child) for child in children]
    alike = len(names) > 1 and len(set(names)) == 1  # a list of records or of paragraphs
    if alike or (children and (node.text or "").strip()) or set(names) & _TITLES - {"title"}:
        return {}
    texts: dict[str, str] = {}
    for name, child in zip(names, children, strict=True):  # several of one name are one value
        texts[name] = ", ".join(filter(None, [texts.get(name, ""), (child.text or "").strip()]))
    own = {etree.QName(name).localname: value for name, value in node.items()}
    values = {name: value for name, value in {**own, **texts}.items() if value}
    short = all(len(value) <= _VALUE_CHARS for value in values.values())
    return values if short and len(texts if children else own) > 1 and len(values) > 1 else {}


def _is_mixed(node: etree._Element, children: list[etree._Element]) -> bool:
    """Whether there is text between the children, as in a paragraph."""
    return bool((node.text or "").strip()) or any((c.tail or "").strip() for c in children)
