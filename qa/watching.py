"""Keep a corpus in step with its files: `qa index DIR --watch`."""

from collections.abc import Iterator
from dataclasses import replace
from threading import Event

import watchfiles

from index.errors import QuotewellError
from index.mirror import Changes
from qa.corpus import Corpus

_QUIET_MS = 200  # a file that is being written is read when it has been left alone for so long
_AGAIN_MS = 5_000


def follow(corpus: Corpus, stop: Event | None = None) -> Iterator[Changes | QuotewellError]:
    """Refresh a corpus whenever its files change; yield what changed, or why it could not be.

    Of what was skipped only what is new is listed. An update that failed is tried again until it
    succeeds, and yielded once. Ends when `stop` is set.
    """
    skipped = set(corpus.changes.skipped)
    failed = ""
    due = True  # what changed before the watch began
    sources = [source for source in corpus.sources if source.exists()]
    batches = watchfiles.watch(
        *sources,
        watch_filter=None,
        step=_QUIET_MS,
        rust_timeout=_AGAIN_MS,
        yield_on_timeout=True,
        force_polling=not all(source.is_dir() for source in sources),
        stop_event=stop,
        ignore_permission_denied=True,
    )
    for events in batches:
        if not (events or due):
            continue
        try:
            changes = corpus.refresh()
        except QuotewellError as error:
            due = True
            if str(error) != failed:
                yield error
            failed = str(error)
            continue
        due, failed = False, ""
        news = tuple(s for s in changes.skipped if s not in skipped)
        skipped = set(changes.skipped)
        if changes.added or changes.changed or changes.renamed or changes.removed or news:
            yield replace(changes, skipped=news)
