"""Pure: a question and what was said before it -> the question as it is meant, by rule.

Does the question lean on what was said: by a pronoun that nothing inside it explains, by hardly
having a word of its own, by "and ...", by "the letter" after a letter was spoken of? Then it is
written out: with a person's name for he and she, with what the last question was about in brackets
after it, or as the last question once more with one part exchanged ("and in 2012?").
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from index.tokens import query_terms
from qa.names import names, person

MAX_CHARS = 400


@dataclass(frozen=True, slots=True)
class Said:
    """A turn to refer to: the question as it was understood, its answer, and the sentence of that.

    `answer` and `sentence` are blank where nothing was found.
    """

    question: str
    answer: str = ""
    sentence: str = ""


_OPENER = re.compile(r"(?:(?:and|but|or|so|also|ok|okay|then|well)\b[\s,]*)+", re.I)
_ABOUT = re.compile(r"(?:what|how) about\b\s*", re.I)
_WH = r"(?:who|whom|whose|what|when|where|why|which|how(?: (?:many|much|long|often|old|far|big))?)"
_AUX = (
    "am|is|are|was|were|do|does|did|has|have|had|will|would|can|could|may|might|shall|should|must"
)
_PREPOSITION = (
    "about|after|against|at|before|by|during|for|from|in|into|of|on|over|since|to|under|until|with"
)
_ASKS = re.compile(rf"(?:(?:{_PREPOSITION}) )?{_WH}\b(?:['’]s\b|\s+(?:{_AUX})\b)?\s*", re.I)
_CLAUSE = re.compile(rf"\b(?:{_WH}|{_AUX})\b", re.I)
_BARE = re.compile(rf"(?:(?:{_PREPOSITION}) )?{_WH}(?: \w+)?(?: (?:{_PREPOSITION}|else|exactly))?")
_BOUNDARY = re.compile(
    r",|\b(?:when|while|after|before|because|if|since|as|that|who|which|where|whether|and|but)\b",
    re.I,
)
_FRONTED = re.compile(r"(?:after|before|when|while|as|since|if|because|although|once)\b", re.I)
_PRONOUN = re.compile(
    r"\b(?:(?P<person>he|she|him|her|his|hers|himself|herself)"
    r"|(?P<thing>it|its|they|them|their|theirs|itself|themselves)"
    r"|(?P<pointing>that|this|these|those|there))\b",
    re.I,
)
_POSSESSIVE = frozenset(("his", "its", "their"))
_EXPLETIVE = re.compile(
    r"\b(?:is|was) (?P<it>it) (?:\w+ ){1,2}(?:that|to|for|if)\b|\bdoes (?P<takes>it) take\b", re.I
)
_POINTS = re.compile(rf"\b(?:{_PREPOSITION}|{_AUX}|like|than)\s+$", re.I)
_BE = re.compile(r"\b(?:is|are|was|were|be|been)\s*$|^\s*(?:is|are|was|were|will|has|have)\b", re.I)
_TIME = re.compile(r"\s+(?:year|month|week|morning|evening|time|spring|summer|autumn|fall)\b", re.I)
_PHRASE = re.compile(r"\b(?:the|a|an|any|some|this|that) [\w’'-]+", re.I)
_THE = re.compile(r"\bthe ((?:[\w’'-]+ ){0,1}[\w’'-]+)", re.I)
_YEAR = re.compile(r"\b(?:1[5-9]|20)\d\d\b")
_EMPTY = frozenset(
    "he she they him her them his their there one mani much long often old far els other about and"
    " but so then say said tell know think mean happen more ani some all exact next now still also"
    " instead me you i we us".split()
)
_LITTLE = 2


def in_context(question: str, said: Sequence[Said]) -> str:
    """Return the question as it is meant after what was said: one that stands by itself.

    A question that does not lean on it is returned as it is.
    """
    if not said:
        return question
    last = said[-1]
    opener = _OPENER.match(question)
    rest = question[opener.end() :] if opener else question
    about = _ABOUT.match(rest)
    if about or (opener and not _CLAUSE.search(rest)):
        return _exchanged(rest[about.end() :] if about else rest, last)
    if not _leans(rest, said):
        return question
    named = _named(rest, said)
    if named != rest and not list(anaphors(named)):
        return named
    topic = _topic(last)
    return f"{named.rstrip(' ?.!')} ({topic})?"[:MAX_CHARS] if topic else named


def _leans(question: str, said: Sequence[Said]) -> bool:
    if next(anaphors(question), None) is not None:
        return True
    if names(question) or _YEAR.search(question):
        return False
    terms = _content(question)
    known = {t for s in said[-2:] for t in _content(f"{s.question} {s.answer} {s.sentence}")}
    if any(
        _content(m.group(1)) and set(_content(m.group(1))) <= known for m in _THE.finditer(question)
    ):
        return True
    return len(terms) <= _LITTLE and (not terms or _defines(question) is False)


def _defines(question: str) -> bool:
    return (
        re.match(r"(?:what|who)(?:['’]s| is| are| was| were) (?!the\b)\w", question, re.I)
        is not None
    )


def anaphors(question: str) -> Iterator[re.Match[str]]:
    """Yield the pronouns that stand for something outside of the question."""
    empty = {m.start(g) for m in _EXPLETIVE.finditer(question) for g in ("it", "takes")}
    for found in _PRONOUN.finditer(question):
        if found.start() in empty:
            continue
        before, after = question[: found.start()], question[found.end() :]
        if found.lastgroup == "pointing":
            if _pointing(found.group().lower(), before, after):
                yield found
        elif not _explained(found.group().lower(), before, after):
            yield found


def _pointing(word: str, before: str, after: str) -> bool:
    """Say whether that, this, these, those or there points at something said before."""
    last = not after.strip(" ?.!")
    if word == "there":
        return last or not (_BE.search(before) or _BE.match(after))
    return last or (_POINTS.search(before) is not None and _TIME.match(after) is None)


def _explained(word: str, before: str, after: str) -> bool:
    """Say whether a personal pronoun stands for something inside its own question.

    That is a name or phrase in a clause before it; in its own clause only for "its" and the like,
    which may stand for the subject; or, from a clause in front, a name after it.
    """
    if _FRONTED.match(before) and "," in after and "," not in before:
        return bool(names(after.partition(",")[2]))
    possessive = word in _POSSESSIVE or (word == "her" and re.match(r" [a-z]", after) is not None)
    if not possessive:
        *_, boundary = (0, *(m.start() for m in _BOUNDARY.finditer(before) if m.start()))
        nested = re.search(rf"\b(?:the|a|an|any) [\w-]+ (?:{_PREPOSITION}) $", before, re.I)
        before = before if nested else before[:boundary]
    return bool(names(before) or _PHRASE.search(before))


def _named(question: str, said: Sequence[Said]) -> str:
    """Put the name of the person spoken of last for he and she."""
    found = [m for m in anaphors(question) if m.lastgroup == "person"]
    if not found:
        return question
    name = next(
        (n for s in reversed(said) if (n := person(s.answer, s.question, s.sentence))), None
    )
    if name is None:
        return question
    for match in reversed(found):
        after = question[match.end() :]
        word = match.group().lower()
        possessive = word in ("his", "hers") or (word == "her" and re.match(r" [a-z]", after))
        question = f"{question[: match.start()]}{name}{'’s' if possessive else ''}{after}"
    return question[0].upper() + question[1:]


def _topic(last: Said) -> str:
    """Return what a question was about: what is left of it without what asks."""
    return _ASKS.sub("", last.question, count=1).rstrip(" ?.!")


def _exchanged(part: str, last: Said) -> str:
    """Ask the last question again with one part exchanged: "and in 2012?"."""
    part = part.strip(" ?.!")
    asked = last.question.rstrip(" ?.!")
    if not part:
        return last.question
    if (year := _YEAR.search(part)) and (old := _YEAR.search(asked)):
        return f"{asked[: old.start()]}{year.group()}{asked[old.end() :]}?"
    lead = re.match(rf"({_PREPOSITION}) ", part, re.I)
    if lead:
        places = list(
            re.finditer(rf"\b{lead.group(1)} (?:(?!\b(?:{_PREPOSITION})\b)[^,?])+", asked, re.I)
        )
        if places:
            at = places[-1]
            return f"{asked[: at.start()]}{part} {asked[at.end() :]}".strip() + "?"
        return f"{asked} {part}?"
    old_names = names(asked)
    if names(part) and old_names:
        old_name = old_names[-1]
        return asked[::-1].replace(old_name[::-1], part[::-1], 1)[::-1] + "?"
    return f"{asked} {part}?"


def _content(text: str) -> list[str]:
    return [term for term in query_terms(text) if term not in _EMPTY]
