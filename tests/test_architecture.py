"""Imports go one way: app -> qa -> index, and within qa from the page to the rest."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FORBIDDEN = {
    "index": {"qa", "app", "training", "bench", "tests"},
    "qa": {"app", "training", "bench", "tests"},
}


def imported(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}: a relative import"
            yield str(node.module).split(".")[0]


@pytest.mark.parametrize("room", FORBIDDEN)
def test_no_import_runs_backwards(room: str) -> None:
    files = sorted((ROOT / room).rglob("*.py"))
    assert files
    for file in files:
        assert not set(imported(file)) & FORBIDDEN[room], file


def test_only_the_page_and_the_command_that_serves_it_import_the_page() -> None:
    page = ROOT / "qa" / "web"
    for file in sorted((ROOT / "qa").rglob("*.py")):
        if page not in file.parents and file != ROOT / "qa" / "commands" / "serve.py":
            assert "qa.web" not in file.read_text(encoding="utf-8"), file


def test_asking_imports_no_parser() -> None:
    """Their libraries are slow to import, and only files of their kind need them."""
    program = "import sys, qa.cli; print(*{name.split('.')[0] for name in sys.modules})"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, cwd=ROOT, check=True
    )
    assert not {"pypdfium2", "docx", "trafilatura", "lxml", "py3langid", "torch"} & set(
        done.stdout.split()
    )


def test_nothing_is_unpickled() -> None:
    for file in [ROOT / "app.py", *(f for room in FORBIDDEN for f in (ROOT / room).rglob("*.py"))]:
        assert not {"pickle", "dill", "joblib", "shelve"} & set(imported(file)), file
