"""Pure: what a question names, and whether the words around a span name it too, or a sibling.

"When was the P400 tested in 2019?" names a model and a year. A sentence about the P200, or about
2021, does not answer it, however much it reads as if it did.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import lru_cache

from index.sentences import sentence_around
from index.tokens import canonical, content_terms, words
from qa.names import names
from qa.things import MONTH, Kind, Thing, identifies, parts_of_date, things


@dataclass(frozen=True, slots=True)
class Entity:
    """Something that a text names. `key` is its words, folded; siblings have the same `family`."""

    kind: str  # "identifier", "number", "year", "month", "day", "qualified" or "name"
    key: tuple[str, ...]
    family: str


@dataclass(frozen=True, slots=True)
class Support:
    """How many of the entities that a question names the words around a span do not name.

    `missing_exact` counts identifiers, numbers and years that neither the passage nor what it is
    about (title, headings, date) names; `missing_names` names and months. `siblings` are those of
    either sort, absent from the span's sentence, that have a sibling there or, where the passage
    does not name them, in the passage: another model, year, person, branch.
    """

    missing_exact: int = 0
    missing_names: int = 0
    siblings: int = 0


_YEAR = re.compile(r"(?:1[2-9]|20)\d\d")
_YEARS = re.compile(r"\b((?:1\d|20)\d\d)(?:\s?[-–—/]\s?|\s(?:to|and|until)\s)((?:1\d|20)?\d\d)\b")
_RELATIVE_YEARS = {"last": -1, "previous": -1, "this": 0, "next": 1}
_RELATIVE = re.compile(r"\b(last|previous|this|next) year\b", re.I)
# "more than in 2022" tells of another year than that.
_COMPARED = re.compile(
    r"\b(?:than|compared (?:with|to)|unlike|(?:up|down) (?:on|from))\b[^.;:,]{0,40}"
)
_PUBLISHED = re.compile(
    r"\b(?:published|dated|issued|released|printed|posted|sent|written)(?: in| on)? ([^?;:,]{0,20})"
)
_MONTH = re.compile(rf"\b{MONTH}\b")
# "order 1007", "line 4", "clause 12.3": a number that says which one.
_LABELLED = re.compile(
    r"\b([A-Za-z]{3,})\.? (?:(?:no|nr|number)\.? )?#?(\d+(?:\.\d+)*)(?![\w%])", re.I
)
_SECTION = re.compile(r"(?<!§)(§)+\s?(\d+(?:\.\d+)*)")
_NO_LABEL = frozenset(
    """
    the and for from with about over under than least most only nearly almost some into around year
    after before since until till between during was were are had has have did does will would can
    cost costs paid pay spring summer autumn fall winter early late mid top first last next all
    these those exactly past per every each
    """.split()  # noqa: SIM905
)
_QUALIFIED = re.compile(r"\b([A-Z][\w'’-]*\w) ([a-z]{3,})\b")
_PEOPLE = re.compile(r".*(?:ese|ish|[ie]an|ican)|.*-.*|[A-Z.]+")  # "American", "US-China", "UN"
_ACRONYM = re.compile(r"[A-Z]{2,4}")  # "US" is also America, Washington, the American side
_LEAST = 4  # letters that two words much alike begin with
_ENDING = 3  # letters that may follow in either
_DIGIT = re.compile(r"\d")
_FUNCTION = frozenset("the a an of in on at for and de van von der la le".split())  # noqa: SIM905
_TITLES = frozenset("mr mrs ms dr sir lady professor president minister the".split())  # noqa: SIM905


@lru_cache(maxsize=512)
def named(text: str) -> tuple[Entity, ...]:
    """Return the entities that a text names, each once."""
    return tuple(dict.fromkeys(_named(text)))


def _named(text: str) -> Iterator[Entity]:
    labelled = list(_labelled(text))
    yield from (entity for _, entity in labelled)
    yield from _exact(text, {end for end, _ in labelled})
    for match in _MONTH.finditer(text):
        if match.group() == "May" and not text[: match.start()].strip():
            continue  # "May I ...?"
        yield Entity("month", (match.group()[:3].casefold(),), "month")
    for match in _QUALIFIED.finditer(text):
        name = match.group(1)
        noun = content_terms(match.group(2))
        opens = not text[: match.start()].strip()
        if (
            noun
            and not opens
            and names(name)
            and not _MONTH.fullmatch(name)
            and not _DIGIT.search(name)
        ):
            yield Entity("qualified", (name.casefold(),), match.group(2).rstrip("s"))
    for name in names(text):
        parts = tuple(p for p in words(name) if p not in _FUNCTION and not _DIGIT.search(p))
        opens = len(parts) == 1 and text.lstrip().startswith(name)  # "Compare ...", "List ..."
        plain = not (opens or _MONTH.fullmatch(name) or _ACRONYM.fullmatch(name.replace(".", "")))
        if parts and plain:
            yield Entity("name", parts, parts[-1])


def _apart(name: str) -> bool:
    """Whether a capitalised word before a noun is none that tells a branch from its siblings."""
    return bool(_MONTH.fullmatch(name) or _PEOPLE.fullmatch(name) or _DIGIT.search(name))


def _labelled(text: str) -> Iterator[tuple[int, Entity]]:
    """Yield numbers that say which one, with where they end."""
    for match in (*_LABELLED.finditer(text), *_SECTION.finditer(text)):
        label, number = match.groups()
        if label.casefold() not in _NO_LABEL and not _MONTH.fullmatch(label):
            yield match.end(), Entity("number", (number,), label.casefold().rstrip("s"))


def _exact(text: str, labelled: Collection[int]) -> Iterator[Entity]:
    """Yield identifiers, years and days; no identifier that ends as a labelled number does."""
    for thing in things(text):
        if thing.kind is Kind.IDENTIFIER and thing.end not in labelled:
            yield Entity("identifier", (canonical(thing.text),), shape(thing.text))
        elif thing.kind is Kind.NUMBER and _YEAR.fullmatch(thing.text):
            yield Entity("year", (thing.text,), "year")
        elif thing.kind is Kind.DATE:
            year, month, day = parts_of_date(thing.text)
            if year:
                yield Entity("year", (year,), "year")
            if month:
                yield Entity("month", (month,), "month")
            if month and day:
                yield Entity("day", (month, day), "day")


def shape(identifier: str) -> str:
    """Return the form that an identifier shares with its siblings: "a9" of "P-200" and "P400"."""
    return re.sub(r"[^\W\d]+", "a", re.sub(r"\d+", "9", canonical(identifier)))


def support(question: str, sentence: str, passage: str, about: str = "") -> Support:
    """Return what of a question's entities a span's surroundings lack, or contradict.

    `sentence` is the span's own, `passage` the text around it, `about` its title, headings, date.
    """
    exact = loose = siblings = 0
    compares = _COMPARED.search(question) is not None
    whole = sentence, passage
    for entity in named(question):
        sentence, passage = whole
        if entity.kind == "year":
            if _published_otherwise(question, entity, about):
                exact, siblings = exact + 1, siblings + 1
                continue
            if not compares:
                sentence, passage = (_COMPARED.sub(" ", text) for text in whole)
        if _names(sentence, entity) or (entity.kind == "year" and _may_be(entity, sentence, about)):
            continue
        known = _names(about, entity)
        somewhere = known or _names(passage, entity)
        there = sentence if somewhere or entity.kind == "qualified" else f"{about}\n{passage}"
        # A title that names both, as the first line of a list may, speaks for neither.
        protected = known and not _has_sibling(about, entity)
        siblings += not protected and _has_sibling(there, entity)
        if not somewhere and entity.kind in ("name", "month"):
            loose += 1
        elif not somewhere and entity.kind != "qualified":  # its name counts already
            exact += 1
    return Support(exact, loose, siblings)


def support_of(question: str, text: str, start: int, end: int, about: str = "") -> Support:
    """Return the support of the span text[start:end] of a passage's text."""
    if not named(question):
        return Support()
    low, high = sentence_around(text, start, end)
    return support(question, text[low:high], text, about)


