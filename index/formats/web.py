"""Web pages: the main text without navigation, and what the page says of itself."""

import re

import trafilatura
from lxml import etree

from index.formats.extracted import Extracted, join_places
from index.formats.hidden import HIDDEN, STRUCK, drop_hidden, drop_struck
from index.formats.markup import blocks, decode_markup, parse_html, sections
from index.headers import find_date, find_title

# Only what the page marks up as its date: a date found somewhere in the text may be any date.
_DATES = {"extensive_search": False, "original_date": True}
_NEARLY_ALL = 0.9
# Line ends and columns of preformatted text, and what stands for them meanwhile.
_COLUMNS = re.compile(r"\n|[ \t]{2,}|\t|(?<=\n) ")
_KEPT = {ord("\n"): "\ue002", ord(" "): "\ue003", ord("\t"): "\ue004"}
_AS_WRITTEN = {ord(mark): chr(code) for code, mark in _KEPT.items()}


def read(raw: bytes) -> Extracted:
    """Read a page; one in which there is nothing to leave out, or all would be, is read whole."""
    root = parse_html(decode_markup(raw))
    left_out: tuple[str, ...] = (HIDDEN,) if drop_hidden(root) else ()
    left_out += (STRUCK,) if drop_struck(root) else ()
    _keep_lines(root)
    whole = join_places(sections(blocks(root)))
    title = (root.findtext(".//title") or "").strip() or None
    said = {"language": root.get("lang") or root.get("xml:lang") or ""}
    found = trafilatura.bare_extraction(
        root, with_metadata=True, include_comments=False, date_extraction_params=_DATES
    )
    (text, places), date = whole, None
    if isinstance(found, trafilatura.settings.Document):
        for heading in found.body.iter("head"):
            heading.tag = "h2"
        main = join_places(sections(blocks(found.body)))
        if main[0] and not (len(found.body) == 1 and _is_flattened(main[0], text)):
            text, places = main
        title, date = found.title or title, found.date
        said |= {"author": found.author or "", "url": found.url or ""}
    text = text.translate(_AS_WRITTEN)
    title, date = title or find_title(text), date or find_date(text)
    return Extracted(text, title, date, said, places, left_out=left_out)


def _keep_lines(root: etree._Element) -> None:
    """Write the line ends and columns of `pre` in characters that nobody folds."""
    for pre in root.iter("pre"):
        for node in pre.iter(etree.Element):
            node.text = _kept(node.text)
            if node is not pre:
                node.tail = _kept(node.tail)


def _kept(text: str | None) -> str | None:
    return text and _COLUMNS.sub(lambda spaces: spaces.group().translate(_KEPT), text)


def _is_flattened(main: str, whole: str) -> bool:
    """Whether the main text is all of a page in one paragraph, as trafilatura has short ones.

    Words of several blocks run into one another in it, or nothing is left out.
    """
    words, known = _words(main), _words(whole)
    return bool(words - known) or len(words) >= _NEARLY_ALL * len(known)


def _words(text: str) -> set[str]:
    return set(re.findall(r"\w+", text))
