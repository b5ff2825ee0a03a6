"""Questions, answers and citations as HTML. All that a document or a visitor says is escaped."""

from collections.abc import Sequence
from datetime import date
from html import escape

from qa.types import Answer, Citation, Status


def render_question(question: str) -> str:
    """Return a question as HTML."""
    return f'<div class="question" dir="auto">{_literal(question)}</div>'


def render_answer(answer: Answer) -> str:
    """Return an answer as HTML: how sure it is, the quote, and where it stands."""
    confidence = confidence_in_words(answer.confidence)
    verdict = {
        Status.ANSWERED: f"<strong>Answered</strong> with {confidence}",
        Status.UNSURE: f"<strong>Not sure</strong>: this may be the answer, with {confidence}",
        Status.NOT_FOUND: "<strong>Not found</strong>: the documents do not seem to say "
        f"(best guess: {confidence})",
    }[answer.status]
    parts = [f'<p class="verdict">{verdict}</p>']
    if answer.answer is not None:
        parts.append(f'<blockquote dir="auto">{_literal(answer.answer)}</blockquote>')
    if answer.citations:
        documents = len({citation.document for citation in answer.citations})
        parts.append(f"<h3>Said in {count_documents(documents)}</h3>")
        parts.append(_cards(answer.citations, cited=True))
    if answer.others:
        source = "Another source says" if len(answer.others) == 1 else "Other sources say"
        parts.append(f"<h3>{source}</h3>")
        parts.append(_cards(answer.others, cited=True, first=len(answer.citations) + 1))
    if answer.nearest:
        parts.append("<h3>Closest passages</h3>")
        parts.append(_cards(answer.nearest, cited=False))
    return f'<section class="reply {answer.status}">{"".join(parts)}</section>'


def render_note(kind: str, text: str) -> str:
    """Return a message of the page itself as HTML; `kind` is "pending" or "problem"."""
    return f'<section class="reply {kind}"><p class="verdict">{_literal(text)}</p></section>'


def confidence_in_words(confidence: float) -> str:
    """Return a probability as people say it: "high confidence, 87%"."""
    levels = ((0.9, "very high"), (0.7, "high"), (0.4, "moderate"), (0.15, "low"))
    level = next((words for least, words in levels if confidence >= least), "very low")
    percent = min(max(round(100 * confidence), 1), 99)
    bound = "over " if confidence > 0.99 else "under " if confidence < 0.01 else ""
    return f"{level} confidence, {bound}{percent}%"


def _cards(citations: Sequence[Citation], *, cited: bool, first: int = 1) -> str:
    """Return a card for each citation, the first one open; one that is `cited` shows its quote."""
    cards = []
    for number, citation in enumerate(citations, first):
        label = f'<span class="number">{number}</span>' if cited else ""
        snippet = _marked(citation) if cited else _literal(citation.snippet)
        name = _literal(citation.place or "")
        place = f'<span class="place">{name}</span> ' if citation.place else ""
        cards.append(
            f'<details class="card"{" open" if number == first else ""}>'
            f'<summary>{label}<span class="source">'
            f'<span class="title">{_literal(citation.title)}</span> '
            f"{place}"
            f'<span class="date">{_date(citation.date)}</span></span></summary>'
            f'<p class="snippet" dir="auto">{snippet}</p>'
            f'<p class="file">{_literal(citation.document)}</p></details>'
        )
    return "".join(cards)


def _marked(citation: Citation) -> str:
    """Return a snippet with its quote marked."""
    start = citation.start - citation.snippet_start
    end = citation.end - citation.snippet_start
    text = citation.snippet
    before, quote, after = map(_escape, (text[:start], text[start:end], text[end:]))
    return f"<bdi>{before}<mark>{quote}</mark>{after}</bdi>"


def _date(iso: str | None) -> str:
    """Return an ISO date as people write it; one that names no day stays as it is."""
    if iso is None:
        return ""
    try:
        day = date.fromisoformat(iso)
    except ValueError:
        return _escape(iso)
    return f"{day.day} {day:%B %Y}"


def count_documents(documents: int) -> str:
    """Return a number of documents as people say it."""
    return f"{documents} document{'' if documents == 1 else 's'}"


def _literal(text: str) -> str:
    """Return text to be shown as it is, its writing direction kept to itself."""
    return f"<bdi>{_escape(text)}</bdi>"


def _escape(text: str) -> str:
    # Gradio re-indents the lines of a message, which it cannot where line ends are references, and
    # fails on half a surrogate pair, which a browser can send.
    whole = text.encode(errors="replace").decode()
    return escape(whole).translate({ord(space): f"&#{ord(space)};" for space in "\t\n\r"})
