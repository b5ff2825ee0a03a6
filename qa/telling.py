"""What is answered without reading: what a document tells of itself, and what asks for nothing."""

import time
from collections.abc import Callable, Mapping, Sequence
from glob import escape

from index.about import headings_of
from index.filters import Filter, select
from index.tokens import content_terms
from index.types import Document, Hit, Passage
from qa.names import names
from qa.of_document import What, about_topic, asked_of_document, told
from qa.types import Candidate, Reading, Retrieval, Span

# What the file says of itself, and that a sentence has the words asked for, is not a guess.
_TOLD = 0.95
_LINE = 1_000  # characters around a span that are its passage
_BEGINS = 3_000  # characters of a text in which an example is looked for

Search = Callable[[str, int, Filter | None], list[Hit]]


def of_a_document(
    retrieval: Retrieval, question: str, documents: Mapping[str, Document], search: Search
) -> Reading | str | None:
    """Return the reading of a question about a document itself; None of one about anything else.

    The id of the document where it may say so in its text, which is to be read.
    """
    began = time.perf_counter()
    within = retrieval.within
    if within is not None:
        documents = {id: documents[id] for id in select(documents.values(), within).documents}
    asked = asked_of_document(question, documents)
    if asked is None:
        return None
    what, document, topic = asked
    if what is What.SAYS:
        hits = search(topic, 50, Filter(documents=(escape(document.id),)))
        found = about_topic(topic, hits)
        spans = tuple(Span(hit, start, end, 0.0) for hit, start, end in found)
        note = ""
    else:
        itself = told(what, document)
        if itself is None:
            return document.id
        spans = tuple(Span(_hit(document, *span), *span, 0.0) for span in itself.spans)
        note = itself.note
    if not spans and not note:
        return document.id
    return _reading(retrieval, spans, note, began)


def nothing_asked(retrieval: Retrieval, documents: Mapping[str, Document]) -> Reading:
    """Return the reading of a greeting: an example of what can be asked, and no quote."""
    example = example_question(documents)
    such = f" For example: {example}" if example else ""
    note = f"Ask about what the documents say; the answer is a quote.{such}"
    return _reading(retrieval, (), note, time.perf_counter())


def example_question(documents: Mapping[str, Document]) -> str:
    """Return a question that one of the documents answers, or blank where none comes to mind."""
    for document in documents.values():
        name = document.id.rpartition("/")[2]
        headings = [held[-1] for _, held in headings_of(document)[1:]]
        found = next((h for h in headings if content_terms(h) and not h[:1].isdigit()), None)
        lines = document.part(0, _BEGINS).splitlines()
        found = found or next((n for line in lines for n in names(line) if " " in n), None)
        if found is not None:
            return f"What does {name} say about {found}?"
    return ""


def _reading(retrieval: Retrieval, spans: Sequence[Span], note: str, began: float) -> Reading:
    took_ms = (time.perf_counter() - began) * 1e3
    found = (Candidate(tuple(spans), (_TOLD,) * len(spans)),) if spans else ()
    timings_ms = retrieval.timings_ms(took_ms)
    return Reading(retrieval.question, retrieval.hits, retrieval.read, found, timings_ms, note=note)


def _hit(document: Document, start: int, end: int) -> Hit:
    """Return a span's line as a hit."""
    text = document.part(max(0, start - _LINE), end + _LINE)
    base = max(0, start - _LINE)
    low = text.rfind("\n", 0, start - base) + 1
    high = text.find("\n", end - base)
    high = len(text) if high < 0 else high
    line = Passage(
        f"{document.id}:{base + low}", document.id, base + low, base + high, text[low:high]
    )
    return Hit(line, 0.0, None, None)
