"""The `qa` command as a process: Ctrl+C, what it prints to, and the codes with which it ends.

Nothing else is imported before Ctrl+C is quiet: importing the rest takes half a second.
"""

import io
import os
import signal
import sys

_BROKEN_PIPE = 141  # what shells say of a program that SIGPIPE has ended: 128 + 13
_ERROR = 2
_NARROWEST = 20  # columns


class OutputError(Exception):
    """Standard output cannot be written to."""


class _Output(io.TextIOWrapper):
    """Standard output, whose failures Click and Rich must not make into exit code 1, "unsure"."""

    def write(self, text: str) -> int:
        try:
            return super().write(text)
        except OSError as error:
            raise OutputError(error.strerror) from error

    def flush(self) -> None:
        try:
            super().flush()
        except OSError as error:
            raise OutputError(error.strerror) from error


class _Messages(io.TextIOWrapper):
    """Standard error, without which there is nobody to tell that it cannot be written to."""

    def write(self, text: str) -> int:
        try:
            return super().write(text)
        except OSError:
            return len(text)

    def flush(self) -> None:
        try:
            super().flush()
        except OSError:
            return


def main() -> None:
    """Run the command line."""
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    columns = os.environ.get("COLUMNS", "")
    if columns.isdigit() and int(columns) < _NARROWEST:  # Rich would print nothing
        del os.environ["COLUMNS"]
    sys.stdout = _Output(
        sys.stdout.buffer,
        encoding=sys.stdout.encoding,
        errors="replace",  # what a terminal cannot show
        line_buffering=sys.stdout.isatty(),
    )
    sys.stderr = _Messages(
        sys.stderr.buffer,
        encoding=sys.stderr.encoding,
        errors="backslashreplace",
        line_buffering=True,
    )
    from qa.cli import main as run  # noqa: PLC0415

    if signal.getsignal(signal.SIGINT) is signal.SIG_DFL:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        try:
            run()
        finally:
            sys.stdout.flush()
    except OutputError as error:
        # What is left of it would be written again at the end, and fail again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if isinstance(error.__cause__, BrokenPipeError):
            sys.exit(_BROKEN_PIPE)
        print(f"qa: standard output: {error}", file=sys.stderr)
        sys.exit(_ERROR)
