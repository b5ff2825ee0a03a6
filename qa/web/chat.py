"""The chat: a question, what the page says while it looks, and the answer."""

import logging
from collections.abc import AsyncIterator, Iterator, Sequence
from typing import Any

import gradio as gr
from anyio import to_thread

from index.errors import QuotewellError
from qa.conversation import Chat, Turn, surest
from qa.types import Answer
from qa.web.callers import caller_of
from qa.web.filtering import filter_of
from qa.web.html import count_documents, render_note, render_question, render_turn
from qa.web.visitors import Visitors

REMEMBERED = 10  # turns; what a question may refer to is less
SHOWN = 20  # questions with their answers: all of them are sent again with each new one

Shown = dict[str, str]  # a message of the chat, as HTML

log = logging.getLogger(__name__)


def add_chat(visitors: Visitors, examples: Sequence[str]) -> None:
    """Add the chat to the page being built."""

    def show(question: str, turns: list[Shown], request: gr.Request) -> tuple[Any, ...]:
        """Show a question at once, also where others are still being answered."""
        if not question.strip():
            return gr.skip(), gr.skip(), gr.skip(), ""
        held = count_documents(len(visitors.corpus(request).documents))
        turns = [
            *turns[-2 * (SHOWN - 1) :],
            {"role": "user", "content": render_question(question)},
            {"role": "assistant", "content": render_note("pending", f"Searching {held}…")},
        ]
        return _busy(), turns, turns, question

    def show_example(
        chosen: gr.SelectData, turns: list[Shown], request: gr.Request
    ) -> tuple[Any, ...]:
        return show(chosen.value["text"], turns, request)

    async def answer(
        question: str,
        as_is: bool,
        documents: str | None,
        after: str | None,
        before: str | None,
        turns: list[Shown],
        said: tuple[Turn, ...],
        request: gr.Request,
    ) -> AsyncIterator[tuple[Any, ...]]:
        # Gradio has no value for a box in an accordion that was never opened.
        limits = (documents or "", after or "", before or "")
        if question:
            async with visitors.asking.turn(caller_of(request)):
                replies = _replies(visitors, question, as_is, limits, said, request)
                while (reply := await to_thread.run_sync(next, replies, None)) is not None:
                    content, now = reply
                    turns = [*turns[:-1], {"role": "assistant", "content": content}]
                    yield gr.skip(), turns, turns, now, gr.skip()
        yield _ready(), gr.skip(), gr.skip(), gr.skip(), False

    def stop(question: str, turns: list[Shown]) -> tuple[Any, ...]:
        stopped = {"role": "assistant", "content": render_note("stopped", "Stopped.", question)}
        turns = [*turns[:-1], stopped]
        return _ready(), turns, turns

    chat = gr.Chatbot(
        elem_id="chat",
        show_label=False,
        container=False,
        layout="panel",
        scale=1,
        height=None,
        placeholder="For example" if examples else "Type a question below.",
        examples=[{"text": question} for question in examples],
        render_markdown=False,
        latex_delimiters=[],
        allow_tags=False,
        buttons=[],
        feedback_options=None,
        group_consecutive_messages=False,
        autoscroll=False,
    )
    box = gr.Textbox(
        elem_id="question",
        label="Your question",
        show_label=False,
        container=False,
        placeholder="Ask a question…",
        submit_btn="Ask",
        autofocus=True,
    )
    with gr.Accordion("Ask only some of the documents", open=False, elem_id="limits"), gr.Row():
        limits = [
            gr.Textbox(label=label, placeholder=such, max_lines=1, min_width=150)
            for label, such in (
                ("Documents, * for any characters", "reports/*, *.pdf"),
                ("From", "2009 or 2009-08-15"),
                ("Until", "2012"),
            )
        ]
    # Shown by page.js while a question is edited: it then means what it says by itself.
    as_is = gr.Checkbox(label="Ask it as it is, whatever was said before", elem_id="as-is")
    # Kept here and not read back from the chat: the server takes no HTML from a browser.
    turns = gr.State([])
    said = gr.State(())
    asked = gr.State("")

    shown: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
    at_once = {**shown, "outputs": [box, chat, turns, asked], "queue": False}
    events = [
        begun.then(
            answer,
            inputs=[asked, as_is, *limits, turns, said],
            outputs=[box, chat, turns, said, as_is],
            concurrency_limit=None,  # who waits for a turn waits in the function
            **shown,
        )
        for begun in (
            box.submit(show, inputs=[box, turns], **at_once),
            chat.example_select(show_example, inputs=turns, **at_once),
        )
    ]
    stopping: dict[str, Any] = {"inputs": [asked, turns], "outputs": [box, chat, turns]}
    box.stop(stop, cancels=events, queue=False, **stopping, **shown)
    chat.change(None, js="() => quotewell.newest()")
    chat.clear(lambda: ([], ()), outputs=[turns, said], queue=False, **shown)


def _replies(
    visitors: Visitors,
    question: str,
    as_is: bool,
    limits: tuple[str, str, str],
    said: tuple[Turn, ...],
    request: gr.Request,
) -> Iterator[tuple[str, tuple[Turn, ...]]]:
    """Yield what to show, and all turns so far: first what is read, then the answer."""
    corpus = visitors.corpus(request)
    try:
        within = filter_of(*limits)
        readings = (question,) if as_is else Chat(corpus, said).readings(question)
        retrieval = corpus.retrieve(readings[0], within)
        best = dict.fromkeys(hit.passage.document_id for hit in retrieval.hits[: retrieval.read])
        yield render_note("pending", _reading([corpus.documents[id].title for id in best])), said

        def answered(reading: str) -> Answer:
            first = reading == readings[0]
            return corpus.answer(retrieval if first else corpus.retrieve(reading, within))

        asked, answer = surest(readings, answered)
        turn = Turn(question, asked, visitors.logged(answer))
        only = str(within) if within is not None else ""
        shown = render_turn(
            turn, visitors.token(request), visitors.options.feedback is not None, only
        )
        yield shown, (*said, turn)[-REMEMBERED:]
    except QuotewellError as error:
        yield render_note("problem", str(error), question), said
    except Exception:
        log.exception("a question failed")
        what = "Something went wrong here; the server's log says what."
        yield render_note("problem", what, question), said


def _busy() -> Any:
    return gr.Textbox(value="", submit_btn=False, stop_btn="Stop")


def _ready() -> Any:
    return gr.Textbox(submit_btn="Ask", stop_btn=False)


def _reading(titles: Sequence[str]) -> str:
    """Return what is being read: the best passages' documents, the first two by their titles."""
    if not titles:
        return "Reading…"
    several = list(dict.fromkeys(titles))
    more = f" and {count_documents(len(several) - 2)} more" if len(several) > 2 else ""
    return f"Reading {' and '.join(several[:2]) if not more else ', '.join(several[:2])}{more}…"
