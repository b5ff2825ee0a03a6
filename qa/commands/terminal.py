"""What commands print to, and how they show that something takes a while."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.text import Text

from index.types import Progress as Report
from qa.printing import printable

OUT = Console(highlight=False)
ERR = Console(stderr=True, highlight=False)

_BAR_AFTER_SECONDS = 1.0


def say(note: str) -> None:
    """Print a line on stderr; what documents and files put into it is printed, never obeyed."""
    ERR.print(Text(printable(note)), soft_wrap=True)


@contextmanager
def bar(label: str) -> Iterator[Report]:
    """Yield a callback that shows a progress bar once something takes longer than a second."""
    columns = (TextColumn(label), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    progress = Progress(*columns, console=ERR, transient=True)
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
