"""Spans and passages -> citations whose quote is in the document, checked where it is made."""

from index.rows import place_of
from index.sentences import sentences
from index.types import Document, Hit, Passage
from qa.types import Citation, Span

_SNIPPET_CHARS = 500


def cite(document: Document, span: Span, score: float) -> Citation:
    """Cite a span, with its sentence and, where they are short, the sentences around it."""
    start, end = _around(span.hit.passage, span.start, span.end)
    return _citation(document, span.hit, (span.start, span.end), (start, end), score)


def cite_passage(document: Document, hit: Hit, score: float) -> Citation:
    """Cite a whole passage."""
    whole = (hit.passage.start, hit.passage.end)
    return _citation(document, hit, whole, whole, score)


def _citation(
    document: Document, hit: Hit, quote: tuple[int, int], snippet: tuple[int, int], score: float
) -> Citation:
    """Make a citation; raises ValueError where the offsets do not lie within one another."""
    (start, end), (snippet_start, snippet_end) = quote, snippet
    in_order = 0 <= snippet_start <= start < end <= snippet_end
    text = document.part(snippet_start, snippet_end) if in_order else ""
    if not in_order or len(text) < snippet_end - snippet_start:
        raise ValueError(
            f"{document.id}: quote {start}-{end} in snippet {snippet_start}-{snippet_end} "
            f"in a text of {len(document.text)} characters"
        )
    place = document.place_at(start)
    return Citation(
        document=document.id,
        title=document.title,
        date=document.date,
        start=start,
        end=end,
        quote=text[start - snippet_start : end - snippet_start],
        snippet=text,
        snippet_start=snippet_start,
        score=score,
        place=place_of(document, start),
        page=place.page if place is not None else None,
        dense_rank=hit.dense_rank,
        lexical_rank=hit.lexical_rank,
    )


def _around(passage: Passage, start: int, end: int) -> tuple[int, int]:
    """Return the bounds of the span's sentences, and of the neighbours that fit with them."""
    spans = [(passage.start + a, passage.start + b) for a, b in sentences(passage.text)]
    inside = [i for i, (a, b) in enumerate(spans) if a < end and b > start]
    if not inside:
        return start, end
    first, last = inside[0], inside[-1]
    low, high = min(start, spans[first][0]), max(end, spans[last][1])
    if last + 1 < len(spans) and spans[last + 1][1] - low <= _SNIPPET_CHARS:
        high = spans[last + 1][1]
    if first > 0 and high - spans[first - 1][0] <= _SNIPPET_CHARS:
        low = spans[first - 1][0]
    return low, high
