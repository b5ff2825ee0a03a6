"""Web pages: the main text without navigation, and what the page says of itself."""

import trafilatura

from index.formats.extracted import Extracted, join_places
from index.formats.markup import blocks, decode_markup, parse_html, sections
from index.headers import find_date

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
    if not isinstance(found, trafilatura.settings.Document):
        return Extracted(whole[0], title, find_date(whole[0]), said, whole[1])
    for heading in found.body.iter("head"):
        heading.tag = "h2"
    main = join_places(sections(blocks(found.body)))
    # On short pages trafilatura keeps all and loses the paragraphs.
    complete = len(main[0].split()) >= _NEARLY_ALL * len(whole[0].split())
    text, places = whole if complete or not main[0] else main
    said |= {"author": found.author or "", "url": found.url or ""}
    return Extracted(text, found.title or title, found.date or find_date(text), said, places)
