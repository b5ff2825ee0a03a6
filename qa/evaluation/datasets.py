"""Test questions from files: our own JSONL, SQuAD's JSON, BEIR's folders.

Every function raises `DatasetError`, which names the file and the place in it, for what it cannot
read. Nothing is skipped in silence: a question that was dropped would change the figures.
"""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from index.errors import DatasetError
from index.types import Document
from qa.evaluation.fields import (
    as_object,
    field,
    json_lines,
    lines,
    read_json,
    short,
    text_field,
    unique,
)
from qa.types import Accepted, Question

_KIND = re.compile(
    r"\b(how (?:many|much)|how|why|what|which|who|whom|whose|when|where)\b", re.IGNORECASE
)
_WHO = ("whom", "whose")


class Squad(NamedTuple):
    """A SQuAD file as a corpus, and its questions.

    `given` says of which document each question was asked (question id -> document id).
    """

    documents: list[Document]
    questions: list[Question]
    given: dict[str, str]


class Beir(NamedTuple):
    """A BEIR folder: `queries` is query id -> text, `qrels` is query id -> {document id: grade}.

    Only judged queries are kept, as BEIR does: `queries.jsonl` holds those of every split.
    """

    documents: list[Document]
    queries: dict[str, str]
    qrels: dict[str, dict[str, int]]


class Line(NamedTuple):
    """A turn of a test dialogue: the question as typed, and `full`, the same in full."""

    question: Question
    full: str


def load_conversations(path: Path | str) -> list[list[Line]]:
    """Read test dialogues, one JSON object per line.

    {"id", "turns": [{"kind", "question", "full", "answers": as in `load_questions`}]}. A question's
    id is "dialogue/1", counted from 1. Blank lines are passed over.
    """
    path = Path(path)
    dialogues: list[list[Line]] = []
    seen: dict[str, str] = {}
    for where, record in json_lines(path):
        id = unique(text_field(record, "id", where), seen, where)
        dialogue = [
            Line(
                _question(turn, f"{id}/{n}", f"{where}, turn {n}"),
                text_field(turn, "full", f"{where}, turn {n}"),
            )
            for n, turn in enumerate(field(record, "turns", list, where), 1)
        ]
        dialogues.append(dialogue)
    if not dialogues:
        raise DatasetError(f"{path} holds no dialogues. Write one JSON object per line.")
    return dialogues


def load_questions(path: Path | str) -> list[Question]:
    """Read test questions, one JSON object per line.

    {"id", "kind", "question", "answers": [{"document", "start", "end", "text"}]}; no answers means
    that the corpus does not answer the question. Blank lines are passed over.
    """
    path = Path(path)
    questions: list[Question] = []
    seen: dict[str, str] = {}
    for where, record in json_lines(path):
        id = unique(text_field(record, "id", where), seen, where)
        questions.append(_question(record, id, where))
    if not questions:
        raise DatasetError(f"{path} holds no questions. Write one JSON object per line.")
    return questions


def check_spans(questions: Sequence[Question], documents: Mapping[str, Document]) -> None:
    """Raise `DatasetError` for the first accepted answer that is not in its document."""
    for question in questions:
        for answer in question.answers:
            document = documents.get(answer.document)
            if document is None:
                raise DatasetError(
                    f'Question "{question.id}" accepts an answer from "{answer.document}", which '
                    "the corpus does not have. Ask it of the corpus that it was written for."
                )
            found = document.text[answer.start : answer.end]
            if found != answer.text:
                raise DatasetError(
                    f'Question "{question.id}": "{answer.document}" has {short(found)} at '
                    f"{answer.start} to {answer.end}, not {short(answer.text)}. Correct the span, "
                    "or restore the document that it was taken from."
                )


def load_squad(path: Path | str) -> Squad:
    """Read SQuAD 1.1 or 2.0 JSON; every distinct paragraph becomes a document.

    Ids are "Article_title/3", numbered within the title. A question marked `is_impossible`, or with
    no answers, accepts nothing. Its kind is that of `question_kind`.
    """
    path = Path(path)
    root = as_object(read_json(path), str(path))
    documents: dict[str, Document] = {}  # by text, which is what makes a paragraph distinct
    counts: dict[str, int] = {}
    squad = Squad([], [], {})
    seen: dict[str, str] = {}
    for a, article in enumerate(field(root, "data", list, str(path)), 1):
        where = f"{path}, article {a}"
        title = str(as_object(article, where).get("title") or path.stem)  # some sets name none
        for p, paragraph in enumerate(field(article, "paragraphs", list, where), 1):
            here = f"{where}, paragraph {p}"
            text = text_field(paragraph, "context", here)
            if text not in documents:
                counts[title] = counts.get(title, 0) + 1
                documents[text] = _document(f"{title}/{counts[title]}", title, text)
            for q, entry in enumerate(field(paragraph, "qas", list, here), 1):
                question = _squad_question(entry, documents[text], f"{here}, question {q}", seen)
                squad.questions.append(question)
                squad.given[question.id] = documents[text].id
    squad.documents.extend(documents.values())
    if not squad.questions:
        raise DatasetError(f"{path} holds no questions. Check that it is a SQuAD file.")
    return squad


