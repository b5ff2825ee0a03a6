"""`qa compare`: ask the same of two sides, and say what changed."""

from pathlib import Path

from rich.console import Console
from rich.text import Text

from index.errors import CorpusError
from qa.commands.opening import open_corpus
from qa.commands.options import (
    CorpusOption,
    EncoderOption,
    IndexOption,
    JsonOption,
    ReaderOption,
    ThoroughOption,
)
from qa.commands.terminal import OUT
from qa.comparing import Change, Comparison, compared
from qa.printing import print_citation, print_json, printable
from qa.types import Answer, Citation, Status

_SAID = {
    Change.SAME: ("Both say the same", "bold green"),
    Change.CHANGED: ("Changed", "bold yellow"),
    Change.ADDED: ("Only the new side says it", "bold yellow"),
    Change.REMOVED: ("Only the old side says it", "bold yellow"),
    Change.NEITHER: ("Neither side says", "bold red"),
}


def run(
    old: str,
    new: str,
    question: str,
    corpus: CorpusOption = None,
    index: IndexOption = None,
    encoder: EncoderOption = None,
    reader: ReaderOption = None,
    thorough: ThoroughOption = False,
    as_json: JsonOption = False,
) -> None:
    """Ask two documents, folders or dates the same; say what changed, with both quotes.

    With --corpus, OLD and NEW are documents, folders or dates (2019, 2019-03) of it; without, two
    files or folders of the disk. Exit code 0: the same; 1: not the same; 2: error.
    """
    if corpus is not None:
        found = open_corpus(corpus, index, encoder, reader, thorough).compare(old, new, question)
    else:
        if missing := [side for side in (old, new) if not Path(side).expanduser().exists()]:
            raise CorpusError(
                f"{missing[0]}: there is no such file or folder; name two, or a --corpus that "
                "has documents, folders or dates of these names"
            )
        if index is not None:
            raise CorpusError("--index goes with --corpus: two files or folders have two indexes")
        sides = [open_corpus(Path(s), None, encoder, reader, thorough) for s in (old, new)]
        one, other = (side.ask(question) for side in sides)
        found = compared(question, one, other, sides[0].documents, sides[1].documents)
    if as_json:
        print_json(found.to_dict())
    else:
        print_comparison(found, OUT)
    raise SystemExit(0 if found.change is Change.SAME else 1)


def print_comparison(found: Comparison, console: Console) -> None:
    """Print what changed, and the quote of each side."""
    said, style = _SAID[found.change]
    unsure = any(
        side.status is Status.UNSURE and quote is not None
        for side, quote in ((found.old, found.old_quote), (found.new, found.new_quote))
    )
    console.print(Text.assemble((said, style), "  (unsure)" if unsure else ""))
    _print_side("Old", found.old_quote, found.old, console)
    _print_side("New", found.new_quote, found.new, console)
    if found.still and found.change is Change.CHANGED:
        console.print(Text("The old sentence is in the new side, too.", "dim"))


def _print_side(name: str, quote: Citation | None, answer: Answer, console: Console) -> None:
    if quote is None:
        console.print(Text.assemble((f"{name}: ", "bold"), ("does not say", "red")))
        return
    sure = f"  (confidence {answer.confidence:.0%})" if answer.citations else ""
    console.print(Text.assemble((f"{name}: ", "bold"), printable(quote.quote), (sure, "dim")))
    print_citation(1 if name == "Old" else 2, quote, console)
