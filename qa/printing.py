"""Answers and changes as text for a terminal. What documents hold is printed, never obeyed."""

import codecs
import json
import sys
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Mapping

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from index.errors import CorpusError
from index.filters import Selected
from index.lines import lines
from index.mirror import Changes
from index.types import Document
from qa.conversation import Turn
from qa.each_side import EACH_SIDE
from qa.several import OF_A_LIST, asks_for_several
from qa.types import Answer, Citation, Status

_HEADINGS = {
    Status.ANSWERED: ("Answer", "bold green"),
    Status.UNSURE: ("Unsure, perhaps", "bold yellow"),
    Status.NOT_FOUND: ("The documents do not say", "bold red"),
}
_REASONS_SHOWN = 20
_NAMES_SHOWN = 5  # of a reason
_LINES_AROUND = 3


def printable(text: str) -> str:
    """Blank out control characters, which could drive the terminal, and line breaks."""
    return "".join(c if c.isprintable() else " " for c in text)


def print_json(value: object) -> None:
    """Print JSON, its letters as escapes where standard output does not take all of them."""
    escaped = codecs.lookup(sys.stdout.encoding).name != "utf-8"
    print(json.dumps(value, ensure_ascii=escaped, indent=2))


def print_answer(answer: Answer, console: Console) -> None:
    """Print an answer with its citations, and the nearest passages where it is not sure."""
    if answer.note:
        console.print(Text(printable(answer.note)), soft_wrap=True)
        if not answer.citations:
            return
    heading, style = _HEADINGS[answer.status]
    doubt = "" if answer.calibrated else ", not calibrated for this reader"
    line = Text.assemble((heading, style), f"  (confidence {answer.confidence:.0%}{doubt})")
    console.print(line)
    if answer.promise:
        console.print(Text(answer.promise, "dim"), soft_wrap=True)
    if answer.caution:
        console.print(Text(printable(answer.caution), "yellow"), soft_wrap=True)
    if answer.answer is not None:
        console.print(Padding(Text(printable(answer.answer), "bold"), (0, 0, 1, 2)))
    for number, citation in enumerate(answer.citations, start=1):
        print_citation(number, citation, console)
    if answer.others:
        sure = answer.status is Status.ANSWERED
        several = asks_for_several(answer.question) or answer.note == OF_A_LIST
        beside = "One of several; the others found" if several else "Other sources say"
        beside = "And for the other" if answer.note == EACH_SIDE else beside
        console.print(Text(beside if sure or several else "Other possible answers", "bold"))
    for number, citation in enumerate(answer.others, start=len(answer.citations) + 1):
        print_citation(number, citation, console)
    if answer.nearest:
        console.print(Text("Closest passages", "bold"))
    for number, citation in enumerate(answer.nearest, start=1):
        print_citation(number, citation, console)


def print_turn(turn: Turn, console: Console) -> None:
    """Print a turn's answer, and the question if it was not asked as typed."""
    if turn.searched_for != turn.question:
        console.print(Text(f"searched for: {printable(turn.searched_for)}", "dim"), soft_wrap=True)
    print_answer(turn.answer, console)


def print_note(changes: Changes, console: Console) -> None:
    """Print what was wrong with the previous index."""
    if changes.note:
        console.print(Text(printable(changes.note), "yellow"), soft_wrap=True)


def print_left_out(
    skipped: Mapping[str, str], left_out: Mapping[str, tuple[str, ...]], console: Console
) -> None:
    """Print which files were skipped and what was left out of others, a line for each reason."""
    whole, parts = defaultdict[str, list[str]](list), defaultdict[str, list[str]](list)
    for path, reason in skipped.items():
        whole[reason].append(path)
    for path, reasons in left_out.items():
        for said in reasons:
            what, colon, why = said.partition(
                ": "
            )  # "pages 2-4: no text" is of many files' reasons
            parts[why if colon else said].append(f"{path} ({what})" if colon else path)
    for line in (*_by_reason("skipped", whole), *_by_reason("left out", parts)):
        console.print(Text(printable(line), "yellow"), soft_wrap=True)


def _by_reason(word: str, named: Mapping[str, list[str]]) -> Iterator[str]:
    for reason, names in list(named.items())[:_REASONS_SHOWN]:
        more = len(names) - _NAMES_SHOWN
        shown = ", ".join(names[:_NAMES_SHOWN]) + (f" and {more:,} more" if more > 0 else "")
        yield f"{word:>8}  {shown}: {reason}"
    if rest := sum(len(names) for names in list(named.values())[_REASONS_SHOWN:]):
        yield f"{word:>8}  {rest:,} more, for other reasons; --json names them"


