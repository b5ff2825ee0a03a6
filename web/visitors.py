"""Who asks, and which documents they ask."""

import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

import gradio as gr

from index.types import Document, Hit
from qa.types import Answer
from web.options import Options

log = logging.getLogger("quotewell.questions")


class AskedCorpus(Protocol):
    """What the page needs of a corpus; `qa.Corpus` is one."""

    @property
    def documents(self) -> Mapping[str, Document]: ...

    def ask(self, question: str) -> Answer: ...

    def search(self, question: str, k: int) -> list[Hit]: ...


class Visitors:
    """Everyone who has the page open, and the documents that they share."""

    def __init__(self, shared: AskedCorpus, options: Options) -> None:
        self.shared = shared
        self._options = options

    def corpus(self, request: gr.Request) -> AskedCorpus:
        """Return the corpus that a visitor asks."""
        return self.shared

    def token(self, request: gr.Request) -> str:
        """Return what stands for a visitor in links to the visitor's own documents, if any."""
        return ""

    def corpus_of(self, token: str) -> AskedCorpus:
        """Return the corpus that a link of a visitor leads into."""
        return self.shared

    def originals(self, token: str, document: Document) -> Path | None:
        """Return the folder that a document's id is relative to, None if out of reach."""
        return self._options.originals

    def ask(self, question: str, request: gr.Request) -> Answer:
        """Answer a visitor's question, with a line in the log that keeps what was asked private."""
        answer = self.corpus(request).ask(question)
        asked = f" {question!r}" if self._options.log_questions else ""
        log.info(
            "%s %.2f in %.0f ms%s",
            answer.status,
            answer.confidence,
            answer.timings_ms.get("total", 0),
            asked,
        )
        return answer
