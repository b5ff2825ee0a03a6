"""`qa chat`: questions and follow-ups."""

from index.errors import QuotewellError
from qa.commands.opening import open_corpus, say_what_is_asked
from qa.commands.options import (
    AfterOption,
    BeforeOption,
    CorpusOption,
    DocumentsOption,
    EncoderOption,
    EngineOption,
    IndexOption,
    ReaderOption,
    WhereOption,
    filter_of,
)
from qa.commands.terminal import OUT, say
from qa.printing import print_turn


def run(
    corpus: CorpusOption = None,
    index: IndexOption = None,
    engine: EngineOption = None,
    encoder: EncoderOption = None,
    reader: ReaderOption = None,
    documents: DocumentsOption = None,
    after: AfterOption = None,
    before: BeforeOption = None,
    where: WhereOption = None,
) -> None:
    """Answer questions and follow-ups, until an empty line or the end of input."""
    within = filter_of(documents, after, before, where)
    opened = open_corpus(corpus, index, encoder, reader, engine=engine)
    say_what_is_asked(opened, within)
    conversation = opened.chat()
    while question := _prompt():
        try:
            print_turn(conversation.ask(question, within=within), OUT)
        except QuotewellError as error:
            say(str(error))


def _prompt() -> str:
    try:
        return OUT.input("[bold]?[/bold] ").strip()
    except EOFError:
        return ""
