import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa import cli
from qa.evaluation.datasets import check_spans, load_questions
from qa.questioning import made_from
from tests.tiny import TinyEncoder, document

TEXT = (
    "The Moss Library was opened in 1931. Ida Moss designed the reading room with her brother.\n\n"
    "It was rebuilt in 1952. The Moss Library has 40,000 books in two halls. The Moss Library was"
    " closed because the roof of the old hall leaked.\n"
)


def made(text: str) -> list[tuple[str, str]]:
    return [(q.text, text[q.start : q.end]) for q in made_from(text, "The Moss Library")]


def test_sentences_become_questions_with_the_span_that_answers() -> None:
    assert made(TEXT) == [
        ("When was the Moss Library opened?", "1931"),
        ("Who designed the reading room with her brother?", "Ida Moss"),
        ("How many books does the Moss Library have?", "40,000"),
        ("Why was the Moss Library closed?", "the roof of the old hall leaked"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "It was rebuilt in 1952.",
        "The bridge was rebuilt in 1952.",
        "Ida Moss said it would rain all day long.",
        "Although the Moss Library was opened in 1931, few came.",
    ],
)
def test_what_does_not_say_of_what_it_tells_makes_no_question(text: str) -> None:
    assert made(text) == []


def test_a_question_that_two_sentences_answer_is_left_out() -> None:
    text = "The Moss Library was opened in 1931. The Moss Library was opened in 1932."
    assert made(text) == []


def test_facts_are_asked_for_by_their_names() -> None:
    text = "Phone: 0151 496 0000\nOpening hours: nine to five\nWarden: Ida Moss\n"
    assert ("What is the warden of The Moss Library?", "Ida Moss") in made(text)


@given(st.text(alphabet="The Moss Library was ha 19310.,:|-\n\"'abI", max_size=200))
def test_every_answer_is_in_the_text(text: str) -> None:
    for question in made_from(text, "T"):
        assert 0 <= question.start < question.end <= len(text)
        assert question.text.endswith("?")


def test_the_command_writes_what_eval_reads(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("qa.parts.load_encoder", TinyEncoder)
    docs, out = tmp_path / "docs", tmp_path / "made.jsonl"
    docs.mkdir()
    (docs / "a.txt").write_text(TEXT)
    options = ["--index", str(tmp_path / "index"), "--out", str(out)]
    cli.app(["questions", str(docs), *options], standalone_mode=False)
    assert "easier than people's" in capsys.readouterr().err
    questions = load_questions(out)
    assert ("When was the Moss Library opened?", "1931") in [
        (q.text, q.answers[0].text) for q in questions
    ]
    check_spans(questions, {"a.txt": document(TEXT, "a.txt")})
    assert all(json.loads(line)["kind"] for line in out.read_text().splitlines())
    (docs / "a.txt").write_text("no names here.\n")
    with pytest.raises(SystemExit, match="2"):
        cli.main(["questions", str(docs), *options])
    assert "no sentence makes a question" in capsys.readouterr().err
