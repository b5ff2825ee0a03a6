"""The documentation: its examples run, its links lead somewhere, and the README is short."""

import re
import runpy
import sys
from pathlib import Path

import pytest

from index.archives import ARCHIVES
from index.formats import FORMATS
from qa import Corpus
from qa import corpus as corpus_module
from qa.cli import app

ROOT = Path(__file__).parents[1]
EXAMPLES = ROOT / "docs" / "examples"
PAGES = [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md"), *ROOT.glob("*/README.md")]
LINK = re.compile(r"\]\(([^)#\s]+)")


class Run:
    """Runs an example as a program, and returns what it prints."""

    def __init__(self, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
        self._capsys, self._monkeypatch = capsys, monkeypatch

    def __call__(self, name: str, *arguments: str) -> str:
        self._monkeypatch.setattr(sys, "argv", [name, *arguments])
        try:
            runpy.run_path(str(EXAMPLES / name), run_name="__main__")
        except SystemExit as end:
            assert not end.code
        return self._capsys.readouterr().out


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, seeds: Corpus) -> Run:
    """Runs examples; the seeds that they open are those that the tests have indexed."""
    opened = corpus_module.Corpus.open

    def open_again(path: str, **given: object) -> Corpus:
        return seeds if Path(path) == ROOT / "seeds" else opened(path, **given)

    monkeypatch.setattr(corpus_module.Corpus, "open", open_again)
    return Run(capsys, monkeypatch)


def test_asking(run: Run) -> None:
    shown = run("ask.py", str(ROOT / "seeds"), "Where did Chen Guangcheng take refuge?")
    assert shown.startswith("answered (")
    assert "“U.S. embassy in Beijing”" in shown


def test_a_living_corpus(run: Run) -> None:
    lines = dict(line.split(": ", 1) for line in run("living_corpus.py").splitlines())
    assert "1931" in lines["at first"]
    assert lines["changed"] == "ferry.txt" and "1936" in lines["now"]
    assert "nine thousand pounds" in lines["with a text that no file holds"]
    assert lines["documents"] == "ferry.txt"


def test_a_report(run: Run, tmp_path: Path) -> None:
    questions = tmp_path / "questions.txt"
    questions.write_text("Where did Chen Guangcheng take refuge?\n\nWho froze the harbour?\n")
    shown = run("report.py", str(ROOT / "seeds"), str(questions), "--after", "2012")
    assert "## Where did Chen Guangcheng take refuge?" in shown
    assert "took refuge in the **U.S. embassy in Beijing**." in shown
    assert "## Who froze the harbour?" in shown


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    links = [link for link in LINK.findall(page.read_text(encoding="utf-8")) if ":" not in link]
    assert [link for link in links if not (page.parent / link).exists()] == []


def test_commands_that_the_documentation_names_are_there() -> None:
    text = "".join(page.read_text(encoding="utf-8") for page in PAGES)
    modules = set(re.findall(r"python -m ((?:bench|training)(?:\.\w+)*)", text))
    assert "bench.growth" in modules
    for module in modules:
        path = ROOT.joinpath(*module.split("."))
        assert path.with_suffix(".py").exists() or (path / "__main__.py").exists(), module
    targets = re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M)
    assert set(re.findall(r"`?make (\w+)\b(?:`|$| *#)", text, re.M)) <= set(targets)


def test_the_walk_through_the_files_names_files_that_are_there() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`([\w/]+\.(?:py|js|md|jsonl|txt))(?::\w+)?`", text))
    assert "qa/answering.py" in named
    for name in named:
        assert (ROOT / name).exists() or any(ROOT.glob(f"[iqt]*/**/{name}")), name


def test_subcommands_that_the_documentation_names_are_there() -> None:
    text = "".join(page.read_text(encoding="utf-8") for page in PAGES)
    named = set(re.findall(r"(?:`|^ *)qa ([a-z][a-z-]+)", text, re.M))
    assert {"ask", "index", "serve"} <= named
    assert named <= {command.name for command in app.registered_commands}


def test_every_format_that_is_read_is_documented() -> None:
    text = (ROOT / "docs" / "formats.md").read_text(encoding="utf-8")
    assert [suffix for suffix in (*FORMATS, *ARCHIVES) if f"`{suffix}`" not in text] == []


def test_the_readme_can_be_read_in_one_sitting() -> None:
    assert len((ROOT / "README.md").read_text(encoding="utf-8").split()) <= 1_500
