"""Pure: questions that ask for several answers, and the entries of the list that one is part of."""

import re

from index.about import headings_of
from index.kinds import facts
from index.lines import BULLET, lines
from index.sentences import sentences
from index.tokens import content_terms
from index.types import Document

OF_A_LIST = "One entry of a list; the others follow."
_SEVERAL = re.compile(
    r"^\W*(?:please )?(?:list|name|enumerate|compare|give (?:me )?(?:all|the))\b"
    r"|^\W*(?:in )?(?:what|which) (?:\w+ )?ways\b"
    r"|^\W*(?:in|on|at|for|to|by|with|from|of|under)? ?(?:what|which) "
    r"(?:are|were|(?:\w+ ){0,2}?\w*[a-rt-z]s)\b"
    r"|^\W*who (?:are|were|all)\b|^\W*who was (?:there|present)\b|^\W*who attended\b"
    r"|\b(?:all|both|every|each|differ|difference|compared? (?:to|with)|versus|vs)\b",
    re.I,
)
_WHICH_OF_TWO = re.compile(r"^\W*(?:which|who)\b.*\b(?:\w+er|more|less)\b.*\bor\b", re.I)
_ONE = re.compile(
    r"^\W*(?:what|which) (?:\w+ )?(?:is|was|does|did|has|series|species|news)\b", re.I
)
# What parts the items of a list in a sentence, with what is said of one in brackets before it.
_PARTS = re.compile(
    r"(?: ?\([^()]*\))?(?:[,;] (?:and |or |as well as )?| and | or )"
    r"(?:even |also |the |an? |then )?(?=\S)"
)
# An item has none of these; the first one begins after the last of them, the last one ends before.
_OUTSIDE = re.compile(
    r"(?:^|(?<=\s))(?:is|are|was|were|be|been|has|have|had|did|does|do|can|will|would|may|includ\w+"
    r"|such|as|like|namely|of|by|to|for|with|from|in|on|at|between|that|which|who|but|while|when"
    r"|before|after|the|an?|both|also|its|his|her|their|it|he|she|they)(?=\s|$)"
)
_ITEM_WORDS = 6
_LIST = 3  # entries
_SECTION = 2_000  # characters
_LEAST_SENTENCES, _MOST_SENTENCES = 2, 10
_WHOLE = 0.8  # of an entry's characters


def asks_for_several(question: str) -> bool:
    """Return whether a question asks for more than one thing: "which", "list", "who were"."""
    if _WHICH_OF_TWO.search(question):
        return True
    return _SEVERAL.search(question) is not None and _ONE.search(question) is None


