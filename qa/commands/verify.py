"""`qa verify`: whether the quotes of a packet are still in the documents, or an audit is whole."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.text import Text

from index.errors import PacketError
from qa.commands.opening import open_corpus
from qa.commands.options import CorpusOption, EncoderOption, IndexOption, JsonOption
from qa.commands.terminal import OUT
from qa.packets.exporting import open_packet
from qa.packets.plain import to_plain
from qa.packets.verifying import Finding, Outcome
from qa.printing import print_json, printable
from qa.readers import SMALL

_STYLES = {
    Outcome.HOLDS: "green",
    Outcome.MOVED: "yellow",
    Outcome.CHANGED: "red",
    Outcome.GONE: "red",
}


def run(
    packet: Annotated[
        Path | None, typer.Argument(help="JSON, HTML, Markdown or Word, of qa export.")
    ] = None,
    corpus: CorpusOption = None,
    index: IndexOption = None,
    encoder: EncoderOption = None,
    audit: Annotated[
        Path | None, typer.Option("--audit", help="Check the chain of an audit's lines instead.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Compare a packet's quotes with the documents. Exit code 0: all hold; 1: not all; 2: error."""
    if audit is not None and packet is None:
        raise typer.Exit(_check_audit(audit, as_json))
    if audit is not None or packet is None:
        raise PacketError("give either a packet or --audit FILE")
    made = open_packet(packet)
    findings = open_corpus(corpus, index, encoder, SMALL).verify(made)
    if as_json:
        found = [_plain(finding) for finding in findings]
        print_json({"sha256": made.sha256, "made": made.made, "quotes": found})
    else:
        for finding in findings:
            _print(finding)
        _print_counts(findings, made.sha256)
    raise typer.Exit(0 if all(f.outcome is Outcome.HOLDS for f in findings) else 1)


def _check_audit(file: Path, as_json: bool) -> int:
    """Print whether an audit's chain holds; return the exit code."""
    from qa.audit import check  # noqa: PLC0415  (nobody else needs it)

    chain = check(file)
    if as_json:
        print_json(to_plain(chain))
    elif chain.wrong is not None:
        OUT.print(Text(f"{printable(str(file))}: {chain.wrong}", "red"), soft_wrap=True)
    else:
        cut = f", {len(chain.cut)} cut off where a writer was stopped" if chain.cut else ""
        said = f"{chain.lines} lines hold{cut}; the last one's SHA-256 is {chain.last}"
        OUT.print(Text(said), soft_wrap=True)
    return 0 if chain.wrong is None else 1


def _plain(finding: Finding) -> Any:
    """Return a finding as plain JSON types, without the picture."""
    return to_plain(replace(finding, quote=replace(finding.quote, picture=None)))


def _print(finding: Finding) -> None:
    quote, note = finding.quote, finding.note
    if finding.outcome is Outcome.HOLDS and not note:
        return
    named = f"{finding.question}.{finding.number} {quote.document} ({quote.start}-{quote.end})"
    now = ""
    if finding.outcome in (Outcome.MOVED, Outcome.CHANGED):
        now = f", now {finding.document} ({finding.start}-{finding.end})"
    why = f": {note}" if note else ""
    line = Text(f"{finding.outcome:>7}", _STYLES[finding.outcome])
    line.append(printable(f"  {named}{now}{why}"), "default")
    OUT.print(line, soft_wrap=True)
    if finding.outcome in (Outcome.CHANGED, Outcome.GONE):
        OUT.print(Text(printable(f"         was  {''.join(quote.around())}")), soft_wrap=True)
    if finding.outcome is Outcome.CHANGED:
        OUT.print(Text(printable(f"         is   {finding.now}")), soft_wrap=True)


def _print_counts(findings: Sequence[Finding], sha256: str) -> None:
    counts = Counter(finding.outcome for finding in findings)
    said = ", ".join(f"{counts[outcome]} {words}" for outcome, words in _WORDS.items())
    OUT.print(f"{len(findings)} quotes: {said}", soft_wrap=True)
    OUT.print(Text(f"the packet is whole; its SHA-256 is {sha256}", "dim"), soft_wrap=True)


_WORDS = {
    Outcome.HOLDS: "hold",
    Outcome.MOVED: "moved",
    Outcome.CHANGED: "changed",
    Outcome.GONE: "gone",
}
