"""`qa watch-questions`: which answers are others since the questions were last asked."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from filelock import FileLock, Timeout

from index.errors import QuotewellError
from qa.commands.opening import open_corpus
from qa.commands.options import CorpusOption, EncoderOption, IndexOption, ReaderOption
from qa.commands.terminal import say
from qa.feed import to_atom
from qa.questions_file import read_questions
from qa.watched import Kept, asked_again, shown
from qa.written import write_whole


def run(
    file: Annotated[Path, typer.Argument(help="File of questions, one per line.")],
    corpus: CorpusOption = None,
    index: IndexOption = None,
    encoder: EncoderOption = None,
    reader: ReaderOption = None,
    atom: Annotated[
        Path | None, typer.Option("--atom", help="Write the changes as a feed, too.")
    ] = None,
) -> None:
    """Ask saved questions again; print each whose answer changed as a line of JSON.

    The answers are kept beside FILE, in FILE.answers. Exit code 0: none changed, or all are new; 1:
    some changed; 2: error.
    """
    questions = read_questions(file)
    answers = file.with_name(f"{file.name}.answers")
    with _alone(answers):
        kept = Kept.read(answers)
        answerer = open_corpus(corpus, index, encoder, reader).snapshot()
        kept, changes = asked_again(kept, questions, answerer.ask, answerer.documents)
        for change in changes:
            print(json.dumps(shown(change)), flush=True)
        if atom is not None:
            title = f"Answers that changed: {file.name}"
            write_whole(atom, to_atom(kept.changes, kept.id, title))
        kept.write(answers)  # last: what could not be told is told the next time
    say(f"{len(changes)} of {len(questions)} answers changed")
    raise typer.Exit(1 if changes else 0)


@contextmanager
def _alone(answers: Path) -> Iterator[None]:
    """Keep other processes from asking the same questions; raises QuotewellError."""
    lock = FileLock(f"{answers}.lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise QuotewellError(f"{answers}: another process is asking these questions") from None
    except OSError as error:
        raise QuotewellError(f"{answers}.lock: cannot be written: {error.strerror}") from None
    try:
        yield
    finally:
        lock.release()
