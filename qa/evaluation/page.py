"""What a report says, in words and rows of text; `report` renders it for terminal and browser."""

from collections.abc import Iterable
from dataclasses import dataclass

from qa.evaluation.judging import Result, Stage
from qa.evaluation.metrics import Estimate
from qa.evaluation.runner import Evaluation, RetrievalEvaluation
from qa.evaluation.summary import RetrievalSummary, Summary
from qa.types import Status

NONE = "–"
MISS_RANK = 10
"""A query of an evaluation of search alone is missed if nothing relevant ranks this high."""

_MEASURE = ("", "value", "95% interval", "questions")


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of the headline: what, how much, and of what."""

    label: str
    value: str
    note: str


@dataclass(frozen=True, slots=True)
class Section:
    """A small table; the first column is a label, the others are figures."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Miss:
    """A question that went wrong. Its texts are not ours: escape them."""

    id: str
    stage: str
    outcome: str
    rank: str
    question: str
    guess: str
    accepted: str


@dataclass(frozen=True, slots=True)
class Page:
    """A report, headline first. `alarm` is what must not be overlooked, or empty."""

    lead: str
    alarm: str
    headline: tuple[Figure, ...]
    sections: tuple[Section, ...]
    misses: tuple[Miss, ...]


def page(evaluation: Evaluation, summary: Summary) -> Page:
    """Lay out an evaluation of answers."""
    return Page(
        lead=_lead(evaluation, summary),
        alarm=_alarm(evaluation),
        headline=_headline(summary),
        sections=_sections(evaluation, summary),
        misses=tuple(
            _miss(result, evaluation.given)
            for stage in Stage
            for result in evaluation.results
            if result.stage is stage
        ),
    )


def retrieval_page(evaluation: RetrievalEvaluation, summary: RetrievalSummary) -> Page:
    """Lay out an evaluation of search alone."""
    return Page(
        lead=f"{summary.questions:,} queries, search only; {_corpus(summary)}.",
        alarm="",
        headline=(
            figure("nDCG@10", summary.retrieval["nDCG@10"]),
            figure("recall@10", summary.retrieval["recall@10"]),
            figure("MRR@10", summary.retrieval["MRR@10"]),
        ),
        sections=(
            measures(
                "Search", summary.retrieval, "recall@k: share of the relevant documents found"
            ),
            _times(summary),
        ),
        misses=tuple(
            Miss(
                id=result.id,
                stage=Stage.SEARCH.value,
                outcome="",
                rank=_rank(result.rank),
                question=result.question,
                guess="",
                accepted=listed(id for id, grade in result.relevant.items() if grade > 0),
            )
            for result in evaluation.results
            if result.rank is None or result.rank > MISS_RANK
        ),
    )


def _lead(evaluation: Evaluation, summary: Summary) -> str:
    asked = "each asked of its own document only" if evaluation.given else "asked of all"
    return (
        f"{summary.questions:,} questions ({summary.answerable:,} answerable, "
        f"{summary.unanswerable:,} not), {asked}; {_corpus(summary)}."
    )


def _alarm(evaluation: Evaluation) -> str:
    violations = [text for result in evaluation.results for text in result.violations]
    if not violations:
        return ""
    return f"Citations that are not in their documents: {len(violations):,}. {violations[0]}."


def _headline(summary: Summary) -> tuple[Figure, ...]:
    figures = (
        figure("Best guess shares the answer's words", summary.guess.f1),
        figure("Cites a right document first", summary.cited_document),
        figure("First quote holds the answer", summary.cited_answer),
        figure("Abstains where no answer is", summary.abstained),
        figure("Wrong, of those answered", summary.wrong_of_answered),
    )
    if not summary.retrieval:
        return figures
    return (figure("Search finds it (recall@5)", summary.retrieval["recall@5"]), *figures)


