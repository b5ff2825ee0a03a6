"""What was said before a question: the browser keeps it, and sends where the last answers are.

Nothing that it sends is trusted but places in documents, which are looked up again.
"""

import json
from collections.abc import Iterator
from typing import Any

from index.errors import QuestionError
from qa.answering import MAX_QUESTION_CHARS
from qa.conversation import Turn
from qa.types import Answer, Citation, Status
from qa.web.visitors import Asked

_TURNS = 10
_SNIPPET_CHARS = 1_000

Place = dict[str, Any]


def place_of(turn: Turn) -> Place:
    """Return what the browser is to send back for a later question to refer to."""
    first = turn.answer.citations[0] if turn.answer.citations else None
    where = [] if first is None else [first.document, first.start, first.end, *_snippet(first)]
    return {"question": turn.question, "searched_for": turn.searched_for, "quote": where}


def turns_of(before: str, corpus: Asked) -> tuple[Turn, ...]:
    """Return the turns that a browser sends, oldest first; raises QuestionError for what is none.

    An answer whose document is gone, or is shorter now, is one without a quote.
    """
    try:
        sent = json.loads(before) if before else []
    except (ValueError, RecursionError):
        sent = None
    if not isinstance(sent, list):
        raise QuestionError("what was said before cannot be read; begin a new conversation")
    return tuple(_turns(sent[-_TURNS:], corpus))


def _snippet(citation: Citation) -> tuple[int, int]:
    return citation.snippet_start, citation.snippet_start + len(citation.snippet)


def _turns(sent: list[Any], corpus: Asked) -> Iterator[Turn]:
    for one in sent:
        match one:
            case {"question": str() as question, "searched_for": str() as asked, "quote": where}:
                cited = _cited(where, corpus)
            case _:
                raise QuestionError("the earlier turns cannot be read; ask again")
        question, asked = question[:MAX_QUESTION_CHARS], asked[:MAX_QUESTION_CHARS]
        status = Status.UNSURE if cited else Status.NOT_FOUND
        quote = cited[0].quote if cited else None
        yield Turn(question, asked, Answer(asked, status, quote, 0.0, cited, (), (), {}))


def _cited(where: Any, corpus: Asked) -> tuple[Citation, ...]:
    match where:
        case [str() as name, int() as start, int() as end, int() as low, int() as high]:
            document = corpus.documents.get(name)
            if document is None or not 0 <= low <= start < end <= high <= len(document.text):
                return ()
            if high - low > _SNIPPET_CHARS:
                low, high = start, min(end, start + _SNIPPET_CHARS)
            quote, snippet = document.part(start, end), document.part(low, high)
            made = Citation(name, document.title, document.date, start, end, quote, snippet, low, 0)
            return (made,)
    return ()
