"""What comes between the server and every request: a password, and what the browser may do."""

import base64
import binascii
import hmac
import math
import time

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from qa.web.callers import Callers
from qa.web.hosts import Place, network

# Gradio's page needs inline scripts and eval. What this rules out is any other host: nothing is
# loaded from one or sent to one, whatever a document holds and whatever Gradio would like.
POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; "
    "style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; "
    "object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'self'"
)
HEALTH = "/health"
_AT_ONCE, _SECONDS = 10, 6.0  # wrong passwords, and the time after which one is forgiven
_KNOWN = 10_000  # who was wrong; those who have waited long enough are forgotten then


class SecurityHeaders:
    """ASGI middleware: tells the browser to talk to no other host, and to trust no guess."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_policy(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.setdefault("Content-Security-Policy", POLICY)
                headers.setdefault("X-Content-Type-Options", "nosniff")
                headers.setdefault("Referrer-Policy", "no-referrer")
            await send(message)

        await self.app(scope, receive, send_with_policy)


class Guesses:
    """How often a password may be wrong: a few times at once, and then one time in a while."""

    def __init__(self) -> None:
        self._due: dict[str, float] = {}  # when as many would be forgiven as were wrong

    def wait(self, who: str) -> float:
        """Return the seconds until somebody may try again, 0 where that is now."""
        return max(0.0, self._due.get(who, 0.0) - time.monotonic() - (_AT_ONCE - 1) * _SECONDS)

    def note(self, who: str) -> None:
        """Take down that somebody was wrong."""
        now = time.monotonic()
        self._due[who] = max(self._due.get(who, 0.0), now) + _SECONDS
        if len(self._due) > _KNOWN:
            self._due = {one: due for one, due in self._due.items() if due > now}


class Password:
    """ASGI middleware: HTTP Basic authentication of everything but the health endpoint.

    That is at `HEALTH` and below the path at which a proxy shows the page, too. Who guesses is told
    to wait, even with the right password: whoever that was would know it otherwise. A browser that
    was let in before, which its cookie says, does not wait for what others at its address guess.
    """

    def __init__(
        self,
        app: ASGIApp,
        user: str,
        password: str,
        place: Place,
        callers: Callers,
    ) -> None:
        self.app = app
        self.free = {HEALTH, f"{place.root_path}{HEALTH}"}
        self.expected = f"{user}:{password}".encode()
        self._proxies = place.proxies
        self._callers = callers
        self._guesses = Guesses()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] in self.free:
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        given, who = headers.get("Authorization"), self._who(scope, headers)
        wait = self._guesses.wait(who) if given is not None else 0.0
        if wait:
            later = {"Retry-After": str(math.ceil(wait))}
            said = PlainTextResponse("Too many passwords were wrong; wait.\n", 429, later)
        elif given is not None and self._known(given):
            await self.app(scope, receive, send)
            return
        else:
            if given is not None:
                self._guesses.note(who)
            ask = {"WWW-Authenticate": 'Basic realm="Quotewell", charset="UTF-8"'}
            said = PlainTextResponse("This page asks for a user and a password.\n", 401, ask)
        await said(scope, receive, send)

    def _who(self, scope: Scope, headers: Headers) -> str:
        """Return who guesses: a visitor who was let in before, or an address, or its network."""
        visitor = self._callers.known(headers, (scope.get("server") or ("", 0))[1] or 0)
        if visitor is not None:
            return visitor
        address = (scope.get("client") or ("", 0))[0]
        if self._proxies.trusts(address):
            address = self._proxies.client(address, headers.get("x-forwarded-for", ""))
        return network(address)

    def _known(self, given: str) -> bool:
        scheme, _, encoded = given.partition(" ")
        try:
            decoded = base64.b64decode(encoded, validate=True)
        except (binascii.Error, ValueError):
            return False
        return scheme.lower() == "basic" and hmac.compare_digest(decoded, self.expected)
