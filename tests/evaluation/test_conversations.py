"""Dialogues held with a corpus of two sentences that answers by script."""

import json
from io import StringIO

import pytest
from rich.console import Console

from index.errors import DatasetError
from index.types import Document
from qa import conversation
from qa.conversation import Chat
from qa.evaluation.conversations import converse, summarise_conversations
from qa.evaluation.datasets import Line, load_conversations
from qa.evaluation.report import to_html, to_json, to_table
from qa.types import Accepted, Answer, Citation, Question, Status

TEXTS = {"ada": "Ada wrote it in 1843. She lived in London.", "bob": "Bob built an engine."}
DOCUMENTS = {id: Document(id, id, None, text, "0") for id, text in TEXTS.items()}
ANSWERS = {
    "Who wrote it?": ("ada", "Ada", Status.ANSWERED),
    "who is he?": ("bob", "Bob", Status.UNSURE),
    "Where did she live?": ("bob", "an engine", Status.ANSWERED),
    "Where did Ada live?": ("ada", "London", Status.ANSWERED),
    "when?": ("bob", "an engine", Status.NOT_FOUND),
    "When did Ada live?": ("ada", "Ada", Status.NOT_FOUND),
    "When was it written?": ("ada", "1843", Status.ANSWERED),
    "What did Bob build?": ("bob", "an engine", Status.ANSWERED),
}


class Scripted:
    """Answers as `ANSWERS` has it; its chats put Ada's name for a pronoun."""

    def __init__(self):
        self.asked = []

    def ask(self, question, within=None):
        self.asked.append(question)
        id, quote, status = ANSWERS[question]
        text = TEXTS[id]
        start = text.index(quote)
        cited = Citation(id, id, None, start, start + len(quote), quote, text, 0, 0.9)
        shown = status is not Status.NOT_FOUND
        return Answer(
            question=question,
            status=status,
            answer=quote if shown else None,
            confidence=0.5,
            citations=(cited,) if shown else (),
            others=(),
            nearest=() if shown else (cited,),
            timings_ms={"total": 10.0},
        )

    def chat(self, turns=()):
        return Chat(self, turns)


def line(id, kind, question, full, *accepted):
    answers = tuple(
        Accepted(d, TEXTS[d].index(text), TEXTS[d].index(text) + len(text), text)
        for d, text in accepted
    )
    return Line(Question(id, kind, question, answers), full)


DIALOGUE = [
    line("d/1", "opening", "Who wrote it?", "Who wrote it?", ("ada", "Ada")),
    line("d/2", "new", "What did Bob build?", "What did Bob build?", ("bob", "an engine")),
]


@pytest.fixture
def evaluation(monkeypatch):
    read = {"Where did she live?": "Where did Ada live?", "when?": "When did Ada live?"}
    monkeypatch.setattr(conversation, "in_context", lambda typed, _: read.get(typed, typed))
    dialogue = [
        *DIALOGUE[:1],
        line("d/2", "pronoun", "Where did she live?", "Where did Ada live?", ("ada", "London")),
        line("d/3", "ellipsis", "when?", "When was it written?", ("ada", "1843")),
        line("d/4", "pronoun", "who is he?", "who is he?"),
    ]
    return converse(Scripted(), [dialogue, DIALOGUE])


def test_a_follow_up_is_judged_in_its_dialogue_as_typed_and_in_full(evaluation):
    summary = summarise_conversations(evaluation)
    assert (summary.dialogues, summary.follow_ups, summary.new) == (2, 3, 1)
    figures = {
        name: (shares.document.value, shares.answer.value)
        for name, shares in (
            ("chat", summary.in_chat),
            ("typed", summary.as_typed),
            ("full", summary.in_full),
        )
    }
    # "when?" finds nothing in its dialogue, but the right document is nearest.
    assert figures == {"chat": (1.0, 0.5), "typed": (0.0, 0.0), "full": (1.0, 1.0)}
    assert summary.kinds["pronoun"].answer.value == 1.0
    assert summary.unanswered.value == 1.0
    assert summary.misses == {"understanding": 1, "reading": 0, "drag": 0}


def test_a_new_question_is_dragged_where_the_dialogue_changes_its_answer(monkeypatch):
    kept = summarise_conversations(converse(Scripted(), [DIALOGUE]))
    assert kept.same.value == kept.untouched.value == 1.0
    monkeypatch.setitem(ANSWERS, "What did Bob build?", ("bob", "an engine", Status.UNSURE))
    monkeypatch.setattr(conversation, "in_context", lambda *_: "Who wrote it?")
    dragged = summarise_conversations(converse(Scripted(), [DIALOGUE]))
    assert dragged.same.value == dragged.untouched.value == 0.0
    assert dragged.misses["drag"] == 1


def test_each_turn_is_asked_after_the_real_answers_before_it(monkeypatch):
    monkeypatch.setitem(ANSWERS, "Who wrote it?", ("bob", "Bob", Status.ANSWERED))
    typed, read = "where was that?", "where was that (Bob wrote)?"
    for question in (typed, read):
        monkeypatch.setitem(ANSWERS, question, ("bob", "Bob", Status.ANSWERED))
    corpus = Scripted()
    converse(corpus, [[DIALOGUE[0], line("d/2", "pronoun", typed, "Where did Ada live?")]])
    assert read in corpus.asked  # not Ada, who would have been right


def test_no_dialogues_give_no_figures():
    summary = summarise_conversations(converse(Scripted(), []))
    assert summary.follow_ups == 0 and summary.in_chat.document is None and summary.same is None


def test_the_report_has_all_forms(evaluation):
    found = json.loads(json.dumps(to_json(evaluation)))
    assert found["summary"]["in_chat"]["document"]["value"] == 1.0
    assert [r["stage"] for r in found["results"]].count("understanding") == 1
    console = Console(file=StringIO(), width=120, color_system=None)
    console.print(to_table(evaluation))
    text = console.file.getvalue()
    assert "2 dialogues with 3 follow-ups and 1 new questions" in text
    assert "when? → When did Ada live?" in text
    assert to_html(evaluation).startswith("<!doctype html>")


def test_dialogues_are_read_from_lines_of_json(tmp_path):
    file = tmp_path / "dialogues.jsonl"
    turn = {"kind": "opening", "question": "Who?", "full": "Who was it?", "answers": []}
    file.write_text(json.dumps({"id": "d", "turns": [turn, turn | {"kind": "new"}]}) + "\n\n")
    [dialogue] = load_conversations(file)
    assert dialogue == [
        Line(Question("d/1", "opening", "Who?", ()), "Who was it?"),
        Line(Question("d/2", "new", "Who?", ()), "Who was it?"),
    ]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "holds no dialogues"),
        ('{"id": "d"}', 'line 1: the field "turns" is missing'),
        ('{"id": "d", "turns": [{"kind": "new", "question": "Who?", "answers": []}]}', "turn 1"),
    ],
)
def test_a_broken_file_is_refused_with_its_place(tmp_path, text, says):
    file = tmp_path / "dialogues.jsonl"
    file.write_text(text)
    with pytest.raises(DatasetError, match=says):
        load_conversations(file)
