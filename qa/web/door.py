"""What every request passes before anything of the page sees it.

Only the routes below are there at all: Gradio has dozens more, which fetch addresses, serve files
and write to the disk. Only known hosts are served, and no request that a page of another site
sends. Bodies are bounded, and Gradio is told the server's names of sessions, never a visitor's.
"""

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import parse_qs, urlencode

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from qa.web.callers import CALLER, SIZE, USER, Caller, Callers
from qa.web.calls import Calls, RefusedError, listed, named, parsed, session_of
from qa.web.hosts import SMALL_BYTES, Place
from qa.web.visitors import Visitors
from qa.web.waiting import Waiting

API = "/gradio_api"
MCP = f"{API}/mcp"
# Read by anyone: the page, its parts, and what programs are told of it. Nothing here asks.
_READ = frozenset({
    "/", "/config", "/document", "/document/find", "/favicon.ico", "/health",
    "/manifest.json", "/robots.txt", "/theme.css", f"{API}/theme.css", f"{API}/info",
    f"{API}/openapi.json", f"{API}/startup-events", f"{API}/upload_progress",
})  # fmt: skip
_PARTS = ("/assets/", "/page/", "/static/", "/svelte/")
_OPENED = frozenset({"/", "/document"})  # what a link of another site may lead to
_CHUNK_SECONDS = 20  # between two parts of a body
_USER_CHARS = 200
_DROPPED = (b"x-gradio-", b"x-forwarded-", b"forwarded", b"x-real-ip", b"x-direct-url")


