"""`qa show`: print a document."""

import difflib
from typing import Annotated

import typer

from index.errors import CorpusError
from qa.commands.opening import open_corpus
from qa.commands.options import CorpusOption, EncoderOption, EngineOption, IndexOption
from qa.commands.terminal import OUT
from qa.printing import print_document
from qa.readers import SMALL


def run(
    document: Annotated[str, typer.Argument(help="As citations name it.")],
    at: Annotated[
        int | None, typer.Option(min=0, help="Only the text around this character.")
    ] = None,
    corpus: CorpusOption = None,
    index: IndexOption = None,
    engine: EngineOption = None,
    encoder: EncoderOption = None,
) -> None:
    """Print a document's text, or the place around one of its characters."""
    opened = open_corpus(corpus, index, encoder, SMALL, engine=engine).documents.values()
    documents = {name: found for found in opened for name in found.names}
    if document not in documents:
        near = difflib.get_close_matches(document, documents, 1)
        hint = f"is it {near[0]}?" if near else f"there are {len(documents)} others"
        raise CorpusError(f"{document}: there is no such document; {hint}")
    print_document(documents[document], at, OUT)
