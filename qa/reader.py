"""The neural reader: a question and passages -> the sentences that answer, scored."""

import hashlib
import json
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from tokenizers import Encoding, Tokenizer

from index.encoding import packaged_model
from index.errors import ModelError
from index.passages import is_heading
from index.sentences import sentences
from index.types import Hit
from qa.types import Span

MODEL = Path(__file__).parent / "model"

_CLS, _SEP = 101, 102  # of BERT's vocabulary, which the packaged tokenizer has
_MAX_QUESTION = 64
_MAX_TOKENS = 512
_MAX_ANSWER = 40  # tokens; no accepted answer in the training data is much longer
_BATCH = 8


class SentenceReader:
    """Scores sentences by the answers that a span model marks inside them.

    The model gives every token of a passage a logit for beginning and one for ending the answer;
    its [CLS] token stands for "not in this passage". A sentence's score is the log-odds of all
    spans inside it against that (the marginal of Clark and Gardner 2018, taken per sentence),
    which compares across passages, less a share of what the passage's search score lacks to the
    best one's: relative, because how high search scores are depends on the corpus.
    """

    def __init__(self, folder: Path = MODEL) -> None:
        self._folder = folder

    def read(self, question: str, hits: Sequence[Hit]) -> list[Span]:
        """Return every sentence of the hits as a span, best first."""
        scored = self.score(question, hits)
        return rank(hits, scored, float(self.settings["search_weight"]))

    def score(self, question: str, hits: Sequence[Hit]) -> list[list[tuple[int, int, float]]]:
        """Return (start, end, log-odds) of each hit's sentences, in offsets of its passage."""
        asked = self._tokenizer.encode(question, add_special_tokens=False)
        texts = [hit.passage.text for hit in hits]
        passages = self._tokenizer.encode_batch(texts, add_special_tokens=False)
        order = sorted(range(len(hits)), key=lambda i: len(passages[i].ids))
        scored: list[list[tuple[int, int, float]]] = [[] for _ in hits]
        for first in range(0, len(order), _BATCH):
            rows = order[first : first + _BATCH]
            begin, end, at = self._logits(asked, [passages[i] for i in rows])
            for row, i in enumerate(rows):
                scored[i] = _score_sentences(texts[i], passages[i], begin[row], end[row], at)
        return scored

    @cached_property
    def settings(self) -> dict[str, Any]:
        """What reader.json says: the model's hash, the search weight, the calibration."""
        path = self._folder / "reader.json"
        try:
            found = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise ModelError(f"{path}: cannot be read; install Quotewell again") from error
        return dict(found)

    @cached_property
    def _tokenizer(self) -> Tokenizer:
        tokenizer = Tokenizer.from_file(str(packaged_model() / "tokenizer.json"))
        tokenizer.no_truncation()
        tokenizer.no_padding()
        return tokenizer

    @cached_property
    def _session(self) -> onnxruntime.InferenceSession:
        path = self._folder / "reader.onnx"
        data = path.read_bytes() if path.is_file() else b""
        if hashlib.sha256(data).hexdigest() != self.settings.get("sha256"):
            raise ModelError(f"{path}: missing or altered; install Quotewell again")
        return onnxruntime.InferenceSession(data, providers=["CPUExecutionProvider"])

    def _logits(
        self, asked: Encoding, passages: Sequence[Encoding]
    ) -> tuple[NDArray[np.float32], NDArray[np.float32], int]:
        """Return start and end logits (n, length), and where in a row the passage begins."""
        question = [_CLS, *asked.ids[:_MAX_QUESTION], _SEP]
        at = len(question)
        rows = [[*question, *p.ids[: _MAX_TOKENS - at - 1], _SEP] for p in passages]
        shape = (len(rows), max(len(row) for row in rows))
        ids, mask, types = (np.zeros(shape, np.int64) for _ in range(3))
        for i, row in enumerate(rows):
            ids[i, : len(row)] = row
            mask[i, : len(row)] = 1
            types[i, at : len(row)] = 1
        begin, end = self._session.run(None, {"ids": ids, "mask": mask, "types": types})
        return begin, end, at


def rank(
    hits: Sequence[Hit], scored: Sequence[Sequence[tuple[int, int, float]]], search_weight: float
) -> list[Span]:
    """Return the scored sentences of the hits as spans, best first."""
    highest = max((hit.score for hit in hits), default=0.0)
    spans = [
        Span(
            hit,
            hit.passage.start + start,
            hit.passage.start + end,
            score - search_weight * (highest - hit.score),
        )
        for hit, sentences in zip(hits, scored, strict=True)
        for start, end, score in sentences
    ]
    return sorted(spans, key=lambda s: (-s.score, s.hit.passage.document_id, s.start))


def _score_sentences(
    text: str,
    passage: Encoding,
    begin: NDArray[np.float32],
    end: NDArray[np.float32],
    at: int,
) -> list[tuple[int, int, float]]:
    """Return (start, end, log-odds) of each sentence; headings only where there is nothing else."""
    nothing = float(begin[0] + end[0])
    spans = sentences(text)
    prose = [(a, b) for a, b in spans if not is_heading(text[a:b])] or spans
    offsets = np.array(passage.offsets[: len(begin) - at - 1]).reshape(-1, 2)
    scored = []
    for a, b in prose:
        inside = at + np.flatnonzero((offsets[:, 0] < b) & (offsets[:, 1] > a))
        if len(inside):
            scored.append((a, b, _log_sum(begin[inside], end[inside]) - nothing))
    return scored


def _log_sum(begin: NDArray[np.float32], end: NDArray[np.float32]) -> float:
    """Return the log of the summed exp(start + end) over the legal spans of these tokens."""
    pairs = begin[:, None].astype(np.float64) + end[None, :]
    legal = np.triu(np.ones(pairs.shape, bool)) & ~np.triu(np.ones(pairs.shape, bool), _MAX_ANSWER)
    highest = pairs[legal].max()
    return float(highest + np.log(np.exp(pairs[legal] - highest).sum()))
