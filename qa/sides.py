"""Pure: a question that compares two things -> one question for each of them."""

import re
from collections.abc import Sequence
from itertools import pairwise

from qa.names import names
from qa.pronouns import AUXILIARY, PREPOSITION
from qa.things import Kind, things
from qa.understanding import PriorTurn, in_context

_MORE = (
    r"(?-i:(?P<more>more|less|better|worse"
    r"|(?!(?:either|whether|another|other|under|over|after|ever|never|number)\b)[a-z]{2,}er))"
)
# "Which is cheaper, A or B?", and without A and B.
_WHICH = re.compile(
    r"(?:which|who|what)\b(?: of (?:the|these)(?: two| three)? (?P<nouns>\w+)s)?"
    rf"(?P<noun>(?: (?!(?:{AUXILIARY})\b)\w+){{0,3}}?)"
    rf" (?P<verb>{AUXILIARY}|(?!his|its|this)\w+s) {_MORE}\b"
    r"(?:(?P<rest>[^,]*?), (?:either )?(?P<a>[^,]+?),? or (?P<b>[^,]+))?",
    re.I,
)
# "Is A cheaper than B?", "Does A weigh more than B?"
_THAN = re.compile(
    rf"(?P<aux>is|are|was|were|does|do|did) (?P<a>(?:(?! or\b).)+?) {_MORE} than "
    r"(?!(?:one|two|three|an?|\d\S*)\b)(?:(?:is|are|does|do|did) )?(?P<b>.+)",
    re.I,
)
# "the two flats": each of several documents has one.
_THE_TWO = re.compile(
    r"\b(?:the two|both(?: of)?(?: the)?|each of the(?: \w+)?) (?P<noun>[a-z]+s)\b"
)
_COMPARE = re.compile(
    r"(?:please )?compare (?P<what>(?:the )?[^,]+?) (?:of|in|for|between) (?P<a>.+?) "
    r"(?:and|with|to|versus|vs\.?) (?P<b>.+)",
    re.I,
)
_DIFFER = re.compile(
    r"(?:how (?:do|does|did|are|is|can) |in what (?:way|respect)s? (?:do|does) )?(?P<a>.+?) "
    r"(?:and|from|with) (?P<b>.+?) (?:differ|different|compared?) "
    r"(?:in(?: terms of)?|regarding|with (?:respect|regard) to|as to|on|by|for) (?P<what>.+)",
    re.I,
)
_DIFFERENCE = re.compile(
    r"what (?:is|are) the differences? (?:in (?P<before>.+?) )?between (?P<a>.+?) and (?P<b>.+?)"
    r"(?: (?:in(?: terms of)?|regarding|as to) (?P<after>.+))?",
    re.I,
)
_TWO_QUESTIONS = re.compile(
    r"(?P<one>.+?),? and (?:(?P<two>(?:what|how|who|when|where|which|why)\b.+))", re.I
)
_NEXT_CLAUSE = re.compile(rf"\b(?:{AUXILIARY})\b", re.I)
_THE_ONE = re.compile(r"\bthe one\b", re.I)
_THAT_OF = re.compile(r"\b(?:that|those) (?=(?:of|in|at|on|for|from)\b)", re.I)
_APART = re.compile(r"\b(?:between|both)\b", re.I)
_BETWEEN = re.compile(
    rf",? (?:and|or) (?P<again>(?:(?:the|a|an|one|{PREPOSITION}|[a-z]+) ){{0,4}})"
)
_SINGULAR = {"do": "does", "are": "is", "were": "was", "have": "has"}
_PLURAL = re.compile(r"\b(?:do|are|were|have)\b", re.I)
_ASKS = re.compile(r"(?:(?:in|on|at|for|from|to) )?(?:what|which|how|when|where|who)\b", re.I)


def sides(question: str) -> tuple[str, ...]:
    """Return the questions to ask of each of two things that a question compares; else nothing.

    One question is to be asked of several documents: those of "the two flats".
    """
    asked = " ".join(question.split()).rstrip(" ?.!")
    for reads in (_which, _than, _compare, _two_questions, _of_the_two):
        found = reads(asked)
        if found:
            return tuple(dict.fromkeys(f"{q[0].upper()}{q[1:]}?" for q in found))
    return ()


def joined(question: str, texts: Sequence[str]) -> tuple[str, ...]:
    """Return the same for a question that joins two names ("of A and B"), which no text does.

    What one text says of both, one quote can tell.
    """
    asked = " ".join(question.split()).rstrip(" ?.!")
    found = _joined(asked)
    if found is None:
        return ()
    one, two, pair = found
    if any(all(name.casefold() in text.casefold() for name in pair) for text in texts):
        return ()
    return tuple(f"{q[0].upper()}{q[1:]}?" for q in (one, two))


def _which(asked: str) -> tuple[str, ...] | None:
    found = _WHICH.fullmatch(asked)
    if found is None:
        return None
    noun, verb = (found["nouns"] or found["noun"]).split(), found["verb"]
    if found["a"] is None:
        return (_how(verb, found["more"], "", f"the {noun[-1]}"),) if noun else None
    a, b = (_THE_ONE.sub(f"the {noun[-1]}", found[side]) if noun else found[side] for side in "ab")
    b = _THE_ONE.sub(_first_noun(a), b)
    return tuple(_how(verb, found["more"], found["rest"], thing) for thing in (a, b))


def _of_the_two(asked: str) -> tuple[str, ...] | None:
    return (asked,) if _THE_TWO.search(asked) else None


