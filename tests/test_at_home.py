"""What the programs do not do: run what lies about, call home, or leave traces of themselves."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SOURCES = ("app", "index", "qa", "training", "bench")
QA = (sys.executable, "-P", "-c", "from qa.start import main; main()")  # as the `qa` script does
ABROAD = re.compile(r"sa_family=AF_INET6?.*|socket\(AF_INET.*")


def environment(home: Path) -> dict[str, str]:
    """Return an environment with the user's folders elsewhere, and nothing switched off."""
    kept = {n: v for n, v in os.environ.items() if not n.startswith(("ORT_", "XDG_"))}
    return {**kept, "HOME": str(home), "PYTHONPATH": str(ROOT)}


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


def test_asking_opens_no_socket_and_leaves_nothing_of_others(tmp_path: Path) -> None:
    """Seen by the system's calls: what libraries do in C never passes through Python."""
    if shutil.which("strace") is None:
        pytest.skip("strace is missing; install it with: apt-get install strace")
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "a.txt").write_text("The bridge at Lorne was opened in 1931.\n")
    (tmp_path / "notes" / "b.html").write_text("<p>The ferry at Lorne ran until 1930.</p>")
    calls = tmp_path / "calls"
    trace = ["strace", "-f", "-qq", "-e", "trace=socket,connect,sendto", "-o", str(calls)]
    asked = ["ask", "When was the bridge at Lorne opened?", "--corpus", "notes"]
    done = subprocess.run(
        [*trace, *QA, *asked],
        cwd=tmp_path,
        env=environment(tmp_path),
        capture_output=True,
        text=True,
        check=False,
    )
    if not calls.exists() or "Operation not permitted" in done.stderr:
        pytest.skip("strace may not watch programs here")
    assert "1931" in done.stdout
    assert not ABROAD.findall(calls.read_text())
    left = {str(f.relative_to(tmp_path)) for f in (tmp_path / ".cache").iterdir()}
    assert left == {".cache/quotewell"}
