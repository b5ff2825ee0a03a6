"""What the programs do not do: run what lies about, call home, or leave traces of themselves."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

ROOT = Path(__file__).parents[1]
SOURCES = ("app", "index", "qa", "training", "bench")
QA = (sys.executable, "-P", "-c", "from qa.start import main; main()")  # as the `qa` script does
ABROAD = re.compile(r"sa_family=AF_INET6?.*|socket\(AF_INET.*")


def environment(home: Path) -> dict[str, str]:
    """Return an environment with the user's folders elsewhere, and nothing switched off."""
    kept = {n: v for n, v in os.environ.items() if not n.startswith(("ORT_", "XDG_"))}
    return {**kept, "HOME": str(home), "PYTHONPATH": str(ROOT)}


class Traced:
    """Runs `qa` in a folder, a home of its own, and keeps its calls that have to do with networks.

    Skips the test where programs may not be watched.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.calls = folder / "calls"

    def started(self, *arguments: str) -> subprocess.Popen[str]:
        """Start a command."""
        watched = "trace=socket,connect,bind,sendto,sendmsg,sendmmsg"
        trace = ["strace", "-f", "--seccomp-bpf", "-qq", "-e", watched, "-o", str(self.calls)]
        self.calls.unlink(missing_ok=True)
        return subprocess.Popen(
            [*trace, *QA, *arguments],
            cwd=self.folder,
            env=environment(self.folder),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *arguments: str) -> str:
        """Run a command and return what it prints."""
        with self.started(*arguments) as running:
            out, err = running.communicate()
        if not self.calls.exists() or "Operation not permitted" in err:
            pytest.skip("strace may not watch programs here")
        assert running.returncode == 0, err[-500:]
        return out


def test_serving_runs_no_module_of_the_folder_one_is_in(tmp_path: Path) -> None:
    for name in ("app", "gradio", "index", "qa", "uvicorn"):
        (tmp_path / f"{name}.py").write_text("open('ran', 'w').close()\n", encoding="utf-8")
    done = subprocess.run(
        [*QA, "serve", "--help"],
        cwd=tmp_path,
        env=environment(tmp_path),
        capture_output=True,
        text=True,
        check=True,
    )
    assert "--corpus" in done.stdout
    assert not (tmp_path / "ran").exists()


def test_onnx_runtime_is_imported_after_its_telemetry_is_off(tmp_path: Path) -> None:
    """`index` switches it off: whoever imports the runtime has imported that first."""
    for file in (f for room in SOURCES for f in (ROOT / room).rglob("*.py")):
        text = file.read_text(encoding="utf-8")
        if re.search(r"^(from|import) onnxruntime", text, re.M):
            module = ".".join(file.relative_to(ROOT).with_suffix("").parts)
            program = (
                "import os, sys, importlib.abc\n"
                "class Watch(importlib.abc.MetaPathFinder):\n"
                "    def find_spec(self, name, path=None, target=None):\n"
                "        if name == 'onnxruntime':\n"
                "            print('off' if os.environ.get('ORT_DISABLE_TELEMETRY') else 'ON')\n"
                "sys.meta_path.insert(0, Watch())\n"
                f"import {module}\n"
            )
            done = subprocess.run(
                [sys.executable, "-c", program],
                cwd=ROOT,
                env=environment(tmp_path),
                capture_output=True,
                text=True,
                check=False,
            )
            assert done.stdout.split() == ["off"], (module, done.stderr[-500:])


@pytest.fixture
def traced(tmp_path: Path) -> Iterator[Traced]:
    if shutil.which("strace") is None:
        pytest.skip("strace is missing; install it with: apt-get install strace")
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "a.txt").write_text("The bridge at Lorne was opened in 1931.\n")
    (tmp_path / "notes" / "b.html").write_text("<p>The ferry at Lorne ran until 1930.</p>")
    found = Traced(tmp_path)
    yield found
    left = {file.name for file in (tmp_path / ".cache").iterdir()}
    assert left - {"matplotlib"} == {"quotewell"}  # which keeps a list of fonts, where one measures


def test_asking_opens_no_socket_and_leaves_nothing_of_others(traced: Traced) -> None:
    """Seen by the system's calls: what libraries do in C never passes through Python."""
    asked = ["ask", "When was the bridge at Lorne opened?", "--corpus", "notes"]
    assert "1931" in traced.run(*asked)
    assert not ABROAD.findall(traced.calls.read_text())


def test_indexing_measuring_and_serving_open_no_socket_but_the_servers(traced: Traced) -> None:
    assert "2 added" in traced.run("index", "notes")
    assert not ABROAD.findall(traced.calls.read_text())
    text = (traced.folder / "notes" / "a.txt").read_text()
    quote = {"document": "a.txt", "start": text.index("1931"), "end": text.index("1931") + 4}
    asked = {"id": "1", "kind": "fact", "question": "When was the bridge at Lorne opened?"}
    line = json.dumps({**asked, "answers": [{**quote, "text": "1931"}]})
    (traced.folder / "asked.jsonl").write_text(f"{line}\n")
    small = ["--corpus", "notes", "--reader", "small"]
    assert traced.run("eval", "asked.jsonl", *small)
    assert not ABROAD.findall(traced.calls.read_text())
    with traced.started("serve", "--port", "0", *small) as server:
        assert server.stdout is not None
        url = next(line for line in server.stdout if "http://" in line).split()[3]
        told = httpx.post(f"{url}gradio_api/call/v2/ask", json={"question": asked["question"]})
        event = told.json()["event_id"]
        assert "1931" in httpx.get(f"{url}gradio_api/call/v2/ask/{event}", timeout=60).text
        # The program is a child of strace's, which passes no signal on.
        (child,) = Path(f"/proc/{server.pid}/task/{server.pid}/children").read_text().split()
        os.kill(int(child), signal.SIGTERM)
        assert server.wait(60) == 0
    calls = ABROAD.findall(traced.calls.read_text())
    assert len([call for call in calls if call.startswith("socket")]) == 1, "the server's own"
    assert all("127.0.0.1" in call for call in calls if call.startswith("sa_family")), calls
    assert not re.search(r"connect\([0-9]+, \{sa_family=AF_INET", traced.calls.read_text())
