"""Chats: what is asked in place of what was typed, and what is remembered."""

import json
from collections.abc import Collection

import pytest

from index.errors import QuestionError
from qa import Chat, Corpus, Turn
from qa.types import Answer, Citation, Status


class Scripted:
    """Answers every question with a minister, and records what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, Collection[str] | None]] = []

    def ask(self, question: str, within: Collection[str] | None = None) -> Answer:
        if not question.strip():
            raise QuestionError("the question is empty; type one")
        self.asked.append((question, within))
        quote = "minister Pia Lund"
        citation = Citation("a.txt", "A", None, 4, 21, quote, f"The {quote} left.", 0, 0.9)
        return Answer(question, Status.ANSWERED, quote, 0.9, (citation,), (), (), {"total": 1.0})


def test_a_follow_up_is_asked_as_it_is_meant_and_shown_as_it_was_typed() -> None:
    corpus = Scripted()
    chat = Chat(corpus)
    chat.ask("Which minister left?")
    turn = chat.ask("where was she born?", within=["a.txt"])
    assert corpus.asked[-1] == ("Where was Pia Lund born?", ["a.txt"])
    assert turn.question == "where was she born?"
    assert turn.searched_for == turn.answer.question == "Where was Pia Lund born?"


def test_as_is_asks_what_was_typed() -> None:
    corpus = Scripted()
    chat = Chat(corpus)
    chat.ask("Which minister left?")
    turn = chat.ask("where was she born?", as_is=True)
    assert corpus.asked[-1][0] == turn.searched_for == "where was she born?"


def test_turns_are_the_whole_state() -> None:
    first = Chat(Scripted())
    first.ask("Which minister left?")
    before = first.turns
    resumed = Chat(Scripted(), before)
    assert resumed.ask("who is she?") == first.ask("who is she?")
    assert len(before) == 1 and resumed.turns == first.turns


def test_a_question_that_cannot_be_asked_leaves_the_turns_as_they_were() -> None:
    chat = Chat(Scripted())
    chat.ask("Which minister left?")
    with pytest.raises(QuestionError):
        chat.ask("  ")
    assert len(chat.turns) == 1


def test_only_the_last_turns_are_referred_to() -> None:
    chat = Chat(Scripted(), ())
    first = chat.ask("Which minister left?")
    nobody = Turn("How deep is the sea?", "How deep is the sea?", _nothing())
    assert Chat(Scripted(), [first, nobody]).ask("who is she?").searched_for == "Who is Pia Lund?"
    long_ago = Chat(Scripted(), [first, *[nobody] * 4])
    assert "Lund" not in long_ago.ask("who is she?").searched_for


def test_a_turn_is_the_answer_and_how_the_question_was_read_in_json() -> None:
    chat = Chat(Scripted())
    chat.ask("Which minister left?")
    turn = chat.ask("who is she?")
    found = json.loads(json.dumps(turn.to_dict()))
    assert found["question"] == "who is she?" and found["searched_for"] == "Who is Pia Lund?"
    assert {k: v for k, v in found.items() if k not in ("question", "searched_for")} == {
        k: v for k, v in json.loads(json.dumps(turn.answer.to_dict())).items() if k != "question"
    }


def test_follow_ups_over_the_seeds(seeds: Corpus) -> None:
    chat = seeds.chat()
    chat.ask("Why did the US decide not to sponsor a resolution on China in 2003?")
    amnesty = chat.ask("What did Amnesty say about it?")
    assert amnesty.answer.citations[0].document.startswith("001")
    assert "evade scrutiny" in amnesty.answer.citations[0].snippet
    chat = seeds.chat()
    chat.ask("Who raised the possibility of a resolution at the Carnegie Endowment?")
    assert "assistant secretary" in str(chat.ask("who is he?").answer.answer)
    fresh = seeds.ask("Who is Sharon Hom?")
    assert chat.ask("Who is Sharon Hom?").answer.citations == fresh.citations


def _nothing() -> Answer:
    return Answer("How deep is the sea?", Status.NOT_FOUND, None, 0.0, (), (), (), {"total": 1.0})


class Knowing:
    """Is as sure of a question as it is told, and remembers what it was asked."""

    def __init__(self, sure: dict[str, float]) -> None:
        self.sure = sure
        self.asked: list[str] = []

    def ask(self, question: str, within: object = None) -> Answer:
        self.asked.append(question)
        p = self.sure.get(question, 0.1)
        status = Status.ANSWERED if p > 0.6 else Status.UNSURE
        return Answer(question, status, "x", p, (), (), (), {"total": 1.0})


def test_a_question_that_stands_by_itself_is_asked_as_typed_first() -> None:
    before = Chat(Scripted())
    before.ask("Which minister left?")
    typed = "Who won?"
    corpus = Knowing({typed: 0.9})
    assert Chat(corpus, before.turns).ask(typed).searched_for == typed
    assert corpus.asked == [typed]
    corpus = Knowing({})
    meant = Chat(corpus, before.turns).understood(typed)
    corpus.sure[meant] = 0.5
    assert Chat(corpus, before.turns).ask(typed).searched_for == meant != typed
    assert corpus.asked == [typed, meant]
    corpus.sure[typed] = 0.55
    assert Chat(corpus, before.turns).ask(typed).searched_for == typed
