"""Who asks, and which documents they ask: those that all share, and those they have added."""

import logging
import time
from collections import Counter
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from functools import partial
from pathlib import Path
from threading import Event, RLock
from typing import Any, Protocol

import gradio as gr
from anyio import from_thread, to_thread

from index.errors import AuditError, CorpusError
from index.filters import Filter
from index.types import Document, Hit, Progress, SearchIndex
from qa.audit import Audit, Who
from qa.listing import Listing
from qa.types import Answer, Retrieval
from qa.web.callers import Caller, caller_of
from qa.web.options import Options
from qa.web.received import Received
from qa.web.turns import Turns
from qa.web.uploads import Outcome, Uploads

MAX_VISITORS = 100  # with uploads of their own, at once
KEPT_MINUTES = 30  # uploads, after the last word from who has brought them along
_READ_AT_ONCE = 3  # files; one may take minutes
_FULL_SHARES = 20  # so many visitors' uploads, if each were as large as it may be, have room

log = logging.getLogger("quotewell.questions")


class Asked(Protocol):
    """What the page needs of what answers; `qa.answering.Answerer` is one."""

    @property
    def documents(self) -> Mapping[str, Document]: ...

    @property
    def passages(self) -> Sequence[Any]: ...

    def ask(self, question: str, within: Filter | None = None) -> Answer: ...

    def search(self, question: str, k: int = ..., within: Filter | None = None) -> list[Hit]: ...

    def retrieve(self, question: str, within: Filter | None = None) -> Retrieval: ...

    def answer(self, retrieval: Retrieval) -> Answer: ...

    def ask_all(self, question: str, within: Filter | None = None) -> Listing: ...


class AskedCorpus(Protocol):
    """What the page needs of a corpus; `qa.Corpus` is one."""

    @property
    def documents(self) -> Mapping[str, Document]: ...

    @property
    def passages(self) -> Sequence[Any]: ...

    def ask(self, question: str, within: Filter | None = None) -> Answer: ...

    def indexed(
        self,
        documents: Sequence[Document],
        known: SearchIndex | None = None,
        progress: Progress | None = None,
    ) -> SearchIndex: ...

    def snapshot(self, beside: SearchIndex | None = None) -> Asked: ...

    @property
    def versions(self) -> Mapping[str, str]: ...


class Visitor:
    """One session with uploads of its own."""

    def __init__(self, uploads: Uploads, caller: Caller) -> None:
        self.uploads = uploads
        self.index: SearchIndex | None = None  # of the uploads alone
        self.home = caller.home
        self.new = caller.new
        self.seen = time.monotonic()


