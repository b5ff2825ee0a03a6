"""A conversation with a corpus: each question is understood from the turns before it."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Protocol

from index.filters import Filter
from qa.types import Answer, Status
from qa.understanding import PriorTurn, in_context, needs_context

_REMEMBERED = 4  # turns that a question may refer to


@dataclass(frozen=True, slots=True)
class Turn:
    """A question as typed, the question that was asked in its place, and the answer to that.

    `searched_for` equals `question` where nothing had to be understood from earlier turns.
    """

    question: str
    searched_for: str
    answer: Answer

    def to_dict(self) -> dict[str, Any]:
        """Return the answer as plain JSON types; its question as typed, and `searched_for`."""
        return asdict(self.answer) | {"question": self.question, "searched_for": self.searched_for}


class Asking(Protocol):
    """What a chat needs of a corpus."""

    def ask(self, question: str, within: Filter | None = None) -> Answer: ...


class Chat:
    """A conversation with a corpus; `turns` is all of its state, oldest first, and immutable."""

    def __init__(self, corpus: Asking, turns: Sequence[Turn] = ()) -> None:
        self._corpus = corpus
        self.turns = tuple(turns)

    def understood(self, question: str) -> str:
        """Return the question to ask in the place of one that is typed now."""
        return in_context(question, [_said(turn) for turn in self.turns[-_REMEMBERED:]])

    def readings(self, question: str) -> tuple[str, ...]:
        """Return the questions that one typed now may stand for, the likelier first.

        As typed comes first where it can stand by itself; in context alone where it cannot.
        """
        meant = self.understood(question)
        if meant == question or needs_context(question):
            return (meant,)
        return question, meant

    def ask(self, question: str, *, as_is: bool = False, within: Filter | None = None) -> Turn:
        """Answer a question as it is meant after the turns so far, or `as_is`, and remember it.

        `within` is passed on to `Corpus.ask`. Raises QuestionError as that does; the turns then
        stay as they were.
        """
        readings = (question,) if as_is else self.readings(question)
        searched_for, answer = surest(readings, lambda asked: self._corpus.ask(asked, within))
        turn = Turn(question, searched_for, answer)
        self.turns = (*self.turns, turn)
        return turn


def surest(readings: Sequence[str], answer: Callable[[str], Answer]) -> tuple[str, Answer]:
    """Return the first reading that is answered, or else the surest, with its answer."""
    answers: list[Answer] = []
    for reading in readings:
        answers.append(answer(reading))
        if answers[-1].status is Status.ANSWERED:
            return reading, answers[-1]
    best = max(range(len(answers)), key=lambda i: (answers[i].confidence, -i))
    return readings[best], answers[best]


def _said(turn: Turn) -> PriorTurn:
    first = turn.answer.citations[0] if turn.answer.citations else None
    return PriorTurn(
        question=turn.searched_for,
        answer=turn.answer.answer if turn.answer.answer is not None else "",
        sentence=first.snippet if first is not None else "",
        follows=turn.searched_for != turn.question,
    )