def _than(asked: str) -> tuple[str, str] | None:
    found = _THAN.fullmatch(asked)
    if found is None:
        return None
    a, b = found["a"], found["b"]
    head = re.split(r" (?=(?:of|in|at|on|for|from)\b)", a, maxsplit=1)[0]
    verb, aux = "is", found["aux"].casefold()
    if aux in ("does", "do", "did"):
        a, _, verb = a.rpartition(" ")
        if not a:
            return None
        head = a
    b = _THE_ONE.sub(head, _THAT_OF.sub(f"{head} ", b))
    return _how(verb, found["more"], "", a), _how(verb, found["more"], "", b)


def _how(verb: str, more: str, rest: str, thing: str) -> str:
    """Return "how cheap is A" for "is cheaper", "how much does A weigh" for "weighs more"."""
    base = _positive(more)
    if verb.casefold() in ("has", "have", "had"):
        return f"how many{rest} does {thing} have"
    if re.fullmatch(AUXILIARY, verb, re.I):
        return f"how {base}{rest} {verb} {thing}"
    stem = re.sub(r"(?<=[a-z]{3})s$", "", verb)
    return f"how {base} does {thing} {stem}{rest}"


def _positive(more: str) -> str:
    """Return "cheap" for "cheaper"."""
    known = {"more": "much", "less": "much", "better": "good", "worse": "bad", "longer": "long"}
    word = more.casefold()
    if word in known:
        return known[word]
    if word.endswith("ier"):
        return f"{word[:-3]}y"
    base = word[:-2]
    if len(base) > 3 and base[-1] == base[-2] and base[-1] not in "ls":  # "bigger"
        return base[:-1]
    return f"{base}e" if base.endswith(("arg", "los", "af", "ir", "at", "id", "im")) else base


def _compare(asked: str) -> tuple[str, str] | None:
    for form in (_COMPARE, _DIFFERENCE, _DIFFER):
        found = form.fullmatch(asked)
        if found is None:
            continue
        parts = found.groupdict()
        what = parts.get("what") or parts.get("before") or parts.get("after")
        if what is None:
            return None
        a, b = found["a"], _THE_ONE.sub(_first_noun(found["a"]), found["b"])
        if form is not _COMPARE and a.casefold().startswith(("the two", "the different")):
            return None
        if " in " in a and re.match(r"[A-Z]", b):  # "the flats in Mill Lane and Canal Street"
            b = f"{a.rpartition(' in ')[0]} in {b}"
        if form is _COMPARE:
            return f"what is {_the(what)} of {a}", f"what is {_the(what)} of {b}"
        return f"what {_bare(what)} does {a} have", f"what {_bare(what)} does {b} have"
    return None


def _the(what: str) -> str:
    return what if what.casefold().startswith("the ") else f"the {what}"


def _bare(what: str) -> str:
    return re.sub(r"^(?:the|their|its) ", "", what, flags=re.I)


def _first_noun(phrase: str) -> str:
    """Return "the flat" of "the flat in Mill Lane"."""
    return re.split(rf" (?=(?:{PREPOSITION})\b)", phrase, maxsplit=1)[0]


def _two_questions(asked: str) -> tuple[str, str] | None:
    """Return the two of "what does A cost, and what does B?"."""
    found = _TWO_QUESTIONS.fullmatch(asked)
    if found is None or len(found["one"].split()) < 3:
        return None
    one, two = found["one"], found["two"]
    if _NEXT_CLAUSE.search(two) and len(two.split()) >= 4:
        return one, two
    if not asked.startswith(f"{one},"):
        return None
    part = re.sub(r"^(?:what|how|who|when|where|which|why) (?:about )?", "", two, flags=re.I)
    lead = re.match(rf"(?:{PREPOSITION}) ", part, re.I)
    if lead and f" {lead.group()}" in one:
        head, _, thing = one.partition(f" {lead.group()}")
        return one, f"{head} {_THE_ONE.sub(_first_noun(thing), part)}"
    meant = in_context(f"and {part}", [PriorTurn(f"{one}?")])
    return (one, meant.rstrip("?")) if "(" not in meant and meant != f"and {part}" else None


def _joined(asked: str) -> tuple[str, str, tuple[str, str]] | None:
    """Return a question about "the flat in Mill Lane and the flat in Canal Street" of each."""
    if _APART.search(asked) or _ASKS.match(asked) is None:
        return None
    for (first, end), (start, stop) in pairwise(_named(asked)):
        joins = _BETWEEN.fullmatch(asked, end, start)
        if joins is None:
            continue
        before, again, after = asked[:first], joins["again"], asked[stop:]
        articles = again.strip().casefold() in ("", "the", "a", "an")
        if not articles and not before.casefold().endswith(again.casefold()):
            return None
        before = _PLURAL.sub(lambda verb: _SINGULAR[verb.group().casefold()], before, count=1)
        pair = asked[first:end], asked[start:stop]
        return f"{before}{pair[0]}{after}", f"{before}{pair[1]}{after}", pair
    return None


def _named(asked: str) -> list[tuple[int, int]]:
    """Return where a question has names and identifiers, in order."""
    spans: list[tuple[int, int]] = []
    at = 0
    for name in names(asked):
        at = asked.index(name, at)
        spans.append((at, at + len(name)))
        at += len(name)
    marked = [(t.start, t.end) for t in things(asked) if t.kind is Kind.IDENTIFIER]
    spans += [s for s in marked if not any(a < s[1] and s[0] < b for a, b in spans)]
    return sorted(span for span in spans if span[0] > 0)
