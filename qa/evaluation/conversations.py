"""Test dialogues: are follow-ups understood, and new questions left alone?"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from index.types import Progress
from qa.conversation import Asking, Chat, Turn
from qa.evaluation.datasets import Line
from qa.evaluation.judging import cites_document, sentence_holds
from qa.evaluation.metrics import Estimate, Percentiles, estimate, percentiles
from qa.types import Accepted, Answer, Status

OPENING, NEW = "opening", "new"
"""The kinds of turn that are no follow-ups; any other kind is one."""

STAGES = ("understanding", "reading", "drag")


class Chatting(Asking, Protocol):
    """What is measured."""

    def chat(self, turns: Sequence[Turn] = ()) -> Chat: ...


@dataclass(frozen=True, slots=True)
class Verdict:
    """How good an answer is.

    `document`: the first citation is from a right document or, where nothing is cited, the nearest
    passage is. `answer`: the first citation's quote or its sentence holds an accepted answer.
    """

    status: Status
    document: bool
    answer: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """A turn asked in its dialogue, by itself as it was typed, and by itself written out in full.

    `same` says that the dialogue did not change the answer; `shown` is the answer in the dialogue.
    Times are in milliseconds.
    """

    id: str
    kind: str
    question: str
    searched_for: str
    full: str
    in_chat: Verdict
    as_typed: Verdict
    in_full: Verdict
    same: bool
    shown: str | None
    accepted: tuple[str, ...]
    chat_ms: float
    typed_ms: float

    @property
    def answerable(self) -> bool:
        return bool(self.accepted)

    @property
    def stage(self) -> str | None:
        """What went wrong: a new question was dragged along, or an answer that there is missed.

        Then "understanding" is to blame where the question finds it when written out in full.
        """
        if self.kind == NEW:
            return None if self.same else "drag"
        if self.kind == OPENING or not self.answerable or self.in_chat.answer:
            return None
        return "understanding" if self.in_full.answer else "reading"


@dataclass(frozen=True, slots=True)
class Shares:
    """Of the answerable follow-ups: a right document cited, an accepted answer quoted."""

    document: Estimate | None
    answer: Estimate | None


@dataclass(frozen=True, slots=True)
class ConversationSummary:
    """All figures; shares are 0 to 1, None is "does not apply".

    `unanswered` is the share of the unanswerable follow-ups that is not `answered`; `same` that of
    the new questions which are answered as in a fresh conversation, `untouched` that of those asked
    as typed. `misses` counts each of `STAGES`. Times are those of the follow-ups.
    """

    dialogues: int
    follow_ups: int
    in_chat: Shares
    as_typed: Shares
    in_full: Shares
    kinds: dict[str, Shares]
    unanswered: Estimate | None
    new: int
    same: Estimate | None
    untouched: Estimate | None
    misses: dict[str, int]
    chat_ms: Percentiles | None
    typed_ms: Percentiles | None


@dataclass(frozen=True, slots=True)
class ConversationEvaluation:
    """Every dialogue held."""

    dialogues: int
    asked: tuple[Asked, ...]


def converse(
    corpus: Chatting, dialogues: Sequence[Sequence[Line]], progress: Progress | None = None
) -> ConversationEvaluation:
    """Hold every dialogue: each turn is asked after those before it and their real answers."""
    asked = []
    for done, dialogue in enumerate(dialogues, 1):
        chat = corpus.chat()
        asked += [_ask(corpus, chat, line) for line in dialogue]
        if progress is not None:
            progress(done, len(dialogues))
    return ConversationEvaluation(len(dialogues), tuple(asked))


def _ask(corpus: Chatting, chat: Chat, line: Line) -> Asked:
    question, accepted = line.question, line.question.answers
    turn = chat.ask(question.text)
    typed = corpus.ask(question.text)
    full = typed if line.full == question.text else corpus.ask(line.full)
    return Asked(
        id=question.id,
        kind=question.kind,
        question=question.text,
        searched_for=turn.searched_for,
        full=line.full,
        in_chat=_verdict(turn.answer, accepted),
        as_typed=_verdict(typed, accepted),
        in_full=_verdict(full, accepted),
        same=_shown(turn.answer) == _shown(typed),
        shown=turn.answer.answer,
        accepted=tuple(answer.text for answer in accepted),
        chat_ms=turn.answer.timings_ms["total"],
        typed_ms=typed.timings_ms["total"],
    )


def _verdict(answer: Answer, accepted: Sequence[Accepted]) -> Verdict:
    cited = answer.citations[0] if answer.citations else None
    first = cited if cited is not None else next(iter(answer.nearest), None)
    return Verdict(
        status=answer.status,
        document=first is not None and cites_document(first, accepted),
        answer=cited is not None and sentence_holds(cited, accepted),
    )


def _shown(answer: Answer) -> object:
    return answer.status, answer.answer, [(c.document, c.start, c.end) for c in answer.citations]


def summarise_conversations(evaluation: ConversationEvaluation) -> ConversationSummary:
    """Average an evaluation; one of no dialogues gives zeros and Nones."""
    asked = evaluation.asked
    following = [turn for turn in asked if turn.kind not in (OPENING, NEW)]
    answerable = [turn for turn in following if turn.answerable]
    new = [turn for turn in asked if turn.kind == NEW]
    kinds = dict.fromkeys(turn.kind for turn in answerable)
    return ConversationSummary(
        dialogues=evaluation.dialogues,
        follow_ups=len(following),
        in_chat=_shares(answerable, lambda turn: turn.in_chat),
        as_typed=_shares(answerable, lambda turn: turn.as_typed),
        in_full=_shares(answerable, lambda turn: turn.in_full),
        kinds={
            kind: _shares([t for t in answerable if t.kind == kind], lambda turn: turn.in_chat)
            for kind in kinds
        },
        unanswered=estimate(
            [t.in_chat.status is not Status.ANSWERED for t in following if not t.answerable]
        ),
        new=len(new),
        same=estimate([turn.same for turn in new]),
        untouched=estimate([turn.searched_for == turn.question for turn in new]),
        misses={name: sum(t.stage == name for t in asked) for name in STAGES},
        chat_ms=percentiles([turn.chat_ms for turn in following]),
        typed_ms=percentiles([turn.typed_ms for turn in following]),
    )


def _shares(asked: Sequence[Asked], verdict: Callable[[Asked], Verdict]) -> Shares:
    verdicts = [verdict(turn) for turn in asked]
    return Shares(estimate([v.document for v in verdicts]), estimate([v.answer for v in verdicts]))
