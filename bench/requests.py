"""Crafted and random requests to every route of the page: server errors, tracebacks, foreign files.

python -m bench.requests --requests 5000 --seed 1

Starts `qa serve` on the seeds, with a password for no one and a file beside it that holds a secret.
Each request takes a route, a method and a body that are right, and spoils some of it.
"""

import argparse
import json
import random
import subprocess
import sys
import tempfile
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx

ROOT = Path(__file__).parents[1]
SECRET = "the-harbour-froze-in-1709"
ROUTES = (
    "", "config", "health", "document", "feedback", "gradio_api/info", "gradio_api/openapi.json",
    "gradio_api/upload", "gradio_api/upload_progress", "gradio_api/queue/join",
    "gradio_api/queue/data", "gradio_api/run/predict", "gradio_api/cancel", "gradio_api/reset",
    "gradio_api/heartbeat/x", "gradio_api/startup-events", "theme.css", "favicon.ico",
    "manifest.json", "robots.txt", "gradio_api/file=", "gradio_api/proxy=", "gradio_api/stream/x",
    "gradio_api/component_server", "gradio_api/process_recording", "gradio_api/mcp/", "login",
    "document/find", "page/app.js", "page/../serving.py", "page/%2e%2e/serving.py",
    "static/img/logo.svg", "assets/x.js", "gradio_api/runs", "monitoring", "custom_component/x",
    *(f"gradio_api/call/{v}{n}" for v in ("", "v2/") for n in (
      "add", "add_files", "again", "ask", "converse", "documents", "export", "history",
      "history_delete", "history_forget", "history_load", "history_save", "judge", "lambda",
      "library", "remove", "search", "take", "x")),
    *(f"gradio_api/call/{n}/0123456789abcdef" for n in ("ask", "x")),
)  # fmt: skip
_SECONDS = 20


def odd(pick: random.Random, secret: Path) -> Any:
    """Return a value that nobody expects."""
    file = {"path": str(secret), "meta": {"_type": "gradio.FileData"}, "url": "http://127.0.0.1:9"}
    return pick.choice([
        None, True, 0, -1, 1 << 70, 1.5, "", "why?", "x" * 3_000, "\ud800", "\0", "../" * 9 + "x",
        str(secret), f"file://{secret}", "%2e%2e%2f", "<script>", [], {}, [file], file, [[]],
        {"__type__": "update"}, "9" * 5_000, ["a"] * 60, "2009-13-45", "*" * 500,
    ])  # fmt: skip


def body(pick: random.Random, secret: Path) -> dict[str, Any]:
    """Return what a call may hold, some of it odd."""
    right: dict[str, Any] = {
        "data": [odd(pick, secret) for _ in range(pick.randrange(9))],
        "fn_index": pick.randrange(-1, 25),
        "session_hash": pick.choice(["s", "t"]),
        "trigger_id": None,
        "event_data": {"index": 0, "value": {"text": "why?"}},
        "event_id": "0123456789abcdef",
    }
    named = {"question": "why?", "k": 3, "name": "a.txt", "text": "x", "document": "uploads/a.txt"}
    found = pick.choice([right, right, named])
    for name in list(found):
        if pick.random() < 0.25:
            found[name] = odd(pick, secret)
        elif pick.random() < 0.2:
            del found[name]
    return found


def send(base: str, seed: int, secret: Path) -> tuple[int, bool]:
    """Send one request; return its status and whether the secret came with it."""
    pick = random.Random(seed)
    route = pick.choice(ROUTES)
    if pick.random() < 0.15:
        route += pick.choice(
            ["/", "/..", "%00", f"{secret}", "?x=1&x=2", "//", "%2e%2e/", "\u202e"]
        )
    method = pick.choice(["GET", "POST", "POST", "PUT", "HEAD", "DELETE", "OPTIONS", "PATCH"])
    raw = json.dumps(body(pick, secret)).encode()
    if pick.random() < 0.1:
        raw = pick.choice([b"", b"[" * 20_000, b"\xff\xfe", raw[: len(raw) // 2], b"{}" * 99])
    headers = {"Content-Type": pick.choice(["application/json"] * 6 + ["text/plain", "x"])}
    if "upload" in route and pick.random() < 0.7:
        headers["Content-Type"] = "multipart/form-data; boundary=b"
        name = pick.choice(["a.txt", "..", "/etc/x", "x" * 400, "\0", '"', "a.zip"])
        about = f'Content-Disposition: form-data; name="files"; filename="{name}"'
        raw = f"--b\r\n{about}\r\n\r\ntext\r\n--b--\r\n".encode()
        raw = raw[: len(raw) - pick.choice([0, 0, 3, 9, 30])]
    if pick.random() < 0.1:
        name = pick.choice(
            ["Host", "Origin", "Cookie", "X-Forwarded-For", "Range", "Authorization"]
        )
        headers[name] = pick.choice(
            ["evil.example", "bytes=-1", "quotewell_0=x.y", "=;=", "Basic x"]
        )
    params = {"name": "x", "start": "-1", "session_hash": "s"} if pick.random() < 0.3 else None
    if pick.random() < 0.1:
        params = {"name": str(secret), "start": "9" * 40, "page": "-3", "visitor": "\0"}
    try:
        url = httpx.URL(f"{base}{route}", params=params) if params else httpx.URL(f"{base}{route}")
        with httpx.stream(method, url, content=raw, headers=headers, timeout=_SECONDS) as got:
            text, size = b"", 0
            if "heartbeat" not in route:
                for part in got.iter_bytes():
                    text, size = text + part, size + len(part)
            return got.status_code, SECRET.encode() in text
    except (httpx.HTTPError, httpx.InvalidURL):
        return 0, False


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--requests", type=int, default=5_000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, (Path(folder) / "log").open("w+b") as log:
        secret = Path(folder) / "diary.txt"
        secret.write_text(SECRET, encoding="utf-8")
        command = [
            *(sys.executable, "-m", "app", "--port", "0", "--reader", "small"),
            *("--feedback", f"{folder}/said.jsonl", "--history", f"{folder}/history"),
            *("--log-questions", "--audit", f"{folder}/audit.jsonl"),
        ]
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=log) as server:
            assert server.stdout is not None
            base = server.stdout.readline().split()[3].decode()
            with ThreadPoolExecutor(8) as pool:
                seeds = range(given.seed, given.seed + given.requests)
                done = list(pool.map(lambda seed: send(base, seed, secret), seeds))
            health = httpx.get(f"{base}health", timeout=_SECONDS).status_code
            server.terminate()
            code = server.wait(60)
        log.seek(0)
        lines = log.read().decode(errors="replace")
    statuses = Counter(status for status, _ in done)
    print(f"{len(done)} requests; statuses {dict(sorted(statuses.items()))}")
    print(f"server errors: {sum(n for status, n in statuses.items() if status >= 500)}")
    print(f"tracebacks: {lines.count('Traceback')}; log: {len(lines):,} characters")
    print(f"answers with the secret file: {sum(told for _, told in done)}")
    print(f"health afterwards: {health}; exit code {code}")
    if "Traceback" in lines:
        print(lines[lines.index("Traceback") :][:3_000])


if __name__ == "__main__":
    main()
