"""Written questions find their passages by hash, and a wrong offset is refused."""

import json
from pathlib import Path

import pytest

from training import written
from training.written import passage_key, written_questions

CONTEXT = "The ferry was sold in 1931 after the bridge opened. Nobody missed it."


@pytest.fixture
def data(tmp_path: Path) -> Path:
    (tmp_path / "train").mkdir()
    paragraph = {"context": CONTEXT, "qas": [{"id": "1", "question": "When?", "answers": []}]}
    content = {"data": [{"paragraphs": [paragraph]}]}
    (tmp_path / "train" / "small.json").write_text(json.dumps(content), "utf-8")
    return tmp_path


def write(monkeypatch: pytest.MonkeyPatch, folder: Path, **row: object) -> None:
    line = {"set": "small", "passage": passage_key(CONTEXT), "question": "Why?", "kind": "why"}
    (folder / "1.jsonl").write_text(json.dumps(line | row) + "\n", "utf-8")
    monkeypatch.setattr(written, "FOLDER", folder)


def test_a_question_gets_its_document_and_span(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(monkeypatch, tmp_path, spans=[[27, 50]])
    (question,) = written_questions(data, [])
    assert question.document.text == CONTEXT
    assert [CONTEXT[a:b] for a, b in question.spans] == ["after the bridge opened"]


def test_one_without_an_answer_is_asked_of_the_part_that_was_read(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(monkeypatch, tmp_path, spans=[], within=[52, 69])
    (question,) = written_questions(data, [])
    assert (question.document.text, question.spans) == ("Nobody missed it.", ())


@pytest.mark.parametrize(
    ("row", "said"),
    [({"spans": [[5, 500]]}, "span"), ({"spans": [], "passage": "0" * 16}, "no context")],
)
def test_a_wrong_line_is_named(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, row: dict[str, object], said: str
) -> None:
    write(monkeypatch, tmp_path, **row)
    with pytest.raises(ValueError, match=rf"1.jsonl, line 1: .*{said}"):
        written_questions(data, [])


def test_those_of_the_repository_are_well_formed() -> None:
    for path in sorted(written.FOLDER.glob("*.jsonl")) or pytest.fail("none"):
        for line in path.read_text("utf-8").splitlines():
            row = json.loads(line)
            assert row["question"].strip() == row["question"] != ""
            assert row["spans"] or len(row["within"]) == 2
            assert all(0 <= start < end for start, end in row["spans"])
