"""The reader: a question and passages -> the spans that answer, scored."""

import json
import math
from collections.abc import Callable, Sequence
from functools import cached_property, partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.errors import ModelError
from index.kinds import facts, headings
from index.types import Hit, Passage
from qa.confidence import Calibration
from qa.decoding import ScoredSpan, decode
from qa.evidence import evidence
from qa.large_model import MODEL, large_model, large_settings
from qa.span_model import SpanModel, Window, shipped_model, transformers_model
from qa.spans import asks_for_reason, decisive, normalise, reason_odds, tidy, units_of, whole, widen
from qa.types import Span

LARGE = "large"
READ = 8  # passages
_AT_ONCE = 2  # passages: one for each core
_MOST = 3  # spans of a window
_BESIDE = 3  # documents that are looked at for something else, once the answer is settled


class SpanReader:
    """Marks the exact words that answer, in passages read each by itself.

    A span's score is the model's log-odds (`qa.decoding.decode`) less a share of what the
    passage's search score lacks to the best one's: relative, because how high search scores are
    depends on the corpus. A lone word does not answer a why question, so it grows to its clause;
    what a causal word introduces counts more, a few words and what a preposition introduces less.
    (Answers to how questions are often one word.) What the words around it say against it counts,
    too (`qa.evidence`).

    `name` is None for the small model that ships with Quotewell, "large" for the large one, or an
    `AutoModelForQuestionAnswering`'s folder or hub name. It is loaded when it first reads, which
    raises ModelError where it cannot be; `say` is then told the `note`, if there is one, and where
    loading takes a minute. A `thorough` one reads all that it is given, others what `read_in_order`
    leaves them.
    """

    max_passages = READ

    def __init__(
        self,
        name: str | None = None,
        thorough: bool = False,
        say: Callable[[str], None] | None = None,
        note: str | None = None,
    ) -> None:
        self._name = name
        self._thorough = thorough
        self._say = say
        self._note = note

    def read(self, question: str, hits: Sequence[Hit], thorough: bool = False) -> list[Span]:
        """Return spans of the hits' passages, best first; the hits come best first, too."""
        settled = math.inf if self._thorough or thorough else float(self.settings["settled"])
        score = partial(self.score, question)
        return read_in_order(hits, score, float(self.settings["search_weight"]), settled)

    def score(self, question: str, hits: Sequence[Hit]) -> list[list[ScoredSpan]]:
        """Return the marked spans of each hit, in offsets of its passage, without search scores."""
        read = zip(hits, self.windows(question, hits), strict=True)
        return [marked_spans(question, hit.passage, windows) for hit, windows in read]

    def windows(self, question: str, hits: Sequence[Hit]) -> list[list[Window]]:
        """Return what the model makes of each hit's passage."""
        return self._model.mark(question, [hit.passage.text for hit in hits])

    @property
    def version(self) -> str:
        """What it is called and, if it comes with Quotewell, what its weights' hash begins with."""
        if self._name is not None and self._name != LARGE:
            return self._name
        return f"{self._name or 'small'} {self.settings['sha256'][:12]}"

    @cached_property
    def calibration(self) -> Calibration:
        """What makes probabilities of its scores."""
        own = self._name in (None, LARGE) or (Path(self._name) / "reader.json").is_file()
        return Calibration(**self.settings["calibration"], own=own)

    @cached_property
    def settings(self) -> dict[str, Any]:
        """What reader.json says: how to weigh and stop, the calibration, the model's hash.

        A model that brings no reader.json has the shipped one's: `training.calibrate --reader`
        makes its own.
        """
        if self._name == LARGE:
            return {**large_settings(), **large_settings()["alone"]}
        own = (MODEL if self._name is None else Path(self._name)) / "reader.json"
        path = own if own.is_file() else MODEL / "reader.json"
        try:
            return dict(json.loads(path.read_text(encoding="utf-8")))
        except (OSError, ValueError) as error:
            raise ModelError(f"{path}: cannot be read; install Quotewell again") from error

    @cached_property
    def _model(self) -> SpanModel:
        if self._say is not None and self._note is not None:
            self._say(self._note)
        if self._name is None:
            return shipped_model(MODEL, str(self.settings["sha256"]))
        if self._name == LARGE:
            return large_model(self.settings, self._say)
        return transformers_model(self._name)


