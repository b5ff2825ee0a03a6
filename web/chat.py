"""The chat: a question, what the page says while it looks, and the answer."""

import logging
from collections.abc import Iterator, Mapping
from typing import Any, Protocol

import gradio as gr

from index.errors import QuotewellError
from index.types import Document
from qa.types import Answer
from web.html import count_documents, render_answer, render_note, render_question

# One question at a time: reading uses every core.
ASKING = "ask"

# Each is offered where the corpus holds the document that answers it.
EXAMPLES = {
    "why did the US skip the 2003 resolution?": "001_cebc0b3931c808b5.txt",
    "Who is Lorne Craner?": "000_5811de3c55823e19.txt",
    "What did Charter 08 call for?": "003_877640d8ef749a0e.txt",
    "Where did Chen Guangcheng take refuge?": "004_be03dde77b7920fc.txt",
}

# The newest question goes to the top, so that its answer is read from the beginning. Gradio labels
# each message with its own source text, which a screen reader would read out: tags and all.
ON_CHANGE = """() => requestAnimationFrame(() => {
    document.querySelectorAll("#chat [data-testid]").forEach(m => m.removeAttribute("aria-label"));
    [...document.querySelectorAll("#chat .user-row")].at(-1)?.scrollIntoView();
})"""

Turn = dict[str, str]
Shown = tuple[Any, Any, Any]  # what the box, the chat and the state become

log = logging.getLogger(__name__)


class AnsweringCorpus(Protocol):
    """What the page needs of a corpus; `qa.Corpus` is one."""

    @property
    def documents(self) -> Mapping[str, Document]: ...

    def ask(self, question: str) -> Answer: ...


def add_chat(corpus: AnsweringCorpus) -> None:
    """Add the chat to the page being built."""
    held = count_documents(len(corpus.documents))
    examples = [q for q, document in EXAMPLES.items() if document in corpus.documents]

    def answers(question: str) -> Iterator[str]:
        yield render_note("pending", f"Looking through {held}…")
        try:
            yield render_answer(corpus.ask(question))
        except QuotewellError as error:
            yield render_note("problem", str(error))
        except Exception:
            log.exception("a question failed")
            yield render_note("problem", "Something went wrong here; the server's log says what.")

    def reply(question: str, turns: list[Turn]) -> Iterator[Shown]:
        if not question.strip():
            yield gr.skip(), gr.skip(), gr.skip()
            return
        turns = [*turns, {"role": "user", "content": render_question(question)}]
        for content in answers(question):
            shown = [*turns, {"role": "assistant", "content": content}]
            yield "", shown, shown

    def reply_to_example(chosen: gr.SelectData, turns: list[Turn]) -> Iterator[Shown]:
        yield from reply(chosen.value["text"], turns)

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
    # Kept here and not read back from the chat: the server takes no HTML from a browser.
    turns = gr.State([])

    event: dict[str, Any] = {
        "outputs": [box, chat, turns],
        "show_progress": "hidden",
        "api_visibility": "private",
        "concurrency_id": ASKING,
    }
    box.submit(reply, inputs=[box, turns], **event)
    chat.example_select(reply_to_example, inputs=turns, **event)
    chat.change(None, js=ON_CHANGE)
    chat.clear(list, outputs=turns, api_visibility="private")
