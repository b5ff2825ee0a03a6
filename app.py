"""The web page: a chat that shows what a corpus answers, each answer with where it stands."""

import argparse
import logging
import socket
import sys
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from html import escape
from pathlib import Path
from typing import Any, Protocol

import gradio as gr
from gradio.events import api
from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from index.errors import QuotewellError
from index.types import Document
from qa.cli import open_corpus
from qa.types import Answer, Citation, Status

HERE = Path(__file__).parent

# Each is offered where the corpus holds the document that answers it.
EXAMPLES = {
    "why did the US skip the 2003 resolution?": "001_cebc0b3931c808b5.txt",
    "Who is Lorne Craner?": "000_5811de3c55823e19.txt",
    "What did Charter 08 call for?": "003_877640d8ef749a0e.txt",
    "Where did Chen Guangcheng take refuge?": "004_be03dde77b7920fc.txt",
}

# Gradio's page needs inline scripts and eval. What this rules out is any other host: nothing is
# loaded from one or sent to one, whatever a document holds and whatever Gradio would like.
POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; "
    "style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; "
    "object-src 'none'; base-uri 'self'; form-action 'self'"
)

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
        parts.append(f"<h3>Said in {_count(documents)}</h3>")
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


def _count(documents: int) -> str:
    return f"{documents} document{'' if documents == 1 else 's'}"


def _literal(text: str) -> str:
    """Return text to be shown as it is, its writing direction kept to itself."""
    return f"<bdi>{_escape(text)}</bdi>"


def _escape(text: str) -> str:
    # Gradio re-indents the lines of a message, which it cannot where line ends are references, and
    # fails on half a surrogate pair, which a browser can send.
    whole = text.encode(errors="replace").decode()
    return escape(whole).translate({ord(space): f"&#{ord(space)};" for space in "\t\n\r"})


def build(corpus: AnsweringCorpus) -> gr.Blocks:
    """Return the page over a corpus, with the endpoint `/ask` for programs."""
    held = _count(len(corpus.documents))
    examples = [q for q, document in EXAMPLES.items() if document in corpus.documents]

    def ask(question: str) -> dict[str, Any]:
        """Answer a question in the documents' own words, with where they stand."""
        if not isinstance(question, str):  # Gradio passes on what the caller sent
            raise gr.Error("the question must be a string", print_exception=False)
        try:
            return corpus.ask(question).to_dict()
        except QuotewellError as error:
            raise gr.Error(str(error), print_exception=False) from None

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

    page = gr.Blocks(title="Quotewell", analytics_enabled=False, fill_height=True)
    with page:
        gr.HTML(
            f"<h1>Quotewell</h1><p>Ask {held}. Every answer is a quote, shown where it stands.</p>",
            elem_id="masthead",
        )
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

        # One question at a time: reading uses every core.
        event: dict[str, Any] = {
            "outputs": [box, chat, turns],
            "show_progress": "hidden",
            "api_visibility": "private",
            "concurrency_id": "ask",
        }
        box.submit(reply, inputs=[box, turns], **event)
        chat.example_select(reply_to_example, inputs=turns, **event)
        chat.change(None, js=ON_CHANGE)
        chat.clear(list, outputs=turns, api_visibility="private")
        api(ask, api_name="ask", concurrency_id="ask")
    return page


class StayHome:
    """ASGI middleware: tells the browser to talk to no other host."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_policy(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)["Content-Security-Policy"] = POLICY
            await send(message)

        await self.app(scope, receive, send_with_policy)


def launch(corpus: AnsweringCorpus, host: str = "127.0.0.1", port: int = 7860) -> gr.Blocks:
    """Serve the page over a corpus in the background; `block_thread` of the result waits."""
    page = build(corpus)
    sans = gr.themes.Font("sans-serif")  # the reader's own; page.css says which
    page.launch(
        server_name=host,
        server_port=port,
        prevent_thread_lock=True,
        quiet=True,
        share=False,
        footer_links=[],
        run_history=False,
        enable_monitoring=False,
        max_file_size=1,
        theme=gr.themes.Base(font=sans, font_mono=sans),
        css_paths=HERE / "assets" / "page.css",
        app_kwargs={"middleware": [Middleware(StayHome)]},
    )
    return page


def main(argv: Sequence[str] | None = None) -> int:
    """Serve the page until it is stopped; 2 where that cannot be."""
    parser = argparse.ArgumentParser(prog="app.py", description="Ask documents on a web page.")
    parser.add_argument("--corpus", type=Path, help="folder, file or saved index (default: seeds/)")
    parser.add_argument("--index", type=Path, help="where the index is kept")
    parser.add_argument("--encoder", help="fast, or a SentenceTransformer's folder or name")
    parser.add_argument("--reader", help="an AutoModelForQuestionAnswering's folder or name")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
    parser.add_argument("--port", type=int, default=7860, help="port to listen on; 0: any free one")
    options = parser.parse_args(argv)
    try:
        port = free_port(options.host, options.port)
        corpus = open_corpus(options.corpus, options.index, options.encoder, options.reader)
        corpus.ask("ready?")  # loads the models now, not while the first visitor waits
        page = launch(corpus, options.host, port)
    except (QuotewellError, OSError) as error:
        print(f"quotewell: {error}", file=sys.stderr)
        return 2
    print(f"Quotewell is at {page.local_url} (Ctrl+C stops it)", flush=True)
    page.block_thread()
    return 0


def free_port(host: str, port: int) -> int:
    """Return the port, or any free one for 0; raises QuotewellError where it is taken."""
    try:
        with socket.create_server((host, port)) as server:
            return int(server.getsockname()[1])
    except (OSError, OverflowError) as error:
        raise QuotewellError(
            f"cannot listen on {host} port {port} ({error}); choose others with --host and --port"
        ) from None


if __name__ == "__main__":
    sys.exit(main())
