"""From results to figures: averages, intervals, and tables by kind and by stage."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from qa.evaluation import metrics
from qa.evaluation.judging import Result, Retrieved, Stage
from qa.evaluation.metrics import Bin, Estimate, Percentiles, Point
from qa.evaluation.runner import Evaluation, RetrievalEvaluation
from qa.types import Status

TIMED = ("search", "read", "total")


@dataclass(frozen=True, slots=True)
class Scores:
    """SQuAD's two measures, 0 to 1."""

    em: Estimate | None
    f1: Estimate | None


@dataclass(frozen=True, slots=True)
class Kind:
    """The questions of one kind. `recall_at_5`, `f1` and `cited_answer` are over the answerable."""

    n: int
    recall_at_5: float | None
    f1: float | None
    cited_answer: float | None
    answered: float


@dataclass(frozen=True, slots=True)
class Summary:
    """All figures of an `Evaluation`. Shares and scores are 0 to 1; None is "does not apply".

    Over the answerable questions: `retrieval` (empty if each question was given its document),
    `guess` (the best guess, shown or not), `shown_has_answer`, `cited_document`, `cited_answer`,
    `cited_sentence`.
    Over the unanswerable: `shown_no_answer` (SQuAD 2.0: showing nothing is right), `abstained` (not
    answered; unsure counts as abstaining). Over all: `shown`, and everything about confidence, with
    "right" as in `Result`. `wrong_of_answered` is over the questions answered.
    """

    documents: int
    passages: int
    questions: int
    answerable: int
    unanswerable: int
    retrieval: dict[str, Estimate | None]
    guess: Scores
    shown: Scores
    shown_has_answer: Scores
    shown_no_answer: Scores
    cited_document: Estimate | None
    cited_answer: Estimate | None
    cited_sentence: Estimate | None
    abstained: Estimate | None
    wrong_of_answered: Estimate | None
    statuses: dict[str, dict[str, int]]
    auroc_answerable: float | None
    auroc_right: float | None
    calibration_error: float | None
    risk_coverage_area: float | None
    reliability: tuple[Bin, ...]
    risk_coverage: tuple[Point, ...]
    timings_ms: dict[str, Percentiles | None]
    kinds: dict[str, Kind]
    misses: dict[str, int]
    violations: int


@dataclass(frozen=True, slots=True)
class RetrievalSummary:
    """All figures of a `RetrievalEvaluation`; those of `retrieval` are 0 to 1."""

    documents: int
    passages: int
    questions: int
    retrieval: dict[str, Estimate | None]
    timings_ms: dict[str, Percentiles | None]


def summarise(evaluation: Evaluation) -> Summary:
    """Average an evaluation; an evaluation of no questions gives zeros and Nones."""
    results = evaluation.results
    answerable = [result for result in results if result.answerable]
    unanswerable = [result for result in results if not result.answerable]
    answered = [result for result in results if result.status is Status.ANSWERED]
    confidences = [result.confidence for result in results]
    right = [result.right for result in results]
    bins = metrics.reliability(confidences, right)
    curve = metrics.risk_coverage(confidences, [not r for r in right])
    return Summary(
        documents=evaluation.documents,
        passages=evaluation.passages,
        questions=len(results),
        answerable=len(answerable),
        unanswerable=len(unanswerable),
        retrieval={}
        if evaluation.given
        else _retrieval([result.retrieved for result in answerable], recall="any"),
        guess=_scores(answerable, lambda r: r.em, lambda r: r.f1),
        shown=_scores(results, lambda r: r.shown_em, lambda r: r.shown_f1),
        shown_has_answer=_scores(answerable, lambda r: r.shown_em, lambda r: r.shown_f1),
        shown_no_answer=_scores(unanswerable, lambda r: r.shown_em, lambda r: r.shown_f1),
        cited_document=metrics.estimate([r.cited_document for r in answerable]),
        cited_answer=metrics.estimate([r.cited_answer for r in answerable]),
        cited_sentence=metrics.estimate([r.cited_sentence for r in answerable]),
        abstained=metrics.estimate([r.status is not Status.ANSWERED for r in unanswerable]),
        wrong_of_answered=metrics.estimate([not r.right for r in answered]),
        statuses={"answerable": _statuses(answerable), "unanswerable": _statuses(unanswerable)},
        auroc_answerable=metrics.auroc(confidences, [r.answerable for r in results]),
        auroc_right=metrics.auroc(confidences, right),
        calibration_error=metrics.calibration_error(bins),
        risk_coverage_area=metrics.risk_coverage_area(curve),
        reliability=bins,
        risk_coverage=curve,
        timings_ms={
            name: metrics.percentiles([r.timings_ms[name] for r in results]) for name in TIMED
        },
        kinds=_kinds(results, evaluation.given),
        misses={stage.value: sum(r.stage is stage for r in results) for stage in Stage},
        violations=sum(len(r.violations) for r in results),
    )


def summarise_retrieval(evaluation: RetrievalEvaluation) -> RetrievalSummary:
    """Average an evaluation of search alone; recall@k is the share of the relevant found."""
    return RetrievalSummary(
        documents=evaluation.documents,
        passages=evaluation.passages,
        questions=len(evaluation.results),
        retrieval=_retrieval(evaluation.results, recall="share"),
        timings_ms={"search": metrics.percentiles([r.search_ms for r in evaluation.results])},
    )


def _retrieval(
    found: Sequence[Retrieved], recall: Literal["any", "share"]
) -> dict[str, Estimate | None]:
    scores = metrics.retrieval_scores(
        {retrieved.id: retrieved.ranking for retrieved in found},
        {retrieved.id: retrieved.relevant for retrieved in found},
        recall=recall,
    )
    return {name: metrics.estimate(values) for name, values in scores.items()}


def _scores(
    results: Sequence[Result], em: Callable[[Result], float], f1: Callable[[Result], float]
) -> Scores:
    return Scores(
        em=metrics.estimate([em(result) for result in results]),
        f1=metrics.estimate([f1(result) for result in results]),
    )


def _statuses(results: Sequence[Result]) -> dict[str, int]:
    return {status.value: sum(r.status is status for r in results) for status in Status}


def _kinds(results: Sequence[Result], given: bool) -> dict[str, Kind]:
    """Group by kind, in the order in which the kinds first come."""
    groups: dict[str, list[Result]] = {}
    for result in results:
        groups.setdefault(result.kind, []).append(result)
    return {kind: _kind(members, given) for kind, members in groups.items()}


def _kind(results: Sequence[Result], given: bool) -> Kind:
    answerable = [result for result in results if result.answerable]
    ranks = [result.retrieved.rank for result in answerable]
    return Kind(
        n=len(results),
        recall_at_5=None if given else _mean([rank is not None and rank <= 5 for rank in ranks]),
        f1=_mean([result.f1 for result in answerable]),
        cited_answer=_mean([result.cited_answer for result in answerable]),
        answered=sum(r.status is Status.ANSWERED for r in results) / len(results),
    )


def _mean(values: Sequence[float]) -> float | None:
    return sum(values) / len(values) if values else None
