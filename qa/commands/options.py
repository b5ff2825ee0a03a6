"""The options that several commands have."""

from pathlib import Path
from typing import Annotated

import typer

from index.errors import FilterError
from index.filters import Filter

CorpusOption = Annotated[
    Path | None,
    typer.Option("--corpus", help="Folder, file or saved index. [default: seeds/ of the checkout]"),
]
IndexOption = Annotated[
    Path | None,
    typer.Option("--index", help="Where the index is kept. [default: the user's cache folder]"),
]
EngineOption = Annotated[
    str | None,
    typer.Option(
        metavar="qdrant://HOST:PORT/COLLECTION",
        help="A search cluster that keeps the index; 'qdrants://' with TLS, 'qdrant:FOLDER' for "
        "this process alone. [default: files of this machine]",
    ),
]
EncoderOption = Annotated[
    str | None,
    typer.Option("--encoder", help="'fast', or a SentenceTransformer's folder or name."),
]
ReaderOption = Annotated[
    str | None,
    typer.Option(
        "--reader", help="small, large, both, or an AutoModelForQuestionAnswering's folder or name."
    ),
]
ThoroughOption = Annotated[
    bool,
    typer.Option("--thorough", help="Read all of the best passages, however sure the first."),
]
OcrOption = Annotated[
    str | None,
    typer.Option(
        metavar="auto|never|LANGS",
        help="How scanned pages are read where tesseract is installed: 'auto', 'never', or "
        "languages ('eng+deu'). [default: as before, at first auto]",
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON.")]
DocumentsOption = Annotated[
    list[str] | None,
    typer.Option(
        help="Only documents of this path: '*.pdf', 'reports/*', or a folder. Can be repeated."
    ),
]
AfterOption = Annotated[
    str | None,
    typer.Option(help="Only documents of this day, month or year or later: 2009, 2009-08."),
]
BeforeOption = Annotated[
    str | None,
    typer.Option(help="Only documents of this day, month or year or earlier (it is included)."),
]
WhereOption = Annotated[
    list[str] | None,
    typer.Option(
        metavar="NAME=VALUE",
        help="Only documents whose title, author, url or language holds this. Can be repeated.",
    ),
]


def filter_of(
    documents: list[str] | None, after: str | None, before: str | None, where: list[str] | None
) -> Filter:
    """Return the filter that the options ask for; raises FilterError."""
    pairs = [pair.partition("=") for pair in where or ()]
    if broken := [name for name, equals, _ in pairs if not (name and equals)]:
        raise FilterError(f"--where {broken[0]}: write NAME=VALUE, as in author=byron")
    values = {name: value for name, _, value in pairs}
    if len(values) < len(pairs):
        raise FilterError("--where: name each of title, author and so on only once")
    return Filter(tuple(documents or ()), after, before, values)
