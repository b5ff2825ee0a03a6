"""Pure: what a span's words are, and scored spans -> distinct answers."""

import re
import string
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from index.kinds import facts
from index.sentences import sentence_around, sentences
from qa.forms import is_yes_no, named_option, option_in
from qa.things import Kind, cut, things
from qa.types import Span

_WHY = re.compile(r"\bwhy\b|\bwhat (?:was|is|were|are) the reasons?\b|\bfor what reasons?\b", re.I)
_CAUSE = (
    r"\b(?:because|due to|owing to|since|in order to|so that|as a result of|caused by|citing"
    r"|on the grounds that)\b"
)
_OPENS = re.compile(_CAUSE, re.I)
# Up to two words may come between it and what it introduces: "because of the heavy rain".
_INTRODUCES = re.compile(_CAUSE + r"(?: [^\s.;:]+){0,2}\s*$", re.I)
# Of place, time or means: "in a departure from recent practice" goes with a reason.
_BESIDE = r"\b(?:in|on|at|by|with|from|of|during|between|about|into|under|among|within)\b"
_OPENS_BESIDE = re.compile(_BESIDE, re.I)
_STANDS_BESIDE = re.compile(_BESIDE + r"(?: (?:an?|the|this|that|its|their|his|her))?\s*$", re.I)
# What these make of the odds that a span answers why: the log of how much more often answers to why
# have that form in the training data than others (`python -m training.reasons`); half of it for
# few words, whose part the model has learnt by itself.
_CAUSAL_ODDS = 2.8
_BESIDE_ODDS = -1.8
_FEW_WORDS_ODDS = {1: -1.4, 2: -0.85, 3: -0.45}
_CLAUSE_END = re.compile(r"[,;:()]\s|\s[–—-]\s|—")
_CELL = re.compile(r"\t| [|] ")
_PAIRS = {"(": ")", "[": "]", "“": "”", "«": "»", '"': '"'}
# An amount ("US$855,259", "3.5%"), or a word's letters and digits, in scripts that part words.
_WHOLE = re.compile(
    r"(?:\b[A-Z]{1,3})?[$€£¥]\d+(?:[.,]\d+)*|\d+(?:[.,]\d+)*%|\d+(?:[.,]\d+)+"
    r"|[^\W\u0e00-\u109f\u1780-\u17ff\u2e80-\U0010ffff]+"
)
_LONG = 50  # words of a sentence: a quote of more settles nothing at a glance
_AROUND = 20  # characters in which a word or amount that is cut is looked for
_ARTICLES = re.compile(r"\b(?:a|an|the)\b")
_PUNCTUATION = str.maketrans("", "", string.punctuation + "“”‘’«»…–—")


def normalise(text: str) -> str:
    """Return a text without case, punctuation, articles and extra white space."""
    return " ".join(_ARTICLES.sub(" ", text.casefold().translate(_PUNCTUATION)).split())


def asks_for_reason(question: str) -> bool:
    """Return whether it asks why."""
    return _WHY.search(question) is not None


def gives_reason(text: str, start: int, end: int) -> bool:
    """Return whether a causal word ("because", "due to", ...) opens or introduces the span."""
    before = text[max(0, start - 60) : start]
    return bool(_INTRODUCES.search(before) or _OPENS.match(text, start, end))


def stands_beside(text: str, start: int, end: int) -> bool:
    """Return whether a preposition of place, time or means opens or introduces the span.

    False for what a causal word introduces, too.
    """
    found = _OPENS_BESIDE.match(text, start, end) or _STANDS_BESIDE.search(
        text[max(0, start - 60) : start]
    )
    return bool(found) and not gives_reason(text, start, end)


def reason_odds(text: str, start: int, end: int) -> float:
    """Return the log-odds that a span's form adds to its being the answer to why."""
    odds = _FEW_WORDS_ODDS.get(len(text[start:end].split()), 0.0)
    if gives_reason(text, start, end):
        return odds + _CAUSAL_ODDS
    return odds + (_BESIDE_ODDS if stands_beside(text, start, end) else 0.0)


def whole(text: str, start: int, end: int, question: str = "") -> tuple[int, int]:
    """Return the span grown to the words and things that it cuts: "$5" of "US$5.2" is half.

    Which part of a thing answers, the question may say: see `qa.things.cut`.
    """
    broken = cut(text, start, end, question)
    start = min([start, *(thing.start for thing in broken)])
    end = max([end, *(thing.end for thing in broken)])
    low, high = max(0, start - _AROUND), end + _AROUND
    parts = [
        found.span()
        for found in _WHOLE.finditer(text, low, high)
        if found.start() < start < found.end() or found.start() < end < found.end()
    ]
    return min([start, *(a for a, _ in parts)]), max([end, *(b for _, b in parts)])


