"""The documents tab: what there is to ask, and what a visitor adds to it."""

from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

import gradio as gr
from anyio import to_thread

from index.errors import QuotewellError
from index.types import Document
from qa.web.callers import caller_of
from qa.web.html import count_documents, document_link, escaped, literal
from qa.web.uploads import MAX_FILES, Outcome
from qa.web.visitors import Asked, Visitors
from qa.wording import in_words

LISTED = 200
_BARS = 24  # more years than these are shown by decade, or by century


def add_documents_tab(page: gr.Blocks, visitors: Visitors) -> None:
    """Add the tab's content to the page being built."""
    options = visitors.options

    def overview(request: gr.Request) -> tuple[str, Any, Any]:
        own = visitors.uploads(request)
        shown = render_overview(visitors.corpus(request), own, visitors.token(request))
        choices = [(document.title or name, name) for name, document in own.items()]
        chosen = gr.CheckboxGroup(choices=choices, value=[], visible=bool(own))
        return shown, chosen, gr.Button(visible=bool(own))

    def shown_to(request: gr.Request) -> str:
        return render_overview(visitors.corpus(request), {}, visitors.token(request))

    async def add_files(
        files: list[str] | None, request: gr.Request
    ) -> AsyncIterator[tuple[Any, ...]]:
        skipped = [gr.skip()] * 3
        outcomes: list[Outcome] = []
        try:
            paths = list(visitors.received.take(caller_of(request).visitor, files or ()))
            yield None, render_outcomes(outcomes, [p.name for p in paths]), *skipped
            async with visitors.adding.turn(caller_of(request)):
                adding = visitors.add(paths, request)
                while (outcome := await to_thread.run_sync(next, adding, None)) is not None:
                    outcomes.append(outcome)
                    waiting = [p.name for p in paths[len(outcomes) :]]
                    yield gr.skip(), render_outcomes(outcomes, waiting), *skipped
        except QuotewellError as error:
            yield None, f'<p role="alert">{literal(str(error))}</p>', *skipped
            return
        yield gr.skip(), render_outcomes(outcomes, [], asked=True), *overview(request)

    def remove_chosen(names: list[str], request: gr.Request) -> tuple[str, Any, Any]:
        for name in names or ():
            try:
                visitors.remove(name, request)
            except QuotewellError as error:
                gr.Warning(escaped(str(error)))
        return overview(request)

    shown: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
    if options.max_upload:
        gr.HTML(f"<h2>Add documents</h2><p>{_limits(visitors)}</p>", elem_classes="plain")
        files = gr.File(
            file_count="multiple",
            label="Drop files here, or choose them",
            elem_id="files",
            height=140,
        )
        # The server gets what its own route has named the files, not where they are.
        vars(files).update(data_model=None, preprocess=lambda sent: sent, api_info=dict)
        added = gr.HTML(elem_id="added", elem_classes="plain")
        own = gr.CheckboxGroup(
            [],
            label="Added by you" if not options.shared_uploads else "Added",
            visible=False,
            elem_id="own",
        )
        removing = gr.Button(
            "Remove the chosen", size="sm", visible=False, elem_id="remove", scale=0
        )
    listed = gr.HTML(elem_id="overview", elem_classes="plain")
    if options.max_upload:
        seen = [listed, own, removing]
        read: dict[str, Any] = {"inputs": files, "outputs": [files, added, *seen]}
        files.upload(add_files, concurrency_limit=None, **read, **shown)
        removing.click(remove_chosen, inputs=own, outputs=seen, **shown)
        page.load(overview, outputs=seen, **shown)
        page.unload(visitors.leave)
    else:
        page.load(shown_to, outputs=listed, **shown)


