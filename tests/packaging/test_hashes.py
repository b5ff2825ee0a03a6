"""What is installed is what was tested: each package by its version and by its files' hashes."""

import re
import subprocess
from importlib.metadata import distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.packaging.environments import required

ROOT = Path(__file__).parents[2]
FILES = {file.stem: file.read_text(encoding="utf-8") for file in (ROOT / "hashes").glob("*.txt")}


def entries(text: str) -> dict[str, str]:
    """Return the versions that a file of requirements pins, by the names of the packages."""
    lines = [line.split("#")[0].strip(" \\") for line in text.splitlines()]
    found = [Requirement(line) for line in lines if line and not line.startswith("--hash=")]
    return {
        canonicalize_name(one.name): re.sub(r"^==|\+cpu$", "", str(one.specifier)) for one in found
    }


PINNED = entries((ROOT / "constraints.txt").read_text(encoding="utf-8"))


def test_the_hashes_are_those_of_the_pinned_versions() -> None:
    for name in ("build", "packages", "page", "large", "torch-cpu"):
        assert entries(FILES[name]).items() <= PINNED.items(), f"{name}: run `make hashes`"
    installed = ("packages", "large", "torch-cpu")
    assert set().union(*(entries(FILES[name]) for name in installed)) == set(PINNED)
    assert entries(FILES["torch"])["torch"] == PINNED["torch"]


def test_nothing_that_is_required_is_missing() -> None:
    """The set-up takes no package's word for what it needs, so all of it has to be listed."""
    needed = {
        canonicalize_name(p.metadata["Name"]) for p in required(distribution("quotewell"), ["dev"])
    }
    assert needed <= entries(FILES["packages"]).keys() | entries(FILES["torch-cpu"]).keys()
    page = {
        canonicalize_name(p.metadata["Name"]) for p in required(distribution("quotewell"), ["ui"])
    }
    assert page <= entries(FILES["page"]).keys() | entries(FILES["torch-cpu"]).keys()


def test_every_version_has_hashes_and_comes_from_no_named_place() -> None:
    for name, text in FILES.items():
        for entry in re.findall(r"^\w.*(?:\n +--.*)*", text, re.M):
            assert re.search(r"\n +--hash=sha256:[0-9a-f]{64}", entry), (name, entry[:60])
        assert not re.search(r"://| @ |--(index|extra|find|trusted)", text), name


def test_the_set_up_installs_nothing_unchecked_but_the_checkout_itself() -> None:
    told = subprocess.run(
        ["make", "--dry-run", "--what-if=pyproject.toml", ".venv/installed"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    installing = [line for line in told.splitlines() if "pip install" in line]
    assert len(installing) >= 4
    for line in installing:
        assert "--require-hashes" in line or line.endswith("--no-build-isolation --editable .")
