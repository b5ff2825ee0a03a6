"""The page's server: its routes, its life, and its end."""

import asyncio
import logging
import os
import signal
import socket
import sys
import threading
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from functools import partial
from typing import Self

import gradio as gr
import uvicorn
from anyio import to_thread
from fastapi import FastAPI, Request
from fastapi.responses import PlainTextResponse

from index.errors import QuotewellError, UnreachableError
from qa.commands.opening import open_corpus
from qa.corpus import Corpus
from qa.readers import load_reader
from qa.web.callers import Callers
from qa.web.calls import Calls
from qa.web.connections import Connection, Sparing
from qa.web.document_view import add_document_view
from qa.web.door import Door
from qa.web.hosts import Hosts, Place, Proxies
from qa.web.middleware import HEALTH, Password, SecurityHeaders
from qa.web.options import Arguments, Options, parse
from qa.web.page import build
from qa.web.received import add_upload
from qa.web.shell import ASSETS, Shell, add_assets, workspace
from qa.web.tools import call_directly
from qa.web.visitors import AskedCorpus, Visitors
from qa.web.waiting import Waiting

_SECONDS_TO_TIDY = 5
_SECONDS_TO_CLOSE = 2  # for open pages, whose connections never end by themselves

log = logging.getLogger("quotewell")


def make_app(corpus: AskedCorpus, options: Options) -> FastAPI:
    """Return the whole application: the page, the documents beside it, and /health."""
    visitors = Visitors(corpus, options)
    page = build(visitors, options)
    place = Place(
        Hosts.of(options.host, options.allowed_hosts),
        Proxies.of(options.trusted_proxies),
        options.root_path,
        options.max_upload,
    )
    callers, waiting = Callers(), Waiting(page, place.room)
    door = partial(
        Door,
        place=place,
        callers=callers,
        calls=Calls(page),
        waiting=waiting,
        visitors=visitors,
    )

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        tidying = asyncio.create_task(_tidy(visitors, waiting))
        yield
        tidying.cancel()
        visitors.close()

    app = FastAPI(openapi_url=None, lifespan=lifespan)

    @app.get(HEALTH)
    async def health() -> dict[str, str | int]:
        return {"status": "ok", "documents": len(corpus.documents)}

    @app.exception_handler(UnreachableError)
    async def away(_: Request, error: Exception) -> PlainTextResponse:
        return PlainTextResponse(str(error), 503)

    add_document_view(app, visitors)
    if options.max_upload:
        add_upload(app, visitors.received)
    add_assets(app)
    sans = gr.themes.Font("sans-serif")  # the reader's own; base.css says which
    gr.mount_gradio_app(
        app,
        page,
        path="/",
        show_error=False,
        mcp_server=options.mcp,
        footer_links=[],
        run_history=False,
        enable_monitoring=False,
        max_file_size=max(1, options.max_upload),
        theme=gr.themes.Base(font=sans, font_mono=sans),
        css_paths=ASSETS / "measuring.css",
    )
    if options.mcp:
        call_directly(page)
    app.add_middleware(Shell, render=workspace(visitors))
    app.add_middleware(door)
    if options.auth is not None:
        user, password = options.auth
        app.add_middleware(Password, user=user, password=password, place=place, callers=callers)
    app.add_middleware(SecurityHeaders)
    return app


async def _tidy(visitors: Visitors, waiting: Waiting) -> None:
    while True:
        await asyncio.sleep(_SECONDS_TO_TIDY)
        waiting.tidy(visitors.alive)
        await to_thread.run_sync(visitors.tidy)


class Server(uvicorn.Server):
    """Serves the page at an address that is taken from the start; `with` serves it meanwhile.

    Raises QuotewellError where the address cannot be had.
    """

    def __init__(self, host: str, port: int) -> None:
        try:
            self.socket = socket.create_server((host, port), family=_family(host))
        except (OSError, OverflowError) as error:
            raise QuotewellError(
                f"cannot listen on {host} port {port} ({error}); "
                "choose others with --host and --port"
            ) from None
        shown = f"[{host}]" if ":" in host else host
        self.url = f"http://{shown}:{self.socket.getsockname()[1]}/"
        self.on_start: Callable[[], None] = lambda: None

    def serve_app(self, app: FastAPI) -> None:
        """Serve until told to stop; returns then, whatever the signal."""
        config = uvicorn.Config(
            app,
            log_level="warning",
            proxy_headers=False,  # the door takes those of proxies that are named
            ws="none",
            http=Connection,
            timeout_graceful_shutdown=_SECONDS_TO_CLOSE,
            server_header=False,
        )
        super().__init__(config)
        for name in ("uvicorn.error", "asyncio"):
            logging.getLogger(name).addFilter(Sparing())
        self.run([self.socket])

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.on_start()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        # Pages that are still open are cut off, which uvicorn would tell with a traceback each.
        logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)
        await super().shutdown(sockets)


ANY_PORT = Options(port=0)


class Running:
    """A page that is served in the background, for tests and programs; `with` closes it."""

    def __init__(self, corpus: AskedCorpus, options: Options = ANY_PORT) -> None:
        self._server = Server(options.host, options.port)
        self.url = self._server.url
        started = threading.Event()
        self._server.on_start = started.set
        app = make_app(corpus, options)
        self._thread = threading.Thread(target=self._server.serve_app, args=(app,), daemon=True)
        self._thread.start()
        started.wait()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._server.should_exit = True
        self._thread.join()


def main(argv: Sequence[str] | None = None) -> int:
    """Serve the page until it is stopped; 2 where that cannot be."""
    logging.basicConfig(format="%(asctime)s %(message)s", stream=sys.stderr)
    log.setLevel(logging.INFO)
    try:
        given = parse(argv)
        options = given.options
        server = Server(options.host, options.port)
        if options.open_to_all:
            print(
                f"quotewell: warning: anyone who reaches {options.host} can read these documents; "
                "ask for a password with --auth USER:PASS",
                file=sys.stderr,
            )
        corpus = _opened(given)
        corpus.ask("ready?")  # loads the models now, not while the first visitor waits
        app = make_app(corpus, options)
    except (QuotewellError, OSError) as error:
        print(f"quotewell: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    server.on_start = lambda: print(f"Quotewell is at {server.url} (Ctrl+C stops it)", flush=True)
    # When the server has stopped in good order it passes the signal on, and all has been done.
    for stopping in (signal.SIGINT, signal.SIGTERM):
        signal.signal(stopping, lambda *_: None)
    server.serve_app(app)
    # All is closed. Where a question was being read, the interpreter would wait for many seconds
    # more until what its threads use can be taken apart.
    logging.shutdown()
    sys.stdout.flush()
    os._exit(0)


def _opened(given: Arguments) -> Corpus:
    """Open the corpus; of an empty folder one that visitors may bring documents to."""
    folder = given.corpus
    is_empty = folder is not None and folder.is_dir() and not any(folder.iterdir())
    if is_empty and given.options.max_upload:
        reader = load_reader(given.reader)
        return Corpus.from_documents([], encoder=given.encoder, reader=reader)
    return open_corpus(
        folder, given.index, given.encoder, given.reader, ocr=given.ocr, engine=given.engine
    )


def _family(host: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in host else socket.AF_INET
