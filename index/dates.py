"""Pure: dates in ISO 8601, as precise as their source: "2009", "2009-08" or "2009-08-15"."""

import re
from datetime import date
from functools import lru_cache

_YEAR = re.compile(r"(?<![\d.,])(?:1\d|20)\d\d(?![\d%]|[.,]\d)", re.ASCII)
_ISO = re.compile(r"\d{4}(-\d\d(-\d\d)?)?", re.ASCII)


@lru_cache(maxsize=4_096)  # those of a large corpus are few
def is_date(text: str) -> bool:
    """Whether a text is such a date, and one that the calendar has."""
    if not _ISO.fullmatch(text):
        return False
    try:
        date.fromisoformat(text + "-01-01"[len(text) - 4 :])
    except ValueError:
        return False
    return True


def years_in(question: str) -> set[int]:
    """Return the years that a question names, from 1000 to 2099."""
    return {int(year) for year in _YEAR.findall(question)}


def in_range(day: str, after: str | None, before: str | None) -> bool:
    """Whether some day of `day` lies from the first day of `after` to the last of `before`.

    None stands for no limit. Two dates compare at the precision of the coarser one, and in this
    notation as their characters do.
    """
    since = after is None or day[: len(after)] >= after[: len(day)]
    until = before is None or day[: len(before)] <= before[: len(day)]
    return since and until
