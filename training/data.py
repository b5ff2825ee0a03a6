"""SQuAD-format files -> questions, and passages cut as the product cuts them."""

import json
import random
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from index.passages import split_document
from index.types import Document, Passage

# Share of each training set's questions that is used. PolicyQA's answers are long and often
# arbitrary, QAMR's 34,000 questions ask of 979 sentences: a part is enough to learn their kind, and
# runs of other seeds draw other parts.
SHARES = {"policyqa": 0.4, "qamr": 0.5}


@dataclass(frozen=True, slots=True)
class Example:
    """A question and a passage; `spans` are its answers there in characters, or empty."""

    question: str
    passage: str
    spans: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Question:
    """A question, the context it was asked of, and where it is answered there."""

    id: str
    source: str
    question: str
    document: Document
    spans: tuple[tuple[int, int], ...]


def read_questions(path: Path) -> list[Question]:
    """Read one SQuAD 1.1 or 2.0 file; every paragraph becomes a Document."""
    questions = []
    data = json.loads(path.read_text(encoding="utf-8"))["data"]
    number = 0
    for article in data:
        for paragraph in article["paragraphs"]:
            context = paragraph["context"]
            document = Document(f"{path.stem}-{number}", "", None, context, "")
            number += 1
            for qa in paragraph["qas"]:
                spans = {
                    (a["answer_start"], a["answer_start"] + len(a["text"])) for a in qa["answers"]
                }
                questions.append(
                    Question(qa["id"], path.stem, qa["question"], document, tuple(sorted(spans)))
                )
    return questions


def training_questions(folder: Path, seed: int) -> list[Question]:
    """Return the questions of every set in train/, without what dev/ or another set repeats."""
    dev_texts = {
        q.document.text for f in sorted((folder / "dev").glob("*.json")) for q in read_questions(f)
    }
    rng = random.Random(seed)
    seen: set[str] = set()
    questions = []
    for path in sorted((folder / "train").glob("*.json")):
        share = SHARES.get(path.stem, 1.0)
        for question in read_questions(path):
            # QED asks a third of its questions over again from Natural Questions.
            key = re.sub(r"\W+", " ", question.question.lower()) + question.document.text[:40]
            if question.document.text in dev_texts or key in seen or rng.random() > share:
                continue
            seen.add(key)
            questions.append(question)
    return questions


class PassageCache:
    """Passages of each document, cut once."""

    def __init__(self) -> None:
        self._passages: dict[str, list[Passage]] = {}

    def of(self, document: Document) -> list[Passage]:
        if document.id not in self._passages:
            self._passages[document.id] = split_document(document)
        return self._passages[document.id]


def positives(question: Question, passages: Iterable[Passage]) -> list[Example]:
    """Return the examples of a question's own document whose passage holds an answer."""
    found = []
    for passage in passages:
        spans = tuple(
            (start - passage.start, end - passage.start)
            for start, end in question.spans
            if passage.start <= start and end <= passage.end
        )
        if spans:
            found.append(Example(question.question, passage.text, spans))
    return found
