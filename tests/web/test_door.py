"""What the server does not do for who asks it in other ways than its page does."""

import json
import tempfile
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest
from gradio_client import Client

from index.errors import QuotewellError
from qa.web.callers import Callers
from qa.web.calls import RefusedError, parsed
from qa.web.hosts import Hosts, Proxies
from qa.web.options import Options, parse
from qa.web.serving import Running
from tests.web.answers import FakeCorpus

SECRET = "The diary says that the harbour froze."


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with Running(FakeCorpus("a.txt")) as running:
        yield running.url


def numbers(url: str) -> dict[str, int]:
    """Return the page's functions by name, as a browser is told them."""
    told = httpx.get(f"{url}config").json()["dependencies"]
    return {str(one["api_name"]): one["id"] for one in told}


def joined(client: httpx.Client, number: int, data: list[Any], session: str = "mine") -> str:
    """Call a function as the page does; return all that is said of it."""
    body = {"data": data, "fn_index": number, "session_hash": session, "trigger_id": None}
    sent = client.post("gradio_api/queue/join", json=body)
    if sent.status_code != 200:
        return sent.text
    return client.get("gradio_api/queue/data", params={"session_hash": session}).text


class Tempting(BaseHTTPRequestHandler):
    """A server of somebody else, that counts who comes."""

    seen = 0

    def do_GET(self) -> None:
        type(self).seen += 1
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(b"<script>1</script>")

    def log_message(self, *_: object) -> None:
        pass


def test_nothing_that_a_visitor_names_is_fetched_or_served(url: str, tmp_path: Path) -> None:
    (tmp_path / "x.html").write_text(SECRET)
    other = HTTPServer(("127.0.0.1", 0), Tempting)
    threading.Thread(target=other.serve_forever, daemon=True).start()
    there = f"http://127.0.0.1:{other.server_port}/x.png"
    for path in (
        f"gradio_api/file={there}", f"gradio_api/file={tmp_path / 'x.html'}",
        f"gradio_api/file/{tmp_path / 'x.html'}", f"gradio_api/proxy={there}",
        f"gradio_api//file={there}", f"gradio_api/%66ile={there}", "gradio_api/runs",
        "gradio_api/dev/reload", "gradio_api/stream/a/b/c/playlist.m3u8", "monitoring",
        "login_check", "gradio_api/token", "custom_component/x", "gradio_api/deep_link",
        "gradio_api/queue/status", "gradio_api/vibe-code/", "static/../../../etc/passwd",
        "assets/..%2f..%2f..%2fconfig.json", "svelte/%2e%2e/%2e%2e/routes.py",
    ):  # fmt: skip
        got = httpx.get(f"{url}{path}")
        assert 400 <= got.status_code < 500, path
        assert "html" not in got.headers.get("content-type", "") and SECRET not in got.text
    for path in (
        "process_recording", "component_server", "component_server/", "stream/x", "vibe-edit",
        "run/take", "api/ask", "login", "run-history/connect",
    ):  # fmt: skip
        assert httpx.post(f"{url}gradio_api/{path}", json={"data": []}).status_code in (403, 404)
    other.shutdown()
    assert Tempting.seen == 0


TAKING = ("call/take", "queue/join")  # which say in their answer that it is no file


@pytest.mark.parametrize("where", ["call/take", "queue/join", "run/predict", "call/ask"])
def test_no_file_of_the_server_is_read(url: str, where: str, tmp_path: Path) -> None:
    diary = tmp_path / "diary.txt"
    diary.write_text(SECRET)
    file = {"path": str(diary), "meta": {"_type": "gradio.FileData"}}
    number = numbers(url)["take"]
    before = set(Path(tempfile.gettempdir()).glob("gradio/*/diary.txt"))
    with httpx.Client(base_url=url) as client:
        for given in (file, [file], str(diary)):
            if where == "queue/join":
                assert "files that you have sent" in joined(client, number, [given])
            body = {"data": [given], "fn_index": number, "session_hash": "mine"}
            sent = client.post(f"gradio_api/{where}", json=body)
            assert sent.status_code in ((404, 422) if where not in TAKING else (200,))
        listed = Client(url, verbose=False, httpx_kwargs={"cookies": dict(client.cookies)})
        assert [d["id"] for d in listed.predict(api_name="/documents")] == ["a.txt"]
    assert set(Path(tempfile.gettempdir()).glob("gradio/*/diary.txt")) == before
    assert diary.exists()


def test_what_one_sends_another_cannot_add(url: str) -> None:
    with httpx.Client(base_url=url) as ann, httpx.Client(base_url=url) as bob:
        sent = ann.post("gradio_api/upload", files={"files": ("a.txt", b"The bridge is new.")})
        (key,) = sent.json()
        assert "/" not in key
        number = numbers(url)["take"]
        assert "only files" in joined(bob, number, [key])
        assert "uploads/a.txt" in joined(ann, number, [key])


