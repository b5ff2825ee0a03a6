"""`qa export`: answers as a packet of evidence."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from index.errors import PacketError, QuestionError
from index.filters import Filter
from qa.answering import checked
from qa.commands.opening import open_corpus, say_what_is_asked
from qa.commands.options import (
    AfterOption,
    BeforeOption,
    CorpusOption,
    DocumentsOption,
    EncoderOption,
    IndexOption,
    ReaderOption,
    ThoroughOption,
    WhereOption,
    filter_of,
)
from qa.commands.terminal import bar, say
from qa.packets.exporting import FORMATS, exported, format_of
from qa.packets.records import record_of
from qa.questions_file import Asked, read_questions
from qa.written import write_whole


def run(
    questions: Annotated[list[str] | None, typer.Argument(help="Each in quotation marks.")] = None,
    file: Annotated[
        Path | None, typer.Option("--questions", help="File of questions, one per line.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="File to write. [default: standard output]")
    ] = None,
    format: Annotated[
        str | None,
        typer.Option(help=f"{', '.join(FORMATS)}. [default: by --out's ending, else json]"),
    ] = None,
    corpus: CorpusOption = None,
    index: IndexOption = None,
    encoder: EncoderOption = None,
    reader: ReaderOption = None,
    thorough: ThoroughOption = False,
    documents: DocumentsOption = None,
    after: AfterOption = None,
    before: BeforeOption = None,
    where: WhereOption = None,
) -> None:
    """Ask questions and write the answers with their evidence; `qa verify` checks it later."""
    whole = filter_of(documents, after, before, where)
    within = whole if whole != Filter() else None
    asked = [Asked(checked(question), within) for question in questions or ()]
    for line in read_questions(file) if file is not None else ():
        asked.append(line._replace(within=within) if line.within is None else line)
    if not asked:
        raise QuestionError("no question is given; write some, or name a file with --questions")
    chosen = format if format is not None else format_of(out.name) if out is not None else "json"
    if chosen not in FORMATS:
        raise PacketError(f"--format takes one of {', '.join(FORMATS)}")
    if out is None and chosen == "docx":
        raise PacketError("a Word file cannot be printed; say where to write it with --out FILE")
    opened = open_corpus(corpus, index, encoder, reader, thorough)
    say_what_is_asked(opened, whole)
    answerer = opened.snapshot()  # of one state, whatever changes meanwhile
    records = []
    with bar("Asking") as progress:
        for number, (question, limits) in enumerate(asked, 1):
            answer = answerer.ask(question, limits)
            records.append(record_of(answer, answerer.documents, limits))
            progress(number, len(asked))
    packet = opened.packet(records)
    data = exported(packet, chosen)
    if out is None:
        sys.stdout.buffer.write(data)
        return
    write_whole(out, data)
    quotes = sum(len(record.quotes) for record in packet.records)
    carried = packet if chosen == "json" else packet.without_pictures()
    seal = f"; the packet's SHA-256 is {carried.sha256}" if FORMATS[chosen].verified else ""
    say(f"{out}: {len(records)} answers, {quotes} quotes{seal}")
