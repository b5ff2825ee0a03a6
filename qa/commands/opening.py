"""The corpus that a command is about."""

from pathlib import Path
from typing import Any

from index.cluster import join
from index.errors import CorpusError
from index.filters import Filter
from index.local import LocalEngine
from qa.commands.terminal import ERR, bar, say
from qa.corpus import Corpus
from qa.printing import print_left_out_count, print_note, print_selected
from qa.readers import load_reader


def open_corpus(
    path: Path | None,
    index: Path | None,
    encoder: str | None,
    reader: str | None = None,
    thorough: bool = False,
    max_file_size: int | None = None,
    ocr: str | None = None,
    wait: bool = False,
    engine: str | None = None,
    ray: str | None = None,
) -> Corpus:
    """Open a corpus with a progress bar, and say what was wrong with its index."""
    found = path if path is not None or engine is not None else of_checkout("seeds")
    cluster = join(ray) if ray is not None else None
    with bar("Indexing") as progress:
        corpus = Corpus.open(
            found,
            index=index,
            encoder=encoder,
            reader=load_reader(reader, thorough, say),
            max_file_size=max_file_size,
            engine=engine if engine is not None else LocalEngine,
            cluster=cluster,
            ocr=ocr,
            wait=wait,
            progress=progress,
        )
    print_note(corpus.changes, ERR)
    return corpus


def say_what_is_asked(corpus: Corpus, within: Filter) -> None:
    """Say how many files are not in the corpus, and how many documents the filter leaves out."""
    print_left_out_count(len(corpus.skipped), len(corpus.left_out), ERR)
    print_selected(corpus.select(within), ERR)


def left_out(corpus: Corpus) -> dict[str, Any]:
    """Return why files were skipped, and what was left out of others, for JSON."""
    return {"skipped": dict(corpus.skipped), "left_out": dict(corpus.left_out)}


def of_checkout(name: str) -> Path:
    """Return the path of what only a checkout has; raises CorpusError where this is none."""
    path = Path(__file__).parents[2] / name
    if not path.exists():
        raise CorpusError(f"{name} is only there in a checkout of Quotewell; name a path")
    return path
