"""`qa eval`: measure answers against test questions."""

from pathlib import Path
from typing import Annotated

import typer

from index.errors import DatasetError
from qa.commands.opening import of_checkout, open_corpus
from qa.commands.options import (
    CorpusOption,
    EncoderOption,
    IndexOption,
    JsonOption,
    ReaderOption,
    ThoroughOption,
)
from qa.commands.terminal import OUT, bar
from qa.printing import print_json
from qa.requirements import require_extra


def run(
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

    with bar("Indexing") as indexing, bar("Asking") as asking:
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
            file = questions if questions is not None else of_checkout(f"tests/{name}.jsonl")
            hold = measure.conversations if conversations else measure.questions
            result = hold(opened, file, limit, asking)
    if report is not None:
        report.write_text(reports.to_html(result), encoding="utf-8")
    if as_json:
        print_json(reports.to_json(result))
    else:
        OUT.print(reports.to_table(result))
