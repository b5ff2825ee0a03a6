"""PDFs beside pdftotext: words lost, words in order, pages a second: `python -m bench.pdfs FOLDER`.

pdftotext (Debian's poppler-utils) reads the same files. A word of its text is lost if ours has it
less often, and the words of ours that it lacks do not hold its letters: formulas are parted into
words in many ways. Words of ours are in order if they stand after one another in pdftotext's text
too, in its reading order or as they were written (`-raw`). The names of columns that ours repeats
in each row are not on the page, and so not counted. Running headers and footers stand once in ours,
so neither theirs nor the pages' numbers are counted, nor any where those of lines are left out.
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
from index.formats.pdf import NUMBERED, RUNNING
from index.formats.worker import Worker


def words(text: str) -> list[str]:
    """Return the words of a text, without what tells writers apart: case, hyphens, accents."""
    folded = unicodedata.normalize("NFKD", text).casefold().replace("\u0131", "i")
    folded = "".join(c for c in folded if not unicodedata.combining(c))
    return re.findall(
        "[\u2e80-\uffff]|[^\\W_\u2e80-\uffff]+",
        re.sub(r"[-\u2010-\u2014\xad\x02\ufffe]\s*", "", folded),
    )


def _unnumbered(line: str) -> str:
    return " ".join(word for word in words(line) if not word.isdecimal())


def compared(
    ours: str, theirs: str, raw: str, running: str
) -> tuple[int, int, int, int, list[str]]:
    """Return words of `theirs`, those lost in `ours`, pairs of ours, those in order; the lost."""
    known = {_unnumbered(line) for line in running.splitlines()}
    flow, written = (
        words("\n".join(line for line in text.splitlines() if _unnumbered(line) not in known))
        for text in (theirs, raw)
    )
    mine = words(ours)
    less = Counter(flow) - Counter(mine)
    for word in words(running):
        less.pop(word, None)
    more = Counter("".join((Counter(mine) - Counter(flow)).elements()))
    lost = []
    for word in sorted(less.elements(), key=len):
        letters = Counter(word)
        if letters <= more:
            more -= letters
        else:
            lost.append(word)
    pairs = Counter(pairwise(mine))
    kept = pairs & (Counter(pairwise(flow)) | Counter(pairwise(written)))
    return len(flow), len(lost), pairs.total(), kept.total(), lost


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
            raw = subprocess.run(
                ["pdftotext", "-q", "-raw", file, "-"], capture_output=True, check=True
            ).stdout.decode()
            texts = _drawn(found), theirs, raw
            if any(NUMBERED in reason for reason in found.left_out):
                texts = tuple(map(_without_numbers, texts))
            counts = compared(*texts, _running(found))
            if args.plumber:
                total["pdfplumber s"] += _plumber(file)
            for name, count in zip(("words", "lost", "pairs", "kept"), counts, strict=False):
                total[name] += count
            total["pages"] += pages
            total["files"] += 1
            if args.each:
                lost, kept = counts[1] / max(counts[0], 1), counts[3] / max(counts[2], 1)
                most = [word for word, _ in Counter(counts[4]).most_common(6)]
                line = f"{file.name[:40]:40} {pages:4} {lost:7.2%} {kept:7.2%} {' '.join(most)}"
                console.print(line, overflow="ellipsis", no_wrap=True)
    table = Table("", "", title=f"{total['files']} files, {total['pages']} pages")
    table.add_row("words lost", f"{total['lost'] / total['words']:.2%}")
    table.add_row("words in order", f"{total['kept'] / total['pairs']:.2%}")
    for name in ("ours", "pdftotext", "pdfplumber"):
        if seconds := total[f"{name} s"]:
            table.add_row(f"pages a second, {name}", f"{total['pages'] / seconds:.0f}")
    console.print(table)


def _drawn(found: Extracted) -> str:
    """Return the text on the pages: no running lines, and no names of columns in each row."""
    aside = [(p.start, p.end) for p in found.places if p.page is None]
    kept = [
        (start, end)
        for start, end in found.boxes[:, :2].tolist()
        if not any(low <= start < high for low, high in aside)
    ]
    parts, at = [], 0
    for start, end in kept:
        parts.append("" if start == at else " ")
        parts.append(found.text[start:end])
        at = end
    return "".join(parts)


def _without_numbers(text: str) -> str:
    return re.sub(r"(?<!\S)\d+(?!\S)", "", text)


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