def render_overview(corpus: Asked, own: Mapping[str, Document], visitor: str) -> str:
    """Return what is in a corpus: how much, from when, and the documents by name."""
    documents = list(corpus.documents.values())
    held = f"{count_documents(len(documents))}, {len(corpus.passages):,} passages"
    rows = "".join(_row(document, document.id in own, visitor) for document in documents[:LISTED])
    more = len(documents) - LISTED
    rest = f"<p>… and {more:,} more.</p>" if more > 0 else ""
    return (
        f"<h2>In this corpus</h2><p>{held}</p>{_chart(documents)}"
        f'<ul class="documents">{rows}</ul>{rest}'
    )


def render_outcomes(
    outcomes: Sequence[Outcome], waiting: Sequence[str], *, asked: bool = False
) -> str:
    """Return what came of each file so far, and which are still to be read.

    When all are `asked`, that is searched with every question, it says that they were added.
    """
    rows = []
    for outcome in outcomes:
        n = len(outcome.documents)
        word = "added" if asked else "read"
        read = "" if not n else word if n == 1 else f"{word}, {count_documents(n)}"
        said = [*([read] if read else []), *(f"skipped: {why}" for why in outcome.skipped)]
        kind = "skipped" if not n else "added" if asked else "waiting"
        rows.append((kind, outcome.name, "; ".join(said)))
    rows += [("waiting", name, "waiting…" if n else "reading…") for n, name in enumerate(waiting)]
    if not rows:
        return ""
    items = "".join(
        f'<li class="{kind}"><strong>{literal(name)}</strong> {literal(said)}</li>'
        for kind, name, said in rows
    )
    done, total = len(outcomes), len(outcomes) + len(waiting) + 1  # the last step is indexing
    bar = f'<progress max="{total}" value="{done}" aria-label="files read"></progress>'
    if asked:
        bar = ""
    elif not waiting:
        bar += "<p>Indexing…</p>"
    return f'<div role="status">{bar}<ul class="outcomes">{items}</ul></div>'


def _row(document: Document, own: bool, visitor: str) -> str:
    link = escaped(document_link(document.id, 0, 0, visitor))
    day = in_words(document.date)
    about = [f'<span class="file">{literal(document.id)}</span>']
    about += [f'<span class="date">{literal(day)}</span>'] if day else []
    about += ['<span class="own">yours</span>'] if own else []
    title = literal(document.title or document.id)
    left_out = "".join(
        f'<p class="left-out">Left out: {literal(reason)}</p>' for reason in document.left_out
    )
    return f'<li><a class="open" href="{link}">{title}</a> {" ".join(about)}{left_out}</li>'


def _chart(documents: Sequence[Document]) -> str:
    """Return how many documents are of each year, decade or century."""
    years = Counter(int(d.date[:4]) for d in documents if d.date and d.date[:4].isdecimal())
    if not years:
        return ""
    span = max(years) - min(years)
    step = next(step for step in (1, 10, 100, 1_000) if span // step < _BARS)
    counts: Counter[int] = Counter()
    for year, n in years.items():
        counts[year - year % step] += n
    most = max(counts.values())
    bars = "".join(
        f'<li title="{year}{"s" if step > 1 else ""}: {count_documents(counts[year])}">'
        f'<span class="bar" style="height:{counts[year] / most:.0%}"></span>'
        f'<span class="year">{year}{"s" if step > 1 else ""}</span>'
        f'<span class="count">{counts[year] or ""}</span></li>'
        for year in range(min(counts), max(counts) + step, step)
    )
    undated = len(documents) - years.total()
    note = f'<p class="quiet">{count_documents(undated)} without a date.</p>' if undated else ""
    return f'<ol class="chart" aria-label="Documents by date">{bars}</ol>{note}'


def _limits(visitors: Visitors) -> str:
    options = visitors.options
    whose = (
        "Everyone who opens this page sees them"
        if options.shared_uploads
        else "Only you see them, and they are deleted when you close or reload this page"
    )
    limit = f"At most {MAX_FILES} files, {options.max_upload / 1e6:,.0f} MB together."
    kinds = "Text, Markdown, PDF, Word, HTML, EPUB, e-mail, CSV, JSONL, and archives of these."
    return f"{kinds} {whose}. {limit}"
