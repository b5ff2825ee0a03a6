"""Pure: a document's title and date, from what its own lines say."""

import re
from collections.abc import Iterable, Iterator
from datetime import date
from itertools import islice

from index.kinds import is_heading
from index.lines import DRAWN, is_art, lines
from index.sentences import sentences_of_line
from index.written_dates import Written, dates_in, is_day_first

_TITLE_CHARS = 90
_TITLE_LINES = 8
_LETTERHEAD_LINES = 14
_DATELINE_WORDS = 12
_OF_IT = (
    r"(?:\s+(?:of|de|der|des|di|da)\s+(?:the\s+|this\s+|la\s+)?"
    r"(?:publication|issue|release|report|letter|writing|document|minutes|veröffentlichung|"
    r"parution|publicación|pubblicazione|publicação))?"
)
# What comes before a document's date, the most telling first.
_LABELS = tuple(
    re.compile(rf"(?<!\W)\W*+(?:{words})(?![\w'’-])\W*", re.IGNORECASE)
    for words in (
        r"(?:first )?(?:published|posted|issued|released|filed|signed)(?: on)?"
        r"|(?:publication|release|issue) date|veröffentlicht(?: am)?|erschienen(?: am)?"
        r"|publiée?(?: le)?|publicad[oa](?: el| em)?|pubblicato(?: il)?|gepubliceerd(?: op)?"
        r"|publicerad|publisert|udgivet|opublikowano|опубликовано",
        rf"(?:dated?|datum|fecha|data|dato|päivämäärä|päiväys|дата|日期|日付){_OF_IT}",
        r"(?:last )?(?:updated|modified|revised|changed|edited)(?: on)?|aktualisiert(?: am)?"
        r"|(?:zuletzt )?geändert(?: am)?|stand|mise? à jour(?: le)?|actualizado(?: el)?"
        r"|aggiornato(?: il)?|bijgewerkt(?: op)?|senast ändrad|oppdatert",
    )
)
# What may come between a label and its date: "by Jane Doe on", "Monday,", "Brask, den".
_SMALL = r"(?:by|on|at|in|the|of|am|um|von|den|le|par|à|el|por|il|da|de|op|door|av|af)"
_GAP = re.compile(rf"(?:(?:{_SMALL}|[A-ZÀ-Þ][\w.'’-]*|[a-zà-ÿ]+,|@\w+),?\s+){{0,6}}")
# A date after one of these, or in a line with another label, is of what is told.
_TOLD = re.compile(
    r"(?:\b(?:born|died|birth|death|until|till|since|by|from|to|through|before|after|between|due"
    r"|next|expires|valid|deadline|geboren|gestorben|bis|seit|ab|vom|née?|morte?|jusqu['’]au|depuis"
    r"|dès le|nacid[oa]|hasta|desde|nat[oa]|fino al|dal|al|född|död|født|død)\b[\s,.:]*(?:on|am|le"
    r"|the|il|el|den|zum|in)?|[*†])\s*$",
    re.IGNORECASE,
)
_TOLD_CHARS = 60
_LABELLED = re.compile(r"([^\s:][^:]{0,40}):\s")
_COPYRIGHT = re.compile(r"(?:©|\(c\)|copyright).{0,60}?\(((?:19|20)\d\d)\)", re.IGNORECASE)
_MARKDOWN_TITLE = re.compile(r"#\s+(?=[^\s#])")
_DANGLING = " \t-–—|:·,"


def find_title(text: str) -> str | None:
    """Return the title that a text gives itself, or its first sentence cut short; None if empty.

    A Markdown heading counts first, then the longest of the lines before the prose begins (the
    others there are navigation) that are no "Name: value" and no period. A date at its end is left
    out.
    """
    header = _header(text, _TITLE_LINES)
    marked = [
        line[match.end() :].rstrip("#").rstrip()
        for line in header
        if (match := _MARKDOWN_TITLE.match(line))
    ]
    titles = marked[:1] or sorted(_titles(header), key=lambda line: -len(line.split()))
    if titles:
        return _shorten(_without_date(titles[0]))
    first = next((span for span in lines(text) if not is_art(text[slice(*span)])), None)
    if first is None:
        return None
    start, end = sentences_of_line(text, *first)[0]
    return _shorten(text[start:end])


