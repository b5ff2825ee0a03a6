"""Fresh environments: the wheel, and what it requires, out of the packages that are installed here.

Only what the wheel's own metadata asks for is put in, so that what it forgets to ask for is
missing, as for someone who installs it. The packages are linked, which takes no time and no
network.
"""

import os
import subprocess
import sys
import venv
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

from packaging.requirements import Requirement


@dataclass(frozen=True, slots=True)
class Environment:
    """A folder with a Python of its own, in which the wheel is installed."""

    folder: Path

    def command(self, *arguments: str) -> list[str]:
        """Return a command line of the `qa` that was installed."""
        return [str(self.folder / "bin" / "qa"), *arguments]

    def run(self, *arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
        """Run `qa` in a folder."""
        return subprocess.run(
            self.command(*arguments),
            cwd=cwd,
            env=self.variables,
            capture_output=True,
            text=True,
            check=False,
        )

    @property
    def variables(self) -> dict[str, str]:
        """The variables of the system, without those that lead Python elsewhere."""
        kept = {n: v for n, v in os.environ.items() if not n.startswith(("PYTHON", "VIRTUAL"))}
        return {**kept, "COLUMNS": "200"}


def make(folder: Path, wheel: Path, extras: Collection[str] = ()) -> Environment:
    """Install the wheel with its extras into a new environment."""
    venv.create(folder, symlinks=True)
    environment = Environment(folder)
    python = str(folder / "bin" / "python")
    pip = [sys.executable, "-m", "pip", "--python", python, "install", "--quiet", "--no-compile"]
    subprocess.run(
        [*pip, "--disable-pip-version-check", "--no-deps", "--no-index", str(wheel)], check=True
    )
    (site,) = folder.glob("lib/python*/site-packages")
    (info,) = site.glob("quotewell-*.dist-info")
    for package in required(Distribution.at(info), extras):
        link(package, site)
    return environment


def required(package: Distribution, extras: Collection[str]) -> Iterator[Distribution]:
    """Yield all that a package and its extras require, and what that requires, and so on."""
    todo = [(package, frozenset(extras))]
    seen: set[tuple[str, frozenset[str]]] = set()
    while todo:
        package, wanted = todo.pop()
        for line in package.requires or ():
            asked = Requirement(line)
            markers = [{"extra": extra} for extra in (wanted or {""})]
            if asked.marker is not None and not any(map(asked.marker.evaluate, markers)):
                continue
            key = (asked.name, frozenset(asked.extras))
            if key in seen:
                continue
            seen.add(key)
            if asked.name == "quotewell":  # one extra has another
                todo.append((package, key[1]))
                continue
            try:
                todo.append((distribution(asked.name), key[1]))
            except PackageNotFoundError as error:
                raise AssertionError(f"{line}: {asked.name} is not installed here") from error
            yield todo[-1][0]


def link(package: Distribution, site: Path) -> None:
    """Put links to a package's files and folders into an environment."""
    for name in {file.parts[0] for file in package.files or ()}:
        source, target = Path(str(package.locate_file(name))).resolve(), site / name
        if name not in ("..", "__pycache__") and source.exists() and not target.exists():
            target.symlink_to(source)