def _sections(evaluation: Evaluation, summary: Summary) -> tuple[Section, ...]:
    target = (
        "a passage that wholly contains an accepted answer"
        if evaluation.granularity == "passage"
        else "a right document"
    )
    details = (
        measures(
            "Answers",
            {
                "best guess, EM": summary.guess.em,
                "best guess, F1": summary.guess.f1,
                "shown, EM": summary.shown.em,
                "shown, F1": summary.shown.f1,
                "shown, has answer, EM": summary.shown_has_answer.em,
                "shown, has answer, F1": summary.shown_has_answer.f1,
                "shown, no answer": summary.shown_no_answer.em,
            },
            "shown: as SQuAD 2.0 scores it, unsure answers count as shown",
        ),
        measures(
            "Citations",
            {
                "first is from a right document": summary.cited_document,
                "first quote holds an accepted answer": summary.cited_answer,
                "first quote or its sentence does": summary.cited_sentence,
            },
            "of the answerable questions",
        ),
        Section(
            "Status",
            ("", "answered", "unsure", "not found"),
            tuple(
                (name, *(f"{counts[status]:,}" for status in Status))
                for name, counts in summary.statuses.items()
            ),
        ),
        Section(
            "Confidence",
            ("", "value"),
            (
                ("AUROC, answerable or not", number(summary.auroc_answerable)),
                ("AUROC, right or wrong", number(summary.auroc_right)),
                ("expected calibration error", number(summary.calibration_error)),
                ("area under risk-coverage", number(summary.risk_coverage_area)),
            ),
        ),
        _times(summary),
        Section(
            "Kinds",
            ("", "n", "recall@5", "F1", "quote holds", "answered"),
            tuple(
                (
                    name,
                    f"{kind.n:,}",
                    number(kind.recall_at_5),
                    number(kind.f1),
                    number(kind.cited_answer),
                    number(kind.answered),
                )
                for name, kind in summary.kinds.items()
            ),
        ),
        Section(
            "Misses",
            ("stage", "questions"),
            tuple((stage, f"{count:,}") for stage, count in summary.misses.items()),
            "what went wrong first",
        ),
    )
    if not summary.retrieval:
        return details
    note = f"recall@k: {target} is among the first k"
    return (measures("Search", summary.retrieval, note), *details)


def measures(title: str, estimates: dict[str, Estimate | None], note: str) -> Section:
    """Lay out shares with their intervals, one a row."""
    rows = tuple(
        (name, number(e.value), _interval(e), f"{e.n:,}") if e else (name, NONE, NONE, "0")
        for name, e in estimates.items()
    )
    return Section(title, _MEASURE, rows, note)


def _times(summary: Summary | RetrievalSummary) -> Section:
    return Section(
        "Time a question, ms",
        ("", "p50", "p95"),
        tuple(
            (name, f"{t.p50:,.1f}", f"{t.p95:,.1f}") if t else (name, NONE, NONE)
            for name, t in summary.timings_ms.items()
        ),
    )


def _miss(result: Result, given: bool) -> Miss:
    return Miss(
        id=result.id,
        stage=result.stage.value if result.stage is not None else "",
        outcome=f"{result.status.value.replace('_', ' ')} {result.confidence:.2f}",
        rank=_rank(result.retrieved.rank) if result.answerable and not given else "",
        question=result.question,
        guess=result.guess if result.guess is not None else NONE,
        accepted=listed(dict.fromkeys(answer.text for answer in result.accepted)),
    )


def listed(texts: Iterable[str], shown: int = 3) -> str:
    """Join the first few; accepted answers are often the same one in more and more words."""
    found = list(texts)
    more = [f"and {len(found) - shown} more"] if len(found) > shown else []
    return " · ".join([*found[:shown], *more]) or NONE


def figure(label: str, estimate: Estimate | None) -> Figure:
    """Lay out a share for the headline."""
    if estimate is None:
        return Figure(label, NONE, "does not apply")
    return Figure(
        label, number(estimate.value), f"{_interval(estimate)}, n\u00a0=\u00a0{estimate.n:,}"
    )


def _corpus(summary: Summary | RetrievalSummary) -> str:
    return f"{summary.documents:,} documents in {summary.passages:,} passages"


def _interval(estimate: Estimate) -> str:
    return f"{estimate.low:.3f} to {estimate.high:.3f}"


def number(value: float | None) -> str:
    """Return a share as text."""
    return NONE if value is None else f"{value:.3f}"


def _rank(rank: int | None) -> str:
    return "not retrieved" if rank is None else f"rank {rank}"