def print_left_out_count(skipped: int, in_part: int, console: Console) -> None:
    """Print in one line how many files could not be read, or not wholly."""
    counts = {"skipped": skipped, "read in part": in_part}
    said = ", ".join(f"{_files(n)} {word}" for word, n in counts.items() if n)
    if said:
        console.print(Text(f"{said}; qa index says which, and why", "yellow"), soft_wrap=True)


def _files(count: int) -> str:
    return f"{count:,} file{'' if count == 1 else 's'}"


def counted(changes: Changes, in_part: int) -> str:
    """Return how many files were added, changed and so on."""
    kinds = ("added", "changed", "renamed", "removed", "unchanged", "skipped")
    counts = [f"{len(getattr(changes, kind))} {kind}" for kind in kinds]
    return ", ".join([*counts, *([f"{in_part} read in part"] if in_part else [])])


def print_changed(changes: Changes, console: Console) -> None:
    """Print a line for each file that was added, changed, renamed or removed."""
    renamed = [f"{before} -> {after}" for before, after in changes.renamed]
    for word, names in (
        ("added", changes.added),
        ("changed", changes.changed),
        ("renamed", renamed),
        ("removed", changes.removed),
    ):
        for name in names:
            console.print(Text(f"{word:>9}  {printable(name)}"), soft_wrap=True)


def print_selected(selected: Selected, console: Console) -> None:
    """Print how many documents a filter leaves out because they have no date."""
    if count := len(selected.undated):
        line = f"left out for want of a date: {count} document{'' if count == 1 else 's'}"
        console.print(Text(line, "yellow"))


def print_document(document: Document, at: int | None, console: Console) -> None:
    """Print a document's text under the names of its places, or the lines around an offset.

    Raises CorpusError for an offset beyond its end.
    """
    text = document.text
    if at is not None and at >= len(text):
        raise CorpusError(f"{document.id} has {len(text):,} characters; there is none at {at:,}")
    rows = list(lines(text))
    if at is not None:
        found = max(bisect_right(rows, at, key=lambda row: row[0]) - 1, 0)
        rows = rows[max(found - _LINES_AROUND, 0) : found + _LINES_AROUND + 1]
    console.print(Text(printable(document.title), "bold"), soft_wrap=True)
    if at is None:
        console.print(Text(_said(document), "dim"), soft_wrap=True)
    for name in document.also:
        console.print(Text(f"the same file: {printable(name)}", "dim"), soft_wrap=True)
    for reason in document.left_out:
        console.print(Text(f"left out: {printable(reason)}", "yellow"), soft_wrap=True)
    label = None
    for start, end in rows:
        place = document.place_at(start if at is None or not start <= at < end else at)
        if place is not None and place.label != label:
            label = place.label
            console.print(Text(f"[{printable(label)}]", "dim"), soft_wrap=True)
        line = Text(printable(text[start:end]))
        if at is not None and start <= at < end:
            line.stylize("reverse", at - start, at - start + 1)
        console.print(line, soft_wrap=True)


def _said(document: Document) -> str:
    """Return what is known of a document in one line: "date 2009, author Ada Byron, ..."."""
    said = {"date": document.date, **document.metadata, "sha256": document.sha256[:12]}
    return ", ".join(f"{name} {printable(str(said[name]))}" for name in said if said[name])


def _where(citation: Citation) -> str:
    """Return a citation's document, and its place there if it has one, with its offsets."""
    if citation.place is None:
        return f"{printable(citation.document)}:{citation.start}-{citation.end}"
    place = f"{citation.document}, {citation.place}"
    return f"{printable(place)} ({citation.start}-{citation.end})"


def print_citation(number: int, citation: Citation, console: Console) -> None:
    """Print where a quote is, and its snippet with the quote marked."""
    source = Text.assemble(
        (f"[{number}] ", "bold"),
        (printable(citation.title), "italic"),
        f", {citation.date}" if citation.date else "",
        (f"  {_where(citation)}", "dim"),
    )
    snippet = Text(printable(citation.snippet))
    if citation.snippet != citation.quote:
        start = citation.start - citation.snippet_start
        snippet.stylize("reverse", start, start + len(citation.quote))
    console.print(source)
    console.print(Padding(snippet, (0, 0, 1, 4)))
