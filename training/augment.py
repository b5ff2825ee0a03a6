"""Questions as people put and type them, passages without the answer, and parts of passages."""

import random
import re

from index.sentences import sentences
from training.data import Example

# How many, how long and the like ask for a figure.
_WHY_HOW = re.compile(
    r"\b(?:why|how(?! (?:many|much|long|old|far|often|big|large|tall|high|deep|fast)\b))\b", re.I
)
_LONG_WORD = re.compile(r"\b[a-z]{5,}\b")
_LEADS = (
    "Please tell me, ",
    "Can you tell me ",
    "I would like to know ",
    "Do you know ",
    "According to the article, ",
    "In the text, ",
)
_LEAD = 0.08
_NO_MARK = 0.2
_TYPO = 0.1
_LEAST_CHARS = 200


def asks_for_reason_or_way(question: str) -> bool:
    """Return whether it asks why, or how something is done or came about."""
    return _WHY_HOW.search(question) is not None


def with_lead(question: str, rng: random.Random) -> str:
    """Return the question, now and then with one of the phrases people put in front of it."""
    if rng.random() >= _LEAD:
        return question
    return rng.choice(_LEADS) + question[:1].lower() + question[1:]


def as_typed(question: str, rng: random.Random) -> str:
    """Return the question as people type it: now and then no question mark, or one typo."""
    if rng.random() < _NO_MARK:
        question = question.rstrip(" ?")
    if rng.random() < _TYPO:
        words = list(_LONG_WORD.finditer(question))
        if words:
            question = _misspell(question, rng.choice(words).span(), rng)
    return question


def _misspell(text: str, word: tuple[int, int], rng: random.Random) -> str:
    """Swap, drop or double one letter inside a word."""
    at = rng.randrange(word[0] + 1, word[1] - 1)
    a, b = text[at], text[at + 1]
    return text[:at] + rng.choice([b + a, b, a + a + b]) + text[at + 2 :]


def answer_cut_out(example: Example) -> Example | None:
    """Return the example without the sentences that hold its answers, or None.

    None where an accepted answer still stands in the rest, or too little of it is left.
    """
    answers = {example.passage[a:b].casefold() for a, b in example.spans}
    bounds = sentences(example.passage)
    cut = {i for span in example.spans for i in _holding(bounds, span)}
    rest = " ".join(example.passage[a:b] for i, (a, b) in enumerate(bounds) if i not in cut)
    if len(rest) < _LEAST_CHARS or any(answer in rest.casefold() for answer in answers):
        return None
    return Example(example.question, rest, ())


def part_with_answer(example: Example, rng: random.Random) -> Example:
    """Return some neighbouring sentences of the passage, with at least one accepted span whole.

    So a passage that many questions ask of, or that comes again in a later epoch, is never quite
    the same.
    """
    bounds = sentences(example.passage)
    start, end = span = rng.choice(example.spans)
    holding = _holding(bounds, span)
    if not holding:
        return example
    first = bounds[rng.randint(0, holding[0])][0]
    last = bounds[rng.randint(holding[-1], len(bounds) - 1)][1]
    first, last = min(first, start), max(last, end)
    spans = tuple((a - first, b - first) for a, b in example.spans if first <= a and b <= last)
    return Example(example.question, example.passage[first:last], spans)


def _holding(bounds: list[tuple[int, int]], span: tuple[int, int]) -> list[int]:
    """Return which sentences hold some of the span."""
    return [i for i, (a, b) in enumerate(bounds) if a < span[1] and span[0] < b]
