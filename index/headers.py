"""Pure: a document's title and date, from what its own lines say."""

import re

from dateutil import parser as dateutil

from index.lines import lines
from index.passages import is_heading
from index.sentences import sentences_of_line

_TITLE_CHARS = 90
_HEADER_LINES = 8
_DATELINE_WORDS = 12
_MONTH = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?"
    r"|Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)"
)
_YEAR = r"(?:19|20)\d\d"
_DATE = re.compile(
    rf"\b{_YEAR}-\d\d-\d\d\b"
    rf"|\b{_MONTH}\.?\s+\d{{1,2}}(?:st|nd|rd|th)?,?\s+{_YEAR}\b"
    rf"|\b\d{{1,2}}(?:st|nd|rd|th)?\s+{_MONTH}\.?,?\s+{_YEAR}\b"
)
_DATELINE = re.compile(r"\W*(?:posted|published|updated|dated?|issued)\b", re.IGNORECASE)
_COPYRIGHT = re.compile(rf"(?:©|\(c\)|copyright).{{0,60}}?\(({_YEAR})\)", re.IGNORECASE)
_MARKDOWN_TITLE = re.compile(r"#\s+(.+?)\s*#*$")
_DANGLING = " \t-–—|:·,"


def find_title(text: str) -> str | None:
    """Return the title that a text gives itself, or its first sentence cut short; None if empty.

    A Markdown heading counts first, then the longest of the lines before the prose begins (the
    others there are navigation). A date at its end is left out.
    """
    header = _header(text)
    marked = [match.group(1) for line in header if (match := _MARKDOWN_TITLE.match(line))]
    titles = marked[:1] or sorted(
        (line for line in header if not _DATELINE.match(line)),
        key=lambda line: -len(line.split()),
    )
    if titles:
        title = _DATE.sub("", titles[0]).strip(_DANGLING)
        return _shorten(title or titles[0])
    first = next(lines(text), None)
    if first is None:
        return None
    start, end = sentences_of_line(text, *first)[0]
    return _shorten(text[start:end])


def find_date(text: str) -> str | None:
    """Return the date of a text in ISO 8601, or None where it does not say.

    Looked for in the lines before the prose, in lines such as "Posted July 24th, 2012", and as the
    year in the parentheses of a copyright line. Dates inside the prose are those of what is told,
    not of the telling.
    """
    header = _header(text)
    datelines = [line for a, b in lines(text) if _is_dateline(line := text[a:b])]
    for line in [*header, *datelines]:
        for match in _DATE.finditer(line):
            try:
                return str(dateutil.parse(match.group()).date().isoformat())
            except (dateutil.ParserError, OverflowError):
                continue
    years = {match.group(1) for a, b in lines(text) for match in _COPYRIGHT.finditer(text[a:b])}
    return years.pop() if len(years) == 1 else None


def _header(text: str) -> list[str]:
    """Return the headings and navigation that stand before the prose."""
    header: list[str] = []
    for start, end in lines(text):
        line = text[start:end]
        if len(header) == _HEADER_LINES or not is_heading(line):
            break
        header.append(line)
    return header


def _is_dateline(line: str) -> bool:
    return _DATELINE.match(line) is not None and len(line.split()) <= _DATELINE_WORDS


def _shorten(title: str) -> str:
    if len(title) <= _TITLE_CHARS:
        return title
    return title[:_TITLE_CHARS].rsplit(maxsplit=1)[0].rstrip(_DANGLING) + "…"