def units_of(text: str, at: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the number of the sentence or table cell that each character is in.

    Two values from two of them are two answers: "9 degrees. Lead melts at 327 degrees".
    """
    found = [start for start, _ in sentences(text)]
    inside = [thing for thing in things(text) if thing.kind is Kind.NAME]
    starts = [a for a in found if not any(t.start < a < t.end for t in inside)]
    starts += [cell.end() for cell in _CELL.finditer(text)]
    return np.searchsorted(np.array(sorted(starts), np.int64), at, side="right").astype(np.int64)


def tidy(text: str, start: int, end: int) -> tuple[int, int]:
    """Return the span without a comma at its end, or a bracket or quote whose partner is outside.

    A span of nothing else is returned as it is.
    """
    low, high = start, end
    while low < high:
        inside = text[low:high]
        if inside[-1] in ",;:" or inside[-1].isspace() or _is_open(inside, inside[-1]):
            high -= 1
        elif inside[0] in ",;:.)]" or inside[0].isspace() or _is_open(inside, inside[0]):
            low += 1
        else:
            return low, high
    return start, end


def _is_open(text: str, mark: str) -> bool:
    """Return whether `mark` is a bracket or quote that has no partner in the text."""
    for opening, closing in _PAIRS.items():
        if mark in (opening, closing):
            if opening == closing:
                return text.count(mark) % 2 == 1
            return text.count(opening) != text.count(closing)
    return False


def widen(text: str, start: int, end: int) -> tuple[int, int]:
    """Grow a one-word span to its clause, or to its sentence if the clause is one word, too."""
    if len(text[start:end].split()) > 1:
        return start, end
    for low, high in sentences(text):
        if low <= start and end <= high:
            cuts = [m.span() for m in _CLAUSE_END.finditer(text, low, high)]
            clause = (
                max((b for _, b in cuts if b <= start), default=low),
                min((a for a, _ in cuts if a >= end), default=high),
            )
            lone = len(text[slice(*clause)].split()) == 1
            return (low, high) if lone else tidy(text, *clause)
    return start, end


def decisive(text: str, start: int, end: int, question: str) -> tuple[int, int]:
    """Return what of a span's surroundings settles a question that offers its answers.

    Whether something is so, a whole sentence says: "on a lead" does not. Of "A or B?" it is the
    one that the sentence names, where the span names neither. Other spans stay as they are.
    """
    yes_no = is_yes_no(question)
    if facts(text) or (not yes_no and named_option(question, text[start:end]) is not False):
        return start, end
    low, high = sentence_around(text, start, end)
    if not yes_no:
        chosen = option_in(question, text, low, high)
        return (start, end) if chosen == (low, high) else chosen
    return (low, high) if len(text[low:high].split()) <= _LONG else (start, end)


def distinct(spans: Iterable[Span]) -> list[Span]:
    """Drop every span that overlaps a better one in the same document; best first."""
    kept: list[Span] = []
    for span in sorted(spans, key=_order):
        if not any(_overlap(span, other) for other in kept):
            kept.append(span)
    return kept


def group_equal(spans: Sequence[Span]) -> list[tuple[Span, ...]]:
    """Group spans that say the same, best first; groups in the order of their best span.

    The same is what is equal after `normalise` or, in another document, most of a group's best
    span or what it is most of: "Mandelson" and "Peter Mandelson".
    """
    groups: list[list[Span]] = []
    for span in sorted(spans, key=_order):
        group = next((group for group in groups if _agree(group[0], span)), None)
        if group is None:
            groups.append([span])
        else:
            group.append(span)
    return [tuple(group) for group in groups]


def _agree(one: Span, other: Span) -> bool:
    a, b = normalise(one.text) or one.text, normalise(other.text) or other.text
    if a == b:
        return True
    if one.hit.passage.document_id == other.hit.passage.document_id:
        return False
    short, long = sorted((a, b), key=len)
    words = len(short.split()), len(long.split())
    return f" {short} " in f" {long} " and 2 * words[0] >= words[1]


def _order(span: Span) -> tuple[float, str, int, int]:
    return -span.score, span.hit.passage.document_id, span.start, span.end


def _overlap(a: Span, b: Span) -> bool:
    same = a.hit.passage.document_id == b.hit.passage.document_id
    return same and a.start < b.end and b.start < a.end
