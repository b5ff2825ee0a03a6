"""Questions made unanswerable: a name, year, number or code in them is swapped for a sibling's.

A reader that has only seen unrelated passages to be silent on answers "inspected in 2019" with the
date of 2021. So the question keeps its words and asks of another thing of the same kind that stands
in the passage, but not in the sentence that answers.
"""

import random
import re
from dataclasses import replace

from index.sentences import sentences
from training.data import Example

# Letters and digits in one ("BL-2292", "FT2041B"): before years and numbers, which are parts of it.
_CODE = re.compile(r"\b(?=[\w-]*\d)(?=[\w-]*[A-Z])[A-Z\d][\w-]*\d[\w-]*\b")
_YEAR = re.compile(r"\b(?:1[0-9]|20)\d\d\b")
_NUMBER = re.compile(r"\b\d+(?:[.,]\d+)*\b")
# Capitalised words that do not open their sentence.
_WORD = r"[A-Z][A-Za-z’'-]*[a-z]\b"
_NAME = re.compile(rf"(?<=[a-z,;] ){_WORD}(?: (?:of |the |de |van )?{_WORD})*")
_KINDS = (_CODE, _YEAR, _NUMBER, _NAME)
_NEAR = 3  # how far a number or year is moved where the passage has no other


def asked_of_a_sibling(example: Example, rng: random.Random) -> Example | None:
    """Return the question about another name, year, number or code, without an answer.

    None where the question names nothing that the answering sentence has too, or there is no other.
    """
    for kind in _KINDS:
        found = [m for m in kind.finditer(example.question) if _decides(example, m.group())]
        if not found:
            continue
        mine = rng.choice(found)
        other = _sibling(example, mine.group(), kind, rng)
        if other is not None:
            asked = example.question[: mine.start()] + other + example.question[mine.end() :]
            return replace(example, question=asked, spans=())
    return None


def _answering(example: Example) -> str:
    """Return the text of the sentences that hold the answers."""
    return " ".join(
        example.passage[a:b]
        for a, b in sentences(example.passage)
        if any(a < end and start < b for start, end in example.spans)
    )


def _decides(example: Example, name: str) -> bool:
    return name in example.passage and not any(
        name in example.passage[a:b] for a, b in example.spans
    )


def _sibling(example: Example, name: str, kind: re.Pattern[str], rng: random.Random) -> str | None:
    """Return another of its kind from the passage, out of the answering sentence."""
    answering = _answering(example)
    others = sorted(
        {
            found
            for found in kind.findall(example.passage)
            if found not in answering
            and found not in example.question
            and not set(found.lower().split()) & set(name.lower().split())
        }
    )
    if others:
        return rng.choice(others)
    if kind is _YEAR:
        moved = str(int(name) + rng.choice([-1, 1]) * rng.randint(1, _NEAR))
        return moved if moved not in example.passage else None
    if kind is _CODE:
        digit = max(i for i, c in enumerate(name) if c.isdigit())
        moved = name[:digit] + str((int(name[digit]) + rng.randint(1, 8)) % 10) + name[digit + 1 :]
        return moved if moved not in example.passage else None
    return None
