"""Pure: dates as people write them, in several languages -> ISO 8601."""

import re
from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

_MONTHS = re.findall(
    r"\w+",
    """
january february march april may june july august september october november december
januar februar märz april mai juni juli august september oktober november dezember
jänner feber märz april mai juni juli august september oktober november dezember
janvier février mars avril mai juin juillet août septembre octobre novembre décembre
enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre
gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre
janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro
januari februari maart april mei juni juli augustus september oktober november december
januari februari mars april maj juni juli augusti september oktober november december
januar februar marts april maj juni juli august september oktober november december
januar februar mars april mai juni juli august september oktober november desember
tammikuuta helmikuuta maaliskuuta huhtikuuta toukokuuta kesäkuuta heinäkuuta elokuuta
    syyskuuta lokakuuta marraskuuta joulukuuta
stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia
ledna února března dubna května června července srpna září října listopadu prosince
января февраля марта апреля мая июня июля августа сентября октября ноября декабря
""",
)
_SHORT = range(3, 6)  # letters of an abbreviation


def _numbers() -> dict[str, int]:
    """Return the number of each month's name and abbreviation; the first language's counts."""
    full = {name: n % 12 + 1 for n, name in reversed(list(enumerate(_MONTHS)))}
    short: dict[str, int] = {}
    for first in range(0, len(_MONTHS), 12):
        language = _MONTHS[first : first + 12]
        for length in _SHORT:
            cut = [name[:length] for name in language]
            for number, name in enumerate(cut, start=1):
                if cut.count(name) == 1:  # "jui" may be June or July
                    short.setdefault(name, number)
    return short | full


_NUMBER_OF = _numbers()
_YEAR = r"(?:1[5-9]|20)\d\d"
_NAME = r"[^\W\d_]{3,12}"
_OF = r"(?:\s+(?:de|del|of|di)\s+|\s*[-./]\s*|,?\s+)"
_DATE = re.compile(
    rf"(?<![\d.,/-])(?:"
    rf"(?P<iso>{_YEAR}-\d\d-\d\d)(?!-?\d)"
    rf"|(?P<y>{_YEAR})[./年년]\s?(?P<m>\d\d?)[./月월]\s?(?P<d>\d\d?)[日일]?(?![\d/]|\.\d)"
    rf"|(?P<one>\d\d?)(?P<mark>[./-])\s?(?P<two>\d\d?)(?P=mark)\s?(?P<year>{_YEAR})(?![\d/-]|\.\d)"
    rf"|(?P<day>\d\d?)(?:st|nd|rd|th|er|ère|[ºª°.])?(?:{_OF})(?P<name>{_NAME})\.?{_OF}(?P<of>{_YEAR})\b"
    rf"|\b(?P<month>{_NAME})\.?\s+(?P<mday>\d\d?)(?:st|nd|rd|th)?,?\s+(?P<myear>{_YEAR})\b"
    rf")|\b(?P<only>{_NAME})\.?,?\s+(?:(?:de|del)\s+)?(?P<oyear>{_YEAR})\b(?![-/]\d)"
)


class Written(NamedTuple):
    """The date at text[start:end], in ISO 8601."""

    start: int
    end: int
    day: str


def dates_in(text: str, day_first: bool | None = None) -> Iterator[Written]:
    """Yield the dates of a text, in order.

    "June 2024" is "2024-06". Of 03/04/2022 only the year is sure, unless `day_first` says whether
    days come before months; 03.04.2022 is in April wherever dots are written.
    """
    for found in _DATE.finditer(text):
        said = {name: value for name, value in found.groupdict().items() if value is not None}
        if (day := _iso(said, day_first)) is not None:
            yield Written(*found.span(), day)


def is_day_first(text: str) -> bool | None:
    """Return whether days come before months in a text's numeric dates; None where none tells."""
    told = {
        int(found["one"]) > 12
        for found in _DATE.finditer(text)
        if found["one"] and found["mark"] != "." and max(int(found["one"]), int(found["two"])) > 12
    }
    return told.pop() if len(told) == 1 else None


def _iso(said: dict[str, str], day_first: bool | None) -> str | None:
    """Return the date of the named parts of `_DATE`; None for one that no calendar has."""
    if "iso" in said:
        year, month, day = map(int, said["iso"].split("-"))
    elif "y" in said:
        year, month, day = int(said["y"]), int(said["m"]), int(said["d"])
    elif "year" in said:
        year, one, two = int(said["year"]), int(said["one"]), int(said["two"])
        if one <= 12 and two <= 12 and one != two and said["mark"] != "." and day_first is None:
            return f"{year:04}"
        second = two > 12 or (one <= 12 and said["mark"] != "." and day_first is False)
        day, month = (two, one) if second else (one, two)
    elif "only" in said:
        number = _NUMBER_OF.get(said["only"].casefold())
        return None if number is None else f"{said['oyear']}-{number:02}"
    else:
        name = said.get("name") or said["month"]
        number = _NUMBER_OF.get(name.casefold())
        if number is None:
            return None
        year, month = int(said.get("of") or said["myear"]), number
        day = int(said.get("day") or said["mday"])
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None
