"""The figures of a system, and how the first stands to the others."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import mean

from rich.table import Table

from bench.systems import Reply
from qa.evaluation.metrics import Estimate, estimate, exact_match, percentiles, token_f1
from qa.types import Question


@dataclass(frozen=True, slots=True)
class Scores:
    """One question's; `cited` says whether the reply is from a right document."""

    em: float
    f1: float
    cited: bool


@dataclass(frozen=True, slots=True)
class Figures:
    """What came of a system; `f1s` are those of each question, in the order asked.

    The shares `em`, `f1` and `cited` are from 0 to 1; `cited` is of replies from a right document.
    `unanswered` is the share of questions without a reply.
    """

    system: str
    index_seconds: float
    documents_per_second: float
    median_ms: float
    p95_ms: float
    peak_mb: float
    em: float
    f1: float
    cited: float
    unanswered: float
    f1s: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Ratios:
    """How many times faster a question is than with the faster peer; F1 over the better peer's."""

    faster_peer: str
    times_faster: float
    better_peer: str
    f1_ahead: Estimate


def score(reply: Reply, question: Question) -> Scores:
    """Compare a reply with what the question accepts, by SQuAD's definitions."""
    golds = [accepted.text for accepted in question.answers]
    return Scores(
        em=exact_match(reply.text, golds),
        f1=token_f1(reply.text, golds),
        cited=reply.document in {accepted.document for accepted in question.answers},
    )


def summarise(
    system: str,
    questions: Sequence[Question],
    replies: Sequence[tuple[Reply, float]],
    *,
    documents: int,
    index_seconds: float,
    memory: int,
) -> Figures:
    """Summarise replies, each with the seconds it took; `memory` is in bytes.

    Raises ValueError where there are none, or not as many as questions.
    """
    scores = [score(reply, q) for (reply, _), q in zip(replies, questions, strict=True)]
    taken = percentiles([seconds * 1000 for _, seconds in replies])
    if taken is None:
        raise ValueError("no replies")
    return Figures(
        system=system,
        index_seconds=index_seconds,
        documents_per_second=documents / index_seconds,
        median_ms=taken.p50,
        p95_ms=taken.p95,
        peak_mb=memory / 1e6,
        em=mean(s.em for s in scores),
        f1=mean(s.f1 for s in scores),
        cited=mean(s.cited for s in scores),
        unanswered=mean(not reply.text for reply, _ in replies),
        f1s=tuple(s.f1 for s in scores),
    )


def compare(ours: Figures, peers: Sequence[Figures]) -> Ratios:
    """Compare with the faster (by median) and with the better (by F1) of at least one peer.

    Raises ValueError where no questions were asked, or not the same number.
    """
    faster = min(peers, key=lambda peer: peer.median_ms)
    better = max(peers, key=lambda peer: peer.f1)
    ahead = estimate([a - b for a, b in zip(ours.f1s, better.f1s, strict=True)])
    if ahead is None:
        raise ValueError("no questions")
    return Ratios(faster.system, faster.median_ms / ours.median_ms, better.system, ahead)


def table(rows: Sequence[Figures]) -> Table:
    """Return a table with a row for each system; "none" is the share without an answer."""
    found = Table(box=None, pad_edge=False, collapse_padding=True)  # fits 80 columns
    found.add_column("", no_wrap=True)
    for heading in (
        *("index s", "docs/s", "p50 ms", "p95 ms", "peak MB"),
        *("EM", "F1", "cited", "none"),
    ):
        found.add_column(heading, justify="right", no_wrap=True)
    for row in rows:
        found.add_row(
            row.system,
            f"{row.index_seconds:.1f}",
            f"{row.documents_per_second:.1f}",
            f"{row.median_ms:.0f}",
            f"{row.p95_ms:.0f}",
            f"{row.peak_mb:,.0f}",
            *(f"{share:.3f}" for share in (row.em, row.f1, row.cited, row.unanswered)),
        )
    return found
