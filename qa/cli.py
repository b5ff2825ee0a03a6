"""The command line: `qa index | ask | show | chat | export | verify | eval | serve | ...`."""

import sys
from collections.abc import Sequence

import typer
from rich.text import Text

from index.errors import QuotewellError
from qa.commands import (
    ask,
    calibrate,
    chat,
    compare,
    evaluate,
    export,
    index,
    questions,
    serve,
    show,
    verify,
    watch_questions,
)
from qa.commands.terminal import ERR
from qa.printing import printable

app = typer.Typer(
    help="Answers questions about a folder of documents in the documents' own words.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command("index")(index.run)
app.command("ask")(ask.run)
app.command("compare")(compare.run)
app.command("show")(show.run)
app.command("chat")(chat.run)
app.command("export")(export.run)
app.command("verify")(verify.run)
app.command("watch-questions")(watch_questions.run)
app.command("calibrate")(calibrate.run)
app.command("questions")(questions.run)
app.command("eval")(evaluate.run)
app.command(
    "serve",
    context_settings={"allow_extra_args": True, "ignore_unknown_options": True},
    add_help_option=False,  # the page has its own
)(serve.run)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line; a user's mistake ends in one line on stderr and exit code 2.

    Where no arguments are given, those of the program are used.
    """
    try:
        app(arguments)
    except QuotewellError as error:
        ERR.print(Text(f"qa: {printable(str(error))}"), soft_wrap=True)
        sys.exit(2)
    except KeyboardInterrupt:
        sys.exit(130)
