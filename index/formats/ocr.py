"""OCR of a page's picture with tesseract, where it is installed (Debian's tesseract-ocr)."""

import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from itertools import groupby, islice

from index.errors import CorpusError

AUTO, NEVER, NONE = "auto", "never", "none"
SCANNED = "ocr"  # in a document's metadata: the languages that its scans were read with, or none
_CHOICE = re.compile(r"[A-Za-z][A-Za-z_/]*(?:\+[A-Za-z][A-Za-z_/]*)*")
_ENGLISH, _ORIENTATION = "eng", "osd"
_NO_LANGUAGES = {"", _ORIENTATION, "equ", "snum"}
_MANY = 4  # languages; reading with all of them takes too long
DPI = 300
_OPTIONS = ("--dpi", str(DPI))
_SECONDS = 60  # a page
_PROCESSES = min(4, os.cpu_count() or 1)
_WORD = "5"  # the level of its rows in tesseract's table


def check(choice: str) -> str:
    """Return "auto", "never" or languages as tesseract calls them; raises CorpusError for others.

    Languages must be installed.
    """
    if choice in {AUTO, NEVER}:
        return choice
    installed = _installed()
    if not _CHOICE.fullmatch(choice):
        raise CorpusError(f"--ocr {choice!r}: write auto, never, or languages as in eng+deu")
    if not installed:
        raise CorpusError(f"--ocr {choice}: tesseract is not installed; install tesseract-ocr")
    if missing := [name for name in choice.split("+") if name not in installed]:
        raise CorpusError(
            f"--ocr {choice}: tesseract has no {missing[0]}, only {', '.join(sorted(installed))}; "
            f"install tesseract-ocr-{missing[0].lower().replace('_', '-')}"
        )
    return choice


def languages(choice: str) -> str:
    """Return the languages to read with, "" for none: told not to, or tesseract is missing.

    "auto" is all that are installed, or of more than a few, English.
    """
    if choice == NEVER:
        return ""
    installed = sorted(_installed())
    if choice != AUTO:
        return choice if set(choice.split("+")) <= set(installed) else ""
    if _ENGLISH in installed:  # the first is the one that tesseract prefers
        installed.remove(_ENGLISH)
        installed.insert(0, _ENGLISH)
    return "+".join(installed if len(installed) <= _MANY else installed[:1])


@dataclass(frozen=True, slots=True)
class Picture:
    """A page in shades of grey: a byte a dot, row by row from the top."""

    dots: bytes
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Found:
    """A word on a picture: its box in dots from the top left, and how sure it is, 0 to 1."""

    text: str
    left: int
    top: int
    right: int
    bottom: int
    sure: float


@dataclass(frozen=True, slots=True)
class Ocr:
    """Reads pictures in some languages, or, with none, not at all.

    `choice` is what was asked for. `alive` is called after every few pages: the time that a file
    may take is that of a page here.
    """

    choice: str = NEVER
    languages: str = ""
    alive: Callable[[], None] = lambda: None

    @classmethod
    def of(cls, choice: str) -> "Ocr":
        return cls(choice, languages(choice))

    def reads_like(self, read_with: str | None) -> bool:
        """Whether a document of which this is said (`SCANNED`) would be read in the same way.

        Where tesseract is gone, what it has read is kept.
        """
        if read_with is None or not (self.languages or self.choice == NEVER):
            return True
        return read_with.split(" ")[0] == (self.languages or NONE)

    @property
    def remedy(self) -> str:
        """What to do so that pages without text are read."""
        return "index with --ocr auto" if self.choice == NEVER else "install tesseract-ocr"

    def read(self, pictures: Iterable[Picture]) -> Iterator[list[list[Found]] | None]:
        """Yield the lines of each picture, in the order of reading; None where that failed."""
        waiting = iter(pictures)
        with ThreadPoolExecutor(_PROCESSES) as pool:
            while batch := list(islice(waiting, _PROCESSES)):
                yield from pool.map(self._read, batch)
                self.alive()

    def _read(self, picture: Picture) -> list[list[Found]] | None:
        program = _program()
        if program is None:
            return None
        # With its file for that, tesseract also finds out which way up a page is.
        turning = ["--psm", "1"] if _ORIENTATION in _all_installed() else []
        head = f"P5 {picture.width} {picture.height} 255\n".encode()
        try:
            done = subprocess.run(  # noqa: S603
                [program, "stdin", "stdout", "-l", self.languages, *turning, *_OPTIONS, "tsv"],
                input=head + picture.dots,
                capture_output=True,
                timeout=_SECONDS,
                check=True,
                env={**os.environ, "OMP_THREAD_LIMIT": "1"},  # a process a core is faster
            )
        except (subprocess.SubprocessError, OSError):
            return None
        return _lines(done.stdout.decode("utf-8", "replace"))


NO_OCR = Ocr()


def _lines(table: str) -> list[list[Found]]:
    """Return the words of tesseract's table, line by line."""
    rows = [row.split("\t") for row in table.splitlines()[1:]]
    words = [row for row in rows if len(row) == 12 and row[0] == _WORD and row[11].strip()]
    return [[_found(row) for row in line] for _, line in groupby(words, key=lambda row: row[1:5])]


def _found(row: list[str]) -> Found:
    left, top, width, height = map(int, row[6:10])
    return Found(row[11], left, top, left + width, top + height, max(float(row[10]), 0.0) / 100)


@cache
def _program() -> str | None:
    return shutil.which("tesseract")


def _installed() -> frozenset[str]:
    """Return the languages that tesseract has; none where it is missing."""
    return _all_installed() - _NO_LANGUAGES


@cache
def _all_installed() -> frozenset[str]:
    program = _program()
    if program is None:
        return frozenset()
    try:
        done = subprocess.run(  # noqa: S603
            [program, "--list-langs"], capture_output=True, timeout=_SECONDS, check=True
        )
    except (subprocess.SubprocessError, OSError):
        return frozenset()
    return frozenset(done.stdout.decode("utf-8", "replace").split("\n")[1:])
