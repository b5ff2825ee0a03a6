"""The command line: `qa index | ask | show | chat | eval | serve`."""

import difflib
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.text import Text

from index.errors import CorpusError, DatasetError, QuotewellError
from index.types import Progress as Report
from qa.corpus import Corpus
from qa.options import (
    AfterOption,
    BeforeOption,
    CorpusOption,
    DocumentsOption,
    EncoderOption,
    IndexOption,
    JsonOption,
    OcrOption,
    ReaderOption,
    ThoroughOption,
    WhereOption,
    filter_of,
)
from qa.printing import (
    counted,
    print_answer,
    print_changed,
    print_document,
    print_json,
    print_left_out,
    print_left_out_count,
    print_listing,
    print_note,
    print_selected,
    print_turn,
    printable,
)
from qa.readers import SMALL, load_reader
from qa.requirements import require_extra
from qa.types import Status

app = typer.Typer(
    help="Answers questions about a folder of documents in the documents' own words.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
_out = Console(highlight=False)
_err = Console(stderr=True, highlight=False)

_BAR_AFTER_SECONDS = 1.0


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line; a user's mistake ends in one line on stderr and exit code 2.

    The arguments are those of the program where none are given.
    """
    try:
        app(arguments)
    except QuotewellError as error:
        _err.print(Text(f"qa: {printable(str(error))}"), soft_wrap=True)
        sys.exit(2)
    except KeyboardInterrupt:
        sys.exit(130)


@app.command()
def index(
    directory: Annotated[Path, typer.Argument(help="Folder of documents, or one file.")],
    index: IndexOption = None,
    encoder: EncoderOption = None,
    max_file_size: Annotated[
        float | None,
        typer.Option(min=0, help="In MB; larger files are left out. [default: by format]"),
    ] = None,
    ocr: OcrOption = None,
    watch: Annotated[
        bool, typer.Option("--watch", help="Keep it up to date, until Ctrl+C.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Build the index of a folder, or bring it up to date; say what was left out."""
    limit = None if max_file_size is None else round(max_file_size * 1e6)
    corpus = open_corpus(directory, index, encoder, SMALL, max_file_size=limit, ocr=ocr, wait=True)
    if as_json:
        counts = {"documents": len(corpus.documents), "passages": len(corpus.passages)}
        said = counts | asdict(corpus.changes) | _left_out(corpus)
        print_json(said)
    else:
        print_changed(corpus.changes, _out)
        held = f"{len(corpus.documents)} documents, {len(corpus.passages)} passages"
        changed = counted(corpus.changes, len(corpus.left_out))
        _out.print(f"{held}: {changed}", soft_wrap=True)
        print_left_out(corpus.skipped, corpus.left_out, _err)
    if watch:
        from qa.watching import follow  # noqa: PLC0415

        _out.print(Text(f"watching {printable(str(directory))}; Ctrl+C ends"), soft_wrap=True)
        with suppress(KeyboardInterrupt):
            before = corpus.left_out
            for found in follow(corpus):
                if isinstance(found, QuotewellError):
                    _err.print(Text(printable(str(found)), "red"), soft_wrap=True)
                    continue
                print_note(found, _err)
                print_changed(found, _out)
                news = {k: v for k, v in corpus.left_out.items() if before.get(k) != v}
                print_left_out({s.path: s.reason for s in found.skipped}, news, _err)
                before = corpus.left_out


@app.command()
def ask(
    question: str,
    corpus: CorpusOption = None,
    index: IndexOption = None,
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
    opened = open_corpus(corpus, index, encoder, reader, thorough, ocr=ocr)
    print_left_out_count(len(opened.skipped), len(opened.left_out), _err)
    print_selected(opened.select(within), _err)
    if every:
        listing = opened.ask_all(question, within)
        if as_json:
            print_json(listing.to_dict() | _left_out(opened))
        else:
            print_listing(listing, _out)
        raise typer.Exit(0 if listing.answers else 1)
    answer = opened.ask(question, within)
    if as_json:
        said = answer.to_dict() | _left_out(opened)
        print_json(said)
    else:
        print_answer(answer, _out)
    raise typer.Exit(0 if answer.status is Status.ANSWERED else 1)


@app.command()
def show(
    document: Annotated[str, typer.Argument(help="As citations name it.")],
    at: Annotated[
        int | None, typer.Option(min=0, help="Only the text around this character.")
    ] = None,
    corpus: CorpusOption = None,
    index: IndexOption = None,
    encoder: EncoderOption = None,
) -> None:
    """Print a document's text, or the place around one of its characters."""
    opened = open_corpus(corpus, index, encoder, SMALL).documents.values()
    documents = {name: found for found in opened for name in found.names}
    if document not in documents:
        near = difflib.get_close_matches(document, documents, 1)
        hint = f"is it {near[0]}?" if near else f"there are {len(documents)} others"
        raise CorpusError(f"{document}: there is no such document; {hint}")
    print_document(documents[document], at, _out)


@app.command()
def chat(
    corpus: CorpusOption = None,
    index: IndexOption = None,
    encoder: EncoderOption = None,
    reader: ReaderOption = None,
    documents: DocumentsOption = None,
    after: AfterOption = None,
    before: BeforeOption = None,
    where: WhereOption = None,
) -> None:
    """Answer questions and follow-ups, until an empty line or the end of input."""
    within = filter_of(documents, after, before, where)
    opened = open_corpus(corpus, index, encoder, reader)
    print_left_out_count(len(opened.skipped), len(opened.left_out), _err)
    print_selected(opened.select(within), _err)
    conversation = opened.chat()
    while question := _prompt():
        try:
            print_turn(conversation.ask(question, within=within), _out)
        except QuotewellError as error:
            _err.print(Text(printable(str(error))))


@app.command("eval")
def evaluate(
    questions: Annotated[
        Path | None,
        typer.Argument(help="Test questions, or dialogues. [default: those of the checkout]"),
    ] = None,
    corpus: CorpusOption = None,
    index: IndexOption = None,
    encoder: EncoderOption = None,
    reader: ReaderOption = None,
    thorough: ThoroughOption = False,
    conversations: Annotated[
        bool, typer.Option("--conversations", help="Hold dialogues, with follow-up questions.")
    ] = False,
    squad: Annotated[
        Path | None, typer.Option(help="SQuAD-format JSON, its paragraphs as one corpus.")
    ] = None,
    given: Annotated[
        bool, typer.Option("--given", help="With --squad: ask each of its own paragraph only.")
    ] = False,
    half: Annotated[
        bool, typer.Option("--half", help="With --squad: index half of the articles, ask of all.")
    ] = False,
    beir: Annotated[Path | None, typer.Option(help="BEIR folder; retrieval only.")] = None,
    limit: Annotated[
        int | None, typer.Option(min=1, help="Ask only so many, evenly spread.")
    ] = None,
    as_json: JsonOption = False,
    report: Annotated[Path | None, typer.Option(help="Write one self-contained page.")] = None,
) -> None:
    """Measure answers against test questions."""
    if sum(source is not None for source in (questions, squad, beir)) > 1:
        raise DatasetError("give one of QUESTIONS, --squad and --beir")
    if conversations and (squad is not None or beir is not None):
        raise DatasetError("--conversations goes with a file of dialogues, or none")
    if (given or half) and squad is None:
        raise DatasetError("--given and --half go with --squad FILE")
    if report is not None and not report.parent.is_dir():
        raise DatasetError(f"{report}: there is no folder {report.parent}; make it first")
    require_extra("eval", "qa eval")
    # The metrics' libraries take seconds to import, and no other command needs them.
    from qa.evaluation import measure  # noqa: PLC0415
    from qa.evaluation import report as reports  # noqa: PLC0415

    with _bar("Indexing") as indexing, _bar("Asking") as asking:
        if squad is not None:
            result: reports.Evaluated = measure.squad(
                squad,
                given=given,
                half=half,
                limit=limit,
                encoder=encoder,
                reader=reader,
                thorough=thorough,
                indexing=indexing,
                asking=asking,
            )
        elif beir is not None:
            result = measure.beir(beir, limit, encoder, indexing, asking)
        else:
            opened = open_corpus(corpus, index, encoder, reader, thorough)
            name = "conversations" if conversations else "questions"
            file = questions if questions is not None else _of_checkout(f"tests/{name}.jsonl")
            hold = measure.conversations if conversations else measure.questions
            result = hold(opened, file, limit, asking)
    if report is not None:
        report.write_text(reports.to_html(result), encoding="utf-8")
    if as_json:
        print_json(reports.to_json(result))
    else:
        _out.print(reports.to_table(result))


@app.command(
    context_settings={"allow_extra_args": True, "ignore_unknown_options": True},
    add_help_option=False,  # the page tells its own
)
def serve(context: typer.Context) -> None:
    """Serve the web page: --corpus, --host, --port, --auth and more; --help lists all."""
    require_extra("ui", "qa serve")
    from qa.web.serving import main as serve_page  # noqa: PLC0415  (Gradio takes seconds to import)

    raise typer.Exit(serve_page(context.args))


def open_corpus(
    path: Path | None,
    index: Path | None,
    encoder: str | None,
    reader: str | None = None,
    thorough: bool = False,
    max_file_size: int | None = None,
    ocr: str | None = None,
    wait: bool = False,
) -> Corpus:
    """Open a corpus with a progress bar, and say what was wrong with its index."""
    found = path if path is not None else _of_checkout("seeds")
    with _bar("Indexing") as progress:
        corpus = Corpus.open(
            found,
            index=index,
            encoder=encoder,
            reader=load_reader(reader, thorough, _say),
            max_file_size=max_file_size,
            ocr=ocr,
            wait=wait,
            progress=progress,
        )
    print_note(corpus.changes, _err)
    return corpus


def _say(note: str) -> None:
    _err.print(Text(note), soft_wrap=True)


def _left_out(corpus: Corpus) -> dict[str, Any]:
    """Return why files were skipped, and what was left out of others, for JSON."""
    return {"skipped": dict(corpus.skipped), "left_out": dict(corpus.left_out)}


def _of_checkout(name: str) -> Path:
    path = Path(__file__).parent.parent / name
    if not path.exists():
        raise CorpusError(f"{name} is only there in a checkout of Quotewell; name a path")
    return path


def _prompt() -> str:
    try:
        return _out.input("[bold]?[/bold] ").strip()
    except EOFError:
        return ""


@contextmanager
def _bar(label: str) -> Iterator[Report]:
    """Yield a callback that shows a progress bar once something takes longer than a second."""
    columns = (TextColumn(label), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    progress = Progress(*columns, console=_err, transient=True)
    task = progress.add_task(label)
    began = time.monotonic()

    def report(done: int, total: int) -> None:
        progress.update(task, completed=done, total=total)
        if time.monotonic() - began > _BAR_AFTER_SECONDS:
            progress.start()

    try:
        yield report
    finally:
        if progress.live.is_started:  # where nobody watches, stopping prints a line
            progress.stop()