def test_who_knows_a_sessions_name_neither_sees_nor_ends_it(url: str) -> None:
    def documents(client: httpx.Client) -> str:
        return joined(client, numbers(url)["documents"], [], "known")

    with httpx.Client(base_url=url) as ann, httpx.Client(base_url=url) as bob:
        added = joined(ann, numbers(url)["add"], ["n.txt", "The bridge is new.", ""], "known")
        assert "uploads/n.txt" in added
        with bob.stream("GET", "gradio_api/heartbeat/known") as opened:
            assert opened.status_code == 200
        assert "uploads/n.txt" in documents(ann)
        assert "uploads/n.txt" not in documents(bob)
        forged = {
            "Cookie": "; ".join(
                f"{n}={v[:-1]}{'1' if v[-1] == '0' else '0'}" for n, v in ann.cookies.items()
            )
        }
        assert ann.cookies and "uploads/n.txt" not in documents(
            httpx.Client(base_url=url, headers=forged)
        )


def test_a_cookie_is_what_the_server_has_made() -> None:
    one, other = Callers(), Callers()
    made = one.cookie(one.make(), 1, "/", secure=True)
    sent = {"cookie": made.split(";")[0]}
    assert "HttpOnly" in made and "SameSite" in made and "Secure" in made
    from starlette.datastructures import Headers  # noqa: PLC0415

    assert one.known(Headers(sent), 1) is not None
    assert one.known(Headers(sent), 2) is None  # of the server at another port
    assert other.known(Headers(sent), 1) is None
    for wrong in ("", "quotewell_1=", "quotewell_1=.", "quotewell_1=x.y", "=;=\x00", "a" * 9_000):
        assert one.known(Headers({"cookie": wrong}), 1) is None


@pytest.mark.parametrize(
    "host",
    ["evil.example", "foo.localhost", "localhost.", "[::ffff:127.0.0.1]", "127.0.0.1.nip.io",
     "127.1", "2130706433", "localhost@evil.example", "", "evil.example:80", "[::1", "a b"],
)  # fmt: skip
def test_only_known_hosts_are_served(url: str, host: str) -> None:
    for method, path in (
        ("GET", ""), ("GET", "health"), ("POST", "gradio_api/upload"),
        ("POST", "gradio_api/call/v2/ask"), ("POST", "gradio_api/mcp/"), ("POST", "feedback"),
    ):  # fmt: skip
        assert httpx.request(method, f"{url}{path}", headers={"Host": host}).status_code in (
            400,  # h11 lets no host through that cannot be one
            421,
        )


def test_hosts_are_those_of_the_options() -> None:
    own = Hosts.of("127.0.0.1")
    assert all(own.serves(h) for h in ("localhost:7860", "127.0.0.1", "[::1]:80", "LOCALHOST"))
    assert not own.serves("192.168.0.7")
    everywhere = Hosts.of("0.0.0.0")
    assert all(everywhere.serves(h) for h in ("192.168.0.7:7860", "[fe80::1]", "localhost"))
    assert not everywhere.serves("evil.example")
    named = Hosts.of("10.0.0.7", ["Quotes.example.org", " other:8443 "])
    assert named.serves("quotes.example.org") and named.serves("other") and named.serves("10.0.0.7")
    assert not named.serves("localhost")
    assert parse(["--allowed-hosts", "a.org, b.org"]).options.allowed_hosts == ("a.org", "b.org")
    with pytest.raises(QuotewellError, match="allowed-hosts"):
        Hosts.of("127.0.0.1", ["http://a.org"])


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"}, {"Origin": "http://localhost:1"},
        {"Origin": "file://"}, {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"},
    ],
)  # fmt: skip
def test_no_page_of_another_site_asks_or_changes(url: str, headers: dict[str, str]) -> None:
    files = {"files": ("a.txt", b"text")}
    assert httpx.post(f"{url}gradio_api/upload", files=files, headers=headers).status_code == 403
    ask = {"question": "why?"}
    sent = httpx.post(f"{url}gradio_api/call/v2/ask", json=ask, headers=headers)
    assert sent.status_code == 403
    assert httpx.get(f"{url}gradio_api/heartbeat/x", headers=headers).status_code == 403
    assert httpx.get(f"{url}config", headers=headers).status_code == 403


def test_a_link_of_another_site_leads_here(url: str) -> None:
    link = {
        "Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"
    }  # fmt: skip
    assert httpx.get(f"{url}?q=why", headers=link).status_code == 200
    assert httpx.get(f"{url}gradio_api/heartbeat/x", headers=link).status_code == 403
    own = {"Origin": url.rstrip("/"), "Sec-Fetch-Site": "same-origin"}
    ask = {"question": "why?"}
    assert httpx.post(f"{url}gradio_api/call/v2/ask", json=ask, headers=own).status_code == 200