def entries(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Return the spans of the list that text[start:end] is an entry of, or the whole of.

    A list is lines with bullets or numbers, the cells of one column, or items of a sentence that
    commas part. An entry comes before the others of its list. Where there is no list, the span
    alone is returned.
    """
    own = (start, end)
    for found in (_column(text, own), _bullets(text, own), _items(text, own)):
        if len(found) > 1:
            inside = [span for span in found if start <= span[0] and span[1] <= end]
            outside = [span for span in found if span[1] <= start or span[0] >= end]
            return [*(inside if len(inside) > 1 else [own]), *outside]
    return [own]


def section_named(question: str, document: Document) -> list[tuple[int, int]]:
    """Return the sentences below a heading that names what a question asks for, if there are few.

    "Which trips are there?" asks for what stands below "Trips". The heading may say no more than
    the question does, and the title names nothing.
    """
    asked = frozenset(content_terms(question)) - frozenset(content_terms(document.title))
    headings = headings_of(document) or [
        (place.start, (place.label.removeprefix("section "),))
        for place in document.places
        if place.label.startswith("section ")
    ]
    ends = [*(start for start, _ in headings), None][1:]
    for (start, held), end in zip(headings, ends, strict=True):
        terms = frozenset(content_terms(held[-1]))
        if not terms or not terms <= asked:
            continue
        stop = end if end is not None else start + _SECTION
        text = document.part(start, min(stop, start + _SECTION))
        body = text.find("\n") + 1
        found = [(start + a, start + b) for a, b in sentences(text, body)] if body else []
        if _LEAST_SENTENCES <= len(found) <= _MOST_SENTENCES:
            return found
    return []


def entries_beside(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Return the other entries of a list with bullets of which text[start:end] is one whole entry.

    Nothing where there are fewer than three, or the span is only a part of its own.
    """
    found = _bullets(text, (start, end))
    own = next(((a, b) for a, b in found if a <= start and end <= b), None)
    if own is None or len(found) < _LIST:
        return []
    if end - start < _WHOLE * len(text[slice(*own)].strip()):
        return []
    return [_stripped(text, *span) for span in found if span != own]


def _stripped(text: str, start: int, end: int) -> tuple[int, int]:
    inside = text[start:end]
    low = start + len(inside) - len(inside.lstrip())
    return low, low + len(inside.strip())


def _column(text: str, own: tuple[int, int]) -> list[tuple[int, int]]:
    cells = facts(text)
    name = next((c.name for c in cells if c.name and c.start <= own[0] and own[1] <= c.end), None)
    return [(c.start, c.end) for c in cells if name is not None and c.name == name]


def _bullets(text: str, own: tuple[int, int]) -> list[tuple[int, int]]:
    run: list[tuple[int, int]] = []
    for start, end in lines(text):
        mark = BULLET.match(text, start, end)
        if mark:
            run.append((mark.end() - 1, end))
        elif any(a <= own[0] < b for a, b in run):
            break
        else:
            run = []
    return run if any(a <= own[0] and own[1] <= b for a, b in run) else []


def _items(text: str, own: tuple[int, int]) -> list[tuple[int, int]]:
    """Return the items of the list in a sentence that a span is one of, or is; none if too few.

    Commas and "and" part them. A list begins after a colon, or at the span if that begins inside a
    part of the sentence: "used for cooking, drying and baking".
    """
    around = [(a, b) for a, b in sentences(text) if a <= own[0] and own[1] <= b]
    if not around:
        return []
    low, high = around[0]
    while high > low and text[high - 1] in ".!?;:) ":
        high -= 1
    colon = text.rfind(": ", low, own[0])
    low = colon + 2 if colon >= 0 else low
    marks = [m.span() for m in _PARTS.finditer(text, low, high)]
    parts = list(zip([low, *(b for _, b in marks)], [*(a for a, _ in marks), high], strict=True))
    touched = [n for n, (a, b) in enumerate(parts) if a < own[1] and own[0] < b]
    if not touched:
        return []
    first, last = touched[0], touched[-1]
    items = [parts[n] for n in touched]
    whole = len(touched) > 1  # the span is a list itself
    begins = own[0] > parts[first][0] and (
        whole or _OUTSIDE.search(text, parts[first][0], own[0]) is not None
    )
    ends = own[1] < parts[last][1] and (
        whole or _OUTSIDE.search(text, own[1], parts[last][1]) is not None
    )
    items[0] = (max(own[0], items[0][0]) if begins else items[0][0], items[0][1])
    items[-1] = (items[-1][0], min(own[1], items[-1][1]) if ends else items[-1][1])
    cut = begins + ends
    for n in range(last + 1, last + 1 if ends else len(parts)):
        items.append(_until(text, *parts[n]))
        if items[-1][1] < parts[n][1]:
            cut += 1
            break
    for n in range(-1 if begins else first - 1, -1, -1):
        items.insert(0, _since(text, *parts[n]))
        if items[0][0] > parts[n][0]:
            cut += 1
            break
    items = [(a, b) for a, b in items if a < b]
    if any(len(text[a:b].split()) > _ITEM_WORDS for a, b in items):
        return []
    if not whole and len(items) - cut < 2 and not all(text[a].isupper() for a, _ in items):
        return []  # clauses between commas, of which little is left
    return items if len(items) > (1 if colon >= 0 else 2) else []


def _until(text: str, start: int, end: int) -> tuple[int, int]:
    """Return what is an item at the beginning of a part."""
    found = _OUTSIDE.search(text, start, end)
    return (start, end if found is None else max(start, found.start() - 1))


def _since(text: str, start: int, end: int) -> tuple[int, int]:
    """Return what is an item at the end of a part."""
    found = [m.end() for m in _OUTSIDE.finditer(text, start, end)]
    return (min(found[-1] + 1, end) if found else start, end)
