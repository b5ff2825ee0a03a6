"""`qa questions`: a test set for the user's own corpus, written by rule from its sentences."""

import json
from pathlib import Path
from typing import Annotated

import typer

from index.errors import CorpusError, DatasetError
from index.types import Hit
from qa.answering import Answerer
from qa.commands.opening import open_corpus
from qa.commands.options import EncoderOption, IndexOption, ReaderOption
from qa.commands.terminal import bar, say
from qa.questioning import Made, made_from

_TRIED = 3  # times as many as wanted, as the reader does not find all again


def run(
    directory: Annotated[Path, typer.Argument(help="Folder of documents, file or saved index.")],
    out: Annotated[
        Path | None, typer.Option(help="File to write. [default: standard output]")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, help="At most so many, of all documents.")] = 100,
    index: IndexOption = None,
    encoder: EncoderOption = None,
    reader: ReaderOption = "small",
) -> None:
    """Write test questions from the documents' own sentences, for `qa eval FILE --corpus DIR`.

    No language model is used: sentences are turned around by rule, and kept where the reader finds
    the answer again in its passage. They repeat the documents' words, so they show whether search
    finds passages and whether answers change; people's questions are harder.
    """
    if out is not None and not out.parent.is_dir():
        raise DatasetError(f"{out}: there is no folder {out.parent}; make it first")
    corpus = open_corpus(directory, index, encoder, reader)
    by_document = [(d.id, made_from(d.text, d.title)) for d in corpus.documents.values()]
    every = [(id, made) for id, some in by_document for made in some]
    tried, most = every, _TRIED * limit
    if len(every) > most:
        tried = [every[n * len(every) // most] for n in range(most)]  # evenly spread
    asked = corpus.snapshot()
    rows: list[str] = []
    with bar("Checking") as checking:
        for n, (id, made) in enumerate(tried):
            if len(rows) < limit and found_again(asked, id, made):
                rows.append(_row(len(rows) + 1, id, made, corpus.documents[id].text))
            checking(n + 1, len(tried))
    if not rows:
        raise CorpusError(
            f"{directory}: no sentence makes a question by rule; they need prose in English with "
            "names, years and numbers"
        )
    text = "".join(f"{row}\n" for row in rows)
    if out is None:
        print(text, end="")
    else:
        out.write_text(text, encoding="utf-8")
    say(
        f"{len(rows):,} questions of {len(every):,} sentences that make one; they repeat the "
        "documents' words: good for search and for what changes, easier than people's"
    )


def found_again(asked: Answerer, document: str, made: Made) -> bool:
    """Return whether the reader marks the answer in the passage that has it."""
    passage = next(
        (
            p
            for p in asked.passages
            if p.document_id == document and p.start <= made.start and made.end <= p.end
        ),
        None,
    )
    if passage is None:
        return False
    spans = asked.reader.read(made.text, [Hit(passage, 0.0, None, None)])
    return bool(spans) and spans[0].start < made.end and made.start < spans[0].end


def _row(number: int, document: str, made: Made, text: str) -> str:
    answer = {
        "document": document,
        "start": made.start,
        "end": made.end,
        "text": text[made.start : made.end],
    }
    row = {"id": f"made-{number}", "kind": made.kind, "question": made.text, "answers": [answer]}
    return json.dumps(row, ensure_ascii=False)
