"""Pure: a packet's parts in words, the same in every format that people read."""

import re
from collections.abc import Iterator

from qa.packets.packet import Packet
from qa.packets.records import Quote, Record, Role
from qa.types import Status
from qa.wording import confidence_in_words, confidence_means, in_words

TITLE = "Evidence"
ROLES = {
    Role.ANSWER: "Quoted",
    Role.OTHER: "Also said",
    Role.NEAREST: "Close, but no answer",
}
_STATUSES = {
    Status.ANSWERED: "Answered",
    Status.UNSURE: "Not sure: this may be the answer",
    Status.NOT_FOUND: "Not found: the documents do not seem to say",
}
PROMISE = (
    "Each quote is, letter by letter, what the file with the given SHA-256 says at the given "
    "place. That it answers the question is a judgement, as sure as its confidence says. "
    "The command “qa verify” compares this packet with a folder of documents."
)
# What XML 1.0 cannot hold.
_CONTROLS = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def clean(text: str) -> str:
    """Return a text without control characters, each replaced by one that says that it was."""
    return _CONTROLS.sub("\ufffd", text)


def about(record: Record) -> Iterator[tuple[str, str]]:
    """Yield (name, value) of what there is to say of an answer, but for its quotes."""
    if record.searched_for != record.question:
        yield "Read as", record.searched_for
    if record.within is not None and str(record.within):
        yield "Asked only of", str(record.within)
    if record.note:
        yield "Note", record.note
    if record.quotes or not record.note:
        yield from _judged(record)
    yield "Asked", record.asked


def _judged(record: Record) -> Iterator[tuple[str, str]]:
    yield "Result", _STATUSES[record.status]
    if record.answer is not None:
        yield "Answer", record.answer
    words = confidence_in_words(record.confidence)
    if record.status is Status.NOT_FOUND:
        words = f"{words}, of the best guess, which is not shown"
    yield "How sure", f"{words}. {confidence_means(record.confidence, record.calibrated)}"


def source(quote: Quote) -> str:
    """Return a quote's source as people cite it: title, author, date, place."""
    said = (quote.title, quote.author, in_words(quote.date), quote.place or "")
    return ", ".join(part for part in said if part)


def details(quote: Quote) -> Iterator[tuple[str, str]]:
    """Yield (name, value) of what it takes to find a quote again."""
    yield "File", quote.document
    if quote.url:
        yield "Address", quote.url
    yield "Characters", f"{quote.start} to {quote.end}"
    for n, r in enumerate(quote.rectangles):
        name = "" if n else "Rectangles" if len(quote.rectangles) > 1 else "Rectangle"
        edges = f"x {r.x0:.1f} to {r.x1:.1f}, y {r.y0:.1f} to {r.y1:.1f}"
        yield name, f"page {r.page}, {edges} (points, from the page's origin upwards)"
    yield "SHA-256", quote.sha256


def made(packet: Packet) -> str:
    """Return when and by what a packet was made."""
    by = ", ".join(f"{part} {version}" for part, version in packet.versions.items())
    return f"Made {packet.made} by {by}."