def _may_be(year: Entity, sentence: str, about: str) -> bool:
    """Whether "last year" and the like in a sentence is this year, or may be where none is known.

    `about` has the document's date, if it has one.
    """
    dates = [int(y) for y in _YEAR.findall(about)]
    offsets = {_RELATIVE_YEARS[m.group(1).casefold()] for m in _RELATIVE.finditer(sentence)}
    return bool(offsets) and (
        not dates or any(date + offset == int(year.key[0]) for date in dates for offset in offsets)
    )


def _published_otherwise(question: str, year: Entity, about: str) -> bool:
    """Whether a question asks for what was published in a year, and this has other dates only."""
    asked = _PUBLISHED.search(question)
    return (
        asked is not None
        and year.key[0] in asked.group(1)
        and year.key[0] not in about
        and _YEAR.search(about) is not None
    )


def _names(text: str, entity: Entity) -> bool:
    """Whether a text names an entity."""
    first = entity.key[0]
    if entity.kind == "identifier":
        return identifies(first, text)
    if entity.kind == "number":
        return re.search(rf"(?<![\w.]){re.escape(first)}(?!\w|\.\d)", text) is not None
    if entity.kind == "year":
        return first in text or any(
            low <= first <= low[: 4 - len(high)] + high for low, high in _YEARS.findall(text)
        )
    if entity.kind in ("month", "day"):
        return any(_same_day(entity, thing) for thing in things(text)) or (
            entity.kind == "month" and entity in named(text)
        )
    if not _says(text, entity.key[-1]):
        return False
    return _says(text, first) or not _has_sibling(text, entity)


def _same_day(entity: Entity, thing: Thing) -> bool:
    if thing.kind is not Kind.DATE:
        return False
    _, month, day = parts_of_date(thing.text)
    return entity.key == ((month, day) if entity.kind == "day" else (month,))


def _says(text: str, word: str) -> bool:
    """Whether a text has a word of a name, or one that is much like it: "Chinese", a slip."""
    found = _words(text)
    return word in found or any(_alike(word, other) for other in found)


def _alike(one: str, other: str) -> bool:
    if min(len(one), len(other)) < _LEAST:
        return False
    same = next(
        (i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b),
        min(len(one), len(other)),
    )
    return same >= _LEAST and max(len(one), len(other)) - same <= _ENDING


@lru_cache(maxsize=512)
def _words(text: str) -> frozenset[str]:
    return frozenset(words(text))


def _has_sibling(text: str, entity: Entity) -> bool:
    """Whether a text names another of an entity's family."""
    if entity.kind == "name":
        return any(_other_name(entity, other) for other in named(text) if other.kind == "name")
    return any(
        other.kind == entity.kind and other.family == entity.family and other.key != entity.key
        for other in named(text)
    )


def _other_name(entity: Entity, other: Entity) -> bool:
    """Whether two names share their first or last word only: two people, two bridges."""
    if len(entity.key) < 2 or len(other.key) < 2 or set(other.key) & _TITLES:
        return False
    first, last = (_same(entity.key[i], other.key[i]) for i in (0, -1))
    if last:
        return not first and entity.key[0] not in other.key and other.key[0] not in entity.key
    return first and not set(entity.key[1:]) & set(other.key[1:])


def _same(one: str, other: str) -> bool:
    return one == other or _alike(one, other)
