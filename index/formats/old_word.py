"""DOC: what Debian's antiword or catdoc make of the binary files of Word 6 to 2003."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from itertools import groupby

from index.errors import CorpusError
from index.formats import rtf, word
from index.formats.extracted import Extracted
from index.formats.grid import grid
from index.headers import find_date, find_title

# Neither breaks lines; both read from their standard input and write UTF-8.
_PROGRAMS = (("antiword", "-m", "UTF-8.txt", "-w", "0", "-"), ("catdoc", "-d", "utf-8", "-w", "-"))
_SECONDS = 60
_ROW = re.compile(r"\|.*\|\s*")
_MISSING = "its format is that of Word before 2007; to read it, install antiword or catdoc"


def read(raw: bytes) -> Extracted:
    """Read an old Word file, or what is called so and is RTF or DOCX."""
    if raw.lstrip().startswith(b"{\\rt"):
        return rtf.read(raw)
    if raw.startswith(b"PK"):
        return word.read(raw)
    text = "\n".join(_lines(_converted(raw)))
    return Extracted(text, find_title(text), find_date(text))


def _converted(raw: bytes) -> str:
    program = next((p for p in _PROGRAMS if shutil.which(p[0])), None)
    if program is None:
        raise CorpusError(_MISSING)
    path = shutil.which(program[0]) or program[0]
    try:
        done = subprocess.run(  # noqa: S603
            [path, *program[1:]], input=raw, capture_output=True, timeout=_SECONDS, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise CorpusError(f"{program[0]} took longer than {_SECONDS} s to read it") from error
    if done.returncode or not done.stdout.strip():
        said = done.stderr.decode("utf-8", "replace").strip().splitlines()
        why = said[0] if said else f"{program[0]} finds no text in it"
        raise CorpusError(f"damaged, or not a .doc file ({why[:200]})")
    return done.stdout.decode("utf-8", "replace")


def _lines(text: str) -> Iterator[str]:
    """Yield the lines of a text, the tables that are drawn in it with bars as rows."""
    for drawn, lines in groupby(text.splitlines(), key=lambda line: bool(_ROW.fullmatch(line))):
        if not drawn:
            yield from lines
            continue
        rows = [line.strip().strip("|").split("|") for line in lines]
        yield from (row for _, row in grid(enumerate(rows, start=1), facts=True).lines())
