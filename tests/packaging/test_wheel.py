"""The wheel: what is in it, and that it works in fresh environments, whatever extras it has."""

import json
import re
import shutil
import signal
import subprocess
import sys
import zipfile
from pathlib import Path

import httpx
import pytest

from index.errors import QuotewellError
from qa import Corpus
from qa.requirements import require_system
from tests.packaging.environments import Environment, make

ROOT = Path(__file__).parents[2]
PACKED = ("index", "qa", "app.py", "pyproject.toml", "README.md", "LICENSE")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from a copy, so that nothing an earlier build left is packed."""
    source, built = (tmp_path_factory.mktemp(name) for name in ("source", "built"))
    for name in PACKED:
        if (ROOT / name).is_dir():
            ignored = shutil.ignore_patterns("__pycache__")
            shutil.copytree(ROOT / name, source / name, ignore=ignored)
        else:
            shutil.copy(ROOT / name, source / name)
    build = [sys.executable, "-m", "pip", "wheel", "--quiet", "--disable-pip-version-check"]
    subprocess.run(
        [*build, "--no-deps", "--no-build-isolation", "--wheel-dir", str(built), str(source)],
        check=True,
    )
    (file,) = built.iterdir()
    return file


@pytest.fixture(scope="module")
def alone(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Environment:
    return make(tmp_path_factory.mktemp("alone"), wheel)


@pytest.fixture(scope="module")
def with_page(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Environment:
    return make(tmp_path_factory.mktemp("with_page"), wheel, ["ui"])


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    """A folder with a text and a web page, beside files that must not be run."""
    for name in ("app", "gradio", "index", "qa", "torch"):
        (tmp_path / f"{name}.py").write_text("open('ran', 'w').close()\n")
    folder = tmp_path / "notes"
    folder.mkdir()
    (folder / "a.txt").write_text("The bridge at Lorne was opened in 1931 by the mayor.\n")
    (folder / "b.html").write_text("<p>The ferry at Lorne ran until 1930, twice a day.</p>")
    return folder


def test_the_wheel_holds_all_that_the_packages_need_and_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as packed:
        names = set(packed.namelist())
    tops = {name.split("/")[0] for name in names}
    assert {re.sub(r"^quotewell-.*\.dist-info$", "dist-info", top) for top in tops} == {
        *("app.py", "dist-info", "index", "qa"),
    }
    tracked = subprocess.run(
        ["git", "ls-files", "index", "qa"], cwd=ROOT, capture_output=True, text=True, check=False
    ).stdout.splitlines()
    if tracked:  # not where the tests run from an unpacked archive
        assert set(tracked) <= names
    assert {"qa/py.typed", "qa/model/reader.onnx", "qa/web/assets/app.js"} <= names


def test_alone_it_indexes_and_asks(alone: Environment, notes: Path) -> None:
    asked = alone.run(
        "ask",
        "When was the bridge at Lorne opened?",
        "--corpus",
        "notes",
        "--json",
        cwd=notes.parent,
    )
    assert asked.returncode == 0, asked.stderr
    assert json.loads(asked.stdout)["answer"] == "1931"
    assert not (notes.parent / "ran").exists()


@pytest.mark.parametrize(("command", "extra"), [("serve", "ui"), ("eval", "eval")])
def test_alone_it_says_which_extra_a_command_needs(
    command: str, extra: str, alone: Environment, notes: Path
) -> None:
    done = alone.run(command, "--corpus", "notes", cwd=notes.parent)
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr == (
        f"qa: qa {command} needs more packages; run: pip install 'quotewell[{extra}]'\n"
    )


def test_with_the_page_it_serves(with_page: Environment, notes: Path) -> None:
    command = with_page.command("serve", "--corpus", "notes", "--encoder", "fast", "--port", "0")
    with subprocess.Popen(
        command,
        cwd=notes.parent,
        env=with_page.variables,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as running:
        said = running.stdout.readline()
        if not said.startswith("Quotewell is at "):
            pytest.fail(running.communicate()[1])
        url = said.split()[3]
        assert httpx.get(f"{url}health").json() == {"status": "ok", "documents": 2}
        assert "./page/app.js" in httpx.get(url).text
        assert httpx.get(f"{url}page/app.js").status_code == 200
        running.send_signal(signal.SIGTERM)
        assert running.wait(timeout=60) == 0
        assert "Traceback" not in running.stderr.read()
    assert not (notes.parent / "ran").exists()


def test_with_the_page_alone_agents_and_measuring_need_more(
    with_page: Environment, notes: Path
) -> None:
    for arguments, extra in ((["serve", "--mcp"], "mcp"), (["eval"], "eval")):
        done = with_page.run(*arguments, cwd=notes.parent)
        assert done.returncode == 2
        (line,) = done.stderr.splitlines()
        assert line.endswith(f"needs more packages; run: pip install 'quotewell[{extra}]'")


def test_with_all_extras_it_measures(
    wheel: Path, notes: Path, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    everything = make(tmp_path_factory.mktemp("everything"), wheel, ["ui", "eval"])
    question = {"id": "1", "kind": "fact", "question": "When was the bridge at Lorne opened?"}
    span = {"document": "a.txt", "start": 34, "end": 38, "text": "1931"}
    questions = tmp_path / "questions.jsonl"
    questions.write_text(json.dumps({**question, "answers": [span]}))
    done = everything.run(
        *("eval", str(questions), "--corpus", "notes", "--encoder", "fast"),
        *("--reader", "small", "--report", "report.html", "--json"),
        cwd=notes.parent,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)
    assert "</table>" in (notes.parent / "report.html").read_text()  # its template came along


def test_windows_is_refused_at_once(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    require_system()
    monkeypatch.setattr(sys, "platform", "win32")
    with pytest.raises(QuotewellError, match=r"does not run on Windows.*use Linux, macOS"):
        Corpus.open(tmp_path)
