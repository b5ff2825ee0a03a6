"""What the report of an evaluation of dialogues says: see `page`."""

from qa.evaluation.conversations import STAGES, ConversationEvaluation, ConversationSummary
from qa.evaluation.page import NONE, Figure, Miss, Page, Section, figure, listed, measures


def conversation_page(evaluation: ConversationEvaluation, summary: ConversationSummary) -> Page:
    """Lay out an evaluation of dialogues."""
    return Page(
        lead=f"{summary.dialogues:,} dialogues with {summary.follow_ups:,} follow-ups and "
        f"{summary.new:,} new questions, each asked after the turns before it.",
        alarm="",
        headline=_headline(summary),
        sections=_sections(summary),
        misses=tuple(
            Miss(
                id=turn.id,
                stage=stage,
                outcome=turn.in_chat.status.value.replace("_", " "),
                rank="",
                question=f"{turn.question} → {turn.searched_for}",
                guess=turn.shown if turn.shown is not None else NONE,
                accepted=listed(turn.accepted),
            )
            for stage in STAGES
            for turn in evaluation.asked
            if turn.stage == stage
        ),
    )


def _headline(summary: ConversationSummary) -> tuple[Figure, ...]:
    return (
        figure("Follow-ups that cite a right document", summary.in_chat.document),
        figure("Follow-ups whose quote or sentence holds the answer", summary.in_chat.answer),
        figure("New questions answered as in a fresh conversation", summary.same),
        figure("Unanswerable follow-ups not answered", summary.unanswered),
    )


def _sections(summary: ConversationSummary) -> tuple[Section, ...]:
    compared = {
        "in their dialogue": summary.in_chat,
        "as typed, by themselves": summary.as_typed,
        "written out in full, by themselves": summary.in_full,
        **{f"{kind}, in their dialogue": shares for kind, shares in summary.kinds.items()},
    }
    times = {"in their dialogue": summary.chat_ms, "as typed, by themselves": summary.typed_ms}
    return (
        measures(
            "A right document is cited first",
            {name: shares.document for name, shares in compared.items()},
            "of the answerable follow-ups; where nothing is cited, it is the nearest",
        ),
        measures(
            "The first quote or its sentence holds an accepted answer",
            {name: shares.answer for name, shares in compared.items()},
            "of the answerable follow-ups",
        ),
        measures(
            "New questions",
            {"answered as in a fresh conversation": summary.same, "as typed": summary.untouched},
            "as typed: nothing was added to them",
        ),
        Section(
            "Time of a follow-up, ms",
            ("", "p50", "p95"),
            tuple(
                (name, f"{t.p50:,.1f}", f"{t.p95:,.1f}") if t else (name, NONE, NONE)
                for name, t in times.items()
            ),
        ),
        Section(
            "Misses",
            ("stage", "turns"),
            tuple((stage, f"{count:,}") for stage, count in summary.misses.items()),
            "understanding: the question written out in full finds it; reading: not even that",
        ),
    )
