"""Pure: the pronouns of a question that stand for something outside of it."""

import re
from collections.abc import Iterator

from qa.names import names

AUXILIARY = (
    "am|is|are|was|were|do|does|did|has|have|had|will|would|can|could|may|might|shall|should|must"
)
PREPOSITION = (
    "about|after|against|at|before|by|during|for|from|in|into|of|on|over|since|to|under|until|with"
)
_PRONOUN = re.compile(
    r"\b(?:(?P<person>he|she|him|her|his|hers)|(?P<thing>it|its|they|them|their|theirs)"
    r"|(?P<pointing>that|this|these|those|there))\b",
    re.I,
)
# "Is it true that ...", "how could it be hard to ...", "what does it take to ..."
_EMPTY = re.compile(
    r"\b(?:(?:is|was) it|it (?:be|is|was)) (?:\w+ ){1,2}(?:that|to|for|if|how|whether|who)\b"
    r"|^(?:how|what)\b.*\bit (?:takes?|took|costs? to|means? to)\b(?!\W*$)"
    r"|\bit (?:\w+ |won['’]t )?matters?\b"
    r"|^(?:how many|what|which) \w.* (?:is|are|was|were) there\b",
    re.I,
)
_SUBJECT = re.compile(rf"\b(?:{AUXILIARY}) $", re.I)
_POINTS = re.compile(rf"\b(?:{PREPOSITION}|{AUXILIARY}|like|than) $", re.I)
_BE = re.compile(r"\b(?:is|are|was|were|be|been) $", re.I)
_BE_AFTER = re.compile(r" (?:is|are|was|were|will|has|have)\b", re.I)
_TIME = re.compile(r" (?:year|month|week|morning|evening|time|spring|summer|autumn|fall)\b", re.I)
_BOUNDARY = re.compile(
    r",|\b(?:when|while|after|before|because|if|since|as|that|who|which|where|whether|and|but)\b"
    r"|\bto (?!the\b|an?\b|his\b|her\b|its\b|their\b)[a-z]+ ",
    re.I,
)
_OWNER = re.compile(r"\b[A-Z][\w-]{0,60}['’]s\b")
_SUBJECTS = frozenset(("he", "she", "they"))
_LONG = 12  # words of a question that says by itself whom it is about, if it has a name
_FRONTED = re.compile(r"(?:after|before|when|while|as|since|if|because|although|once)\b", re.I)
_PHRASE = re.compile(r"\b(?:the|an?|any|some) [\w’'-]+", re.I)
_INSIDE_PHRASE = re.compile(rf"\b(?:the|an?|any) [\w-]+ (?:{PREPOSITION}) $", re.I)


def pronouns(question: str) -> Iterator[re.Match[str]]:
    """Yield those that nothing in the question explains.

    A match's `lastgroup` is "person" (he, she, her, ...), "thing" (it, they, ...) or "pointing"
    (that, this, there, ...).
    """
    empty = [found.span() for found in _EMPTY.finditer(question)]
    named = bool(names(question))
    long = named and len(question.split()) >= _LONG
    for found in _PRONOUN.finditer(question):
        word, before, after = (
            found.group().lower(),
            question[: found.start()],
            question[found.end() :],
        )
        if any(start <= found.start() < end for start, end in empty):
            continue
        if found.lastgroup == "pointing":
            outside = _points(word, before, after, named)
        else:
            hidden = long and _SUBJECT.search(before) is None
            outside = not hidden and not _explained(word, before, after)
        if outside:
            yield found


def is_possessive(word: str, after: str) -> bool:
    """Say whether a pronoun owns what follows: "her" does before another word."""
    word = word.lower()
    return word in ("his", "its", "their") or (
        word == "her" and re.match(rf" (?!(?:{PREPOSITION})\b)\w", after) is not None
    )


def _points(word: str, before: str, after: str, named: bool) -> bool:
    """Say whether "that" or "there" is one that points, and not "said that", "is there"."""
    if not after.strip(" ?.!"):
        return True
    if word == "there":
        return before != "" and not _BE.search(before) and not _BE_AFTER.match(after)
    return not named and _TIME.match(after) is None and _POINTS.search(before) is not None


def _explained(word: str, before: str, after: str) -> bool:
    """Say whether a pronoun refers to a name or a phrase ("the ...") in its own question.

    That stands in a clause before it: "what did he say about Clinton" and "what did Clinton say
    about him" are not about one person. It stands in the same clause for "its" and the like, for a
    second subject ("what did Clinton say she wants"), for a pronoun within a phrase ("the talks
    with it") and for an owner ("what did Clinton's husband tell her"); after it only where a clause
    is put in front ("After he left, what did Clinton ...").
    """
    if _FRONTED.match(before) and "," not in before and names(after.partition(",")[2]):
        return True
    if word in ("him", "her") and _OWNER.search(before):
        return True
    if phrase := _INSIDE_PHRASE.search(before):
        before = before[: phrase.start()]
    elif not is_possessive(word, after) and (word not in _SUBJECTS or _SUBJECT.search(before)):
        ends = [found.start() for found in _BOUNDARY.finditer(before)]
        before = before[: max(ends, default=0)]
    return bool(names(before) or _PHRASE.search(before))
