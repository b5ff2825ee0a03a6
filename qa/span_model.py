"""A question and texts -> for every token of the texts, logits for an answer's start and end."""

import hashlib
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from tokenizers import Encoding, Tokenizer

from index.arithmetic import cores
from index.encoding import packaged_file
from index.errors import ModelError

Logits = NDArray[np.float32]
Ids = NDArray[np.int64]
Network = Callable[[Ids, Ids, Ids], tuple[Logits, Logits]]
"""Token ids, attention mask and token types to start and end logits, all of shape (n, length)."""

_MAX_QUESTION = 64
_WINDOW = 320  # tokens; what the shipped model was trained on at most
_STRIDE = 96  # tokens that two windows of one text share; more than the longest answer has


@dataclass(frozen=True, slots=True)
class Window:
    """What the model makes of a stretch of a text.

    `start` and `end` are (n,) logits of its n tokens, `offsets` (n, 2) their characters in the
    text. `nothing` is the sum of the logits that say "the answer is not here". Where two windows
    overlap, an answer may begin in only one of them, that in which it is further from the edge:
    in the other its start is -inf.
    """

    offsets: NDArray[np.int64]
    start: Logits
    end: Logits
    nothing: float


class SpanModel:
    """An extractive question-answering model: a tokenizer and a network.

    The network is given up to `batch` windows of at most `window` tokens, and called from `threads`
    threads at once.
    """

    def __init__(
        self,
        tokenizer: Tokenizer,
        network: Network,
        window: int,
        *,
        batch: int,
        threads: int,
        pad: int = 0,
    ) -> None:
        tokenizer.no_padding()
        tokenizer.no_truncation()
        self._plain = tokenizer
        self._pairs = Tokenizer.from_str(tokenizer.to_str())
        self._stride = min(_STRIDE, window // 4)
        self._pairs.enable_truncation(window, stride=self._stride, strategy="only_second")
        self._max_question = min(_MAX_QUESTION, window // 4)
        self._network = network
        self._batch = batch
        self._threads = ThreadPoolExecutor(threads)
        self._pad = pad

    def mark(self, question: str, texts: Sequence[str]) -> list[list[Window]]:
        """Return the windows of each text; a long question is read up to its 64th token."""
        asked = self._plain.encode(question, add_special_tokens=False)
        if len(asked.ids) > self._max_question:
            question = question[: asked.offsets[self._max_question - 1][1]]
        encoded = self._pairs.encode_batch([(question, text) for text in texts])
        pieces = [piece for first in encoded for piece in (first, *first.overflowing)]
        windows: dict[int, Window] = {}
        order = sorted(range(len(pieces)), key=lambda i: len(pieces[i].ids))  # least padding
        batches = [order[at : at + self._batch] for at in range(0, len(order), self._batch)]
        marked = self._threads.map(self._logits, [[pieces[i] for i in b] for b in batches])
        for batch, (start, end) in zip(batches, marked, strict=True):
            for i, starts, ends in zip(batch, start, end, strict=True):
                windows[i] = _window(pieces[i], starts, ends)
        ordered = iter([windows[i] for i in range(len(pieces))])
        return [
            self._share([next(ordered) for _ in range(1 + len(first.overflowing))])
            for first in encoded
        ]

    def _share(self, windows: list[Window]) -> list[Window]:
        """Let every start that two windows have belong to one."""
        half = self._stride // 2
        for window, later in pairwise(windows):
            window.start[len(window.start) - half :] = -np.inf
            later.start[: self._stride - half] = -np.inf
        return windows

    def _logits(self, encodings: Sequence[Encoding]) -> tuple[Logits, Logits]:
        shape = (len(encodings), max(len(e.ids) for e in encodings))
        ids = np.full(shape, self._pad, np.int64)
        mask, types = np.zeros(shape, np.int64), np.zeros(shape, np.int64)
        for i, encoding in enumerate(encodings):
            n = len(encoding.ids)
            ids[i, :n], mask[i, :n], types[i, :n] = encoding.ids, 1, encoding.type_ids
        return self._network(ids, mask, types)


def _window(encoding: Encoding, start: Logits, end: Logits) -> Window:
    tokens = [i for i, sequence in enumerate(encoding.sequence_ids) if sequence == 1]
    offsets = np.array(encoding.offsets, np.int64).reshape(-1, 2)[tokens]
    # The first token is [CLS], or whatever a model has in its place.
    return Window(offsets, start[tokens], end[tokens], float(start[0] + end[0]))


def shipped_model(folder: Path, sha256: str) -> SpanModel:
    """Return the reader of this package; raises ModelError where its file has another hash.

    It reads every window by itself, one on each core: int8 weights multiply activations that are
    scaled by the largest of the batch, so that what is read with a text would change its logits;
    and one thread a window is faster than two for a batch.
    """
    path = folder / "reader.onnx"
    data = path.read_bytes() if path.is_file() else b""
    if hashlib.sha256(data).hexdigest() != sha256:
        raise ModelError(f"{path}: missing or altered; install Quotewell again")
    tokenizer = Tokenizer.from_file(str(packaged_file("tokenizer.json")))
    return SpanModel(tokenizer, session_network(data), _WINDOW, batch=1, threads=cores())


def session_network(data: bytes) -> Network:
    """Return an ONNX model as a network of one thread."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    # ONNX Runtime's fused SkipLayerNormalization takes eight times as long as what it replaces.
    session = onnxruntime.InferenceSession(
        data,
        options,
        providers=["CPUExecutionProvider"],
        disabled_optimizers=["SkipLayerNormFusion"],
    )
    takes = {given.name for given in session.get_inputs()}

    def network(ids: Ids, mask: Ids, types: Ids) -> tuple[Logits, Logits]:
        given = {"ids": ids, "mask": mask, "types": types}
        start, end = session.run(None, {name: given[name] for name in takes})
        return start, end

    return network


def transformers_model(name: str) -> SpanModel:
    """Return any `AutoModelForQuestionAnswering`: a folder, or a hub name where there is a network.

    Raises ModelError for one that cannot be loaded, was not trained to mark answers, has no fast
    tokenizer (which offsets need), or has no weights in safetensors (others would be unpickled).
    """
    # Imported here because it takes seconds, and the shipped reader does without.
    import torch  # noqa: PLC0415

    tokenizer, model = _load_transformers(name)
    takes_types = "token_type_ids" in tokenizer.model_input_names

    def network(ids: Ids, mask: Ids, types: Ids) -> tuple[Logits, Logits]:
        inputs = {"input_ids": torch.from_numpy(ids), "attention_mask": torch.from_numpy(mask)}
        if takes_types:
            inputs["token_type_ids"] = torch.from_numpy(types)
        with torch.inference_mode():
            out = model(**inputs)
        return out.start_logits.float().numpy(), out.end_logits.float().numpy()

    window = min(512, tokenizer.model_max_length)
    pad = tokenizer.pad_token_id or 0
    return SpanModel(tokenizer.backend_tokenizer, network, window, batch=8, threads=1, pad=pad)


def _load_transformers(name: str) -> tuple[Any, Any]:
    """Return a tokenizer and a model; raises ModelError."""
    from safetensors import SafetensorError  # noqa: PLC0415
    from transformers import AutoModelForQuestionAnswering, AutoTokenizer  # noqa: PLC0415
    from transformers.utils import logging  # noqa: PLC0415

    logging.disable_progress_bar()
    logging.set_verbosity_error()
    try:
        tokenizer = AutoTokenizer.from_pretrained(name)
        model, loaded = AutoModelForQuestionAnswering.from_pretrained(
            name, use_safetensors=True, output_loading_info=True
        )
    except (OSError, ValueError, KeyError, ImportError, SafetensorError) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise ModelError(f"{name}: cannot be loaded as a reader: {reason}") from error
    if missing := sorted(loaded["missing_keys"]):
        raise ModelError(
            f"{name}: not an extractive question-answering model (its weights lack {missing[0]}); "
            "give an AutoModelForQuestionAnswering"
        )
    if not tokenizer.is_fast:
        raise ModelError(f"{name}: has no fast tokenizer; save one as tokenizer.json")
    return tokenizer, model.eval()
