"""Examples -> padded batches of token ids with their target spans."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, fields

import torch
from tokenizers import Tokenizer

from training.data import Example

MAX_QUESTION = 64
MAX_TOKENS = 320


@dataclass(frozen=True, slots=True)
class Frame:
    """The tokens that a model puts before the question, between, after the passage, and as padding.

    The first one stands for "this passage does not answer".
    """

    first: tuple[str, ...]
    between: tuple[str, ...]
    last: tuple[str, ...]
    pad: int


BERT = Frame(("[CLS]",), ("[SEP]",), ("[SEP]",), 0)
MPNET = Frame(("<s>",), ("</s>", "</s>"), ("</s>",), 1)


@dataclass(frozen=True, slots=True)
class Feature:
    """Token ids of question and passage in their frame; targets are (start, end) token positions.

    The target of a passage without the answer is (0, 0), the first token.
    """

    ids: list[int]
    passage_at: int
    targets: list[tuple[int, int]]


def featurise(
    examples: Sequence[Example], tokenizer: Tokenizer, frame: Frame = BERT
) -> list[Feature]:
    """Tokenise; an example whose every answer was cut off is left out."""
    tokenizer.no_truncation()
    tokenizer.no_padding()
    questions = tokenizer.encode_batch([e.question for e in examples], add_special_tokens=False)
    passages = tokenizer.encode_batch([e.passage for e in examples], add_special_tokens=False)
    first, between, last = (
        [tokenizer.token_to_id(token) for token in tokens]
        for tokens in (frame.first, frame.between, frame.last)
    )
    features = []
    for example, question, passage in zip(examples, questions, passages, strict=True):
        asked = question.ids[:MAX_QUESTION]
        at = len(first) + len(asked) + len(between)
        ids = [*first, *asked, *between, *passage.ids[: MAX_TOKENS - at - 1], *last]
        targets = []
        for start, end in example.spans:
            covered = [i for i, (a, b) in enumerate(passage.offsets) if a < end and b > start]
            if covered and at + covered[-1] < len(ids) - 1:
                targets.append((at + covered[0], at + covered[-1]))
        if targets or not example.spans:
            features.append(Feature(ids, at, sorted(set(targets)) or [(0, 0)]))
    return features


@dataclass(frozen=True, slots=True)
class Batch:
    """Tensors of shape (n, length), and of every accepted span its row, start and end."""

    ids: torch.Tensor
    types: torch.Tensor
    mask: torch.Tensor
    allowed: torch.Tensor
    rows: torch.Tensor
    starts: torch.Tensor
    ends: torch.Tensor

    def to(self, device: torch.device | str) -> "Batch":
        """Return the same batch on another device."""
        return Batch(*(getattr(self, f.name).to(device) for f in fields(self)))


def collate(features: Sequence[Feature], frame: Frame = BERT) -> Batch:
    """Pad features into one batch; `rows`, `starts`, `ends` list every accepted span."""
    length = max(len(f.ids) for f in features)
    shape = (len(features), length)
    ids = torch.full(shape, frame.pad)
    types = torch.zeros(shape, dtype=torch.long)
    mask = torch.zeros(shape, dtype=torch.long)
    allowed = torch.zeros(shape, dtype=torch.bool)
    rows, starts, ends = [], [], []
    for i, f in enumerate(features):
        n = len(f.ids)
        ids[i, :n] = torch.tensor(f.ids)
        types[i, f.passage_at : n] = 1
        mask[i, :n] = 1
        allowed[i, f.passage_at : n - 1] = True
        allowed[i, 0] = True
        for start, end in f.targets:
            rows.append(i)
            starts.append(start)
            ends.append(end)
    return Batch(
        ids, types, mask, allowed, torch.tensor(rows), torch.tensor(starts), torch.tensor(ends)
    )


def batches(features: Sequence[Feature], tokens: int, rng: random.Random) -> list[list[Feature]]:
    """Shuffle, sort within pools by length, cut into batches of about `tokens` padded tokens."""
    order = list(features)
    rng.shuffle(order)
    pool_size = 2_048
    out: list[list[Feature]] = []
    for i in range(0, len(order), pool_size):
        pool = sorted(order[i : i + pool_size], key=lambda f: len(f.ids))
        batch: list[Feature] = []
        for feature in pool:
            if batch and (len(batch) + 1) * len(feature.ids) > tokens:
                out.append(batch)
                batch = []
            batch.append(feature)
        out.append(batch)
    rng.shuffle(out)
    return out
