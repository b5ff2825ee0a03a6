"""What visitors say of answers, kept as test questions: `qa eval FILE` asks them again.

What is said of a visitor's own files is kept apart, in FILE.own.jsonl: no corpus has them later.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from threading import Lock
from typing import Any
from uuid import uuid4

import gradio as gr
from gradio.events import api

from index.errors import CorpusError, QuestionError
from index.types import Document
from qa.answering import MAX_QUESTION_CHARS
from qa.web.visitors import Visitors

_CHARS = 50_000
_FILE_BYTES = 20_000_000
_SPANS = 10


class Feedback:
    """A file of test questions that grows by one line each time. Others may append meanwhile."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._own = file.with_suffix(".own.jsonl")
        self._lock = Lock()

    def keep(self, told: Any, shared: Mapping[str, Document], own: Mapping[str, Document]) -> None:
        """Append a question with the spans that answer it; none if the documents do not say.

        `told` comes from a browser and may be anything: raises QuestionError or CorpusError for
        what is not a question about these documents.
        """
        question = _question(told, {**shared, **own})
        private = any(answer["document"] in own for answer in question["answers"])
        file = self._own if private else self._file
        line = json.dumps(question, ensure_ascii=False)
        with self._lock:
            file.parent.mkdir(parents=True, exist_ok=True)
            if file.exists() and file.stat().st_size > _FILE_BYTES:
                raise CorpusError("the feedback file is full")
            with file.open("a", encoding="utf-8") as out:
                out.write(f"{line}\n")


def _question(told: Any, documents: Mapping[str, Document]) -> dict[str, Any]:
    question = told.get("question") if isinstance(told, dict) else None
    spans = told.get("spans") if isinstance(told, dict) else None
    if not isinstance(question, str) or not question.strip():
        raise QuestionError("this is not a question")
    if len(question) > MAX_QUESTION_CHARS or not isinstance(spans, list) or len(spans) > _SPANS:
        raise QuestionError("this is too much for a question")
    asked = question.encode(errors="replace").decode()
    answers = [_span(span, documents) for span in spans]
    return {"id": f"said-{uuid4().hex}", "kind": "feedback", "question": asked, "answers": answers}


def _span(span: Any, documents: Mapping[str, Document]) -> dict[str, Any]:
    match span:
        case [str() as name, int() as start, int() as end]:
            document = documents.get(name)
            if document is None:
                raise CorpusError("its document is not there any more; ask again")
            if 0 <= start < end <= len(document.text):
                text = document.part(start, end)
                return {"document": name, "start": start, "end": end, "text": text}
    raise CorpusError("this is not a place in a document")


def add_feedback(visitors: Visitors) -> None:
    """Add the endpoint behind the buttons below an answer, where feedback is kept."""
    if visitors.options.feedback is None:
        return
    feedback = Feedback(visitors.options.feedback)

    def judge(told: str, request: gr.Request) -> str:
        """Keep what a visitor says of an answer; return "" or why it is not kept."""
        if not isinstance(told, str) or len(told) > _CHARS:
            return "this is too much for a question"
        try:
            own = visitors.uploads(request)
            feedback.keep(json.loads(told), visitors.shared.documents, own)
        except (QuestionError, CorpusError) as error:
            return str(error)
        except (ValueError, RecursionError):
            return "this is not a question"
        except OSError:
            return "it cannot be written"
        return ""

    api(judge, api_name="judge", api_visibility="undocumented", concurrency_limit=4)
