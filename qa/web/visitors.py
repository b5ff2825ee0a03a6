"""Who asks, and which documents they ask: those that all share, and those they brought along."""

import hashlib
import hmac
import logging
import secrets
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from threading import RLock
from typing import Any, Protocol, Self

import gradio as gr

from index.errors import CorpusError
from index.filters import Filter
from index.types import Document, Hit
from qa.types import Answer, Retrieval
from qa.web.options import Options
from qa.web.uploads import Outcome, Uploads

MAX_VISITORS = 100  # with uploads of their own, at once
IDLE_SECONDS = 3600  # a program does not say when it leaves

log = logging.getLogger("quotewell.questions")


class Asked(Protocol):
    """What the page needs of what answers; `qa.answering.Answerer` is one."""

    @property
    def documents(self) -> Mapping[str, Document]: ...

    def search(self, question: str, k: int = ..., within: Filter | None = None) -> list[Hit]: ...

    def retrieve(self, question: str, within: Filter | None = None) -> Retrieval: ...

    def answer(self, retrieval: Retrieval) -> Answer: ...


class AskedCorpus(Protocol):
    """What the page needs of a corpus; `qa.Corpus` is one."""

    @property
    def documents(self) -> Mapping[str, Document]: ...

    @property
    def passages(self) -> Sequence[Any]: ...

    def ask(self, question: str, within: Filter | None = None) -> Answer: ...

    def with_documents(self, documents: Sequence[Document]) -> Self: ...

    def snapshot(self) -> Asked: ...


class Visitor:
    """One session with uploads of its own."""

    def __init__(self, shared: AskedCorpus, max_bytes: int) -> None:
        self.uploads = Uploads(max_bytes)
        self.corpus = shared
        self.seen = time.monotonic()


class Visitors:
    """Everyone who has the page open, and the documents that they share.

    A visitor is known by the session that Gradio gives a page or a program. With `shared_uploads`
    there is one for all.
    """

    def __init__(self, shared: AskedCorpus, options: Options) -> None:
        self.shared = shared
        self.options = options
        self._with_uploads: dict[str, Visitor] = {}
        self._lock = RLock()
        self._secret = secrets.token_bytes()

    def corpus(self, request: gr.Request) -> AskedCorpus:
        """Return the corpus that a visitor asks."""
        return self.corpus_of(self.token(request))

    def token(self, request: gr.Request) -> str:
        """Return what stands for a visitor in links; the session does not follow from it."""
        if self.options.shared_uploads:
            return "all"
        session = (request.session_hash or "").encode()
        return hmac.new(self._secret, session, hashlib.sha256).hexdigest()[:32]

    def corpus_of(self, token: str) -> AskedCorpus:
        """Return the corpus that a visitor's link leads into."""
        visitor = self._with_uploads.get(token)
        if visitor is None:
            return self.shared
        visitor.seen = time.monotonic()
        return visitor.corpus

    def uploads(self, request: gr.Request) -> Mapping[str, Document]:
        """Return the documents that a visitor has brought along."""
        visitor = self._with_uploads.get(self.token(request))
        return visitor.uploads.documents if visitor is not None else {}

    def originals(self, token: str, document: Document) -> Path | None:
        """Return the folder that a document's id is relative to, None if out of reach."""
        visitor = self._with_uploads.get(token)
        if visitor is not None and document.id in visitor.uploads.documents:
            return visitor.uploads.folder
        return self.options.originals

    def ask(self, question: str, request: gr.Request, within: Filter | None = None) -> Answer:
        """Answer a visitor's question, with a line in the log that keeps what was asked private."""
        return self.logged(self.corpus(request).ask(question, within))

    def logged(self, answer: Answer) -> Answer:
        """Return an answer to a visitor's question after logging it."""
        asked = f" {answer.question!r}" if self.options.log_questions else ""
        took = answer.timings_ms.get("total", 0)
        log.info("%s %.2f in %.0f ms%s", answer.status, answer.confidence, took, asked)
        return answer

    def add(self, files: Sequence[Path], request: gr.Request) -> Iterator[Outcome]:
        """Read a visitor's files, telling of each; after the last they can be asked."""
        token = self.token(request)
        with self._lock:
            self._make_room()
            visitor = self._with_uploads.get(token)
            if visitor is None:
                visitor = Visitor(self.shared, self.options.max_upload)
        yield from visitor.uploads.read(files)
        self._change(token, visitor)

    def remove(self, name: str, request: gr.Request) -> None:
        """Remove a document that a visitor has brought along; raises CorpusError for another."""
        token = self.token(request)
        visitor = self._with_uploads.get(token)
        if visitor is None:
            raise CorpusError(f"{name}: no such upload of yours; only uploads can be removed here")
        visitor.uploads.remove(name)
        self._change(token, visitor)

    def leave(self, request: gr.Request) -> None:
        """Delete what a visitor has brought along."""
        if not self.options.shared_uploads:
            self._forget(self.token(request))

    def close(self) -> None:
        """Delete what all visitors have brought along."""
        for token in list(self._with_uploads):
            self._forget(token)

    def _change(self, token: str, visitor: Visitor) -> None:
        documents = list(visitor.uploads.documents.values())
        visitor.corpus = self.shared.with_documents(documents) if documents else self.shared
        visitor.seen = time.monotonic()
        with self._lock:
            self._with_uploads[token] = visitor

    def _make_room(self) -> None:
        """Forget who is gone, and if need be who was seen longest ago."""
        if self.options.shared_uploads:
            return
        by_age = sorted(self._with_uploads, key=lambda token: self._with_uploads[token].seen)
        too_old = time.monotonic() - IDLE_SECONDS
        for n, token in enumerate(by_age):
            idle = self._with_uploads[token].seen < too_old
            if idle or len(by_age) - n >= MAX_VISITORS:
                self._forget(token)

    def _forget(self, token: str) -> None:
        with self._lock:
            visitor = self._with_uploads.pop(token, None)
        if visitor is not None:
            visitor.uploads.close()
