"""What comes between the server and every request: a password, and what the browser may do."""

import base64
import binascii
import hmac

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

# Gradio's page needs inline scripts and eval. What this rules out is any other host: nothing is
# loaded from one or sent to one, whatever a document holds and whatever Gradio would like.
POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; "
    "style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; "
    "object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'self'"
)
HEALTH = "/health"


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


class Password:
    """ASGI middleware: HTTP Basic authentication of everything but the health endpoint.

    That is at `HEALTH` and below the path at which a proxy shows the page, too.
    """

    def __init__(self, app: ASGIApp, user: str, password: str, root_path: str = "") -> None:
        self.app = app
        self.free = {HEALTH, f"{root_path}{HEALTH}"}
        self.expected = f"{user}:{password}".encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if (
            scope["type"] != "http"
            or scope["path"] in self.free
            or self._known(Headers(scope=scope))
        ):
            await self.app(scope, receive, send)
            return
        ask = {"WWW-Authenticate": 'Basic realm="Quotewell", charset="UTF-8"'}
        refused = PlainTextResponse("This page asks for a user and a password.\n", 401, ask)
        await refused(scope, receive, send)

    def _known(self, headers: Headers) -> bool:
        scheme, _, given = headers.get("Authorization", "").partition(" ")
        try:
            decoded = base64.b64decode(given, validate=True)
        except (binascii.Error, ValueError):
            return False
        return scheme.lower() == "basic" and hmac.compare_digest(decoded, self.expected)
