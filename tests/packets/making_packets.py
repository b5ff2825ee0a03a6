"""Answers that quote what they are told to, and packets of them."""

from collections.abc import Mapping, Sequence

from index.types import Document, Hit, Passage
from qa.citing import cite
from qa.packets.packet import Packet
from qa.packets.records import record_of
from qa.types import Answer, Citation, Span, Status

VERSIONS = {"Quotewell": "0.1.0", "reader": "small d233"}


def cited(document: Document, quote: str, score: float = 0.9) -> Citation:
    """Cite the first place of a quote, with its sentence, as an answer does."""
    start = document.text.index(quote)
    hit = Hit(Passage("p", document.id, 0, len(document.text), document.text), 1.0, 1, 1)
    return cite(document, Span(hit, start, start + len(quote), 1.0), score)


def answer(question: str, *citations: Citation, others: Sequence[Citation] = ()) -> Answer:
    """Return an answer in the words of the first citation."""
    said = citations[0].quote
    return Answer(question, Status.ANSWERED, said, 0.87, citations, tuple(others), (), {})


def by_id(*documents: Document) -> dict[str, Document]:
    return {document.id: document for document in documents}


def packet(documents: Mapping[str, Document], *answers: Answer) -> Packet:
    """Return a packet without pictures."""
    return Packet.of([record_of(a, documents) for a in answers], VERSIONS, documents)
