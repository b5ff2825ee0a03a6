"""The measuring panel: the test questions, asked while one watches, and the report on them."""

import asyncio
import threading
from collections.abc import AsyncIterator
from importlib.util import find_spec
from pathlib import Path
from typing import cast

import gradio as gr

from index.errors import CorpusError, QuotewellError
from qa.corpus import Corpus
from qa.web.html import escaped
from qa.web.visitors import Visitors

_TICK_SECONDS = 0.3
_ABOUT = (
    "<h2>Measure</h2><p>Asks test questions whose answers are known, of the documents that all "
    "share: how good the answers are, what the confidence is worth, and what went wrong.</p>"
)


def question_sets(visitors: Visitors) -> dict[str, Path]:
    """Return the files of test questions by name, none where nothing can measure."""
    if not find_spec("sklearn") or not find_spec("ir_measures"):
        return {}
    options = visitors.options
    named = [("Test questions", options.questions), ("Feedback", options.feedback)]
    return {label: file for label, file in named if file is not None and file.exists()}


def add_measure(visitors: Visitors) -> None:
    """Add the panel to the page being built."""

    async def measure(name: str | None) -> AsyncIterator[str]:
        file = question_sets(visitors).get(name or "")
        if file is None:
            yield _told("Choose which questions to ask.")
            return
        try:
            async for shown in _measured(visitors, file):
                yield shown
        except QuotewellError as error:
            yield _told(str(error))

    gr.HTML(_ABOUT, elem_classes="plain")
    sets = list(question_sets(visitors))
    name = gr.Radio(sets, value=sets[0] if sets else None, label="Which questions", elem_id="sets")
    button = gr.Button("Ask them all", elem_id="measure", scale=0, variant="primary")
    report = gr.HTML(elem_id="report", elem_classes="plain")
    # One at a time; visitors' questions go on in between.
    button.click(
        measure,
        inputs=name,
        outputs=report,
        show_progress="hidden",
        api_visibility="private",
        concurrency_id="measure",
    )


async def _measured(visitors: Visitors, file: Path) -> AsyncIterator[str]:
    """Yield how far it is, and the report at last. Ends when nobody looks any more."""
    yield _bar(0, 0)
    # The metrics' libraries take seconds to import, and few visitors measure.
    from qa.evaluation import measure, report  # noqa: PLC0415

    done, total, left = 0, 0, threading.Event()

    def tick(now: int, of: int) -> None:
        nonlocal done, total
        done, total = now, of
        if left.is_set() or visitors.closing.is_set():
            raise CorpusError("nobody waits for the report")

    corpus = cast(Corpus, visitors.shared)
    asking = asyncio.create_task(
        asyncio.to_thread(measure.questions, corpus, file, None, tick), name="measuring"
    )
    try:
        while not (await asyncio.wait([asking], timeout=_TICK_SECONDS))[0]:
            yield _bar(done, total)
        html = report.to_html(await asking, asking=True)
    finally:
        left.set()
    # No script runs in it, by its own policy; measuring.js has its links asked here.
    yield f'<iframe title="Report" srcdoc="{escaped(html)}"></iframe>'


def _bar(done: int, total: int) -> str:
    said = f"{done} of {total} questions asked" if total else "Reading the questions"
    return (
        f'<p role="status">{said}…</p>'
        f'<progress max="{total or 1}" value="{done}" aria-label="questions asked"></progress>'
    )


def _told(text: str) -> str:
    return f'<p role="alert">{escaped(text)}</p>'
