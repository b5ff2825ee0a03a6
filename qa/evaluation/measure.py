"""What `qa eval` measures on: our own questions and dialogues, SQuAD files, BEIR folders."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TypeVar

from index.encoders import load_encoder
from index.encoding import DEFAULT_ENCODER
from index.errors import DatasetError
from index.types import Document, Progress
from qa.corpus import Corpus
from qa.evaluation.conversations import ConversationEvaluation, converse
from qa.evaluation.datasets import (
    check_spans,
    halve,
    load_beir,
    load_conversations,
    load_questions,
    load_squad,
)
from qa.evaluation.runner import Evaluation, RetrievalEvaluation, evaluate, evaluate_retrieval
from qa.parts import cache_folder
from qa.types import Question

T = TypeVar("T")


def questions(
    corpus: Corpus, file: Path, limit: int | None = None, asking: Progress | None = None
) -> Evaluation:
    """Ask the questions of a JSONL file; raises DatasetError where its spans do not fit."""
    found = load_questions(file)
    check_spans(found, corpus.documents)
    return evaluate(corpus.snapshot(), spread(found, limit), granularity="passage", progress=asking)


def judged(
    corpus: Corpus, file: Path, asking: Progress | None = None
) -> tuple[list[tuple[float, bool]], int]:
    """Ask the judged questions of a JSONL file: (confidence, whether right) of each.

    Of a question that was judged twice the last judgement counts. Those whose spans are no longer
    in the documents are left out; the second value is how many.
    """
    last = {" ".join(q.text.casefold().split()): q for q in load_questions(file)}
    found = [q for q in last.values() if _fits(q, corpus.documents)]
    if not found:
        return [], len(last)
    asked = evaluate(corpus.snapshot(), found, granularity="document", progress=asking)
    return [(r.confidence, r.right) for r in asked.results], len(last) - len(found)


def _fits(question: Question, documents: Mapping[str, Document]) -> bool:
    try:
        check_spans([question], documents)
    except DatasetError:
        return False
    return True


def conversations(
    corpus: Corpus, file: Path, limit: int | None = None, asking: Progress | None = None
) -> ConversationEvaluation:
    """Hold the dialogues of a JSONL file; raises DatasetError where its spans do not fit."""
    found = load_conversations(file)
    check_spans([line.question for dialogue in found for line in dialogue], corpus.documents)
    return converse(corpus, spread(found, limit), asking)


def squad(
    file: Path,
    *,
    given: bool = False,
    half: bool = False,
    limit: int | None = None,
    encoder: str | None = None,
    reader: str | None = None,
    thorough: bool = False,
    indexing: Progress | None = None,
    asking: Progress | None = None,
) -> Evaluation:
    """Ask a SQuAD file's questions of all its paragraphs.

    `given` asks each of its own paragraph only; `half` leaves every second article out of the
    index, so that about half of the questions have no answer there.
    """
    documents, found, of = load_squad(file)
    if half:
        documents, found = halve(documents, found)
    source = file / "half" if half else file
    corpus = _corpus(documents, source, encoder, indexing, reader, thorough)
    return evaluate(
        corpus.snapshot(),
        spread(found, limit),
        granularity="document",
        given=of if given else None,
        progress=asking,
    )


def beir(
    folder: Path,
    limit: int | None = None,
    encoder: str | None = None,
    indexing: Progress | None = None,
    asking: Progress | None = None,
) -> RetrievalEvaluation:
    """Search for a BEIR folder's queries."""
    documents, queries, qrels = load_beir(folder)
    corpus = _corpus(documents, folder, encoder, indexing)
    return evaluate_retrieval(
        corpus.snapshot().index, dict(spread(list(queries.items()), limit)), qrels, progress=asking
    )


def _corpus(
    documents: Sequence[Document],
    source: Path,
    encoder: str | None,
    indexing: Progress | None,
    reader: str | None = None,
    thorough: bool = False,
) -> Corpus:
    """Index a test set in the cache folder, so that measuring again encodes nothing."""
    model = load_encoder(encoder if encoder is not None else DEFAULT_ENCODER)
    return Corpus.from_documents(
        documents,
        index=cache_folder(source, model.name),
        encoder=model,
        reader=reader,
        thorough=thorough,
        progress=indexing,
    )


def spread(items: Sequence[T], limit: int | None) -> list[T]:
    """Return at most `limit` items, evenly spread."""
    if limit is None or limit >= len(items):
        return list(items)
    return [items[i * len(items) // limit] for i in range(limit)]
