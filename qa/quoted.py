"""Pure: what a mail says itself counts before what it quotes of others."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from index.types import Hit
from qa.things import things
from qa.types import Span

IsQuoted = Callable[[Hit], bool]

_SAID = 2.0  # log-odds of an answer in a mail's own words, at least
# How much less likely than what is quoted it may be: most for what is of the same kind, as two
# dates are. "We begin at 19:30" answers another question than "We play on 14 September" does.
_LESS_OF_A_KIND, _LESS = 8.0, 3.0
_BELOW = 4.0  # where what is quoted comes then
_ASKED = 8.0  # what it costs an answer to be part of a question


def beside_own_words(hits: Sequence[Hit], read: int, is_quoted: IsQuoted) -> list[Hit]:
    """Return the first `read` hits, each mail's own words before what it quotes.

    Own words that search found further down take the places of the last hits.
    """
    found: list[Hit] = []
    for hit in hits[:read]:
        if is_quoted(hit):
            document = hit.passage.document_id
            found += (
                own
                for own in hits
                if own.passage.document_id == document and not is_quoted(own) and own not in found
            )
        if hit not in found:
            found.append(hit)
    return found[:read]


def own_words_first(spans: Sequence[Span], is_quoted: IsQuoted) -> list[Span]:
    """Return spans best first; a mail's own answer takes the place of one of its kind in a quote.

    What a quote asks does not answer anything.
    """
    own: dict[str, Span] = {}
    for span in spans:
        if not is_quoted(span.hit):
            own.setdefault(span.hit.passage.document_id, span)
    found: list[Span] = []
    for span in spans:
        document = span.hit.passage.document_id
        if not is_quoted(span.hit):
            continue
        if (said := own.get(document)) is not None and _corrects(said, span):
            own[document] = replace(said, score=max(said.score, span.score))
            found.append(replace(span, score=min(span.score, said.score) - _BELOW))
        else:
            found.append(replace(span, score=span.score - _ASKED) if _is_asked(span) else span)
    first = {(s.hit.passage.id, s.start, s.end): s for s in own.values()}
    found += (
        first.get((span.hit.passage.id, span.start, span.end), span)
        for span in spans
        if not is_quoted(span.hit)
    )
    return sorted(found, key=lambda span: -span.score)


def names_sender(question: str, label: str) -> bool:
    """Whether a question names whom a place quotes: "quoted from Ada Low, 2024-06-28"."""
    names = re.findall(r"\b[^\W\d_]{3,}", label.removeprefix("quoted from"))
    return any(re.search(rf"\b{re.escape(name)}\b", question, re.I) for name in names)


def _corrects(own: Span, quoted: Span) -> bool:
    """Whether a mail's own answer counts rather than a quoted one."""
    kinds = _kind(own), _kind(quoted)
    less = (_LESS_OF_A_KIND if kinds[0] else _LESS) if kinds[0] == kinds[1] else 0.0
    return own.score >= _SAID and own.score >= quoted.score - less


def _is_asked(span: Span) -> bool:
    """Whether a span is in a question."""
    rest = span.hit.passage.text[span.end - span.hit.passage.start :]
    end = re.search(r"[.!?](?=\s|$)", rest)
    return end is not None and end.group() == "?"


def _kind(span: Span) -> tuple[str, str] | None:
    """Return what kind of thing an answer names first: ("date", ""), ("amount", "euros")."""
    first = next(iter(things(span.text)), None)
    return (first.kind, first.unit) if first is not None else None