class Visitors:
    """Everyone who has the page open, and the documents that they share.

    A visitor is known by a cookie of the server's and by the session that a page or a program
    names. With `shared_uploads` there is one for all.
    """

    def __init__(self, shared: AskedCorpus, options: Options) -> None:
        self.shared = shared
        self.options = options
        self._audit = Audit.at(options.audit) if options.audit is not None else None
        self._all_bytes = _FULL_SHARES * options.max_upload
        self.received = Received(options.max_upload, self._all_bytes)
        self.asking = Turns(1)  # one question at a time: reading uses every core
        self.reading = Turns(_READ_AT_ONCE, one_each=True)  # in processes apart
        self.indexing = Turns(1)
        self.closing = Event()
        self.alive: Collection[str] = ()  # on whose sessions a page is open
        self._with_uploads: dict[str, Visitor] = {}
        self._lock = RLock()

    def corpus(self, request: gr.Request) -> Asked:
        """Return what a visitor asks: what all share as it is now, and the visitor's uploads."""
        return self.corpus_of(self.token(request))

    def token(self, request: gr.Request) -> str:
        """Return a visitor's name in links, which gives away neither cookie nor session."""
        return "all" if self.options.shared_uploads else caller_of(request).token

    def corpus_of(self, token: str) -> Asked:
        """Return what a visitor's link leads into."""
        visitor = self._with_uploads.get(token)
        if visitor is None:
            return self.shared.snapshot()
        visitor.seen = time.monotonic()
        return self.shared.snapshot(visitor.index)

    def uploads(self, request: gr.Request) -> Mapping[str, Document]:
        """Return the documents that a visitor has added."""
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
        corpus = self.corpus(request)
        return self.logged(corpus.ask(question, within), corpus, request)

    def logged(
        self, answer: Answer, corpus: Asked, request: gr.Request, typed: str | None = None
    ) -> Answer:
        """Return an answer to a visitor's question after logging it, and into the audit if any.

        `typed` is the question as typed where another was asked in its place. Raises AuditError for
        an answer that cannot be recorded: it is not to be given.
        """
        if self._audit is not None:
            caller = caller_of(request)
            who = Who(caller.address, caller.user)
            try:
                self._audit.keep(answer, corpus.documents, who, typed)
            except AuditError as error:
                log.error("%s", error)
                raise AuditError(
                    "questions are recorded here, and this one cannot be; tell who runs this page"
                ) from None
        asked = f" {answer.question!r}" if self.options.log_questions else ""
        took = answer.timings_ms.get("total", 0)
        log.info("%s %.2f in %.0f ms%s", answer.status, answer.confidence, took, asked)
        return answer

    async def add(self, files: Sequence[Path], request: gr.Request) -> AsyncIterator[Outcome]:
        """Read a visitor's files, telling of each; after the last they can be asked.

        Whatever one visitor adds, others have their turn after each file, and while it is indexed
        after some passages. Raises CorpusError where too many others have added something, and
        where the visitor leaves.
        """
        token, caller = self.token(request), caller_of(request)
        visitor = self._visitor(token, caller)
        outcomes = visitor.uploads.read(files)
        while True:
            async with self.reading.turn(caller):
                outcome = await to_thread.run_sync(next, outcomes, None)
            if outcome is None:
                break
            yield outcome
        async with self.indexing.turn(caller) as pass_on:

            def between(*_: int) -> None:
                if visitor.uploads.closed or self.closing.is_set():
                    raise CorpusError("the page was closed")
                from_thread.run(pass_on)

            await to_thread.run_sync(self._change, token, visitor, between)

    def remove(self, name: str, request: gr.Request) -> None:
        """Remove a document that a visitor has added; raises CorpusError for another."""
        token = self.token(request)
        visitor = self._with_uploads.get(token)
        if visitor is None:
            raise CorpusError(f"{name}: no such upload of yours; only uploads can be removed here")
        visitor.uploads.remove(name)
        self._change(token, visitor)

    def leave(self, request: gr.Request) -> None:
        """Delete what a visitor has added."""
        if not self.options.shared_uploads:
            self._forget(self.token(request))

    def tidy(self) -> None:
        """Delete what those who are gone have left."""
        self.received.tidy()
        too_old = time.monotonic() - 60 * KEPT_MINUTES
        for token, visitor in list(self._with_uploads.items()):
            if visitor.seen < too_old and self._may_go(token):
                self._forget(token)

    def close(self) -> None:
        """End what is being done for visitors, and delete what they have added."""
        self.closing.set()
        for token in list(self._with_uploads):
            self._forget(token)
        self.received.close()

    def _visitor(self, token: str, caller: Caller) -> Visitor:
        """Return who adds something; raises CorpusError where there is no room for one more."""
        with self._lock:
            visitor = self._with_uploads.get(token)
            if visitor is None:
                self._make_room(caller.home)
                uploads = Uploads(self.options.max_upload, partial(self._room, caller.home))
                visitor = self._with_uploads[token] = Visitor(uploads, caller)
            visitor.new &= caller.new
            visitor.seen = time.monotonic()
        return visitor

    def _change(self, token: str, visitor: Visitor, progress: Progress | None = None) -> None:
        documents: Mapping[str, Document] | None = None
        while documents is not visitor.uploads.documents:  # another page of the visitor's adds, too
            if self._with_uploads.get(token) is not visitor:  # who has left meanwhile
                return
            documents = visitor.uploads.documents
            if not documents and not self.options.shared_uploads:
                self._forget(token)
                return
            held = list(documents.values())
            visitor.index = self.shared.indexed(held, visitor.index, progress) if held else None
        visitor.seen = time.monotonic()

    def _room(self, home: str) -> int:
        """Return how many bytes more may be kept of an address, which may have half of all."""
        held: Counter[str] = Counter()
        for visitor in list(self._with_uploads.values()):
            held[visitor.home] += visitor.uploads.size
        return min(self._all_bytes - held.total(), self._all_bytes // 2 - held[home])

    def _make_room(self, home: str) -> None:
        """Forget somebody, if need be: who has never come back, or one of those of an address
        that has more visitors than the one given. Raises CorpusError where that is nobody.
        """
        if len(self._with_uploads) < MAX_VISITORS:
            return
        for token, visitor in self._with_uploads.items():  # the oldest first
            if visitor.new and self._may_go(token):
                self._forget(token)
                return
        held = Counter(visitor.home for visitor in self._with_uploads.values())
        ((most, many),) = held.most_common(1)
        if many <= held[home] + 1 or self.options.shared_uploads:
            raise CorpusError("too many visitors have added documents; try again later")
        theirs = [(v.seen, token) for token, v in self._with_uploads.items() if v.home == most]
        self._forget(min(theirs)[1])

    def _may_go(self, token: str) -> bool:
        return not self.options.shared_uploads and token not in self.alive

    def _forget(self, token: str) -> None:
        with self._lock:
            visitor = self._with_uploads.pop(token, None)
        if visitor is not None:
            visitor.uploads.close()
