"""Whom the page answers: by which names it may be called, and from which other pages.

A page of another site can point a name of its own at this machine (DNS rebinding), or send requests
here with the visitor's browser. The first shows in `Host`, the second in `Origin` and
`Sec-Fetch-Site`, which no script can set.
"""

import ipaddress
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from starlette.datastructures import Headers

from index.errors import QuotewellError

SMALL_BYTES = 64_000  # of a body; larger ones share what there is room for
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_ANY = frozenset({"0.0.0.0", "::", ""})  # noqa: S104  (compared with, not listened on)
_HOST = re.compile(r"(\[[0-9a-f:.]+\]|[a-z0-9_.-]+)(?::([0-9]{1,5}))?", re.ASCII)
_NAME = re.compile(r"[a-z0-9_-]+(\.[a-z0-9_-]+)*", re.ASCII)


@dataclass(frozen=True, slots=True)
class Hosts:
    """The names that the page is known by: lower case, IPv6 addresses without brackets.

    With `addresses` any IP address is one, too: a name can be pointed anywhere, an address cannot.
    `named` are those that were given, with a port where one was given; a page of theirs is ours.
    """

    names: frozenset[str]
    addresses: bool = False
    named: frozenset[str] = frozenset()

    @classmethod
    def of(cls, host: str, allowed: Sequence[str] = ()) -> "Hosts":
        """Return what `--host` and `--allowed-hosts` say; raises QuotewellError for no name."""
        given = [name.strip().lower() for name in allowed if name.strip()]
        for name in given:
            if split(name) is None:
                raise QuotewellError(
                    f"--allowed-hosts takes names such as quotes.example.org, not {name}"
                )
        host = host.lower()
        own = _LOOPBACK if host in _LOOPBACK | _ANY else frozenset({host})
        names = own | {found[0] for name in given if (found := split(name)) is not None}
        return cls(frozenset(names), host in _ANY, frozenset(given))

    def serves(self, host: str) -> bool:
        """Whether a `Host` header names this page."""
        found = split(host.lower())
        if found is None:
            return False
        return found[0] in self.names or (self.addresses and _is_address(found[0]))

    def sends(self, headers: Headers) -> bool:
        """Whether a request comes from this page or from no page at all, as a program's does."""
        if headers.get("sec-fetch-site", "none") not in ("none", "same-origin"):
            return False
        return all(self._own(origin, headers) for origin in headers.getlist("origin"))

    def _own(self, origin: str, headers: Headers) -> bool:
        scheme, _, place = origin.lower().partition("://")
        if scheme not in ("http", "https"):
            return False
        return place == headers.get("host", "").lower() or place in self.named


def split(host: str) -> tuple[str, int | None] | None:
    """Return a host's name, without the brackets of IPv6, and its port; None for no host."""
    found = _HOST.fullmatch(host)
    if found is None:
        return None
    name, port = found[1], found[2]
    if name.startswith("["):
        name = name[1:-1]
        if not _is_address(name):
            return None
    elif _NAME.fullmatch(name) is None:
        return None
    return name, int(port) if port is not None else None


@dataclass(frozen=True, slots=True)
class Proxies:
    """Whose word is taken for who asks and how: `--trusted-proxies`, addresses or networks."""

    networks: tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...] = ()

    @classmethod
    def of(cls, given: Iterable[str]) -> "Proxies":
        """Read addresses such as 10.0.0.7 or 10.0.0.0/8; raises QuotewellError for another."""
        try:
            found = [ipaddress.ip_network(one.strip()) for one in given if one.strip()]
        except ValueError as error:
            raise QuotewellError(
                f"--trusted-proxies takes addresses such as 10.0.0.7 or 10.0.0.0/8 ({error})"
            ) from None
        return cls(tuple(found))

    def trusts(self, address: str) -> bool:
        """Whether an address is a proxy's."""
        try:
            found = ipaddress.ip_address(address)
        except ValueError:
            return False
        return any(found in network for network in self.networks)

    def client(self, peer: str, forwarded: str) -> str:
        """Return who asks by `X-Forwarded-For`: the last address that is not a proxy's."""
        for address in reversed([one.strip() for one in forwarded.split(",") if one.strip()]):
            if not self.trusts(peer):
                break
            peer = address
        return peer


@dataclass(frozen=True, slots=True)
class Place:
    """Where the page is served: below which path, for which hosts, behind which proxies."""

    hosts: Hosts
    proxies: Proxies
    root_path: str = ""
    max_bytes: int = 20_000_000

    @property
    def longest(self) -> int:
        """The most bytes of a body: files come in base64, too."""
        return SMALL_BYTES + self.max_bytes * 4 // 3

    @property
    def room(self) -> int:
        """How many bytes all bodies together may have that are sent, and all that wait."""
        return 4 * self.longest


@lru_cache(1_000)
def network(address: str) -> str:
    """Return what one household has of addresses: one, or with IPv6 all that begin alike."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(found, ipaddress.IPv4Address):
        return address
    return str(ipaddress.IPv6Network((int(found), 64), strict=False))


def _is_address(name: str) -> bool:
    try:
        found = ipaddress.ip_address(name)
    except ValueError:
        return False
    return getattr(found, "ipv4_mapped", None) is None
