"""The document view: a page without any script, shown beside the answers or in its own tab."""

import base64
import os
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from anyio import CapacityLimiter, to_thread
from fastapi import FastAPI
from fastapi.responses import HTMLResponse, JSONResponse

from index.errors import CorpusError
from index.types import Document
from qa.originals import original
from qa.picture import Picture, draw
from qa.web.html import document_link, escaped, literal
from qa.web.visitors import Visitors
from qa.wording import in_words

CSS = (Path(__file__).parent / "assets" / "document.css").read_text(encoding="utf-8")
POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)
_WAITING = 16  # pages to be drawn; who asks for more gets the text
_FIND_CHARS, _FOUND = 200, 1_000
_FIND_SECONDS, _PART = 2.0, 20_000  # and how many characters at once
WINDOW = 20_000  # characters before and after the quote; a book would take a browser seconds


@dataclass(frozen=True, slots=True)
class View:
    """What of a document is looked at: a quote, in its text from `low` to `high` or on a page."""

    document: Document
    start: int
    end: int
    low: int
    high: int
    visitor: str

    @classmethod
    def of(
        cls, document: Document, start: int, end: int, low: int, high: int, visitor: str
    ) -> "View":
        """Take offsets from an address: none of them has to be right. A window of -1 is usual."""
        length = len(document.text)
        start = min(max(start, 0), length)
        end = min(max(end, start), length)
        low = max(0, start - WINDOW if low < 0 else min(low, start))
        high = min(length, end + WINDOW if high < 0 else max(high, end))
        return cls(document, start, end, _line_start(document.text, low), high, visitor)

    def link(self, **other: str | int) -> str:
        """Return the address of another view of the same quote."""
        return document_link(self.document.id, self.start, self.end, self.visitor, **other)


def add_document_view(app: FastAPI, visitors: Visitors) -> None:
    """Add the route that the citations' links lead to."""

    drawing, finding = CapacityLimiter(os.cpu_count() or 1), CapacityLimiter(1)

    @app.get("/document")
    async def show(
        name: str,
        start: int = 0,
        end: int = 0,
        low: int = -1,
        high: int = -1,
        page: int | None = None,
        text: bool = False,
        visitor: str = "",
    ) -> HTMLResponse:
        document = visitors.corpus_of(visitor).documents.get(name)
        if document is None:
            gone = "There is no such document, or it has been removed."
            return _response(_page("Not there", f'<p class="note">{gone}</p>'), 404)
        view = View.of(document, start, end, low, high, visitor)
        note = ""
        if document.id.lower().endswith(".pdf") and not text:
            try:
                if drawing.statistics().tasks_waiting >= _WAITING:
                    raise CorpusError("too many pages are being drawn at the moment")
                drawn = await to_thread.run_sync(_drawn, visitors, view, page, limiter=drawing)
                return _response(render_picture(view, *drawn))
            except CorpusError as error:
                note = f"This is the text as it was indexed, without pictures: {error}."
        return _response(await to_thread.run_sync(render_text, view, note))

    @app.get("/document/find")
    async def find(name: str, words: str, visitor: str = "") -> JSONResponse:
        document = visitors.corpus_of(visitor).documents.get(name)
        places = []
        if document is not None:
            places = await to_thread.run_sync(found, document.text, words, limiter=finding)
        return JSONResponse({"places": places})


def found(text: str, words: str) -> list[tuple[int, int]]:
    """Return where words are in a text, whatever the case and the space between; at most 1,000."""
    several = [re.escape(word) for word in words[:_FIND_CHARS].split()]
    if not several:
        return []
    pattern = re.compile(r"\s+".join(several), re.IGNORECASE)
    places: list[tuple[int, int]] = []
    until, at = time.monotonic() + _FIND_SECONDS, 0
    # A part at a time: others wait while a pattern is looked for, and a text may make it slow.
    while at < len(text) and len(places) < _FOUND and time.monotonic() < until:
        end = at + _PART
        for match in pattern.finditer(text, at, end + _PART):
            if match.start() >= end:
                break
            places.append(match.span())
            at = match.end()
        at = max(at, end)
    return places[:_FOUND]


