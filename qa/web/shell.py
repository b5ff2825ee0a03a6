"""The workspace, put into the page that Gradio serves: HTML, styles and scripts of our own.

It can be read before any script has run. Gradio's scripts, megabytes, are fetched once its panel
is opened; what it writes of its settings stays in the page for them.
"""

import hashlib
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from string import Template
from typing import Any

from fastapi import FastAPI
from starlette.datastructures import MutableHeaders
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from qa.web.examples import examples
from qa.web.html import count_documents, escaped
from qa.web.library import limits
from qa.web.measure import question_sets
from qa.web.visitors import Visitors

ASSETS = Path(__file__).parent / "assets"
STYLES = ("base.css", "layout.css", "documents.css", "conversation.css", "source.css")
_HEAD = (
    "<title>Quotewell</title>"
    + "".join(f'<link rel="stylesheet" href="./page/{name}">' for name in STYLES)
    + '<script type="module" src="./page/app.js"></script>'
)
# What is fetched later: by its old address, when measuring.js asks for it.
_SCRIPT = re.compile(r'<script type="module" [^>]*?src="(\./assets/[^"]+)"></script>')
_STYLE = re.compile(r'<link rel="stylesheet" [^>]*?href="(\./assets/[^"]+)">')
_BODY = re.compile(r"<body[^>]*>")


class _Assets(StaticFiles):
    """Files that a browser asks for again: those of a page all have to be of one version."""

    def file_response(self, *args: Any, **kwargs: Any) -> Response:
        response = super().file_response(*args, **kwargs)
        response.headers["Cache-Control"] = "no-cache"
        return response


def add_assets(app: FastAPI) -> None:
    """Add the routes of the workspace's styles and scripts."""
    app.mount("/page", _Assets(directory=ASSETS))


def workspace(visitors: Visitors) -> Callable[[], str]:
    """Return what gives the workspace's HTML as the corpus is at the moment."""
    options = visitors.options
    template = Template((ASSETS / "workspace.html").read_text(encoding="utf-8"))
    offered = options.examples if options.examples is not None else examples(visitors.shared)
    corpus = hashlib.sha256(str(options.originals).encode(errors="replace")).hexdigest()[:12]

    def render() -> str:
        held = len(visitors.shared.documents)
        return template.substitute(
            corpus=corpus,
            held=count_documents(held),
            empty="" if held else "empty",
            uploads="" if options.max_upload else "hidden",
            measure="" if question_sets(visitors) else "hidden",
            limits=escaped(limits(visitors)),
            examples=_examples(offered),
            feedback="yes" if options.feedback is not None else "",
            history="yes" if options.history is not None else "",
            alone=" and on this server" if options.history is not None else " alone",
            keyed="" if options.history is not None else "hidden",
            recorded="" if options.audit is not None else "hidden",
        )

    return render


class Shell:
    """ASGI middleware: puts the workspace into the one page that is served at "/"."""

    def __init__(self, app: ASGIApp, render: Callable[[], str]) -> None:
        self._app = app
        self._render = render

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope.get("path", "").removeprefix(scope.get("root_path", ""))
        if scope["type"] != "http" or scope["method"] != "GET" or path not in ("", "/"):
            await self._app(scope, receive, send)
            return
        start: Message = {}
        parts: list[bytes] = []

        async def collect(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start":
                start = message
                return
            parts.append(message.get("body", b""))
            if message.get("more_body"):
                return
            body = b"".join(parts)
            if start["status"] == 200:
                body = put_into(body.decode(), self._render()).encode()
                MutableHeaders(scope=start)["Content-Length"] = str(len(body))
                MutableHeaders(scope=start)["Cache-Control"] = "no-cache"
            await send(start)
            await send({"type": "http.response.body", "body": body})

        await self._app(scope, receive, collect)


def put_into(page: str, shown: str) -> str:
    """Return Gradio's page with the workspace in front of it, and Gradio's scripts for later."""
    page = _SCRIPT.sub(r'<script type="text/plain" data-later="\1"></script>', page)
    page = _STYLE.sub(r'<link data-later="\1">', page)
    page = page.replace("</head>", f"{_HEAD}</head>", 1)
    return _BODY.sub(lambda found: f"{found[0]}{shown}", page, count=1)


def _examples(offered: Sequence[str]) -> str:
    return "".join(
        f'<li><button type="button" name="ask" value="{escaped(question)}">{escaped(question)}'
        "</button></li>"
        for question in offered
    )
