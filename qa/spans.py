"""Pure: scored spans -> distinct answers."""

import re
import string
from collections.abc import Iterable, Sequence

from qa.types import Span

_ARTICLES = re.compile(r"\b(?:a|an|the)\b")
_PUNCTUATION = str.maketrans("", "", string.punctuation + "“”‘’«»…–—")


def normalise(text: str) -> str:
    """Return a text without case, punctuation, articles and extra white space."""
    return " ".join(_ARTICLES.sub(" ", text.casefold().translate(_PUNCTUATION)).split())


def distinct(spans: Iterable[Span]) -> list[Span]:
    """Drop every span that overlaps a better one in the same document; best first."""
    kept: list[Span] = []
    for span in sorted(spans, key=_order):
        if not any(_overlap(span, other) for other in kept):
            kept.append(span)
    return kept


def group_equal(spans: Sequence[Span]) -> list[tuple[Span, ...]]:
    """Group spans that say the same, best first; groups in the order of their best span."""
    groups: dict[str, list[Span]] = {}
    for span in sorted(spans, key=_order):
        groups.setdefault(normalise(span.text) or span.text, []).append(span)
    return [tuple(group) for group in groups.values()]


def _order(span: Span) -> tuple[float, str, int, int]:
    return -span.score, span.hit.passage.document_id, span.start, span.end


def _overlap(a: Span, b: Span) -> bool:
    same = a.hit.passage.document_id == b.hit.passage.document_id
    return same and a.start < b.end and b.start < a.end
