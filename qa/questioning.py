"""Pure: a document's own sentences -> questions about it, by rule, each with its answer's place.

No language model writes them: of a sentence what is asked for is left out, and the rest is turned
around. So they repeat the sentence's words, which makes them easier than people's.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from index.kinds import Kind as Line
from index.kinds import kinds
from index.rows import cells
from index.sentences import sentences_of_line
from qa.names import names
from qa.things import Kind, things

_VAGUE = re.compile(
    r"(?:It|He|She|They|This|These|That|Those|There|We|I|You|His|Her|Their|Its|Our|My|Who|Which"
    r"|What|When|Where|How|Why|If|As|Although|While|Because|Since|But|And|Or|So|Then|Here|Both|One|Some|Many|Most|Such)\b"
)
_BE = re.compile(r"(?P<subject>[^,;:]{2,80}?) (?P<verb>was|were|is|are) (?!not\b)(?P<rest>.+)")
_HAS = re.compile(
    r"(?P<subject>[^,;:]{2,60}?) (?P<verb>has|have|had) (?P<number>\d[\d,.]*|[a-z-]+) "
    r"(?P<noun>[a-z]+s)\b"
)
_BECAUSE = re.compile(r",? because (?P<reason>(?!of\b)[^.;?!]{8,160})$")
_DID = re.compile(
    r"(?:, [^,]{3,60},)? (?P<rest>(?:\w+ed|is|was|won|made|took|became|wrote|led)\b.+)"
)
_SAID = re.compile(r"(?:said|added|asked|noted|claimed|called|argued)\b")
_BEFORE_TIME = re.compile(r"(?:^|,? )(?:in|on|since|until) $", re.I)
_SENTENCE_CHARS = 240
_LEAST_WORDS = 5


@dataclass(frozen=True, slots=True)
class Made:
    """A question that text[start:end] answers."""

    kind: str
    text: str
    start: int
    end: int


def made_from(text: str, title: str) -> list[Made]:
    """Return the questions that a document's prose and facts can be turned into, in its order."""
    found: list[Made] = []
    for span, kind in kinds(text):
        if kind is Line.FACT:
            found += _of_facts(text, *span, title)
        elif kind is Line.PROSE:
            for start, end in sentences_of_line(text, *span):
                found += _of_sentence(text[start:end].rstrip(".!"), start)
    kept = [made for made in found if len(made.text.split()) >= _LEAST_WORDS]
    asked = [made.text.casefold() for made in kept]
    return [made for made in kept if asked.count(made.text.casefold()) == 1]


def _of_facts(text: str, start: int, end: int, title: str) -> Iterator[Made]:
    """Yield what "Name: value" tells of what a document is about."""
    for cell in cells(text, start, end):
        if cell.name and cell.start < cell.end:
            question = f"What is the {cell.name.lower()} of {title}?"
            yield Made("fact", question, cell.start, cell.end)


def _of_sentence(said: str, at: int) -> Iterator[Made]:
    """Yield the questions of a sentence that is at an offset."""
    if len(said) > _SENTENCE_CHARS or _VAGUE.match(said) or not said[:1].isupper():
        return
    if any(mark in said for mark in ';:()?!"“”'):
        return
    yield from (Made(k, q, at + a, at + b) for k, q, a, b in _asked(said))


def _asked(said: str) -> Iterator[tuple[str, str, int, int]]:
    """Yield kind, question, and where in the sentence its answer is."""
    has = _HAS.match(said)
    if has and things(has["number"]) and names(_inside(has["subject"])):
        does = "did" if has["verb"] == "had" else "does" if has["verb"] == "has" else "do"
        question = f"How many {has['noun']} {does} {_inside(has['subject'])} have?"
        yield "how many", question, *has.span("number")
    because = _BECAUSE.search(said)
    if because:
        yield (
            "why",
            f"Why {_turned(said[: because.start()], 'is it that')}?",
            *because.span("reason"),
        )
    for name in names(said):
        did = _DID.fullmatch(said, len(name)) if said.startswith(name) else None
        if did and not _SAID.match(did["rest"]):
            yield "who", f"Who {did['rest']}?", 0, len(name)
    times = [thing for thing in things(said) if _is_time(thing.kind, thing.text)]
    if len(times) == 1:
        (time,) = times
        before = _BEFORE_TIME.search(said[: time.start])
        rest = said[: before.start()] + said[time.end :] if before else ""
        rest = rest.lstrip(", ")
        if names(_inside(rest)) and not _VAGUE.match(rest[:1].upper() + rest[1:]):
            yield "when", f"When {_turned(rest, 'was it that')}?", time.start, time.end


def _turned(said: str, otherwise: str) -> str:
    """Return a sentence as it goes on after a question word: "was the Ida Moss built"."""
    be = _BE.fullmatch(said)
    if be is not None:
        return f"{be['verb']} {_inside(be['subject'])} {be['rest']}"
    return f"{otherwise} {_inside(said)}"


def _inside(said: str) -> str:
    """Return a sentence, or its subject, as it is inside another."""
    first, _, rest = said.partition(" ")
    return f"{first.lower()} {rest}" if first in ("The", "A", "An") else said


def _is_time(kind: Kind, text: str) -> bool:
    return kind is Kind.DATE or (
        kind is Kind.NUMBER and re.fullmatch(r"(?:1\d|20)\d\d", text) is not None
    )
