"""PDFs beside pdftotext: words lost, words in order, pages a second: `python -m bench.pdfs FOLDER`.

pdftotext (Debian's poppler-utils) reads the same files. A word of its text is lost if ours has it
less often; words are in order if the two texts have them after one another in the same way. Running
headers and footers stand once in ours, so neither theirs nor the pages' numbers are counted.
`--plumber` times pdfplumber too, which must be installed for it.
"""

import argparse
import re
import subprocess
import time
import unicodedata
from collections import Counter
from itertools import pairwise
from pathlib import Path

from rich.console import Console
from rich.table import Table

from index.errors import CorpusError
from index.formats.extracted import Extracted
from index.formats.pdf import RUNNING
from index.formats.worker import Worker


def words(text: str) -> list[str]:
    """Return the words of a text, without what tells writers apart: case, hyphens, ligatures."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return re.findall(
        "[\u2e80-\uffff]|[^\\W_\u2e80-\uffff]+",
        re.sub(r"[-\u2010-\u2014\xad\x02\ufffe]\s*", "", folded),
    )


def _unnumbered(line: str) -> str:
    return " ".join(word for word in words(line) if not word.isdecimal())


def compared(ours: str, theirs: str, running: str) -> tuple[int, int, int, int, Counter[str]]:
    """Return words of `theirs`, those lost in `ours`, pairs of words, those kept, and which."""
    known = {_unnumbered(line) for line in running.splitlines()}
    flow = [line for line in theirs.splitlines() if _unnumbered(line) not in known]
    mine, other = words(ours), words("\n".join(flow))
    lost = Counter(other) - Counter(mine)
    for word in words(running):
        lost.pop(word, None)
    pairs = Counter(pairwise(other))
    kept = pairs & Counter(pairwise(mine))
    return len(other), lost.total(), pairs.total(), kept.total(), lost


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--each", action="store_true", help="a line for each file")
    parser.add_argument("--plumber", action="store_true")
    args = parser.parse_args()
    files = sorted(args.folder.glob("*.pdf"))
    console = Console()
    total = Counter[str]()
    with Worker() as worker:
        worker.extract(".pdf", files[0].read_bytes())  # its start is not counted
        for file in files:
            began = time.perf_counter()
            try:
                found = worker.extract(".pdf", file.read_bytes())
            except CorpusError as error:
                console.print(f"{file.name}: {error}")
                continue
            total["ours s"] += time.perf_counter() - began
            began = time.perf_counter()
            theirs = subprocess.run(
                ["pdftotext", "-q", file, "-"], capture_output=True, check=True
            ).stdout.decode()
            total["pdftotext s"] += time.perf_counter() - began
            pages = theirs.count("\f")
            counts = compared(found.text, theirs, _running(found))
            if args.plumber:
                total["pdfplumber s"] += _plumber(file)
            for name, count in zip(("words", "lost", "pairs", "kept"), counts, strict=False):
                total[name] += count
            total["pages"] += pages
            total["files"] += 1
            if args.each:
                lost, kept = counts[1] / max(counts[0], 1), counts[3] / max(counts[2], 1)
                most = [word for word, _ in counts[4].most_common(6)]
                console.print(f"{file.name[:48]:48} {pages:4} {lost:7.2%} {kept:7.2%} {most}")
    table = Table("", "", title=f"{total['files']} files, {total['pages']} pages")
    table.add_row("words lost", f"{total['lost'] / total['words']:.2%}")
    table.add_row(
        "words after one another as in pdftotext", f"{total['kept'] / total['pairs']:.2%}"
    )
    for name in ("ours", "pdftotext", "pdfplumber"):
        if seconds := total[f"{name} s"]:
            table.add_row(f"pages a second, {name}", f"{total['pages'] / seconds:.0f}")
    console.print(table)


def _running(found: Extracted) -> str:
    places = (place for place in found.places if place.label == RUNNING)
    return " ".join(found.text[place.start : place.end] for place in places)


def _plumber(file: Path) -> float:
    import pdfplumber  # noqa: PLC0415  # not a dependency

    began = time.perf_counter()
    with pdfplumber.open(file) as document:
        for page in document.pages:
            page.extract_text()
            page.close()
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
