"""Pure: what a text has that is read as one thing: addresses, paths, identifiers, amounts, dates.

A quote that cuts one is useless ("@tools.com"), and a question that names one asks about no other.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from itertools import pairwise, zip_longest


class Kind(StrEnum):
    """What a thing is."""

    EMAIL = "email"
    URL = "url"
    PATH = "path"
    PHONE = "phone"
    DATE = "date"  # with a day or a month; a year by itself is a number
    TIME = "time"  # of day
    AMOUNT = "amount"  # with a unit, a scale ("million") or a currency
    NUMBER = "number"
    IDENTIFIER = "identifier"
    NAME = "name"  # with initials, a hyphen or an apostrophe: "J. R. O'Hara"


@dataclass(frozen=True, slots=True)
class Thing:
    """The thing at text[start:end]; `unit` is that of an amount, or blank."""

    kind: Kind
    start: int
    end: int
    text: str
    unit: str = ""


MONTH = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?"
    r"|Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)"
)
_DAY = r"\d{1,2}(?:st|nd|rd|th)?"
_DIGITS = r"\d{1,3}(?:[,.'’\u00a0\u202f ]\d{3})+(?:[.,]\d+)?(?!\d)|\d+(?:[.,]\d+)?(?![.,]?\d)"
_SPELLED = (
    r"\b(?:half an?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w+teen|twenty"
    r"|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred|thousand)"
    r"(?:[- ](?:one|two|three|four|five|six|seven|eight|nine|hundred|thousand|and|a|half))*"
)
_SCALE = r"(?:hundred|thousand|million|billion|trillion|m|mn|bn|tn|k)\b"
_UNIT = (
    r"(?:%|‰|°\s?[CF]?|(?:percent|per cent|percentage points|degrees?(?: (?:Celsius|Fahrenheit))?"
    r"|euros?|dollars?|pounds?(?: sterling)?|pence|cents?|francs?|yen|rou?bles?|rupees?|crowns?"
    r"|kronor|kroner?|EUR|USD|GBP|CHF"
    r"|(?:square |cubic )?(?:kilo|centi|milli)?met(?:re|er)s?|(?:square |cubic |nautical )?miles?"
    r"|(?:square |cubic )?(?:feet|foot|inch(?:es)?|yards?)|hectares?|acres?|ft|km/h|mph|km²|m²|m³"
    r"|[kcm]?m|(?:kilo|milli|micro)?grams?|kg|mg|µg|g|tonnes?|tons?|ounces?|lbs?|oz"
    r"|(?:milli)?(?:litres?|liters?)|ml|l|gallons?"
    r"|(?:kilo|mega|giga)?watts?(?: hours?)?|[kMG]?Wh?|k?V|mA|volts?|amperes?|[kMG]?Hz"
    r"|[kKMGT]i?B|bytes|bar|hPa|kPa|dB"
    r"|seconds?|minutes?|hours?|days?|nights?|weeks?|months?|years?|decades?|centuries|century)\b(?!-\w))"
)
_MARKS = r"[^\s<>\"“”«»|]"  # of a URL
_END = r"[^\s<>\"“”«»|.,;:!?)\]'’]"
_YEAR = r"(?:1\d|20)\d\d"
# Begins a sentence after an initial that is none, as in "vitamin C. The ...".
_NO_NAME = (
    r"(?!(?:The|An?|In|It|Its|He|She|We|They|This|That|These|But|And|On|At|As|If|For|To|Is|Are|Was"
    r"|When|While|After|Before|There|By|From|With|Of|Or|His|Her|Their|You|No|Not)\b)"
)
_STATES = r"U\.[SKN]\.|D\.C\.|E\.U\."
_PATTERNS = {
    "email": r"(?<![\w.+-])[\w.+'-]*\w@\w[\w-]*(?:\.[\w-]*\w)+",
    "url": rf"\b(?:[a-z][a-z0-9+.-]+://|www\.){_MARKS}*{_END}"
    rf"|(?<![\w.@/\\-])\w[\w-]+(?:\.[\w-]+)*\.[a-z]{{2,7}}(?:/{_MARKS}*{_END}|/)?(?![\w@.-])",
    "path": r"\b[A-Za-z]:\\[^\s\"<>|]*\w|\\\\\w+(?:\\[\w.$-]*\w)+"
    r"|(?:(?<=[\s(\"'“«:=])|^)~?(?:/[\w.@%+-]*\w)+/?|\b[\w.-]+(?:/[\w.-]+)+\.[a-z]\w{1,4}\b",
    "date": r"\b\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?\b"
    rf"|\b{_DAY}(?: of)? {MONTH}\b\.?(?:,? {_YEAR}\b)?"
    rf"|\b{MONTH}\.? {_DAY}\b(?!:\d)(?:,? {_YEAR}\b)?|\b{MONTH}\.?,? {_YEAR}\b"
    r"|\b\d{1,2}(?P<between>[./])\d{1,2}(?P=between)(?:\d{4}|\d\d)\b(?![./]\d)",
    "time": r"\b\d{1,2}[:.]\d\d(?:[:.]\d\d)?\s?[ap]\.?m\b\.?|\b\d{1,2} ?[ap]\.?m\b\.?"
    r"|\b[012]?\d:[0-5]\d(?::[0-5]\d)?\b(?!:)",
    "phone": r"(?<![\w.])(?:\+\d[\d ()/-]{6,}\d|\(?0\d{1,5}\)?(?:[ /-]\d{2,})+"
    r"|\(?\d{3}\)?[ -]\d{3}-\d{4}|\d{3}-\d{4})(?![\w-])",
    "amount": rf"(?:\b[A-Z]{{1,3}})?[$€£¥]\s?(?:{_DIGITS})(?:\s?{_SCALE})?"
    rf"|\b(?:CHF|USD|EUR|GBP|Rs\.?)\s(?:{_DIGITS})(?:\.[–—-])?(?:\s{_SCALE})?"
    rf"|(?<![\w.,])[−+-]?(?:{_DIGITS})(?:\s?[–—-]\s?[−-]?(?:{_DIGITS}))?[\s\u00a0-]?"
    rf"(?:{_SCALE}(?:\s(?P<scaled>{_UNIT}))?|(?P<unit>{_UNIT}))"
    rf"|{_SPELLED}[\s-](?:{_SCALE}(?:\s(?P<spelled>{_UNIT}))?|(?P<spoken>{_UNIT}))",
    "number": rf"\b{_YEAR}(?=[-/](?:\d\d|{_YEAR})\b(?![-/]))"
    rf"|(?<![\w.,])[−+-]?(?:{_DIGITS})(?!\w|[-/.:#_]\w|\([a-z0-9]{{1,3}}\))",
    "identifier": r"\b[A-Z]{2}\d\d(?: ?[A-Z0-9]{4}){2,}(?: [A-Z0-9]{1,4})?\b"
    r"|(?<![\w$€£¥.])(?=[A-Za-z./_:#+-]*\d)[A-Za-z0-9]+(?:[-/._:#+][A-Za-z0-9]+)*"
    r"(?:\([a-z0-9]{1,3}\))?(?!\w)",
    "name": rf"(?<![\w.])(?!{_STATES})(?:[A-Z]\.[ \u00a0]?)+"
    r"(?:(?:van|von|de|der|den|da|di|du|la|le|bin|al) ){0,3}"
    rf"{_NO_NAME}[A-Z][\w'’-]*\w(?:,? (?:Jr|Sr)\b\.?| I{{2,3}}\b)?"
    rf"|\b{_NO_NAME}[A-Z][\w'’-]+ (?!{_STATES})(?:[A-Z]\. ?)+{_NO_NAME}"
    r"[A-Z][\w'’-]*\w(?:,? (?:Jr|Sr)\b\.?)?"
    r"|\b[A-Z](?:['’][A-Z])?\w*[a-z]\w*(?:['’-][A-Z]\w*[a-z]\w*)+|\b[A-Z]['’][A-Z]\w+",
}
_THING = re.compile("|".join(f"(?P<{kind}>{pattern})" for kind, pattern in _PATTERNS.items()))
_UNITS = ("scaled", "unit", "spelled", "spoken")
# "19th", "1990s", "mid-1990s", "20-year-old"
_WORD = re.compile(r"\d+(?:st|nd|rd|th|s)|(?:[a-z]+[-/])*\d+\w?(?:[-/][a-z]+)+|[a-z]+[-/]\d+s?")


@lru_cache(maxsize=1_024)  # each passage is looked at for several spans
def things(text: str) -> tuple[Thing, ...]:
    """Return the things of a text, in order; none overlaps another."""
    return tuple(_found(text))


def _found(text: str) -> Iterator[Thing]:
    for found in _THING.finditer(text):
        kind = Kind(str(found.lastgroup))
        if kind is Kind.IDENTIFIER and _WORD.fullmatch(found.group()):
            continue
        unit = next((unit for name in _UNITS if (unit := found.group(name))), "")
        yield Thing(kind, *found.span(), found.group(), unit)


def cut(text: str, start: int, end: int, question: str = "") -> list[Thing]:
    """Return the things of which text[start:end] holds only a part.

    A unit, a month or a year that the question itself names may be left out of the part: "48" of
    "48 metres" is what "how many metres" asks for.
    """
    return [
        thing
        for thing in things(text)
        if (thing.start < start < thing.end or thing.start < end < thing.end)
        and not (thing.start <= start and end <= thing.end and _asked(thing, question))
    ]


def _asked(thing: Thing, question: str) -> bool:
    if thing.kind is Kind.DATE:
        return _PART_OF_DATE.search(question) is not None
    return bool(thing.unit) and _stem(thing.unit) in map(_stem, re.findall(r"\w+|%", question))


_PART_OF_DATE = re.compile(r"\b(?:year|month|decade|century)\b", re.I)


def _stem(unit: str) -> str:
    return unit.casefold().split()[-1].rstrip("s")


def identifies(key: str, text: str) -> bool:
    """Return whether a text has an identifier, given as `index.tokens.canonical` writes it."""
    return _identifier(key).search(text) is not None


@lru_cache(maxsize=64)  # those of a question
def _identifier(key: str) -> re.Pattern[str]:
    between = [
        "" if (a.isdigit() and b.isdigit()) or (a.isalpha() and b.isalpha()) else r"[\W_]{0,2}"
        for a, b in pairwise(key)
    ]
    marks = [r"[\W_]" if c == "." else re.escape(c) for c in key]
    body = "".join(a + b for a, b in zip_longest(marks, between, fillvalue=""))
    return re.compile(rf"(?<![^\W_]){body}(?![^\W_])", re.I)


_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()  # noqa: SIM905
_ISO_DATE = re.compile(r"(\d{4})-(\d\d)-(\d\d)")


def parts_of_date(date: str) -> tuple[str | None, str | None, str | None]:
    """Return the year, the month's first three letters and the day, as far as a date says them.

    None for all of one that is written in numbers alone, unless it is in ISO 8601: which of two
    is the month differs between countries.
    """
    if iso := _ISO_DATE.match(date):
        month = int(iso.group(2))
        return (
            iso.group(1),
            _MONTHS[month - 1] if 1 <= month <= 12 else None,
            str(int(iso.group(3))),
        )
    month_name = re.search(MONTH, date)
    year, day = re.search(_YEAR, date), re.search(r"\b\d{1,2}(?!\d)", date)
    if month_name is None:
        return year.group() if year else None, None, None
    return (
        year.group() if year else None,
        month_name.group()[:3].casefold(),
        day.group() if day else None,
    )
