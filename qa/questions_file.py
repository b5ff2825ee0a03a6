"""Questions from a file: one per line, as they are typed or as JSON with a filter."""

import json
from pathlib import Path
from typing import NamedTuple

from index.errors import PacketError, QuestionError
from index.filters import Filter
from qa.answering import checked
from qa.packets.plain import from_plain

_IGNORED = ("id", "kind", "answers")  # what test questions have besides


class Asked(NamedTuple):
    """A question, and what it is limited to: None is all documents."""

    question: str
    within: Filter | None = None


def read_questions(file: Path) -> list[Asked]:
    """Return the questions of a file, each once; blank lines and those that begin with # are none.

    A line of JSON is {"question": "...", "documents": ["*.pdf"], "after": "2009", "before": "2012",
    "where": {"author": "byron"}}, all but the question optional. Raises QuestionError, which names
    the file and the line.
    """
    try:
        lines = file.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise QuestionError(f"{file}: cannot be read as a list of questions ({error})") from None
    found: dict[str, Asked] = {}
    for number, line in enumerate(map(str.strip, lines), 1):
        if line and not line.startswith("#"):
            try:
                asked = _of_json(line) if line.startswith("{") else Asked(checked(line))
            except (QuestionError, PacketError, ValueError, RecursionError) as error:
                raise QuestionError(f"{file}, line {number}: {error}") from None
            found.setdefault(repr(asked), asked)
    if not found:
        raise QuestionError(f"{file}: there is no question in it; write one per line")
    return list(found.values())


def _of_json(line: str) -> Asked:
    given = json.loads(line)
    question = given.pop("question", None)
    if not isinstance(question, str):
        raise QuestionError('the "question" is missing')
    limits = {name: value for name, value in given.items() if name not in _IGNORED}
    return Asked(checked(question), from_plain(Filter, limits, "filter") if limits else None)