def read_in_order(
    hits: Sequence[Hit],
    score: Callable[[Sequence[Hit]], list[list[ScoredSpan]]],
    search_weight: float,
    settled: float,
) -> list[Span]:
    """Read two hits at a time, best first, until the answer is settled; return spans, best first.

    What search found later has to make up for a lower search score. The answer is settled where
    the next passage would have to beat log-odds of `settled` to change it. Of the passages then
    unread, those that have the answer's words are still read, as they may be citations of it, and
    the best one of each of a few other documents, as it may say something else.
    """
    scored: list[list[ScoredSpan]] = []
    spans: list[Span] = []
    read = 0
    while read < len(hits):
        if spans and spans[0].score + search_weight * (hits[0].score - hits[read].score) >= settled:
            break
        scored += score(hits[read : read + _AT_ONCE])
        read += _AT_ONCE
        spans = rank(hits[:read], scored, search_weight)
    opened = list(hits[:read])
    known = {hit.passage.document_id for hit in opened}
    best: dict[str, Hit] = {}
    for hit in hits[read:]:
        if hit.passage.document_id not in known:
            best.setdefault(hit.passage.document_id, hit)

    def read_also(more: list[Hit]) -> list[Span]:
        opened.extend(more)
        scored.extend(score(more))
        return rank(opened, scored, search_weight)

    if beside := list(best.values())[:_BESIDE]:
        spans = read_also(beside)
    words = normalise(spans[0].text) if spans else ""
    unread = [hit for hit in hits[read:] if hit not in beside]
    if agreeing := [hit for hit in unread if words in normalise(hit.passage.text)]:
        spans = read_also(agreeing)
    return spans


def rank(
    hits: Sequence[Hit],
    scored: Sequence[Sequence[ScoredSpan]],
    search_weight: float,
    highest: float | None = None,
) -> list[Span]:
    """Return the marked spans of the hits with their final scores, best first.

    `highest` is the best search score, if it is not that of one of these hits.
    """
    if highest is None:
        highest = max((hit.score for hit in hits), default=0.0)
    spans = [
        Span(
            hit,
            hit.passage.start + marked.start,
            hit.passage.start + marked.end,
            marked.score - search_weight * (highest - hit.score),
        )
        for hit, found in zip(hits, scored, strict=True)
        for marked in found
    ]
    return sorted(spans, key=lambda s: (-s.score, s.hit.passage.document_id, s.start))


def marked_spans(question: str, passage: Passage, windows: Sequence[Window]) -> list[ScoredSpan]:
    """Return the spans of a passage that its windows' logits mark, as they are shown.

    What the words around a span say against it lowers its score.
    """
    text, found = passage.text, []
    for window in windows:
        units = units_of(text, window.offsets[:, 0])
        for marked in decode(window, _readable(text, window.offsets), _MOST, units):
            start, end = tidy(text, *whole(text, marked.start, marked.end, question))
            score = marked.score
            if asks_for_reason(question):
                start, end = widen(text, start, end)
                score += reason_odds(text, start, end)
            start, end = decisive(text, start, end, question)
            against = evidence(question, text, start, end, passage.about)
            found.append(ScoredSpan(start, end, score + against.odds))
    return found


def _readable(text: str, offsets: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Say which tokens may begin or end an answer: not the names of columns, nor what parts cells.

    They repeat the question's words and hold no answer to it. Nor do headings, so one is read only
    where there is nothing else.
    """

    def within(spans: Sequence[tuple[int, int]]) -> NDArray[np.bool_]:
        found = np.zeros(len(offsets), bool)
        for start, end in spans:
            found |= (offsets[:, 0] >= start) & (offsets[:, 1] <= end)
        return found

    readable = offsets[:, 0] < offsets[:, 1]  # a token may cover no character
    if cells := facts(text):
        bars = np.array([text[a:b] == "|" for a, b in offsets.tolist()])
        readable &= ~within([(cell.label, cell.start) for cell in cells]) & ~bars
    beside = readable & ~within(headings(text))
    return beside if beside.any() else readable
