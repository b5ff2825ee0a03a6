"""What the page's HTML is made of. All that a document or a visitor says is escaped.

A button says what it does by its `name` and with what by its `value`, and the scripts do it: what
comes from the server has no attributes that run anything, and safe.js lets none through.
"""

from html import escape
from urllib.parse import urlencode


def render_note(kind: str, text: str, question: str = "") -> str:
    """Return a message of the page itself as HTML; `kind` is "pending", "stopped" or "problem".

    With a question there is a button to ask it again.
    """
    again = button("ask", question, "Ask again") if question else ""
    again = f'<p class="actions">{again}</p>' if again else ""
    return f'<section class="reply {kind}"><p class="verdict">{literal(text)}</p>{again}</section>'


def document_link(name: str, start: int, end: int, visitor: str, **other: str | int) -> str:
    """Return the address of a document with a quote marked, relative to the page's."""
    whose: dict[str, str | int] = {"visitor": visitor} if visitor else {}
    return "document?" + query(name=name, start=start, end=end, **whose, **other)


def button(name: str, value: str, label: str, kind: str = "") -> str:
    """Return a button that the scripts act on."""
    shown = f' class="{kind}"' if kind else ""
    return f'<button type="button" name="{name}" value="{escaped(value)}"{shown}>{label}</button>'


def query(**parameters: str | int) -> str:
    """Return parameters as an address has them."""
    return urlencode(parameters, encoding="utf-8", errors="replace")


def marked(text: str, start: int, end: int) -> str:
    """Return a text with a part of it marked.

    The part has a direction of its own: "35 million" reads from the left in a Hebrew sentence, too.
    """
    before, quote, after = map(escaped, (text[:start], text[start:end], text[end:]))
    return f'<bdi>{before}<mark dir="auto">{quote}</mark>{after}</bdi>'


def ordinal(number: int) -> str:
    """Return "1st", "2nd", "11th"."""
    ending = {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{'th' if number % 100 in (11, 12, 13) else ending}"


def count_documents(documents: int) -> str:
    """Return a number of documents as people say it."""
    return f"{documents:,} document{'' if documents == 1 else 's'}"


def literal(text: str) -> str:
    """Return text to be shown as it is, its writing direction kept to itself."""
    return f"<bdi>{escaped(text)}</bdi>"


def escaped(text: str) -> str:
    """Return text for HTML, in an element or in a quoted attribute."""
    # Half a surrogate pair, which a browser can send, can be written nowhere; an HTML parser takes
    # \r and \r\n for \n where they are no references.
    return escape(text.encode(errors="replace").decode()).replace("\r", "&#13;")