def render_text(view: View, note: str = "") -> str:
    """Return the text around a quote, under the names of its places, the quote marked."""
    parts = [f'<p class="note">{literal(note)}</p>'] if note else []
    if view.document.boxes.size and not note:
        parts.append(f'<nav><a href="{escaped(view.link())}#quote">Show its page</a></nav>')
    if view.low > 0:
        more = view.link(low=max(0, view.low - 2 * WINDOW), high=view.high)
        parts.append(_more(f"{more}#before", "Show what is before"))
    marked = False
    for label, start, end in _runs(view):
        if label:
            parts.append(f"<h2>{literal(label)}</h2>")
        here = '<span id="before"></span>' if start == view.low else ""
        text = view.document.text
        low, high = (min(max(at, start), end) for at in (view.start, view.end))
        quote = escaped(text[low:high])
        if quote:
            anchor = "" if marked else ' id="quote"'
            quote, marked = f'<mark{anchor} dir="auto">{quote}</mark>', True
        shown = f"{escaped(text[start:low])}{quote}{escaped(text[high:end])}"
        parts.append(f'<div class="text" dir="auto">{here}{shown}</div>')
    if view.high < len(view.document.text):
        more = view.link(low=view.low, high=view.high + 2 * WINDOW)
        parts.append(_more(f"{more}#quote", "Show what comes after"))
    return _page(view.document.title, _heading(view.document) + "".join(parts))


def render_picture(view: View, picture: Picture, number: int) -> str:
    """Return a page as a picture, the quote marked on it."""
    links = [f'<a href="{escaped(view.link(text=1))}#quote">Show the text</a>']
    if number > 1:
        links.insert(0, f'<a href="{escaped(view.link(page=number - 1))}">Page {number - 1}</a>')
    links.append(f"<strong>Page {number} of {picture.pages}</strong>")
    if number < picture.pages:
        links.append(f'<a href="{escaped(view.link(page=number + 1))}">Page {number + 1}</a>')
    marks = "".join(
        f'<span class="mark"{"" if n else " id=quote"} style="left:{x:.3%};top:{y:.3%};'
        f'width:{w:.3%};height:{h:.3%}"></span>'
        for n, (x, y, w, h) in enumerate(picture.marks)
    )
    quote = view.document.text[view.start : view.end]
    said = f"Page {number} as a picture" + (f"; marked on it: {quote}" if picture.marks else "")
    data = base64.b64encode(picture.jpeg).decode()
    image = (
        f'<img src="data:image/jpeg;base64,{data}" width="{picture.width}" '
        f'height="{picture.height}" alt="{escaped(said)}">'
    )
    body = f'<nav>{"".join(links)}</nav><div class="picture">{image}{marks}</div>'
    where = f' data-page="{number}" data-pages="{picture.pages}"'  # read by source.js
    return _page(view.document.title, _heading(view.document) + body, where)


def _drawn(visitors: Visitors, view: View, page: int | None) -> tuple[Picture, int]:
    """Draw the page asked for, by default the quote's."""
    folder = visitors.originals(view.visitor, view.document)
    if folder is None:
        raise CorpusError("its file is out of reach")
    place = view.document.place_at(view.start)
    first = place.page if place is not None and place.page is not None else 1
    number = max(1, page if page is not None else first)
    rectangles = view.document.rectangles(view.start, view.end)
    return draw(original(folder, view.document), number, rectangles), number


def _runs(view: View) -> Iterator[tuple[str, int, int]]:
    """Yield the window's parts, each with the name of its place where a new one begins."""
    at = view.low
    for place in view.document.places:
        if place.end <= at or place.start >= view.high:
            continue
        if place.start > at:
            yield "", at, place.start
        yield place.label, max(at, place.start), min(place.end, view.high)
        at = min(place.end, view.high)
    if at < view.high:
        yield "", at, view.high


def _line_start(text: str, at: int) -> int:
    """Return where the line around an offset begins, or the offset where that is far."""
    found = text.rfind("\n", max(0, at - 1_000), at) + 1
    return found if found or at <= 1_000 else at


def _more(link: str, label: str) -> str:
    return f'<p class="more"><a href="{escaped(link)}">{label}</a></p>'


def _heading(document: Document) -> str:
    said = (in_words(document.date), document.metadata.get("author", ""), document.id)
    about = " · ".join(literal(value) for value in said if value)
    title = literal(document.title or document.id)
    left_out = "".join(f'<p class="note">Left out: {literal(r)}</p>' for r in document.left_out)
    return f'<h1 dir="auto">{title}</h1><p class="about">{about}</p>{left_out}'


def _page(title: str, body: str, where: str = "") -> str:
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escaped(title)}</title><style>{CSS}</style></head><body><main{where}>{body}</main>"
        "</body></html>"
    )


def _response(html: str, status: int = 200) -> HTMLResponse:
    headers = {"Content-Security-Policy": POLICY, "Cache-Control": "private, no-cache"}
    return HTMLResponse(html, status, headers)
