"""The page's server: options, address, and what it tells a browser."""

import argparse
import socket
import sys
from collections.abc import Sequence
from pathlib import Path

import gradio as gr
from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from index.errors import QuotewellError
from qa.cli import open_corpus
from web.chat import AnsweringCorpus
from web.page import build

CSS = Path(__file__).parents[1] / "assets" / "page.css"

# Gradio's page needs inline scripts and eval. What this rules out is any other host: nothing is
# loaded from one or sent to one, whatever a document holds and whatever Gradio would like.
POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; "
    "style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; "
    "object-src 'none'; base-uri 'self'; form-action 'self'"
)


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
        css_paths=CSS,
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
