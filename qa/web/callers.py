"""Who sends a request: the server's own name for a visitor, which no one else can guess."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from typing import Any

from starlette.datastructures import Headers

from qa.web.hosts import network

_BYTES = 24


@dataclass(frozen=True, slots=True)
class Caller:
    """A visitor, and which of the visitor's pages or programs sends the request.

    `visitor` is what the server has put into the visitor's cookie, new for one who sent none back;
    `token` identifies the visitor and the session together, and neither alone. `user` is the
    name that a trusted proxy gives, if any.
    """

    address: str
    visitor: str
    new: bool
    token: str
    user: str = ""

    @property
    def home(self) -> str:
        """The address, or the network of it: what limits are for."""
        return network(self.address)


class Callers:
    """Names visitors, by a secret that lasts as long as the server runs."""

    def __init__(self) -> None:
        self._secret = secrets.token_bytes(_BYTES)

    def known(self, headers: Headers, port: int) -> str | None:
        """Return the visitor that a request's cookie names, None where it names none of ours."""
        try:
            cookies = SimpleCookie(headers.get("cookie", ""))
        except CookieError:
            return None
        morsel = cookies.get(cookie_name(port))
        visitor, _, seal = morsel.value.partition(".") if morsel is not None else ("", "", "")
        ours = hmac.compare_digest(seal.encode(), self._hash("cookie", visitor).encode())
        return visitor if visitor and ours else None

    def make(self) -> str:
        """Return a new visitor."""
        return secrets.token_hex(_BYTES)

    def cookie(self, visitor: str, port: int, path: str, secure: bool) -> str:
        """Return the header that lets a browser, and only this site's pages, name the visitor."""
        value = f"{visitor}.{self._hash('cookie', visitor)}"
        more = "; Secure" if secure else ""
        return f"{cookie_name(port)}={value}; Path={path}; HttpOnly; SameSite=Lax{more}"

    def caller(self, address: str, visitor: str, new: bool, session: str, user: str = "") -> Caller:
        """Return who calls, of the session that a page or program has named as it likes."""
        return Caller(address, visitor, new, self._hash(visitor, session)[:32], user)

    def _hash(self, *parts: str) -> str:
        said = "\0".join(parts).encode(errors="replace")
        return hmac.new(self._secret, said, hashlib.sha256).hexdigest()


def cookie_name(port: int) -> str:
    """Return the cookie's name: browsers keep those of all ports of a machine together."""
    return f"quotewell_{port}"


CALLER = "quotewell.caller"  # where a request's scope holds it
USER = "quotewell.user"  # and the name that a trusted proxy gives
SIZE = "quotewell.size"  # and how many bytes came with it


def caller_of(request: Any) -> Caller:
    """Return who calls, from a request of Starlette's or of Gradio's."""
    found: Caller = _scope(request)[CALLER]
    return found


def size_of(request: Any) -> int:
    """Return how many bytes were sent with a request that waits."""
    return int(_scope(request).get(SIZE, 0))


def _scope(request: Any) -> Any:
    inner = getattr(request, "request", None)
    return (inner if inner is not None else request).scope
