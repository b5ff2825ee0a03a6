"""Pure: forms of questions that say what an answer looks like: yes or no, "A or B?", small talk."""

import re

from index.tokens import content_terms, tokenize
from qa.pronouns import AUXILIARY

_YES_NO = re.compile(rf"\W*(?:(?:and|but|so|then)\W+)?(?:{AUXILIARY})(?:n['’]t)? (?!\d)\S", re.I)
# "Can you tell me who ...": asks who.
_POLITE = re.compile(
    r"\b(?:tell|say|know|explain|show|remember|give|list|name)\b(?:.*\b(?:who|whom|whose|what|when"
    r"|where|why|which|how)\b|\s+(?:me|us)\b|\s+(?:the|all)\b)",
    re.I,
)
_OR = re.compile(r"(?P<left>.+?),? or (?:rather )?(?P<right>(?:(?! or\b)[^,?])+?)\W*", re.I)
_EITHER = re.compile(r"\bor\b(?! (?:not|no)\W*$)", re.I)
_LISTED = re.compile(r"^[^,]*\b[a-z][\w’'-]*, [^,]+,? or [^,]+$")
_ENDS_OPTION = re.compile(r"(?<=\w) (?:in|at|on|for|of|from|with|by|to|first|when|if)\b.*", re.I)
_LONG_OPTION = 5  # words; "or" before more of them joins two clauses
_PARTICIPLE = re.compile(r"[a-z]*(?:[a-z]{2}ed|[a-z]{3}en|possible|necessary|available|suitable)")
_ONE = re.compile(r"\bones?\b", re.I)
_NUMBER = re.compile(
    r"\d[\d.,]*|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w+teen|twenty|thirty"
    r"|forty|fifty|sixty|seventy|eighty|ninety|hundred|half",
    re.I,
)
_COMPARES = re.compile(r"^\W*(?:which|who|what)\b.*\b(?:\w{2,}er|more|less|better|worse)\b", re.I)

_GREETING = re.compile(
    r"(?:(?:hi|hiya|hello|hey|howdy|good (?:morning|day|afternoon|evening|night)|greetings|welcome"
    r"|thanks?|thank you|thx|cheers|ok(?:ay)?|bye|goodbye|good bye|see you|please|yes|no|sorry|test"
    r"|testing|hallo|guten (?:tag|morgen|abend)|danke|bonjour|bonsoir|salut|merci|hola|gracias"
    r"|buenos d[ií]as|ciao|buongiorno|grazie)"
    r"(?: (?:there|everyone|all|again|you|so much|very much|a lot|bot|mate))*\W*)+",
    re.I,
)
_OF_THE_TOOL = re.compile(
    r"(?:please )?(?:(?:who|what|how) (?:are|r) (?:you|u)(?: called| doing| today)*"
    r"|how is it going|how do you do|what(?: is|['’]?s) (?:up|your name)"
    r"|what (?:can|could|do) you (?:do|know|offer|answer)(?: for me)?"
    r"|what can (?:i|we|one) (?:ask|do)(?: you| here)?"
    r"|what (?:questions )?can you (?:help|answer)(?: me)?(?: with)?"
    r"|how (?:do|does|can) (?:you|this(?: \w+)?|i use (?:you|this(?: \w+)?)) work"
    r"|how (?:do|can) i use (?:you|this(?: \w+)?)|help(?: me)?|can you help(?: me)?"
    r"|tell me (?:about yourself|a joke|something)|are you (?:there|real|human|an? \w+)"
    r"|(?:who|what) (?:made|built|created|wrote|trained) you)",
    re.I,
)
# Asks about the one who answers, which no document is.
_ADDRESSED = re.compile(
    r"\b(?:are|were) you\b|\bwhat(?: is|['’]s| are) your\b|\byou (?:in|called)\b|\byourself\b"
    r"|\b(?:do|can|could|did|would) you (?:think|feel|like|love|have|speak|remember|see|hear|do)\b"
    r"|\byour (?:name|instructions?|prompt|purpose|opinion|creator|model|version|mode|rules)\b",
    re.I,
)


def is_yes_no(question: str) -> bool:
    """Return whether it asks if something is so: "Are dogs allowed?"."""
    return (
        _YES_NO.match(question) is not None
        and _POLITE.search(question) is None
        and _EITHER.search(question) is None
    )


def options(question: str) -> tuple[frozenset[str], frozenset[str]] | None:
    """Return the terms that tell the two answers of "A or B?" from one another, or None.

    "Are dogs or cats allowed?" asks of both whether, and "Which is cheaper, A or B?" is answered
    by neither alone: they give None.
    """
    found = _OR.fullmatch(question)
    offers = _YES_NO.match(question) or _LISTED.search(question)
    if found is None or not offers or _COMPARES.match(question):
        return None
    right = _ENDS_OPTION.sub("", found["right"])
    if len(right.split()) > _LONG_OPTION or _PARTICIPLE.fullmatch(right.split()[-1]):
        return None
    left_terms, right_terms = content_terms(found["left"]), content_terms(_ONE.sub("", right))
    if _ONE.search(right) and left_terms:
        right_terms.append(left_terms[-1])
    numbers = [[t for t in terms if _NUMBER.fullmatch(t)] for terms in (left_terms, right_terms)]
    if all(numbers):
        left_terms, right_terms = numbers
    while left_terms and right_terms and left_terms[-1] == right_terms[-1]:
        left_terms.pop()
        right_terms.pop()
    if not left_terms or not right_terms:
        return None
    left, right_only = frozenset(left_terms[-1:]), frozenset(right_terms) - frozenset(left_terms)
    return (left, right_only) if right_only else None


def named_option(question: str, text: str) -> bool | None:
    """Return whether a text names exactly one of the answers of "A or B?"; None for no such."""
    found = options(question)
    if found is None:
        return None
    terms = frozenset(tokenize(text))
    return bool(found[0] & terms) != bool(found[1] & terms)


def option_in(question: str, text: str, start: int, end: int) -> tuple[int, int]:
    """Return where text[start:end] names the one answer of "A or B?" that it does name.

    All of it where it names none or both, or the question offers no two.
    """
    found = options(question)
    if found is None or not named_option(question, text[start:end]):
        return start, end
    terms = frozenset(tokenize(text[start:end]))
    keys = next(option for option in found if option & terms)
    at = [
        word.span()
        for word in re.compile(r"\w+").finditer(text, start, end)
        if keys.intersection(tokenize(word.group()))
    ]
    return (at[0][0], at[-1][1]) if at else (start, end)


def is_small_talk(question: str) -> bool:
    """Return whether it is a greeting, thanks, or a question about the tool itself."""
    said = question.strip(" \t?!.,:;)(")
    return not any(map(str.isalnum, said)) or bool(
        _GREETING.fullmatch(said) or _OF_THE_TOOL.fullmatch(said)
    )


def addresses_the_tool(question: str) -> bool:
    """Return whether it asks about the one who answers: "Which mode are you in?"."""
    return _ADDRESSED.search(question) is not None
