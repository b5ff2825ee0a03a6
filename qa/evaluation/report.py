"""An evaluation as a table in the terminal, as JSON, and as one self-contained HTML page.

Questions and documents are not ours: their texts are escaped in HTML, and in the terminal carry no
markup and no control characters.
"""

from collections.abc import Sequence
from dataclasses import asdict
from importlib.resources import files
from typing import Any

from jinja2 import Environment, StrictUndefined
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from qa.evaluation import plots
from qa.evaluation.conversation_page import conversation_page
from qa.evaluation.conversations import (
    ConversationEvaluation,
    ConversationSummary,
    summarise_conversations,
)
from qa.evaluation.judging import Result
from qa.evaluation.page import Miss, Page, Section, page, retrieval_page
from qa.evaluation.runner import Evaluation, RetrievalEvaluation
from qa.evaluation.summary import (
    TIMED,
    RetrievalSummary,
    Summary,
    summarise,
    summarise_retrieval,
)
from qa.printing import printable

LISTED = 25

Evaluated = Evaluation | RetrievalEvaluation | ConversationEvaluation
Summarised = Summary | RetrievalSummary | ConversationSummary


def to_table(evaluation: Evaluated, listed: int = LISTED) -> Group:
    """Return the report for a terminal: headline, details, and the first `listed` misses."""
    _, shown = _summary_and_page(evaluation)
    parts: list[RenderableType] = [Text(shown.lead)]
    if shown.alarm:
        parts.append(Text(printable(shown.alarm), style="bold red"))
    headline = Table.grid(padding=(0, 2))
    for figure in shown.headline:
        headline.add_row(Text(figure.label), Text(figure.value, "bold"), Text(figure.note, "dim"))
    parts.append(Padding(headline, (1, 0)))
    parts.extend(Padding(_table(section), (0, 0, 1, 0)) for section in shown.sections)
    if shown.misses:
        parts.append(_misses(shown.misses[:listed]))
    if len(shown.misses) > listed:
        more = len(shown.misses) - listed
        parts.append(Text(f"… and {more:,} more: the JSON and the HTML report list all.", "dim"))
    return Group(*parts)


def to_json(evaluation: Evaluated) -> dict[str, Any]:
    """Return {"summary": …, "results": [… one per question]} in plain JSON types."""
    summary, _ = _summary_and_page(evaluation)
    if isinstance(evaluation, Evaluation):
        results = [_result(result) for result in evaluation.results]
    elif isinstance(evaluation, ConversationEvaluation):
        results = [asdict(turn) | {"stage": turn.stage} for turn in evaluation.asked]
    else:
        results = [
            {"id": r.id, "question": r.question, "rank": r.rank, "search_ms": r.search_ms}
            for r in evaluation.results
        ]
    return {"summary": asdict(summary), "results": results}


def to_html(evaluation: Evaluated, asking: bool = False) -> str:
    """Return the report as an HTML page that needs nothing from outside itself.

    For `asking`, each question that went wrong is a link, "?q=…", which the web page follows.
    """
    summary, shown = _summary_and_page(evaluation)
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    template = files(__package__).joinpath("report.html.jinja").read_text("utf-8")
    drawings = _plots(evaluation, summary)
    return environment.from_string(template).render(page=shown, plots=drawings, asking=asking)


def _summary_and_page(
    evaluation: Evaluated,
) -> tuple[Summarised, Page]:
    if isinstance(evaluation, Evaluation):
        summary = summarise(evaluation)
        return summary, page(evaluation, summary)
    if isinstance(evaluation, ConversationEvaluation):
        held = summarise_conversations(evaluation)
        return held, conversation_page(evaluation, held)
    found = summarise_retrieval(evaluation)
    return found, retrieval_page(evaluation, found)


def _plots(evaluation: Evaluated, summary: Summarised) -> dict[str, str]:
    """Return title -> SVG of what there is anything of to draw."""
    if isinstance(evaluation, ConversationEvaluation) or not evaluation.results:
        return {}
    drawings = {}
    if not isinstance(summary, ConversationSummary) and any(summary.retrieval.values()):
        drawings["Recall at k"] = plots.recall(summary.retrieval)
    if isinstance(summary, Summary):
        drawings["Reliability of confidence"] = plots.reliability(summary.reliability)
        drawings["Error against coverage"] = plots.risk_coverage(summary.risk_coverage)
    if isinstance(evaluation, Evaluation):
        taken = {name: [r.timings_ms[name] for r in evaluation.results] for name in TIMED}
    else:
        taken = {"search": [r.search_ms for r in evaluation.results]}
    drawings["Time a question"] = plots.times(taken)
    return drawings


def _result(result: Result) -> dict[str, Any]:
    fields = asdict(result)
    del fields["retrieved"]  # thousands of ids; the rank is what counts
    return fields | {"answerable": result.answerable, "rank": result.retrieved.rank}


def _table(section: Section) -> Group:
    table = Table(box=None, pad_edge=False)
    for n, column in enumerate(section.columns):
        table.add_column(Text(column, "dim"), justify="right" if n else "left")
    for row in section.rows:
        table.add_row(*(Text(printable(cell)) for cell in row))
    return Group(Text.assemble((section.title, "bold"), (f"  {section.note}", "dim")), table)


def _misses(misses: Sequence[Miss]) -> Group:
    """Three lines a miss, each cut where the terminal ends."""
    table = Table.grid(padding=(0, 2))
    table.add_column(no_wrap=True, max_width=24)
    table.add_column(style="dim", no_wrap=True)
    table.add_column()  # the one to give way; its lines are cut, not wrapped
    for miss in misses:
        about = (miss.stage, miss.id, miss.outcome)
        told = {"question": miss.question, "guess": miss.guess, "accepted": miss.accepted}
        for left, (name, text) in zip(about, told.items(), strict=True):
            cut = Text(printable(text), no_wrap=True, overflow="ellipsis")
            table.add_row(Text(printable(left)), name, cut)
        table.add_row()
    return Group(Text("What went wrong", "bold"), table)
