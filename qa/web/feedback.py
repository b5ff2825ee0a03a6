"""What visitors say of answers, kept as test questions: `qa eval FILE` asks them again."""

import json
from pathlib import Path
from threading import Lock
from typing import Any
from uuid import uuid4

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse

from index.errors import CorpusError, QuestionError
from qa.answering import MAX_QUESTION_CHARS
from qa.web.visitors import Visitors

_BODY_BYTES = 50_000
_FILE_BYTES = 20_000_000
_SPANS = 10


class Feedback:
    """A file of test questions that grows by one line each time. Others may append meanwhile."""

    def __init__(self, file: Path, visitors: Visitors) -> None:
        self._file = file
        self._visitors = visitors
        self._lock = Lock()

    def keep(self, told: Any) -> None:
        """Append a question with the spans that answer it; none if the documents do not say.

        `told` comes from a browser and may be anything: raises QuestionError or CorpusError for
        what is no question about the documents that all share.
        """
        line = json.dumps(self._question(told), ensure_ascii=False)
        with self._lock:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            if self._file.exists() and self._file.stat().st_size > _FILE_BYTES:
                raise CorpusError("the feedback file is full")
            with self._file.open("a", encoding="utf-8") as out:
                out.write(f"{line}\n")

    def _question(self, told: Any) -> dict[str, Any]:
        question = told.get("question") if isinstance(told, dict) else None
        spans = told.get("spans") if isinstance(told, dict) else None
        if not isinstance(question, str) or not question.strip():
            raise QuestionError("this is no question")
        if len(question) > MAX_QUESTION_CHARS or not isinstance(spans, list) or len(spans) > _SPANS:
            raise QuestionError("this is too much for a question")
        asked = question.encode(errors="replace").decode()
        answers = [self._span(span) for span in spans]
        return {
            "id": f"said-{uuid4().hex}",
            "kind": "feedback",
            "question": asked,
            "answers": answers,
        }

    def _span(self, span: Any) -> dict[str, Any]:
        match span:
            case [str() as name, int() as start, int() as end]:
                document = self._visitors.shared.documents.get(name)
                if document is None:
                    raise CorpusError("only answers from the documents that all share are kept")
                if 0 <= start < end <= len(document.text):
                    text = document.text[start:end]
                    return {"document": name, "start": start, "end": end, "text": text}
        raise CorpusError("this is no place in a document")


def add_feedback(app: FastAPI, visitors: Visitors) -> None:
    """Add the route that the buttons below an answer send to, where feedback is kept."""
    if visitors.options.feedback is None:
        return
    feedback = Feedback(visitors.options.feedback, visitors)

    @app.post("/feedback")
    async def keep(request: Request) -> JSONResponse:
        # Only this page's script: another site could send a form, but no JSON without being asked.
        if request.headers.get("content-type") != "application/json":
            return JSONResponse({"error": "send JSON"}, 415)
        if request.headers.get("sec-fetch-site", "same-origin") != "same-origin":
            return JSONResponse({"error": "not from here"}, 403)
        body = b""
        async for part in request.stream():
            body += part
            if len(body) > _BODY_BYTES:
                return JSONResponse({"error": "too long"}, 413)
        try:
            feedback.keep(json.loads(body))
        except (QuestionError, CorpusError, ValueError, RecursionError) as error:
            return JSONResponse({"error": str(error)}, 400)
        except OSError:
            return JSONResponse({"error": "it cannot be written"}, 500)
        return JSONResponse({})
