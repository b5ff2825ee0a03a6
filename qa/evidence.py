"""Pure: what the words around a span say against its answering, as log-odds for its score."""

import re
from dataclasses import dataclass
from functools import lru_cache

from index.sentences import sentence_around
from index.tokens import content_terms, tokenize
from qa.entities import Support, support_of
from qa.forms import addresses_the_tool, is_yes_no, named_option
from qa.instructing import instructs
from qa.things import Kind, things

# Set by hand, on the scale of the reader's log-odds: the questions of the data sets name what
# their paragraph names, so that none of this can be learnt from them.
_MISSING_EXACT = 4.0
_MISSING_NAME = 0.3
_SIBLING = 3.0
_WRONG_KIND = 4.0
_NEGATION = 2.0
_STALE = 3.0
_INSTRUCTS = 4.0
_CONTRADICTS = 4.0  # beside what negation takes

_NOT = r"\b(?:not|cannot|never|nobody|none|no one|nothing|neither|nor|without|no longer)\b|n['’]t\b"
_SAYS_NOT = re.compile(_NOT, re.I)
_ASKS_NOT = re.compile(_NOT.replace("|no longer", "|except|no(?! longer)"), re.I)
# What a sentence may say no with when it was asked for a no.
_AMOUNTS_TO_NOT = re.compile(
    _NOT
    + r"|\b(?:no|except(?:ions?)?|excluding|unless|lacks?|lost|forbidden|prohibited|banned|absent"
    r"|refused?|rejected|failed|excluded|missing|opposed|against|out of|un\w+"
    r"|in(?:valid|eligible))\b",
    re.I,
)
_DENIES = re.compile(
    r"(?:\b(?:not|cannot|never|no longer)|n['’]t)\b (?:(?:be|been|have|get|yet|ever|allowed to) )*"
    r"(?P<what>\w+)",
    re.I,
)
_SHORT = 12  # words
_WH = re.compile(r"\b(?:who|whom|whose|what|which|when|where|how)\b", re.I)
_PAST = re.compile(r"\b(?:used to|no longer|formerly|previously)\b", re.I)
_ASKS_PAST = re.compile(
    r"\b(?:used to|no longer|former(?:ly)?|previous(?:ly)?|was|were|did|had|before|earlier|old"
    r"|originally|once)\b",
    re.I,
)
# Yes or no: "Smoking is no longer allowed" is what is.
_USED_TO = re.compile(r"\b(?:used to|formerly|previously)\b", re.I)
_CLAUSE = re.compile(r";\s|\bbut\s")
_FIRST_PERSON = re.compile(r"\b(?:(?i:we|our|ours|my)|us|I)\b")
_NUMBER = re.compile(
    r"\d|\b(?:no|none|zero|half|one|both|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve"
    r"|\w+teen|\w+ty|hundreds?|thousands?|millions?|dozens?|several|many|once|twice|every|all|a|an)\b",
    re.I,
)
_TIME = r"second|minute|hour|day|night|week|month|year|decade|centur"
_LENGTH = r"met(?:re|er)|mile|feet|foot|ft|inch|yard|^[kcm]?m$"
_ASKS_UNIT = tuple(
    (re.compile(asks, re.I), re.compile(units))
    for asks, units in (
        (
            r"^how much\b.*\bweigh|^how heavy\b|^what\b.*\b(?:weigh|weight of)\b",
            r"gram|^[km]?g$|µg|tonne|^tons?$|pound|^lbs?$|oz|ounce",
        ),
        (r"^how old\b", _TIME),
        (r"^how long\b", rf"{_TIME}|{_LENGTH}"),
        (r"^how (?:high|tall|wide|deep|broad|far)\b", rf"{_TIME}|{_LENGTH}"),
        (r"^how (?:hot|cold|warm)\b|\btemperature\b", r"°|degree"),
    )
)
_ASKS_KIND = (
    (Kind.EMAIL, re.compile(r"\be-?mail\b", re.I)),
    (
        Kind.PHONE,
        re.compile(r"\b(?:tele)?phone\b|\bfax\b|\bnumber\b.*\b(?:ring|call|dial)\b", re.I),
    ),
    (Kind.URL, re.compile(r"\bweb ?(?:site|page|address)\b|\burl\b", re.I)),
)


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks against a span.

    `support` is of the entities that the question names. `wrong_kind`: it asks for an address or a
    number, and the span has none. `negation`: one of question and clause is negated and the other
    is not. `stale`: the clause tells what used to be, the question asks what is. `instructs`: the
    passage tells a model what to do. `addressed`: the question asks about the one who answers, and
    the clause does not speak of itself. `contradicts`: the clause says so of what the question
    asks for as not so.
    """

    support: Support
    wrong_kind: bool
    negation: bool
    stale: bool
    instructs: bool = False
    addressed: bool = False
    contradicts: bool = False

    @property
    def odds(self) -> float:
        """What it adds to the log-odds that the span answers, never more than 0."""
        return -(
            _MISSING_EXACT * self.support.missing_exact
            + _MISSING_NAME * self.support.missing_names
            + _SIBLING * self.support.siblings
            + _WRONG_KIND * self.wrong_kind
            + _NEGATION * self.negation
            + _STALE * self.stale
            + _INSTRUCTS * self.instructs
            + _CONTRADICTS * self.contradicts
        )


@lru_cache(maxsize=1_024)  # a span is judged when it is ranked, doubted and shown
def evidence(question: str, text: str, start: int, end: int, about: str = "") -> Evidence:
    """Return what speaks against the span text[start:end] of a passage, with what that is about."""
    clause = clause_of(text, start, end)
    past = _USED_TO if is_yes_no(question) else _PAST
    return Evidence(
        support_of(question, text, start, end, about),
        wrong_kind(question, text[start:end]) or named_option(question, clause) is False,
        _WH.search(question) is not None and negation_differs(question, clause),
        past.search(clause) is not None and _ASKS_PAST.search(question) is None,
        instructs(text),
        addresses_the_tool(question) and _FIRST_PERSON.search(clause) is None,
        contradicts(question, clause),
    )


def clause_of(text: str, start: int, end: int) -> str:
    """Return the sentence of a span, or the part of it between semicolons."""
    low, high = sentence_around(text, start, end)
    cuts = [m.end() for m in _CLAUSE.finditer(text, low, high)]
    low = max([low, *(cut for cut in cuts if cut <= start)])
    high = min([high, *(cut for cut in cuts if cut >= end)])
    return text[low:high]


def negation_differs(question: str, clause: str) -> bool:
    """Return whether one of the two is negated and the other is not.

    Where the question is, less is enough: "is forbidden" answers what may not be done. A long
    clause may say "not" of anything, so that only a short one counts as negated.
    """
    if _ASKS_NOT.search(question):
        return _AMOUNTS_TO_NOT.search(clause) is None
    return len(clause.split()) <= _SHORT and _SAYS_NOT.search(clause) is not None


def contradicts(question: str, clause: str) -> bool:
    """Return whether a clause says of something what a question asks for as not so.

    "Which are not poisonous?" is not answered by "The death cap is poisonous".
    """
    denied = _DENIES.search(question)
    if denied is None or _WH.search(question) is None or _AMOUNTS_TO_NOT.search(clause):
        return False
    terms = content_terms(denied["what"])[:1]
    return bool(terms) and terms[0] in tokenize(clause)


def wrong_kind(question: str, span: str) -> bool:
    """Return whether a question asks for what a span does not have.

    An address, a number, or an amount of one quantity where the span has one of another.
    """
    asked = next((units for asks, units in _ASKS_UNIT if asks.search(question)), None)
    if asked is not None:
        units = {thing.unit.casefold() for thing in things(span) if thing.unit}
        if units and not any(asked.search(unit) for unit in units):
            return True
    if re.match(r"how (?:many|high|tall|wide|deep|heavy)\b", question, re.I):
        return _NUMBER.search(span) is None
    if re.match(r"(?:what|which|give|tell|to (?:what|which))\b|.*\bnumber\b", question, re.I):
        kinds = [kind for kind, asks in _ASKS_KIND if asks.search(question)]
        found = {thing.kind for thing in things(span)}
        return (len(kinds) == 1 and kinds[0] not in found and kinds[0] is not Kind.PHONE) or (
            kinds == [Kind.PHONE] and not any(c.isdigit() for c in span)
        )
    return False
