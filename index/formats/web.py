"""Web pages: the main text without navigation, and what the page says of itself."""

import re

import trafilatura

from index.formats.extracted import Extracted, join_places
from index.formats.markup import blocks, decode_markup, parse_html, sections
from index.headers import find_date, find_title

# Only what the page marks up as its date: a date found somewhere in the text may be any date.
_DATES = {"extensive_search": False, "original_date": True}
_NEARLY_ALL = 0.9


def read(raw: bytes) -> Extracted:
    """Read a page; one in which there is nothing to leave out, or all would be, is read whole."""
    root = parse_html(decode_markup(raw))
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
        # On short pages trafilatura leaves nothing out, but makes one paragraph of all.
        nearly_all = len(_words(main[0])) >= _NEARLY_ALL * len(_words(text))
        if main[0] and not (nearly_all and len(found.body) == 1):
            text, places = main
        title, date = found.title or title, found.date
        said |= {"author": found.author or "", "url": found.url or ""}
    return Extracted(text, title or find_title(text), date or find_date(text), said, places)


def _words(text: str) -> set[str]:
    return set(re.findall(r"\w+", text))
