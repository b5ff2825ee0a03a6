"""Pure: the names in a text, found by their capitals, and which of them may be a person's."""

import re
from collections.abc import Iterator

_CAPITAL = "[A-ZÀ-ÖØ-ÞĆČĐŁŚŠŹŻŽİ]"
_WORD = rf"(?:(?:{_CAPITAL}\.){{2,}}|{_CAPITAL}[\w-]*)"
_OF = r"(?:(?:von|van|de|der|den|da|di|du|del|la|le|bin|al|el) )"
_NAME = re.compile(rf"(?<![\w.]){_WORD}(?:\s+(?:{_OF}{{0,2}}{_WORD}|\d+\b))*")
# Words with a capital only because they come first.
_STARTS = frozenset(
    """
    who whom whose what when where why which how is are was were do does did has have had will
    would can could may should the a an in on at for from to by with of about after before and
    but or so it he she they we i you this that these those there tell if while since as no not
    some many most all
    """.split()  # noqa: SIM905
)
_TITLE = re.compile(
    r".*\b(?:President|Chancellor|Minister|Secretary|Senator|Governor|Mayor|Spokes(?:man|woman|person)|Director"
    r"|Ambassador|General|King|Queen|Prince|Princess|Pope|Chair(?:man|woman)?|Judge|Mr|Mrs|Ms|Dr"
    r"|Professor|Sir|Lady|Leader|Rights|State)\b\.?\s*(?=[A-Z])"
)
# What the names of bodies, places and days are made of, and those of people are not.
_NO_PERSON = re.compile(
    r"\b(?:[A-Z]{2,}|Act|Affairs|Agency|Bank|Charter|Commission|Committee|Company|Conference"
    r"|Congress|Council|Court|Department|Embassy|Endowment|Foundation|Group|House|Institute"
    r"|International|Kingdom|Law|Ministry|Nations|New|North|Office|Parliament|Party|Peace|Prize"
    r"|Republic|Rights|Security|Society|South|States?|Treasury|Union|United|University|Watch"
    r"|[A-Z][a-z]+day|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec|January|February|March|April"
    r"|June|July|August|September|October|November|December)\b|\.|\d"
)
_OPENING = ("", *".!?\n“\"'‘:")  # what a sentence comes after
_OF_A_COUNTRY = re.compile(r"\w+(?:ese|ish|[ie]an|ican)$")


def names(text: str) -> list[str]:
    """Return the runs of capitalised words, without a word like "who" or "the" in front."""
    return [name for _, name in _found(text)]


def person(*texts: str) -> str | None:
    """Return the first name in the texts that may be a person's, without a title in front of it.

    In each text whoever owns something ("Beijing's critics") comes after all others.
    """
    around = "\n".join(texts)
    for text in texts:
        for match, name in sorted(_found(text), key=lambda found: _owns(text, found[0])):
            opens = text[: match.start()].rstrip()[-1:] in _OPENING
            title = _TITLE.match(name)
            bare = name[title.end() :] if title else name
            if _may_be_person(bare, around, opens and bare == name):
                return bare
    return None


def _found(text: str) -> Iterator[tuple[re.Match[str], str]]:
    for match in _NAME.finditer(text):
        words = match.group().split()
        while words and words[0].lower() in _STARTS:
            words = words[1:]
        if words:
            yield match, " ".join(words)


def _owns(text: str, name: re.Match[str]) -> bool:
    return text.startswith(("'s", "’s"), name.end())


def _may_be_person(name: str, around: str, opens: bool) -> bool:
    """Judge by what the name is made of, and by the word in front of it wherever it occurs.

    A single word that only `opens` a sentence may have its capital from that.
    """
    if len(name) < 2 or _NO_PERSON.search(name):
        return False
    if " " not in name and (opens or _OF_A_COUNTRY.match(name)):
        return False
    before = "the|in|at|into|near|across|against" + ("" if " " in name else "|of")
    placed = rf"\b(?:{before})\s+{re.escape(name)}\b"
    return re.search(placed, around) is None
