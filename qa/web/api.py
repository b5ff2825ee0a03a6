"""What programs call: named endpoints with typed inputs, and the JSON of the command line."""

import base64
import binascii
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypedDict

import gradio as gr
from anyio import to_thread
from gradio.events import api

from index.errors import CorpusError, QuotewellError
from index.types import Document, Hit
from qa.answering import HITS
from qa.web.callers import caller_of
from qa.web.filtering import filter_of
from qa.web.visitors import Visitors


class Passage(TypedDict):
    """A passage found; `text` is document.text[start:end], the ranks are those of each search."""

    document: str
    title: str
    date: str | None
    start: int
    end: int
    text: str
    place: str | None
    page: int | None
    score: float
    dense_rank: int | None
    lexical_rank: int | None


class About(TypedDict):
    """A document without its text."""

    id: str
    title: str
    date: str | None
    characters: int
    left_out: list[str]
    uploaded: bool


class Added(TypedDict):
    """The ids of what was added, and why the rest was not."""

    added: list[str]
    skipped: list[str]


def add_endpoints(visitors: Visitors) -> None:
    """Add the endpoints to the page being built."""

    async def ask(
        question: str,
        request: gr.Request,
        documents: str = "",
        after: str = "",
        before: str = "",
    ) -> dict[str, Any]:
        """Answer a question in the documents' own words, with where they are.

        Args:
            question: the question, at most 1,000 characters
            documents: ask these only: ids with * for any characters, parted by commas
            after: ask documents of this date or later only, such as 2009 or 2009-08-15
            before: ask documents of this date or earlier only
        """
        with told():
            within = filter_of(
                _text("documents", documents), _text("after", after), _text("before", before)
            )
            asked = _text("question", question)
            async with visitors.asking.turn(caller_of(request)):
                answer = await to_thread.run_sync(visitors.ask, asked, request, within)
            return {**answer.to_dict(), "status": str(answer.status)}  # a tool shows it as Python

    async def search(
        question: str,
        request: gr.Request,
        k: int = 10,
        documents: str = "",
        after: str = "",
        before: str = "",
    ) -> list[Passage]:
        """Return the passages nearest to a question, best first.

        Args:
            question: the question, at most 1,000 characters
            k: how many passages at most, up to 50
            documents: search these only: ids with * for any characters, parted by commas
            after: search documents of this date or later only, such as 2009 or 2009-08-15
            before: search documents of this date or earlier only
        """
        with told():
            asked = _text("question", question)
            if not isinstance(k, int) or not 1 <= k <= HITS:
                raise CorpusError(f"k must be a number from 1 to {HITS}")
            # One state for the hits and their documents, whatever is deleted in between.
            corpus = visitors.corpus(request)
            within = filter_of(
                _text("documents", documents), _text("after", after), _text("before", before)
            )
            async with visitors.asking.turn(caller_of(request)):
                hits = await to_thread.run_sync(corpus.search, asked, k, within)
            return [_passage(corpus.documents[hit.passage.document_id], hit) for hit in hits]

    def documents(request: gr.Request) -> list[About]:
        """Return what there is to ask: each document's id, title, date and length."""
        own = visitors.uploads(request)
        return [_about(d, d.id in own) for d in visitors.corpus(request).documents.values()]

    async def add(name: str, request: gr.Request, text: str = "", base64: str = "") -> Added:
        """Add a document to what the caller's session asks, for as long as the session lasts.

        Args:
            name: a file name with its ending, such as "report.pdf"
            text: what a text file holds; or else
            base64: the bytes of a file of any supported format
        """
        with told(), TemporaryDirectory() as folder:
            file = Path(folder) / _file_name(_text("name", name))
            file.write_bytes(_bytes(_text("text", text), _text("base64", base64)))
            (outcome,) = [one async for one in visitors.add([file], request)]
            return {"added": list(outcome.documents), "skipped": list(outcome.skipped)}

    def remove(document: str, request: gr.Request) -> list[About]:
        """Remove a document that the caller's session has added; return what is left to ask.

        Args:
            document: its id, such as "uploads/report.pdf"
        """
        with told():
            visitors.remove(_text("document", document), request)
        return documents(request)

    # Who waits for a turn waits in the function.
    api(ask, api_name="ask", concurrency_limit=None)
    api(search, api_name="search", concurrency_limit=None)
    api(documents, api_name="documents", concurrency_limit=4)
    if visitors.options.max_upload:
        api(add, api_name="add", concurrency_limit=None)
        api(remove, api_name="remove", concurrency_limit=4)


@contextmanager
def told() -> Iterator[None]:
    """Tell a caller what is wrong in the words that a user would read."""
    try:
        yield
    except QuotewellError as error:
        raise gr.Error(str(error), print_exception=False) from None


def _text(name: str, given: object) -> str:
    if not isinstance(given, str):  # Gradio passes on what the caller sent
        raise CorpusError(f"the {name} must be a string")
    return given


def _file_name(name: str) -> str:
    """Return a name that is a file's and no path; raises CorpusError for another."""
    if not name or name != Path(name).name or "\\" in name or "\0" in name or len(name) > 200:
        raise CorpusError("the name must be a file's, such as report.pdf, without any folder")
    return name


def _bytes(text: str, encoded: str) -> bytes:
    if bool(text) == bool(encoded):
        raise CorpusError("give either the text or the bytes in base64")
    if text:
        return text.encode(errors="replace")
    try:
        return base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        raise CorpusError("this is not base64") from None


def _passage(document: Document, hit: Hit) -> Passage:
    place = document.place_at(hit.passage.start)
    return {
        "document": document.id,
        "title": document.title,
        "date": document.date,
        "start": hit.passage.start,
        "end": hit.passage.end,
        "text": hit.passage.text,
        "place": place.label if place is not None else None,
        "page": place.page if place is not None else None,
        "score": hit.score,
        "dense_rank": hit.dense_rank,
        "lexical_rank": hit.lexical_rank,
    }


def _about(document: Document, uploaded: bool) -> About:
    return {
        "id": document.id,
        "title": document.title,
        "date": document.date,
        "characters": document.length,
        "left_out": list(document.left_out),
        "uploaded": uploaded,
    }
