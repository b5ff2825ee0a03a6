"""Questions written for the reader: `training/written/*.jsonl`, without the passages' text.

A line is {"set", "passage", "question", "spans", "kind"}: the set in train/, the first 16 hex
digits of the SHA-256 of its context, and accepted spans as [start, end] in characters of the
context. Where `spans` is empty, the part of the context that `within` names does not answer.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from training.data import Question, read_questions

FOLDER = Path(__file__).parent / "written"


def passage_key(text: str) -> str:
    """Return what names a context in the written questions."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()[:16]


def written_questions(data: Path, others: Sequence[Question]) -> list[Question]:
    """Return the written questions with the documents that they ask of.

    `others` are the training questions; their documents are used where they are the same. Raises
    ValueError for a question whose context is in no set, or whose span is not in its context.
    """
    rows = [
        (path.stem, number, json.loads(line))
        for path in sorted(FOLDER.glob("*.jsonl"))
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
    ]
    documents = {(q.source, passage_key(q.document.text)): q.document for q in others}
    missing = {row["set"] for _, _, row in rows if (row["set"], row["passage"]) not in documents}
    for name in sorted(missing):
        for q in read_questions(data / "train" / f"{name}.json"):
            documents.setdefault((name, passage_key(q.document.text)), q.document)
    questions = []
    for file, number, row in rows:
        where = f"{file}.jsonl, line {number}"
        document = documents.get((row["set"], row["passage"]))
        if document is None:
            raise ValueError(f"{where}: no context of {row['set']} has this hash")
        name = f"{file}-{number}"
        spans = tuple((start, end) for start, end in row["spans"])
        if not spans:
            start, end = row["within"]
            document = replace(document, id=name, text=document.text[start:end])
        if not all(0 <= start < end <= len(document.text) for start, end in spans):
            raise ValueError(f"{where}: a span is not in its context")
        questions.append(Question(f"{file}-{number}", "written", row["question"], document, spans))
    return questions
