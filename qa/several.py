"""Pure: questions that ask for several answers, and the entries of the list that one is part of."""

import re

from index.kinds import facts
from index.lines import BULLET, lines
from index.sentences import sentences

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
_NEXT = re.compile(r"(?: ?\([^()]*\))?(?:, (?:and |or )?| and | or |; )(?=\S)")
_ITEM = re.compile(r"[^,;:.()|\n]{1,60}?(?= ?\(|,|;|\.(?:\s|$)| and | or |$)")
_ITEM_WORDS = 6


def asks_for_several(question: str) -> bool:
    """Return whether a question asks for more than one thing: "which", "list", "who were"."""
    if _WHICH_OF_TWO.search(question):
        return True
    return _SEVERAL.search(question) is not None and _ONE.search(question) is None


def entries(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Return the spans of the list that text[start:end] is an entry of, its own first.

    A list is lines with bullets or numbers, the cells of one column, or items of a sentence that
    commas part. Where there is none, the span alone is returned.
    """
    own = (start, end)
    for found in (_column(text, own), _bullets(text, own), _items(text, own)):
        if len(found) > 1:
            return [own, *(span for span in found if span[1] <= start or span[0] >= end)]
    return [own]


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
    """Return the items that commas and "and" join, from a colon or the span on, in its sentence."""
    around = [(a, b) for a, b in sentences(text) if a <= own[0] and own[1] <= b]
    if not around:
        return []
    low, high = around[0]
    colon = text.rfind(": ", low, own[0])
    first = colon + 2 if colon >= 0 else own[0]
    items: list[tuple[int, int]] = []
    at = first
    while item := _ITEM.match(text, at, high):
        if len(item.group().split()) > _ITEM_WORDS and items:
            break
        items.append(item.span())
        follows = _NEXT.match(text, item.end(), high)
        if follows is None:
            break
        at = follows.end()
    covers = any(a <= own[0] < b for a, b in items)
    return items if covers and len(items) > (1 if colon >= 0 else 2) else []