def find_date(text: str) -> str | None:
    """Return the date of a text in ISO 8601, or None where it does not say.

    A line that says so, such as "Posted July 24th, 2012", counts first; then a date in the lines
    before the prose, as letters have it; then one of a change, and the year in the parentheses of a
    copyright line. Dates inside the prose, of birth, of the next meeting, of a period or in the
    future are those of what is told, not of the telling. Where two could be it, none is.
    """
    day_first = is_day_first(text)
    header = _header(text, _LETTERHEAD_LINES)
    labelled: list[list[str]] = [[] for _ in _LABELS]
    for line in (text[a:b] for a, b in lines(text)):
        for days, label in zip(labelled, _LABELS, strict=True):
            match = label.match(line)
            if match and len(line.split()) <= _DATELINE_WORDS:
                days.extend(islice(_said(line, match.end(), day_first), 1))
    published, dated, changed = labelled
    letterhead = [day for line in header for day in _of_letterhead(line, day_first)]
    years = {match.group(1) for a, b in lines(text) for match in _COPYRIGHT.finditer(text[a:b])}
    for said in (published, dated, letterhead, changed[:1], years):
        if said:
            return _the_one(said)
    return None


def _the_one(days: Iterable[str]) -> str | None:
    """Return the day if it is one; "2009" and "2009-08-15" are, the second saying more."""
    longest = max(days, key=len)
    return longest if all(longest.startswith(day) for day in days) else None


def _said(line: str, label_end: int, day_first: bool | None) -> Iterator[str]:
    """Yield the date that follows a label."""
    for written in dates_in(line, day_first):
        if not _is_future(written) and _GAP.fullmatch(line, label_end, written.start):
            yield written.day


def _is_future(written: Written) -> bool:
    return written.day > date.today().isoformat()


def _of_letterhead(line: str, day_first: bool | None) -> Iterator[str]:
    """Yield the date of a line before the prose, if it can be that of the document."""
    if any(label.match(line) for label in _LABELS):
        return
    dates = list(dates_in(line, day_first))
    if len(dates) != 1 or _is_future(dates[0]):
        return
    (written,) = dates
    before = line[: written.start]
    other = _LABELLED.match(line)
    if _TOLD.search(before[-_TOLD_CHARS:]) or (
        other and other.end() <= written.start and _is_label(other)
    ):
        return
    if len(written.day) < len("2009-08-15") and before.strip(_DANGLING) == before.strip() != "":
        return  # "Budget for May 2024" is about May
    yield written.day


def _is_label(found: re.Match[str]) -> bool:
    return len(found.group(1).split()) <= 5


def _titles(header: list[str]) -> list[str]:
    """Return the lines that may be a title."""
    plain = [
        line
        for line in header
        if not any(label.match(line) for label in _LABELS)
        and not (_LABELLED.match(line) and any(dates_in(line)))
        and len(list(dates_in(line))) < 2
    ]
    labelled = [line for line in plain if (m := _LABELLED.match(line)) and _is_label(m)]
    unlabelled = [line for line in plain if line not in labelled]
    # One colon may part a title; several lines with one are a form's, whose name comes first.
    return unlabelled[:1] if unlabelled and len(labelled) > 1 else plain


def _without_date(title: str) -> str:
    """Return a title without the date at its end or beginning, unless it is nothing else."""
    for written in dates_in(title):
        rest = (title[: written.start] + title[written.end :]).strip(_DANGLING)
        return rest or title
    return title


def _header(text: str, most: int) -> list[str]:
    """Return the headings and navigation before the prose."""
    header: list[str] = []
    for start, end in lines(text):
        line = text[start:end].strip(DRAWN)
        if is_art(text[start:end]):
            continue
        if len(header) == most or not is_heading(line):
            break
        header.append(line)
    return header


def _shorten(title: str) -> str:
    if len(title) <= _TITLE_CHARS:
        return title
    return title[:_TITLE_CHARS].rsplit(maxsplit=1)[0].rstrip(_DANGLING) + "…"