def test_no_path_of_the_server_is_told(tmp_path: Path) -> None:
    questions = tmp_path / "asked.jsonl"
    questions.write_text("")
    with Running(FakeCorpus("a.txt"), Options(port=0, questions=questions)) as running:
        told = json.dumps(httpx.get(f"{running.url}config").json())
        told += httpx.get(running.url).text + httpx.get(f"{running.url}gradio_api/info").text
    for path in (tmp_path, Path(tempfile.gettempdir()), Path.home(), Path.cwd()):
        assert f"{path}/" not in told


@pytest.mark.parametrize(
    ("strips", "path"), [(True, ""), (False, "/quotes")], ids=["stripped", "kept"]
)
def test_a_proxy_may_strip_its_path_or_not(strips: bool, path: str) -> None:
    options = Options(port=0, root_path="/quotes", auth=("ann", "word"))
    with Running(FakeCorpus("a.txt"), options) as running:
        base = f"{running.url.rstrip('/')}{path}"
        assert httpx.get(f"{base}/health").json() == {"status": "ok", "documents": 1}
        assert httpx.get(f"{base}/config").status_code == 401
        with httpx.Client(auth=("ann", "word")) as client:
            shown = client.get(f"{base}/document", params={"name": "a.txt"})
            assert shown.status_code == 200
            assert client.get(f"{base}/config").json()["root"].endswith("/quotes")
            called = client.post(f"{base}/gradio_api/call/v2/ask", json={"question": "why?"})
            event = called.json()["event_id"]
            assert "quote" in client.get(f"{base}/gradio_api/call/v2/ask/{event}").text
            assert any(c.path == "/quotes" for c in client.cookies.jar)


def test_who_asks_is_taken_from_named_proxies_only() -> None:
    proxies = Proxies.of(["10.0.0.0/8", "::1"])
    assert proxies.client("10.0.0.7", "1.2.3.4") == "1.2.3.4"
    assert proxies.client("10.0.0.7", "6.6.6.6, 1.2.3.4, 10.1.1.1") == "1.2.3.4"
    assert proxies.client("1.2.3.4", "6.6.6.6") == "1.2.3.4"
    assert proxies.client("10.0.0.7", "") == "10.0.0.7"
    assert Proxies().trusts("127.0.0.1") is False
    with pytest.raises(QuotewellError, match="trusted-proxies"):
        Proxies.of(["proxy.example"])
    forged = {"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https"}
    with Running(FakeCorpus("a.txt")) as running:
        told = httpx.get(f"{running.url}config", headers=forged).json()["root"]
    assert told == running.url.rstrip("/")
    trusted = Options(port=0, trusted_proxies=("127.0.0.1",), allowed_hosts=("q.example",))
    with Running(FakeCorpus("a.txt"), trusted) as running:
        told = httpx.get(f"{running.url}config", headers=forged)
        assert told.status_code == 421
        said = {**forged, "X-Forwarded-Host": "q.example"}
        got = httpx.get(f"{running.url}config", headers=said)
        assert got.json()["root"] == "https://q.example"
        assert "Secure" in got.headers["Set-Cookie"]


@pytest.mark.parametrize(("proxies", "user"), [((), ""), (("127.0.0.1",), "ada")])
def test_the_name_of_who_asks_is_taken_from_a_trusted_proxy_alone(
    tmp_path: Path, proxies: tuple[str, ...], user: str
) -> None:
    audit = tmp_path / "audit.jsonl"
    options = Options(port=0, trusted_proxies=proxies, audit=audit)
    with Running(FakeCorpus("a.txt"), options) as running:
        said = {"X-Forwarded-User": "ada", "X-Forwarded-For": "10.1.2.3"}
        call = f"{running.url}gradio_api/call/ask"
        event = httpx.post(call, json={"data": ["why?", "", "", ""]}, headers=said).json()
        httpx.get(f"{call}/{event['event_id']}", headers=said, timeout=60)
    (entry,) = map(json.loads, audit.read_text().splitlines())
    assert (entry["question"], entry["user"]) == ("why?", user)
    assert entry["visitor"] == ("10.1.2.3" if proxies else "127.0.0.1")


@pytest.mark.parametrize(
    "raw",
    [b"", b"[]", b"{", b'{"a": NaN}', b"[" * 100_000, b'{"a": ' + b"9" * 5_000 + b"}", b"\xff"],
)
def test_what_is_no_json_object_is_refused(raw: bytes) -> None:
    with pytest.raises(RefusedError):
        parsed(raw)


def test_halves_of_characters_are_replaced() -> None:
    assert parsed(rb'{"a\ud800": ["\udfff", {"b": "\ud83d\ude00"}]}') == {"a?": ["?", {"b": "😀"}]}


def test_bodies_are_bounded(url: str) -> None:
    big = httpx.post(f"{url}gradio_api/call/v2/ask", content=b"x" * 30_000_000)
    assert big.status_code == 413
    assert httpx.post(f"{url}gradio_api/mcp/", json={}).status_code == 404  # without --mcp
