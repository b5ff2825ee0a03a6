"""What the page lists on its left: the documents there are to ask, and what a visitor adds."""

import hashlib
from collections.abc import Mapping
from typing import Any, TypedDict

import gradio as gr
from gradio.events import api

from index.errors import QuotewellError
from index.types import Document
from qa.web.callers import caller_of
from qa.web.uploads import MAX_FILES
from qa.web.visitors import KEPT_MINUTES, Visitors

_SKIPPED = 1_000  # files left out that are listed

Row = dict[str, Any]


class Library(TypedDict):
    """The documents, and a mark by which the page knows whether they are still the same.

    `documents` is None where they are those of the mark that the page has sent.
    """

    mark: str
    documents: list[Row] | None
    passages: int
    skipped: dict[str, str]
    visitor: str


def add_library(visitors: Visitors) -> None:
    """Add the endpoints behind the list of documents to the page being built."""

    def library(request: gr.Request, known: str = "") -> Library:
        corpus = visitors.corpus(request)
        mark = _mark(corpus.documents)
        own = visitors.uploads(request)
        return {
            "mark": mark,
            "documents": None if mark == known else _rows(corpus.documents, own),
            "passages": len(corpus.passages),
            "skipped": dict(list(getattr(visitors.shared, "skipped", {}).items())[:_SKIPPED]),
            "visitor": visitors.token(request),
        }

    async def take(key: str, request: gr.Request) -> dict[str, Any]:
        """Add a file that was uploaded before, by the key that the server gave it."""
        if not isinstance(key, str):  # Gradio passes on what the caller sent
            return {"added": [], "skipped": ["only files that you have sent can be added"]}
        try:
            with visitors.received.taken(caller_of(request), [key]) as paths:
                (outcome,) = [one async for one in visitors.add(paths, request)]
        except QuotewellError as error:
            return {"added": [], "skipped": [str(error)]}
        return {"added": list(outcome.documents), "skipped": list(outcome.skipped)}

    private: dict[str, Any] = {"api_visibility": "undocumented", "concurrency_limit": None}
    api(library, api_name="library", **private)
    if visitors.options.max_upload:
        api(take, api_name="take", **private)


def limits(visitors: Visitors) -> str:
    """Return what may be added, who sees it, and for how long."""
    options = visitors.options
    whose = (
        "Everyone who opens this page sees them."
        if options.shared_uploads
        else f"Only you see them, until {KEPT_MINUTES} minutes after you close this page."
    )
    limit = f"At most {MAX_FILES} files, {options.max_upload / 1e6:,.0f} MB together."
    kinds = "Text, Markdown, PDF, Word, HTML, EPUB, e-mail, CSV, JSONL, and archives of these."
    return f"{kinds} {whose} {limit}"


def _rows(documents: Mapping[str, Document], own: Mapping[str, Document]) -> list[Row]:
    """Return a row for each document, without what says nothing: it may be thousands of rows."""
    return [
        {
            name: value
            for name, value in (
                ("id", document.id),
                ("title", document.title if document.title != document.id else ""),
                ("date", document.date),
                ("left_out", list(document.left_out)),
                ("own", document.id in own),
            )
            if value
        }
        for document in documents.values()
    ]


def _mark(documents: Mapping[str, Document]) -> str:
    found = hashlib.sha256()
    for document in documents.values():
        found.update(f"{document.id}\0{document.sha256}\0".encode(errors="replace"))
    return found.hexdigest()[:16]
