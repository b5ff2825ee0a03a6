"""`qa calibrate`: a promise about `answered`, from the user's own judged questions."""

from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

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
from qa.commands.terminal import OUT, bar, say
from qa.parts import feedback_file
from qa.printing import print_json
from qa.promise import promise
from qa.requirements import require_extra


def run(
    questions: Annotated[
        Path | None, typer.Argument(help="Judged questions, as `qa eval` reads them.")
    ] = None,
    feedback: Annotated[
        bool, typer.Option("--feedback", help="What visitors of `qa serve` said: Right, Wrong.")
    ] = False,
    most_wrong: Annotated[
        float, typer.Option(min=0.001, max=0.5, help="So much of `answered` may be wrong.")
    ] = 0.05,
    sure: Annotated[
        float, typer.Option(min=0.5, max=0.999, help="With this probability it holds.")
    ] = 0.95,
    corpus: CorpusOption = None,
    index: IndexOption = None,
    encoder: EncoderOption = None,
    reader: ReaderOption = None,
    thorough: ThoroughOption = False,
    as_json: JsonOption = False,
) -> None:
    """Set the threshold from which an answer is called answered, so that few of those are wrong.

    Each question is asked again. The promise is kept beside the index and holds for questions like
    those judged.
    """
    if (questions is None) == (not feedback):
        raise DatasetError("give a file of judged questions, or --feedback")
    require_extra("eval", "qa calibrate")
    from qa.evaluation import measure  # noqa: PLC0415  (its libraries take seconds to import)

    folder = corpus if corpus is not None else of_checkout("seeds")
    file = questions if questions is not None else feedback_file(folder)
    opened = open_corpus(corpus, index, encoder, reader, thorough)
    with bar("Asking") as asking:
        judged, gone = measure.judged(opened, file, asking)
    if gone:
        say(f"left out: {gone:,} judged questions whose documents have changed since")
    made = promise(judged, most_wrong, sure)
    kept = opened.keep_promise(made)
    if as_json:
        print_json({**made.to_dict(), "file": str(kept)})
    else:
        OUT.print(Text(f"{made}. Answered: from {made.answered:.0%} up."), soft_wrap=True)