class Door:
    """ASGI middleware: lets in what this module's head says, and answers all else itself."""

    def __init__(
        self,
        app: ASGIApp,
        place: Place,
        callers: Callers,
        calls: Calls,
        waiting: Waiting,
        visitors: Visitors,
    ) -> None:
        self._app = app
        self._place = place
        self._callers = callers
        self._calls = calls
        self._waiting = waiting
        self._mcp = visitors.options.mcp
        self._alive: Counter[str] = Counter()
        visitors.alive = self._alive
        self._room = place.room  # what is left of it, which only large bodies share

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
        elif scope["type"] == "http":
            try:
                await self._serve(self._placed(scope), receive, send)
            except RefusedError as refused:
                headers = {"Retry-After": "5"} if refused.status in (429, 503) else None
                told = JSONResponse({"error": str(refused)}, refused.status, headers)
                await told(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})

    def _placed(self, scope: Scope) -> Scope:
        """Return the scope as it is here: path, host and who asks; raises RefusedError."""
        headers = Headers(scope=scope)
        peer = (scope.get("client") or ("", 0))[0]
        trusted = self._place.proxies.trusts(peer)
        raw = [(n, v) for n, v in scope["headers"] if not n.startswith(_DROPPED)]
        address, scheme, host, user = peer, scope["scheme"], headers.get("host", ""), ""
        if trusted:
            address = self._place.proxies.client(peer, headers.get("x-forwarded-for", ""))
            if headers.get("x-forwarded-proto") == "https":
                scheme = "https"
            host = headers.get("x-forwarded-host", host)
            user = headers.get("x-forwarded-user", "")[:_USER_CHARS]
        if len(headers.getlist("host")) != 1 or not self._place.hosts.serves(host):
            raise RefusedError(421, "no page is served by this name; --allowed-hosts takes more")
        raw = [(n, host.encode("latin-1") if n == b"host" else v) for n, v in raw]
        root = self._place.root_path
        path: str = scope["path"]
        if root and (path == root or path.startswith(f"{root}/")):
            path = path[len(root) :] or "/"
        return {
            **scope,
            "headers": raw,
            "client": (address, 0),
            USER: user,
            "scheme": scheme,
            "root_path": root,
            "path": f"{root}{path}",
            "raw_path": f"{root}{path}".encode(errors="replace"),
        }

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = Headers(scope=scope)
        method, path = scope["method"], scope["path"][len(self._place.root_path) :]
        opened = path in _OPENED and headers.get("sec-fetch-dest") in ("document", "iframe")
        navigates = method == "GET" and headers.get("sec-fetch-mode") == "navigate" and opened
        if not navigates and not self._place.hosts.sends(headers):
            raise RefusedError(403, "a page of another site sent this; --allowed-hosts takes more")
        port = (scope.get("server") or ("", 0))[1] or 0
        known = self._callers.known(headers, port)
        visitor = known if known is not None else self._callers.make()

        def caller(session: str) -> Caller:
            address, user = scope["client"][0], scope[USER]
            return self._callers.caller(address, visitor, known is None, session, user)

        scope[CALLER] = caller("")
        # Who has a cookie was let in, where a password is asked for: health needs none.
        if known is None and path != "/health" and not path.startswith(_PARTS):
            cookie = self._callers.cookie(
                visitor, port, self._place.root_path or "/", scope["scheme"] == "https"
            )
            send = _with_header(send, "Set-Cookie", cookie)
        parts = path.removeprefix(API).strip("/").split("/")
        if method in ("GET", "HEAD") and (path in _READ or path.startswith(_PARTS)):
            if path in ("/", "/config"):
                scope["query_string"] = b""  # Gradio loads what it kept by a name that is in it
            await self._app(scope, receive, send)
        elif self._mcp and (path in (MCP, f"{MCP}/")):
            async with self._body(receive, headers) as body:
                await self._app(scope, _replayed(body, receive), send)
        elif not path.startswith(f"{API}/"):
            raise RefusedError(404, "there is no such page")
        elif method == "GET":
            await self._get(parts, caller, scope, receive, send)
        elif method == "POST":
            await self._post(parts, caller, scope, receive, send)
        else:
            raise RefusedError(405, "this is read with GET or asked with POST")

    async def _get(
        self, parts: list[str], caller: Any, scope: Scope, receive: Receive, send: Send
    ) -> None:
        """Serve what a page or a program waits for."""
        match parts:
            case ["heartbeat", session]:
                scope[CALLER] = caller(session)
                inner = scope[CALLER].token
                self._to(scope, f"{API}/heartbeat/{inner}")
                self._alive[inner] += 1
                try:
                    await self._app(scope, receive, send)
                finally:
                    self._alive[inner] -= 1
                    if not self._alive[inner]:
                        del self._alive[inner]
            case ["queue", "data"]:
                given = parse_qs(scope["query_string"].decode("latin-1")).get("session_hash", [""])
                scope[CALLER] = caller(given[0])
                inner = scope[CALLER].token
                if not self._waiting.holds(inner):
                    raise RefusedError(
                        404, "nothing was asked in this session; send its cookie too"
                    )
                scope["query_string"] = urlencode({"session_hash": inner}).encode()
                await self._app(scope, receive, send)
            case ["call", _, event] | ["call", "v2", _, event]:
                if not self._waiting.holds_event(event):
                    raise RefusedError(404, "there is no such call, or its result has been fetched")
                await self._app(scope, receive, send)
                self._waiting.forget(event)  # which is its session, too
            case _:
                raise RefusedError(403, "there is no such page")

    async def _post(
        self, parts: list[str], caller: Any, scope: Scope, receive: Receive, send: Send
    ) -> None:
        """Serve a call, in the shape in which its function takes it."""
        async with self._body(receive, Headers(scope=scope)) as raw:
            if parts == ["upload"]:
                if not self._place.max_bytes:
                    raise RefusedError(413, "no files are taken here")
                scope["query_string"] = b""
                await self._app(scope, _replayed(raw, receive), send)
            else:
                scope[SIZE] = len(raw)
                await self._called(parts, parsed(raw), caller, scope, receive, send)

    async def _called(
        self,
        parts: list[str],
        body: dict[str, Any],
        caller: Any,
        scope: Scope,
        receive: Receive,
        send: Send,
    ) -> None:
        session = session_of(body)
        scope[CALLER] = caller(session)
        inner = scope[CALLER].token
        match parts:
            case ["queue", "join"] if session:
                function = self._calls.numbered(body.get("fn_index"), queued=True)
                self._admit(scope)
                call = listed(function, body)
                call |= {"fn_index": function.number, "session_hash": inner}
            case ["run", "predict"] if session:
                function = self._calls.numbered(body.get("fn_index"), queued=False)
                call = listed(function, body)
                call |= {"fn_index": function.number, "session_hash": inner}
            case ["call", "v2", name]:
                self._admit(scope)
                call = named(
                    self._calls.public(name, listed=True),
                    {n: v for n, v in body.items() if n != "session_hash"},
                )
            case ["call", name]:
                self._admit(scope)
                call = {"data": listed(self._calls.public(name), body)["data"]}
            case ["cancel"] if session:
                event = body.get("event_id")
                ours = isinstance(event, str) and self._waiting.session_of_event(event) == inner
                number = body.get("fn_index")
                if not ours or not isinstance(number, int):
                    raise RefusedError(404, "there is no such call")
                call = {"session_hash": inner, "fn_index": number, "event_id": event}
            case ["reset"]:
                call = {"event_id": ""}
            case _:
                raise RefusedError(404, "there is no such page, or its session_hash is missing")
        scope["query_string"] = b""
        raw = json.dumps(call).encode()
        changed = MutableHeaders(scope=scope)
        changed["Content-Type"], changed["Content-Length"] = "application/json", str(len(raw))
        await self._app(scope, _replayed(raw, receive), send)

    def _admit(self, scope: Scope) -> None:
        if not self._waiting.admits(scope[CALLER], scope[SIZE]):
            raise RefusedError(429, "too many questions wait; ask again when some are answered")

    def _to(self, scope: Scope, path: str) -> None:
        scope["path"] = f"{self._place.root_path}{path}"
        scope["raw_path"] = scope["path"].encode()

    @asynccontextmanager
    async def _body(self, receive: Receive, headers: Headers) -> AsyncIterator[bytes]:
        """Yield a body, whose room is taken meanwhile.

        Raises RefusedError where it is too long or does not come.
        """
        limit = self._place.longest
        length = headers.get("content-length", "0")
        if not length.isdecimal() or int(length) > limit:
            raise RefusedError(413, f"at most {limit:,} bytes are taken")
        body, taken, more = bytearray(), 0, True
        try:
            while more:
                try:
                    message = await asyncio.wait_for(receive(), _CHUNK_SECONDS)
                except TimeoutError:
                    raise RefusedError(408, "the rest of the request did not come") from None
                if message["type"] == "http.disconnect":
                    raise RefusedError(400, "the request ended early")
                body += message.get("body", b"")
                more = message.get("more_body", False)
                if len(body) > limit:
                    raise RefusedError(413, f"at most {limit:,} bytes are taken")
                if len(body) > SMALL_BYTES:
                    wanted = len(body) - taken
                    if wanted > self._room:
                        raise RefusedError(503, "too much is sent at once; try again in a moment")
                    self._room, taken = self._room - wanted, len(body)
            yield bytes(body)
        finally:
            self._room += taken


def _replayed(body: bytes, receive: Receive) -> Receive:
    """Return what gives a body that was read already, and then what comes after it."""
    given = False

    async def replay() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replay


def _with_header(send: Send, name: str, value: str) -> Send:
    async def send_with_header(message: Message) -> None:
        if message["type"] == "http.response.start":
            MutableHeaders(scope=message).append(name, value)
        await send(message)

    return send_with_header
