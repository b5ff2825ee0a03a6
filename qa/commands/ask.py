"""`qa ask`: answer one question."""

from typing import Annotated

import typer

from qa.commands.listing import print_listing
from qa.commands.opening import left_out, open_corpus, say_what_is_asked
from qa.commands.options import (
    AfterOption,
    BeforeOption,
    CorpusOption,
    DocumentsOption,
    EncoderOption,
    EngineOption,
    IndexOption,
    JsonOption,
    OcrOption,
    ReaderOption,
    ThoroughOption,
    WhereOption,
    filter_of,
)
from qa.commands.terminal import OUT
from qa.printing import print_answer, print_json
from qa.types import Status


def run(
    question: str,
    corpus: CorpusOption = None,
    index: IndexOption = None,
    engine: EngineOption = None,
    encoder: EncoderOption = None,
    reader: ReaderOption = None,
    thorough: ThoroughOption = False,
    ocr: OcrOption = None,
    documents: DocumentsOption = None,
    after: AfterOption = None,
    before: BeforeOption = None,
    where: WhereOption = None,
    as_json: JsonOption = False,
    every: Annotated[
        bool, typer.Option("--all", help="Every answer, for questions that have several.")
    ] = False,
) -> None:
    """Answer one question. Exit code 0: answered; 1: unsure or not found; 2: error."""
    within = filter_of(documents, after, before, where)
    opened = open_corpus(corpus, index, encoder, reader, thorough, ocr=ocr, engine=engine)
    say_what_is_asked(opened, within)
    if every:
        listing = opened.ask_all(question, within)
        if as_json:
            print_json(listing.to_dict() | left_out(opened))
        else:
            print_listing(listing, OUT)
        raise typer.Exit(0 if listing.answers else 1)
    answer = opened.ask(question, within)
    if as_json:
        print_json(answer.to_dict() | left_out(opened))
    else:
        print_answer(answer, OUT)
    raise typer.Exit(0 if answer.status is Status.ANSWERED else 1)
