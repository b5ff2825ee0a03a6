"""Pure: names in a text, by their capitals and the words around them."""

import re
from collections.abc import Sequence

_NAME = re.compile(
    r"(?:(?:[A-Z]\.){2,}|[A-Z][\w-]*)(?:\s+(?:(?:[A-Z]\.){2,}|[A-Z][\w-]*|\d+(?=\s*[?.!,]?$)))*"
)
_QUESTION_WORDS = frozenset(
    "who whom whose what when where why which how is are was were do does did has have had will"
    " would can could may should the a an in on at for from to by with of about after before and"
    " but or so it he she they this that these those tell i if while since as name was".split()
)
_TITLE = re.compile(
    r".*\b(?:President|Chancellor|Minister|Secretary|Senator|Spokes(?:man|woman|person)|Director"
    r"|Ambassador|General|King|Queen|Prince|Princess|Pope|Chair(?:man|woman)?|Judge|Mr|Mrs|Ms|Dr"
    r"|Professor|Sir|Lady|Leader|Rights|State)\b\.?\s*(?=[A-Z])"
)
# What names of bodies, places and days are made of, and those of people are not.
_NO_PERSON = re.compile(
    r"\b(?:[A-Z]{2,}|Act|Agency|Bank|Charter|Commission|Committee|Company|Conference|Congress"
    r"|Council|Court|Department|Embassy|Endowment|Foundation|Group|House|International|Kingdom|Law"
    r"|Ministry|Nations|New|North|Office|Parliament|Party|Peace|Prize|Republic|Rights|Society"
    r"|South|State|States|Treasury|Union|United|University|Watch|[A-Z][a-z]+day"
    r"|January|February|March|April|June|July|August|September|October|November|December)\b|\."
)


def names(text: str) -> list[str]:
    """Return the runs of capitalised words that are no question word at the beginning."""
    found = []
    for match in _NAME.finditer(text):
        words = match.group().split()
        while words and words[0].lower() in _QUESTION_WORDS:
            words = words[1:]
        if words and words != ["I"]:
            found.append(" ".join(words))
    return found


def person(*texts: str) -> str | None:
    """Return the first name in the texts that may be a person's, without a title before it."""
    around = " ".join(texts)
    found = [_TITLE.sub("", name) for text in texts for name in names(text)]
    fitting = [name for name in found if _may_be_person(name, around)]
    return next(iter(fitting), None)


def _may_be_person(name: str, around: str) -> bool:
    if _NO_PERSON.search(name):
        return False
    placed = rf"\b(?:the|in|at|into|near|across|against)\s+{re.escape(name)}\b"
    return len(name) > 1 and re.search(placed, around) is None
