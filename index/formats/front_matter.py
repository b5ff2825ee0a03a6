"""Pure: what comes before a Markdown text between lines of `---` or `+++`, and what it says.

Only names and values are read, not all of YAML: nobody's settings can make a parser hang.
"""

import re
from collections.abc import Mapping

from index.written_dates import dates_in

_YAML = re.compile(
    r"---[ \t]*\r?\n(.*?)^(?:---|\.\.\.)[ \t]*(?:\r?\n|\Z)", re.DOTALL | re.MULTILINE
)
_TOML = re.compile(r"\+\+\+[ \t]*\r?\n(.*?)^\+\+\+[ \t]*(?:\r?\n|\Z)", re.DOTALL | re.MULTILINE)
_NAMED = re.compile(r"([A-Za-z][\w -]{0,40}?)[ \t]*[:=][ \t]*(.*)$")
_BLOCK = re.compile(r"[|>][+-]?$")
_DATES = (
    "date",
    "published",
    "pubdate",
    "publishdate",
    "created",
    "updated",
    "lastmod",
    "modified",
)
_AUTHORS = ("author", "authors", "by", "creator")
_KEPT = ("description", "summary", "subtitle", "tags", "categories", "keywords", "topics")
_CHARS = 500


def split_front_matter(text: str) -> tuple[Mapping[str, str], str]:
    """Return (what the front matter says, the text after it); nothing and the text without one."""
    found = (_YAML if text.startswith("---") else _TOML).match(text)
    said = _values(found.group(1)) if found else {}
    return (said, text[found.end() :]) if found and said else ({}, text)


def title_of(said: Mapping[str, str]) -> str | None:
    """Return the title that a front matter gives."""
    return said.get("title") or None


def date_of(said: Mapping[str, str]) -> str | None:
    """Return the date of a front matter in ISO 8601: of publication, or else of a change."""
    dates = (w.day for name in _DATES for w in dates_in(said.get(name, "")))
    return next(dates, None)


def metadata_of(said: Mapping[str, str]) -> dict[str, str]:
    """Return what a front matter says that documents can be filtered by."""
    author = next((said[name] for name in _AUTHORS if said.get(name)), "")
    address = next((said[name] for name in ("url", "permalink", "canonical") if name in said), "")
    found = {
        "author": author,
        "language": said.get("lang", said.get("language", "")),
        "url": address if address.startswith(("http://", "https://")) else "",
    } | {name: said.get(name, "") for name in _KEPT}
    return {name: value[:_CHARS] for name, value in found.items() if value}


def _values(text: str) -> dict[str, str]:
    """Return the values by their names in lower case; those of a list come parted by commas."""
    found: dict[str, str] = {}
    name = ""
    for line in text.splitlines():
        if line.lstrip().startswith("#") or not line.strip():
            continue
        named = _NAMED.match(line)
        if named and not line[0].isspace():
            name = named.group(1).strip().lower().replace(" ", "")
            value = named.group(2).strip()
            found[name] = "" if _BLOCK.match(value) else _plain(value)
        elif name:  # an entry of a list, or a line of a longer text
            entry = line.strip()
            listed = entry.startswith("- ")
            if listed or not found[name]:
                entry = re.sub(r"^(?:name|title):\s*", "", entry.removeprefix("- "))
            joint = ", " if listed and found[name] else " " if found[name] else ""
            found[name] += joint + _plain(entry)
    return found


def _plain(value: str) -> str:
    """Return a value without quotes, brackets and the comment after it."""
    if value.startswith(('"', "'")) and value.find(value[0], 1) > 0:
        return value[1 : value.find(value[0], 1)]
    value = re.sub(r"\s#.*$", "", value).rstrip(",")
    if value.startswith("[") and value.endswith("]"):
        return ", ".join(_plain(entry.strip()) for entry in value[1:-1].split(",") if entry.strip())
    return value.strip()
