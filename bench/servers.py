"""Several page servers on one collection behind the proxy, one of them killed.

`python -m bench.servers`: the embedded engine behind `bench.edge_server`, two `qa serve` on the
seeds, and HAProxy (of Debian's package) with `deploy/haproxy.cfg`. Visitors ask one after another;
in the middle one server is killed.
"""

import json
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import httpx

ROOT = Path(__file__).parents[1]
PROXY, ENGINE, PAGES = 8080, 7441, (7442, 7443)
VISITORS = 6
QUESTION = "Who resigned?"


def proxy_file() -> str:
    """Return the proxy's configuration, with this machine's servers in place of containers."""
    text = (ROOT / "deploy" / "haproxy.cfg").read_text(encoding="utf-8")
    for n, port in enumerate(PAGES, start=1):
        text = text.replace(f"page{n}:7860", f"127.0.0.1:{port}")
    return text


def ask(client: httpx.Client) -> dict[str, Any]:
    """Ask as a program does; raises httpx.HTTPError."""
    call = "/gradio_api/call/ask"
    started = client.post(call, json={"data": [QUESTION]}).raise_for_status().json()
    told = client.get(f"{call}/{started['event_id']}").raise_for_status().text
    found = re.search(r"event: complete\ndata: (.*)", told)
    if found is None:
        raise httpx.HTTPError(told[:200])
    answer: dict[str, Any] = json.loads(found[1])[0]
    return answer


def wait_for(url: str, seconds: float = 300) -> None:
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        try:
            if httpx.get(url, timeout=5).is_success:
                return
        except httpx.HTTPError:
            time.sleep(1)
    raise TimeoutError(url)


def start(*command: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(command, cwd=ROOT)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        configured = Path(folder) / "haproxy.cfg"
        configured.write_text(proxy_file(), encoding="utf-8")
        engine = f"qdrant://127.0.0.1:{ENGINE}/seeds"
        python, qa = sys.executable, (sys.executable, "-c", "from qa.cli import main; main()")
        started = [start(python, "-m", "bench.edge_server", folder, str(ENGINE))]
        try:
            time.sleep(5)
            subprocess.run([*qa, "index", "seeds", "--engine", engine], cwd=ROOT, check=True)
            pages = [start(*qa, "serve", "--port", str(p), "--engine", engine) for p in PAGES]
            started += [*pages, start("haproxy", "-f", str(configured))]
            for port in (*PAGES, PROXY):
                wait_for(f"http://127.0.0.1:{port}/health")
            told(pages)
        finally:
            for process in reversed(started):
                process.send_signal(signal.SIGTERM)
                process.wait(timeout=30)


def told(pages: Sequence[subprocess.Popen[bytes]]) -> None:
    """Print what visitors get before and after the first server is killed."""
    visitors = [
        httpx.Client(base_url=f"http://127.0.0.1:{PROXY}", timeout=120) for _ in range(VISITORS)
    ]
    answers, servers = set(), []
    for visitor in visitors:
        answers |= {ask(visitor)["answer"] for _ in range(2)}
        servers.append(visitor.cookies.get("PAGE"))
    print(f"{VISITORS} visitors, pinned to {sorted(map(str, servers))}: {len(answers)} answer(s)")
    pages[0].kill()
    failed = 0
    for visitor in visitors:
        try:
            answers.add(ask(visitor)["answer"])
        except httpx.HTTPError:
            failed += 1
    after = sorted(str(visitor.cookies.get("PAGE")) for visitor in visitors)
    print(f"page1 killed: {failed} failed, now at {after}: {len(answers)} answer(s)")


if __name__ == "__main__":
    main()
