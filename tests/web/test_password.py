"""The password: guessing takes time, and keeps nobody out who was let in before."""

import httpx
import pytest

from qa.web import middleware
from qa.web.hosts import network
from qa.web.middleware import Guesses
from qa.web.options import Options
from qa.web.serving import Running
from tests.web.answers import FakeCorpus

OPTIONS = Options(port=0, auth=("ann", "word"))


def test_guessing_is_refused_for_a_while_even_where_it_is_right(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(middleware, "_SECONDS", 600.0)
    with (
        Running(FakeCorpus("a.txt"), OPTIONS) as running,
        httpx.Client(base_url=running.url) as before,
        httpx.Client(base_url=running.url) as guesser,
    ):
        assert before.get("config", auth=("ann", "word")).status_code == 200
        tried = [guesser.get("config", auth=("ann", str(n))).status_code for n in range(13)]
        assert tried == [401] * middleware._AT_ONCE + [429] * 3
        right = guesser.get("config", auth=("ann", "word"))
        assert right.status_code == 429 and int(right.headers["Retry-After"]) > 0
        assert httpx.get(f"{running.url}health").status_code == 200
        assert before.get("config", auth=("ann", "word")).status_code == 200
        assert httpx.get(f"{running.url}config").status_code == 401, "who gives none does not guess"


def test_health_gives_no_cookie_that_would_be_let_guess_more() -> None:
    with Running(FakeCorpus("a.txt"), OPTIONS) as running, httpx.Client() as client:
        for path in ("health", "config", "document"):
            client.get(f"{running.url}{path}")
        assert not client.cookies


def test_what_was_wrong_is_forgiven_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [1_000.0]
    monkeypatch.setattr(middleware.time, "monotonic", lambda: now[0])
    guesses = Guesses()
    for _ in range(middleware._AT_ONCE):
        assert not guesses.wait("x")
        guesses.note("x")
    assert guesses.wait("x") == middleware._SECONDS and not guesses.wait("y")
    now[0] += middleware._SECONDS
    assert not guesses.wait("x")
    guesses.note("x")
    assert guesses.wait("x")
    monkeypatch.setattr(middleware, "_KNOWN", 10)
    now[0] += 1_000
    for n in range(11):
        guesses.note(str(n))
    assert len(guesses._due) <= 11


def test_addresses_of_one_household_are_one() -> None:
    assert network("2001:db8::1") == network("2001:db8::ffff:2") != network("2001:db8:0:1::1")
    assert network("::1") == "::/64" and network("10.0.0.7") == "10.0.0.7"
    assert network("") == ""
