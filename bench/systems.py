"""What is compared: a small class each, that indexes documents and answers questions.

A constructor loads the encoder, so that the time of `index` is that of indexing. All encode with
the packaged all-MiniLM-L6-v2, and read the `READ` passages that their search ranks first.
"""
# ruff: noqa: PLC0415
# Each process imports its own system only: what another one imports is not its memory.

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from index.encoding import SentenceEncoder, packaged_model
from index.types import Document
from qa.corpus import Corpus
from qa.reader import READ


class Reply(NamedTuple):
    """What a system ranks first: an answer's text, and the document that it is from."""

    text: str
    document: str | None


NOTHING = Reply("", None)


class System(Protocol):
    """Something that finds answers in documents."""

    def index(self, documents: Sequence[Document]) -> None: ...

    def ask(self, question: str) -> Reply: ...


class Quotewell:
    """Quotewell as it ships or, given a folder, with that reader.

    The reply is the best guess, also one that is too unsure to be shown: the others do not abstain.
    """

    def __init__(self, reader: str | None = None) -> None:
        self._reader = reader
        self._encoder = SentenceEncoder()
        self._encoder.encode_passages(["load the model"])

    def index(self, documents: Sequence[Document]) -> None:
        self._corpus = Corpus.from_documents(documents, encoder=self._encoder, reader=self._reader)

    def ask(self, question: str) -> Reply:
        answerer = self._corpus.snapshot()
        reading = answerer.read(answerer.retrieve(question))
        answerer.conclude(reading)  # `Corpus.ask` does all three
        if not reading.candidates:
            return NOTHING
        best = reading.candidates[0].spans[0]
        return Reply(best.text, best.hit.passage.document_id)


class Haystack:
    """Haystack: BM25 and embedding retrievers, joined by reciprocal ranks, and its reader.

    Its reader does not tell the model which tokens are the passage's (token types), with which this
    one was trained, as all of BERT's family. That costs much F1, so the model works it out.
    """

    def __init__(self, reader: str) -> None:
        from haystack import Pipeline
        from haystack.components.joiners import DocumentJoiner
        from haystack.components.retrievers.in_memory import (
            InMemoryBM25Retriever,
            InMemoryEmbeddingRetriever,
        )
        from haystack.document_stores.in_memory import InMemoryDocumentStore
        from haystack_integrations.components.embedders.sentence_transformers import (
            SentenceTransformersDocumentEmbedder,
            SentenceTransformersTextEmbedder,
        )
        from haystack_integrations.components.readers.transformers import (
            TransformersExtractiveReader,
        )

        encoder = str(packaged_model())
        self._embedder = SentenceTransformersDocumentEmbedder(model=encoder, progress_bar=False)
        self._embedder.warm_up()
        self._store = InMemoryDocumentStore()
        # Fewer spans than it considers by default: the first is the same, and it is quicker.
        marker = TransformersExtractiveReader(reader, top_k=1, answers_per_seq=1, no_answer=False)
        marker.warm_up()
        _tell_token_types(marker)
        pipeline = Pipeline()
        pipeline.add_component(
            "embedder", SentenceTransformersTextEmbedder(model=encoder, progress_bar=False)
        )
        pipeline.add_component("bm25", InMemoryBM25Retriever(self._store))
        pipeline.add_component("dense", InMemoryEmbeddingRetriever(self._store))
        pipeline.add_component(
            "joiner", DocumentJoiner(join_mode="reciprocal_rank_fusion", top_k=READ)
        )
        pipeline.add_component("reader", marker)
        pipeline.connect("embedder.embedding", "dense.query_embedding")
        pipeline.connect("bm25", "joiner")
        pipeline.connect("dense", "joiner")
        pipeline.connect("joiner", "reader")
        self._pipeline = pipeline

    def index(self, documents: Sequence[Document]) -> None:
        from haystack import Document as HaystackDocument

        found = [HaystackDocument(id=d.id, content=d.text) for d in documents]
        self._store.write_documents(self._embedder.run(found)["documents"])

    def ask(self, question: str) -> Reply:
        found = self._pipeline.run(
            {
                "embedder": {"text": question},
                "bm25": {"query": question},
                "reader": {"query": question},
            }
        )
        answers = found["reader"]["answers"]
        return Reply(answers[0].data, answers[0].document.id) if answers else NOTHING


class Txtai:
    """txtai: hybrid Embeddings, then Questions on each passage found.

    Questions gives no score, so the answer from the passage that search ranks highest comes first.
    """

    def __init__(self, reader: str) -> None:
        from txtai import Embeddings
        from txtai.pipeline import Questions

        # `maxlength`: the encoder's own, 256 tokens, as the other systems have it.
        self._embeddings = Embeddings(path=str(packaged_model()), hybrid=True, maxlength=True)
        self._questions = Questions(reader)

    def index(self, documents: Sequence[Document]) -> None:
        self._texts = {d.id: d.text for d in documents}
        self._embeddings.index([(d.id, d.text, None) for d in documents])

    def ask(self, question: str) -> Reply:
        found = [id for id, _ in self._embeddings.search(question, READ)]
        replies = [Reply(self._answer(question, self._texts[id]), id) for id in found]
        return next((reply for reply in replies if reply.text), NOTHING)

    def _answer(self, question: str, text: str) -> str:
        """Ask one passage: an error of one would take the answers of a whole batch with it.

        (Questions reads a batch one by one, so that costs nothing.)
        """
        try:
            return self._questions([question], [text])[0] or ""
        except TypeError as error:
            # The best start or end is [CLS] or [SEP], which is in no word: "not in this passage".
            if "NoneType" not in str(error):
                raise
            return ""


def _tell_token_types(marker: object) -> None:
    """Have the model of Haystack's reader take the tokens between its two [SEP] for a passage."""
    model, sep = marker.model, marker.tokenizer.sep_token_id  # type: ignore[attr-defined]
    forward = model.forward

    def typed(input_ids, **inputs):  # type: ignore[no-untyped-def]
        is_sep = (input_ids == sep).long()
        inputs["token_type_ids"] = (is_sep.cumsum(-1) - is_sep == 1).long()
        return forward(input_ids=input_ids, **inputs)

    model.forward = typed
