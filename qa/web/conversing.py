"""The conversation: a question, what the page says while it looks, and the answer.

The browser keeps what was said, and sends with a question where the last answers are; so the server
holds nothing of a conversation, and a page goes on where it was after a restart.
"""

from collections.abc import AsyncIterator, Iterator, Sequence
from typing import Any

import gradio as gr
from anyio import to_thread
from gradio.events import api

from index.errors import CorpusError, QuotewellError
from index.filters import Filter
from qa.conversation import Chat, Turn, surest
from qa.packets.plain import to_plain
from qa.packets.records import record_of
from qa.several import asks_for_several
from qa.types import Answer
from qa.web.answer_html import Shown, render_turn
from qa.web.callers import caller_of
from qa.web.filtering import chosen, in_words
from qa.web.html import count_documents, render_note
from qa.web.listing_html import render_listing
from qa.web.prior import place_of, turns_of
from qa.web.visitors import Asked, Visitors

# What is shown so far, as HTML; with an answer where it is, and its record (`qa.packets`).
Step = dict[str, Any]


def add_conversing(visitors: Visitors) -> None:
    """Add the endpoint that the page's box sends questions to, to the page being built."""

    async def converse(
        question: str,
        request: gr.Request,
        only: str = "",
        before: str = "",
        as_is: bool = False,
    ) -> AsyncIterator[Step]:
        async with visitors.asking.turn(caller_of(request)):
            steps = _steps(visitors, question, only, before, as_is, request)
            while (step := await to_thread.run_sync(next, steps, None)) is not None:
                yield step

    # Who waits for a turn waits in the function.
    api(converse, api_name="converse", api_visibility="undocumented", concurrency_limit=None)


def _steps(
    visitors: Visitors, question: str, only: str, before: str, as_is: bool, request: gr.Request
) -> Iterator[Step]:
    """Yield what to show: first what is read, then the answer, then the list where one is asked."""
    corpus = visitors.corpus(request)
    try:
        within = chosen(only)
        chat = Chat(corpus, turns_of(before, corpus))
        readings = (question,) if as_is else chat.readings(question)
        retrieval = corpus.retrieve(readings[0], within)
        best = dict.fromkeys(hit.passage.document_id for hit in retrieval.hits[: retrieval.read])
        titles = [corpus.documents[id].title or id for id in best]
        yield {"html": render_note("pending", _reading(titles)), "pending": True}

        def answered(reading: str) -> Answer:
            first = reading == readings[0]
            return corpus.answer(retrieval if first else corpus.retrieve(reading, within))

        asked, answer = surest(readings, answered)
        turn = Turn(question, asked, visitors.logged(answer, corpus, request, question))
        shown = Shown(
            visitor=visitors.token(request),
            feedback=visitors.options.feedback is not None,
            only=in_words(within, corpus.documents),
            otherwise=next((reading for reading in readings if reading != asked), ""),
        )
        html = render_turn(turn, shown)
        kept = {"place": place_of(turn), "record": _record(turn, corpus, within)}
        yield {"html": html, **kept}
        if asks_for_several(asked) and answer.citations:
            several = render_listing(corpus.ask_all(asked, within), shown.visitor)
            yield {"html": html + several, **kept}
    except QuotewellError as error:
        yield {"html": render_note("problem", str(error), question)}


def _record(turn: Turn, corpus: Asked, within: Filter | None) -> dict[str, Any] | None:
    """Return an answer as it is saved, None where its documents are not to be had any more."""
    try:
        found: dict[str, Any] = to_plain(record_of(turn, corpus.documents, within))
        return found
    except CorpusError:
        return None


def _reading(titles: Sequence[str]) -> str:
    """Return what is being read: the best passages' documents, the first two by their titles."""
    if not titles:
        return "Reading…"
    several = list(dict.fromkeys(titles))
    more = f" and {count_documents(len(several) - 2)} more" if len(several) > 2 else ""
    return f"Reading {' and '.join(several[:2]) if not more else ', '.join(several[:2])}{more}…"
