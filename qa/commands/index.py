"""`qa index`: build an index, or bring it up to date."""

from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from index.errors import QuotewellError
from qa.commands.opening import left_out, open_corpus
from qa.commands.options import EncoderOption, EngineOption, IndexOption, JsonOption, OcrOption
from qa.commands.terminal import ERR, OUT
from qa.corpus import Corpus
from qa.printing import (
    counted,
    print_changed,
    print_json,
    print_left_out,
    print_note,
    printable,
)
from qa.readers import SMALL


def run(
    directory: Annotated[Path, typer.Argument(help="Folder of documents, or one file.")],
    index: IndexOption = None,
    engine: EngineOption = None,
    encoder: EncoderOption = None,
    max_file_size: Annotated[
        float | None,
        typer.Option(min=0, help="In MB; larger files are left out. [default: by format]"),
    ] = None,
    ocr: OcrOption = None,
    ray: Annotated[
        str | None,
        typer.Option(
            metavar="ADDRESS",
            help="A Ray cluster that parses and encodes: HOST:PORT, or 'local' for these cores.",
        ),
    ] = None,
    watch: Annotated[
        bool, typer.Option("--watch", help="Keep it up to date, until Ctrl+C.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Build the index of a folder, or bring it up to date; say what was left out."""
    limit = None if max_file_size is None else round(max_file_size * 1e6)
    corpus = open_corpus(
        directory,
        index,
        encoder,
        SMALL,
        max_file_size=limit,
        ocr=ocr,
        wait=True,
        engine=engine,
        ray=ray,
    )
    if as_json:
        counts = {"documents": len(corpus.documents), "passages": len(corpus.passages)}
        print_json(counts | asdict(corpus.changes) | left_out(corpus))
    else:
        print_changed(corpus.changes, OUT)
        held = f"{len(corpus.documents)} documents, {len(corpus.passages)} passages"
        changed = counted(corpus.changes, len(corpus.left_out))
        OUT.print(f"{held}: {changed}", soft_wrap=True)
        print_left_out(corpus.skipped, corpus.left_out, ERR)
    if watch:
        OUT.print(Text(f"watching {printable(str(directory))}; Ctrl+C ends"), soft_wrap=True)
        with suppress(KeyboardInterrupt):
            _follow(corpus)


def _follow(corpus: Corpus) -> None:
    """Print what changes, without end."""
    from qa.watching import follow  # noqa: PLC0415  (no other command needs its library)

    before = corpus.left_out
    for changes in follow(corpus):
        if isinstance(changes, QuotewellError):
            ERR.print(Text(printable(str(changes)), "red"), soft_wrap=True)
            continue
        print_note(changes, ERR)
        print_changed(changes, OUT)
        news = {k: v for k, v in corpus.left_out.items() if before.get(k) != v}
        print_left_out({s.path: s.reason for s in changes.skipped}, news, ERR)
        before = corpus.left_out