def question_kind(text: str) -> str:
    """Return the first question word ("how many" and "how much" as one), or "other".

    "whom" and "whose" count as "who". The word need not come first: "In which year" is "which".
    """
    found = _KIND.search(text)
    if found is None:
        return "other"
    word = found.group(1).lower()
    return "who" if word in _WHO else word


def halve(
    documents: Sequence[Document], questions: Sequence[Question]
) -> tuple[list[Document], list[Question]]:
    """Leave out every second article (by title, sorted), to measure abstention.

    Questions about the articles left out stay, but lose their answers: they are now unanswerable.
    """
    kept_titles = set(sorted({document.title for document in documents})[::2])
    kept = [document for document in documents if document.title in kept_titles]
    ids = {document.id for document in kept}
    return kept, [
        replace(question, answers=tuple(a for a in question.answers if a.document in ids))
        for question in questions
    ]


def load_beir(folder: Path | str) -> Beir:
    """Read `corpus.jsonl`, `queries.jsonl`, and `qrels.tsv` or `qrels/test.tsv`.

    A document's text is its title, a line break, and its text; only the text where no title is.
    """
    folder = Path(folder)
    documents: dict[str, Document] = {}
    seen: dict[str, str] = {}
    for where, record in json_lines(folder / "corpus.jsonl"):
        id = unique(text_field(record, "_id", where), seen, where)
        title = field(record, "title", str, where) if "title" in record else ""
        text = field(record, "text", str, where)
        documents[id] = _document(id, title or id, f"{title}\n{text}" if title else text)
    texts: dict[str, str] = {}
    seen = {}
    for where, record in json_lines(folder / "queries.jsonl"):
        id = unique(text_field(record, "_id", where), seen, where)
        texts[id] = text_field(record, "text", where)
    flat = folder / "qrels.tsv"
    qrels = _qrels(flat if flat.exists() else folder / "qrels" / "test.tsv", documents, texts)
    return Beir(list(documents.values()), {id: texts[id] for id in qrels}, qrels)


def _qrels(
    path: Path, documents: Mapping[str, Document], queries: Mapping[str, str]
) -> dict[str, dict[str, int]]:
    qrels: dict[str, dict[str, int]] = {}
    for number, line in lines(path):
        where = f"{path}, line {number}"
        fields = line.rstrip("\r\n").split("\t")
        if number == 1 and fields[0] == "query-id":
            continue
        if len(fields) != 3:
            raise DatasetError(f"{where}: write query id, document id and grade, tabs between.")
        query, document, grade = fields
        if query not in queries:
            raise DatasetError(f"{where}: queries.jsonl has no query {short(query)}. Add it.")
        if document not in documents:
            raise DatasetError(f"{where}: corpus.jsonl has no document {short(document)}. Add it.")
        try:
            qrels.setdefault(query, {})[document] = int(grade)
        except ValueError:
            raise DatasetError(
                f"{where}: the grade must be a whole number, not {short(grade)}. Correct it."
            ) from None
    if not qrels:
        raise DatasetError(f"{path} judges no query. Write query id, document id, grade a line.")
    return qrels


def _question(record: object, id: str, where: str) -> Question:
    answers = field(record, "answers", list, where)
    return Question(
        id=id,
        kind=text_field(record, "kind", where),
        text=text_field(record, "question", where),
        answers=tuple(_accepted(a, f"{where}, answer {n}") for n, a in enumerate(answers, 1)),
    )


def _squad_question(
    entry: object, document: Document, where: str, seen: dict[str, str]
) -> Question:
    record = as_object(entry, where)
    id = unique(text_field(record, "id", where), seen, where)
    impossible = "is_impossible" in record and field(record, "is_impossible", bool, where)
    answers: dict[Accepted, None] = {}  # annotators often mark the same span
    for answer in [] if impossible else field(record, "answers", list, where):
        text = text_field(answer, "text", where)
        start = field(answer, "answer_start", int, where)
        if start < 0 or not document.text.startswith(text, start):
            raise DatasetError(
                f"{where}: the paragraph does not have {short(text)} at {start}. Correct "
                '"answer_start", or delete the answer.'
            )
        answers[Accepted(document.id, start, start + len(text), text)] = None
    question = text_field(record, "question", where)
    return Question(id, question_kind(question), question, tuple(answers))


def _accepted(value: object, where: str) -> Accepted:
    answer = Accepted(
        document=text_field(value, "document", where),
        start=field(value, "start", int, where),
        end=field(value, "end", int, where),
        text=text_field(value, "text", where),
    )
    if answer.start < 0 or answer.end - answer.start != len(answer.text):
        raise DatasetError(
            f'{where}: "start" {answer.start} to "end" {answer.end} cannot be the place of a text '
            f"of {len(answer.text)} characters. Correct the offsets: they count characters."
        )
    return answer


def _document(id: str, title: str, text: str) -> Document:
    return Document(id, title, None, text, hashlib.sha256(text.encode()).hexdigest())
