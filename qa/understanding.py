"""Pure: a question and what was said before it -> the question as it may be meant, by rule.

Does the question lean on what was said: by a pronoun that nothing inside it explains, by hardly
having a word of its own, by "and ...", by "the letter" after a letter was spoken of? Then it is
written out: with a person's name for he and she, with what the last question was about in brackets
after it, or as the last question once more with one part exchanged ("and in 2012?").
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from index.tokens import content_terms
from qa.names import names, person
from qa.pronouns import AUXILIARY, PREPOSITION, is_possessive, pronouns
from qa.things import MONTH


@dataclass(frozen=True, slots=True)
class PriorTurn:
    """A turn to refer to: the question as it was understood, its answer, and the sentence of that.

    `answer` and `sentence` are blank where nothing was found. `follows` says that the question
    leant on the turn before it.
    """

    question: str
    answer: str = ""
    sentence: str = ""
    follows: bool = False


_WH = r"(?:who|whom|whose|what|when|where|why|which|how(?: (?:many|much|long|often|old|far|big))?)"
_OPENER = re.compile(
    r"(?:(?:and|but|or|so|also|ok|okay|then|well)\b[\s,]*|(?:no|sorry|i mean|rather),\s*)+", re.I
)
# "No, the other hall", "sorry, I meant May": what follows takes the place of what was asked about.
_CORRECTS = re.compile(
    r"(?:(?:no|nope|sorry|oops|wait|rather|not that(?: one)?)[,.;:!]\s*|no (?=(?:the|i)\b)"
    r"|(?:i (?:mean|meant)|actually|rather|make that|i (?:was asking|asked) about|i wanted)\b"
    r"[\s,:]*)+",
    re.I,
)
_NOT_BUT = re.compile(r"(?:no,? )?not (?P<old>[^,]+?)(?:, (?:but )?| but )(?P<new>[^,]+)", re.I)
_ONE_OF = re.compile(r"\bones?\b", re.I)
_ABOUT = re.compile(r"(?:what|how) about\b\s*", re.I)
_CLAUSE = re.compile(rf"\b(?:{_WH}|{AUXILIARY})\b", re.I)
_ASKS = re.compile(
    rf"(?:(?:{PREPOSITION}) )?{_WH}(?: else)?\b(?:['’]s\b|\s+(?:{AUXILIARY})\b)?\s*", re.I
)
# "where?", "and when in Geneva?": there is no verb.
_BARE = re.compile(
    rf"(why|when|where|how)((?: (?!to\b)(?:{PREPOSITION})(?: (?!(?:{AUXILIARY})\b)\w+)+)?)", re.I
)
_SWAPPED = re.compile(rf"{_WH}(?=\s+(?:{AUXILIARY})\b)", re.I)
_WHO_DID = re.compile(rf"who\s+(?!(?:{AUXILIARY})\b)", re.I)
# "Who designed it", not "who is Ada Byron".
_WHO = re.compile(r"(?:[Ww]ho|[Ww]hom|[Ww]hose|[Ww]hich)\b(?! (?:is|was)(?: [A-Z][\w.-]*)+\W*$)")
_IN_BRACKETS = re.compile(r"\s*\(.*\)\W*$")
_ELLIPTIC = re.compile(rf"(?:(?:{PREPOSITION}) )?{_WH}\b", re.I)
# "why do cats purr", "where is Geneva"; not "who was arrested", "what is the verdict".
_OWN_SUBJECT = re.compile(
    rf"{_WH}(?: \w+)?? (?:do|does|did) \w|(?:when|where|why|how) (?:{AUXILIARY}) (?!the\b)\w"
    r"|(?:what|who)(?:['’]s| is| are| was| were) (?!the\b|\w+(?:ed|en|ing|next)\b)\w",
    re.I,
)
# At the end, as in "what did the court decide"; what follows elsewhere may say which it is.
_THE = re.compile(
    rf"\bthe ([a-z][\w’'-]*)(?: (?!(?:{PREPOSITION})\b)([a-z][\w’'-]*))?(?: \w+)?\W*$"
)
_HUMAN = re.compile(
    r"\b(?:the|an?) (?:[\w-]+ ){0,3}?(?:\w*man|\w*woman|\w+ist|boy|girl|minister|president"
    r"|secretary|official|officer|lawyer|author|writer|teacher|leader|director|ambassador|judge|king"
    r"|queen|prince|princess|actor|actress|singer|player|witness|victim|suspect)\b"
)
_SPEAKS = re.compile(
    r"\b(?:say|said|think|thought|want|call|describe|believe|claim|argue|promise|ask|react)\b", re.I
)
_YEAR = re.compile(r"\b(?:1[5-9]|20)\d\d\b")
_MONTH = re.compile(rf"\b{MONTH}\b")
_LONE = 3  # words that exchange a part of the last question by themselves: "April"
# Stems that carry no topic, besides the function words that no search takes.
_EMPTY = frozenset(
    """
    he she they him her them his their there one mani much long often old far els other about and
    but so then say said tell know think mean happen more ani some all exact next now still also
    instead me you i we us year month week
    """.split()  # noqa: SIM905
)
_SHE = frozenset(("she", "her", "hers", "herself"))
_LITTLE = 2  # terms of its own that a question has which is about something said before
_SAYS_ENOUGH = 4  # terms of its own with which a question may stand by itself, whatever "it" is
_FEW = 4  # the same for one that ends in "the letter" after a letter was spoken of
_CHARS = 300  # of a text that is looked at; questions that lean on others are short
_MEANT_CHARS = 700  # well below what a corpus can be asked
_TOPIC_CHARS = 200
_SUBJECT_WORDS = 10


def in_context(question: str, said: Sequence[PriorTurn]) -> str:
    """Return the question as it is meant after what was said, so that it stands by itself.

    One that does not lean on what was said is returned as it is, and so is one of more than 300
    characters.
    """
    if not said or len(question) > _CHARS:
        return question
    meant = _meant(" ".join(question.split()), said)
    return meant if meant is not None and len(meant) <= _MEANT_CHARS else question


def _meant(question: str, said: Sequence[PriorTurn]) -> str | None:
    """Return the question as it is meant, or None where it stands by itself already."""
    opened, rest = _opened(question)
    about = _ABOUT.match(rest)
    if _is_part(rest, opened) or (_is_lone(rest) and _like_in(rest, said[-1].question)):
        return _exchanged(rest[about.end() :] if about else rest, said[-1].question)
    return _written_out(rest, said) if _leans(rest, said, opened) else None


def _opened(question: str) -> tuple[bool, str]:
    """Return whether a question goes on or corrects ("and ...", "no, ..."), and what it then says.

    Of "not the hall but the barn" that is "the barn".
    """
    if instead := _NOT_BUT.fullmatch(question.rstrip(" ?.!")):
        return True, instead["new"]
    opener = _CORRECTS.match(question)
    if opener is None or _CLAUSE.search(question[opener.end() :]):
        opener = _OPENER.match(question)
    return opener is not None, question[opener.end() :] if opener else question


def _is_part(rest: str, opened: bool) -> bool:
    """Whether it is a part of a question, and cannot be one: "and in 2012?", "for students"."""
    if _ABOUT.match(rest):
        return True
    leans = opened or (
        _is_lone(rest) and (re.match(rf"(?:{PREPOSITION}) ", rest, re.I) or _ONE_OF.search(rest))
    )
    return bool(leans) and not _CLAUSE.search(rest)


def _is_lone(rest: str) -> bool:
    month = re.fullmatch(MONTH, rest.rstrip(" ?.!"), re.I) is not None
    return month or (len(rest.split()) <= _LONE and not _CLAUSE.search(rest))


def needs_context(question: str) -> bool:
    """Return whether a question cannot stand by itself: by a pronoun or its form ("and in 2012?").

    Others may lean on what was said and still mean what they say, and so may one that says "their"
    or "this" and has several words of its own ("Who taught their wives to read?").
    """
    asked = " ".join(question.split())
    opened, rest = _opened(asked)
    if _is_part(rest, opened):
        return True
    bare = _BARE.fullmatch(rest.rstrip(" ?.!"))
    found = next(pronouns(rest), None)
    own = len(_topic_terms(rest)) >= _SAYS_ENOUGH
    return bare is not None or (found is not None and (found.lastgroup == "person" or not own))


def _like_in(part: str, last: str) -> bool:
    """Whether the last question has a part like this one: year for year, month, name."""
    part = _month(part)
    return any(form.search(part) and form.search(_head(last)) for form in (_YEAR, _MONTH)) or bool(
        names(part) and not _MONTH.search(part) and names(_head(last))
    )


def _leans(question: str, said: Sequence[PriorTurn], opened: bool) -> bool:
    if next(pronouns(question), None) is not None or _BARE.fullmatch(question.rstrip(" ?.!")):
        return True
    last = said[-1]
    known = set(_topic_terms(f"{last.question} {last.answer} {last.sentence}"))
    terms = _topic_terms(question)
    if (the := _THE.search(question)) and len(terms) <= _FEW:
        # Which of two words is the noun, nothing here can tell: it may be the first.
        noun = _topic_terms(the.group(1)) or _topic_terms(the.group(2) or "")
        if noun and known.issuperset(noun):
            return True
    if names(question) or (_YEAR.search(question) and not opened):
        return False
    if opened:
        return True
    little = _ELLIPTIC.match(question) and len(terms) <= _LITTLE
    return bool(little) and not _OWN_SUBJECT.match(question)


def _written_out(question: str, said: Sequence[PriorTurn]) -> str:
    asked = _named(question, said)
    if asked != question and next(pronouns(asked), None) is None:
        return asked
    bare, last = _BARE.fullmatch(question.rstrip(" ?.!")), _head(said[-1].question)
    if bare and (asks := _SWAPPED.match(last)):
        return f"{bare.group(1).capitalize()}{last[asks.end() :]}{bare.group(2)}?"
    topic = _topic(said)
    return f"{asked.rstrip(' ?.!')} ({topic})?" if topic else asked


def _named(question: str, said: Sequence[PriorTurn]) -> str:
    """Put the name of the person spoken of last for he and she."""
    found = [pronoun for pronoun in pronouns(question) if pronoun.lastgroup == "person"]
    name = next((name for s in reversed(said) if (name := _person(s))), None)
    if not found or name is None:
        return question
    first = found[0].group().lower()
    for pronoun in reversed(found):
        word, after = pronoun.group().lower(), question[pronoun.end() :]
        owns = is_possessive(word, after)
        # "who helped him rescue her", "what did he teach him" are about two people.
        another = (word in _SHE) != (first in _SHE) or (
            first in ("he", "she") and word in ("him", "her") and not owns
        )
        if not another:
            question = f"{question[: pronoun.start()]}{name}{'’s' if owns else ''}{after}"
    return question[0].upper() + question[1:]


def _person(said: PriorTurn) -> str | None:
    """Return whom a turn was about: whom it asked for, or else whom it named."""
    texts = (said.question[:_CHARS], said.answer[:_CHARS])
    name = person(*(reversed(texts) if _WHO.match(said.question) else texts))
    human = _HUMAN.search(said.question)
    return human.group() if name is None and human else name


def _topic(said: Sequence[PriorTurn]) -> str:
    """Return what the last turn was about and, where it leant on others, what those were about."""
    parts: list[str] = []
    for turn in reversed(said):
        about = _about(turn)
        terms, known = set(_topic_terms(about)), set(_topic_terms(" ".join(parts)))
        if 2 * len(terms - known) > len(terms):
            parts.append(about)
        if not turn.follows:
            break
    topic = ", ".join(parts)
    return topic if len(topic) <= _TOPIC_CHARS else topic[:_TOPIC_CHARS].rpartition(" ")[0]


def _about(said: PriorTurn) -> str:
    """Return a question without what asks: "the bridge open" of "when did the bridge open?"."""
    asked = _head(said.question)[:_CHARS]
    for pronoun in reversed(list(pronouns(asked))):
        asked = f"{asked[: pronoun.start()].rstrip()} {asked[pronoun.end() :].lstrip()}".strip()
    if (who := _WHO_DID.match(asked)) and 0 < len(said.answer.split()) <= _SUBJECT_WORDS:
        return f"{said.answer} {asked[who.end() :]}"
    asks = _ASKS.match(asked)
    return asked[asks.end() :] if asks else asked


def _head(question: str) -> str:
    """Return a question without the topic that was put after it."""
    return _IN_BRACKETS.sub("", question).rstrip(" ?.!")


def _exchanged(part: str, last: str) -> str:
    """Ask the last question again with one part exchanged: what is like the new one."""
    part, asked = _month(part.strip(" ?.!")), _head(last)
    if not part:
        return last
    times = ((form.search(part), form.search(asked)) for form in (_YEAR, _MONTH))
    if time := next(((new, old) for new, old in times if new and old), None):
        new, old = time
        return f"{asked[: old.start()]}{new.group()}{asked[old.end() :]}?"
    if lead := re.match(rf"({PREPOSITION}) ", part, re.I):
        phrase = rf"\b{lead.group(1)} (?:(?!\b(?:{PREPOSITION})\b)[^,?()])+"
        *_, place = (None, *re.finditer(phrase, asked, re.I))
        start, end = place.span() if place else (len(asked), len(asked))
        return f"{asked[:start].rstrip()} {part} {asked[end:]}".rstrip() + "?"
    if names(part) and names(asked):
        article = r"(?:\bthe )?" if part.lower().startswith("the ") else ""
        same_noun = rf"(?: {re.escape(part.split()[-1])}\b)?"  # "the Elm branch"
        old_name = rf"{article}\b{re.escape(_like(part, asked))}(?!\w){same_noun}"
        return re.sub(old_name, lambda _: part, asked) + "?"
    if names(part) and (pronoun := next(pronouns(asked), None)):
        after = asked[pronoun.end() :]
        owner = "’s" if is_possessive(pronoun.group(), after) else ""
        return f"{asked[: pronoun.start()]}{part}{owner}{after}?"
    same = _same_noun(part, asked)
    return f"{asked[: same[0]]}{part}{asked[same[1] :]}?" if same else f"{part} ({asked})?"


def _month(part: str) -> str:
    """Return a part with its capital, where it is a month: "july"."""
    bare = part.strip(" ?.!")
    return part.capitalize() if re.fullmatch(MONTH, bare, re.I) else part


def _same_noun(part: str, asked: str) -> tuple[int, int] | None:
    """Return where a question has another thing of a part's kind: "rye flour", "lentil flour"."""
    *before, noun = part.split()
    if not before:
        return None
    own = rf"(?:(?!(?:{AUXILIARY}|{PREPOSITION}|the|an?|of)\b)[\w’'-]+ ){{1,{len(before)}}}"
    article = r"(?:the |an? )?" if part.lower().startswith(("the ", "a ", "an ")) else ""
    found = re.search(rf"\b{article}{own}{re.escape(noun.rstrip('s'))}s?\b", asked, re.I)
    if found is None or _ASKS.match(found.group()):
        return None
    return found.span()


def _like(name: str, asked: str) -> str:
    """Return the name in a question that another name is put for.

    That is a person for a person, else who speaks ("what did Amnesty say about China?"), else the
    last one.
    """
    found = names(asked)
    shared = [
        n for n in found if {w.lower() for w in n.split()} & {w.lower() for w in name.split()}
    ]
    if shared:
        return shared[-1]
    people = [other for other in found if " " in other and person(other)]
    if people and " " in name and person(name):
        return people[0]
    if _SPEAKS.search(asked):
        return found[0]
    return next((n for n in reversed(found) if not _MONTH.fullmatch(n)), found[-1])


def _topic_terms(text: str) -> list[str]:
    return [term for term in content_terms(text) if term not in _EMPTY]
