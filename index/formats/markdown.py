"""Markdown and MDX: the text as written, but for what no reader of the page sees."""

import re
from collections.abc import Iterator

from index.formats.extracted import Extracted
from index.formats.front_matter import date_of, metadata_of, split_front_matter, title_of
from index.formats.pipes import with_rows
from index.formats.plain import decode
from index.headers import find_date, find_title
from index.lines import FENCED
from index.types import Place

# Code is matched first, so that what looks like a comment in it stays. A comment without an end is
# none, and nor is any after it: looking for the end of each would take the square of their number.
_COMMENT = re.compile(rf"(?P<code>{FENCED.pattern})|<!--(?:.*?-->\n?|(?P<rest>.*\Z))", FENCED.flags)
_HEADING = re.compile(
    r"^ {0,3}#{1,6}[ \t]+(?P<atx>.*)$"
    r"|^(?P<setext>[^\s#>|`*+-].*)\r?\n(?:=+|-{2,})[ \t]*$",
    re.MULTILINE,
)
_LABEL_CHARS = 1_000
_MARKUP = re.compile(r"\[([^\]]*)\]\([^)]*\)|[*_`]{1,3}(?=\S)|(?<=\S)[*_`]{1,3}|\{#[^}]*\}")
# Statements end at a blank line; of the tags, those of components that are alone on their line.
_MDX = re.compile(
    rf"(?P<code>{FENCED.pattern})"
    r"|^(?:import (?:\{|['\"]|[\w*][^\n]* from )"
    r"|export (?:const|let|function|class|default|async|[{*]))"
    r"[^\n]*\n?(?:[^\n]*\S[^\n]*\n?)*"
    r"|\{/\*(?:.*?\*/\}\n?|(?P<rest>.*\Z))"
    r"|^[ \t]*</?[A-Z][^<>\n]*>[ \t]*(?:\r?\n|\Z)",
    FENCED.flags,
)


def read(raw: bytes) -> Extracted:
    """Read a Markdown file: front matter says of the text, and comments are left out."""
    return _read(decode(raw))


def read_mdx(raw: bytes) -> Extracted:
    """Read an MDX file as Markdown, without its imports, exports and tags of components."""
    said, text = _parts(decode(raw))
    return _read(said + _MDX.sub(_code, text))


def _parts(text: str) -> tuple[str, str]:
    """Return a text's front matter, and the rest."""
    body = split_front_matter(text)[1]
    return text[: len(text) - len(body)], body


def _read(text: str) -> Extracted:
    said, body = split_front_matter(text.removeprefix("\ufeff"))
    body = with_rows(_COMMENT.sub(_code, body).lstrip("\r\n"))
    prose = FENCED.sub(lambda code: " " * len(code.group()), body)  # offsets stay
    headings = [(m.start(), _label(m)) for m in _HEADING.finditer(prose)]
    return Extracted(
        body,
        title_of(said) or _title(prose),
        date_of(said) or find_date(prose),
        metadata_of(said),
        tuple(_sections(body, headings)),
    )


def _title(prose: str) -> str | None:
    """Return the first heading of the first rank, or what plain text has for a title."""
    for found in _HEADING.finditer(prose):
        if re.match(r" {0,3}#[ \t]", found.group()) or found.group().rstrip().endswith("="):
            return _label(found) or find_title(prose)
    return find_title(prose)


def _sections(text: str, headings: list[tuple[int, str]]) -> Iterator[Place]:
    """Yield a place for each heading, up to the next."""
    ends = [*(start for start, _ in headings), len(text)][1:]
    for (start, label), end in zip(headings, ends, strict=True):
        whole = text[start:end].rstrip()
        if label and whole:
            yield Place(start, start + len(whole), f"section {label}")


def _label(found: re.Match[str]) -> str:
    closed = (found.group("atx") or "").rstrip()
    heading = (closed.rstrip("#") or found.group("setext") or "")[:_LABEL_CHARS]
    return " ".join(_MARKUP.sub(lambda m: m.group(1) or "", heading).split())


def _code(found: re.Match[str]) -> str:
    return found.group("code") or (found.group() if found.group("rest") is not None else "")
