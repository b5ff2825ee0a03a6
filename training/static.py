"""Make the fast encoder: `python -m training.static --data DIR --out FOLDER`.

A text's vector is the mean of its tokens' rows in a table, as in sentence-transformers'
StaticEmbedding. The table is

1. distilled: a token's row is what all-MiniLM-L6-v2 makes of the token alone, less the mean row,
   and frequent tokens count for less (SIF weights, Arora et al. 2017);
2. trained on the passages of train/, cut as the product cuts them: a question is to be nearer to a
   passage that answers it than to the others of its batch (MultipleNegativesRankingLoss);
3. written as int8, a scale to each row.

`--hold-out 0.15` leaves the last 0.15 of the documents of each Wikipedia set out of the training.
It prints how many of their questions, and of dev/squadshifts-new-wiki-7-articles', find their
document among the first 10 for several weights of the dense scores: what chose the settings.
"""

import argparse
import hashlib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.numpy import save
from scipy.sparse import csr_matrix
from sentence_transformers import SentenceTransformer
from torch.nn.functional import cross_entropy, normalize

from index.encoding import packaged_model
from index.lexical import LexicalIndex
from index.passages import split_document
from index.static import TABLE, whole_text_tokenizer
from training.data import PassageCache, Question, positives, read_questions, training_questions
from training.fusion import by_document, first_relevant, standardise

Table = NDArray[np.float32]  # (tokens, dim)

SEED = 13
SIF = 1e-3
BATCH = 2_048  # passages, each with one of its questions
EPOCHS = 12
RATE = 0.03  # of the deviation of the distilled table's entries
WARM_UP = 10
SCALE = 20.0  # of the cosines
WIKIPEDIA = ("nq-oracle", "qed", "squad-train-part", "squadshifts-new-wiki", "tydiqa-en")
CHOSEN_ON = "squadshifts-new-wiki-7-articles"
WEIGHTS = (0.3, 0.4, 0.5, 0.6, 0.7)


@dataclass(frozen=True, slots=True)
class Pairs:
    """Shares of tokens (texts, tokens), and which passage answers which question."""

    passages: csr_matrix
    questions: csr_matrix
    answers: csr_matrix  # (passages, questions), 1 or nothing


def pairs(asked: Sequence[Question]) -> Pairs:
    """Return every passage that answers a question, with its questions."""
    cache = PassageCache()
    questions: dict[str, int] = {}
    answered: dict[str, list[int]] = defaultdict(list)
    for question in asked:
        number = questions.setdefault(question.question, len(questions))
        for example in positives(question, cache.of(question.document)):
            answered[example.passage].append(number)
    columns = [sorted(set(numbers)) for numbers in answered.values()]
    starts = np.cumsum([0, *map(len, columns)])
    flat = np.concatenate(columns)
    answers = csr_matrix(
        (np.ones(len(flat), np.int8), flat, starts), (len(columns), len(questions))
    )
    return Pairs(shares(list(answered)), shares(list(questions)), answers)


def shares(texts: Sequence[str]) -> csr_matrix:
    """Return (texts, tokens): the share of each token in each text."""
    tokenizer = whole_text_tokenizer()
    ids = [e.ids for e in tokenizer.encode_batch_fast(texts, add_special_tokens=False)]
    lengths = np.array([len(text) for text in ids])
    values = np.repeat(1 / np.maximum(lengths, 1), lengths).astype(np.float32)
    columns = np.concatenate([np.array(text, np.int64) for text in ids])
    matrix = csr_matrix(
        (values, (np.repeat(np.arange(len(ids)), lengths), columns)),
        shape=(len(ids), tokenizer.get_vocab_size()),
    )
    matrix.sum_duplicates()
    return matrix


def distil(frequency: NDArray[np.float64]) -> Table:
    """Return the table before training; `frequency` (tokens,) is how common a token is."""
    network = SentenceTransformer(str(packaged_model()), device="cpu")[0].auto_model
    tokenizer = whole_text_tokenizer()
    first, last = (tokenizer.token_to_id(name) for name in ("[CLS]", "[SEP]"))
    blocks = []
    with torch.inference_mode():
        for tokens in torch.arange(len(frequency)).split(512):
            ids = torch.tensor([[first, int(token), last] for token in tokens])
            blocks.append(network(ids, torch.ones_like(ids)).last_hidden_state.mean(1))
    rows = torch.cat(blocks).double().numpy()
    rows = (rows - rows.mean(axis=0)) * (SIF / (SIF + frequency))[:, None]
    return (rows / np.sqrt((rows**2).sum(axis=1).mean())).astype(np.float32)


class Mean(torch.autograd.Function):
    """(texts, tokens) shares times the table; scipy's product is the quickest for this."""

    @staticmethod
    def forward(ctx: Any, table: torch.Tensor, shares: csr_matrix) -> torch.Tensor:
        ctx.shares = shares
        return torch.from_numpy(shares @ table.detach().numpy())

    @staticmethod
    def backward(ctx: Any, gradient: torch.Tensor) -> tuple[torch.Tensor, None]:
        return torch.from_numpy(ctx.shares.T.tocsr() @ gradient.contiguous().numpy()), None


def ranking_loss(
    table: torch.Tensor, questions: csr_matrix, passages: csr_matrix, others: torch.Tensor
) -> torch.Tensor:
    """Return how far question i is from being nearest to passage i.

    `others` (n, n) marks what is no negative: another passage that answers the question.
    """
    asked = normalize(Mean.apply(table, questions), dim=1)
    found = normalize(Mean.apply(table, passages), dim=1)
    logits = (asked @ found.T * SCALE).masked_fill(others, -torch.inf)
    return cross_entropy(logits, torch.arange(len(logits)))


def train(table: Table, data: Pairs, epochs: int = EPOCHS, batch: int = BATCH) -> Table:
    """Return the table after so many passes over the passages, the rate falling to zero."""
    rng = np.random.default_rng(SEED)
    rows = torch.nn.Parameter(torch.from_numpy(table.copy()))
    rate = RATE * float(table.std())
    optimizer = torch.optim.Adam([rows], lr=rate, betas=(0.9, 0.99), fused=True)
    count, answered, starts = data.answers.shape[0], data.answers.indices, data.answers.indptr
    per_epoch = max(1, count // batch)
    step = 0
    for epoch in range(epochs):
        losses = []
        order = rng.permutation(count)
        for passages in np.array_split(order[: per_epoch * batch], per_epoch):
            questions = np.array(
                [rng.choice(answered[starts[p] : starts[p + 1]]) for p in passages]
            )
            answers = data.answers[passages][:, questions].toarray().T.astype(bool)
            others = torch.from_numpy(answers).fill_diagonal_(False)
            loss = ranking_loss(rows, data.questions[questions], data.passages[passages], others)
            for group in optimizer.param_groups:
                warm, left = min(1, (step + 1) / WARM_UP), 1 - step / (epochs * per_epoch)
                group["lr"] = rate * warm * left
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            step += 1
            losses.append(loss.item())
        print(f"epoch {epoch + 1}: loss {np.mean(losses):.3f}", flush=True)
    return rows.detach().numpy()


def hold_out(questions: Sequence[Question], share: float) -> tuple[list[Question], list[Question]]:
    """Return the questions to train on, and those of the last documents of each Wikipedia set."""
    documents: dict[str, dict[str, None]] = defaultdict(dict)
    for question in questions:
        if question.source in WIKIPEDIA:
            documents[question.source][question.document.id] = None
    held = {
        name
        for found in documents.values()
        for name in list(found)[round((1 - share) * len(found)) :]
    }
    return (
        [q for q in questions if q.document.id not in held],
        [q for q in questions if q.document.id in held],
    )


def recalls(table: Table, asked: Sequence[Question]) -> dict[float, float]:
    """Return for each weight of the dense scores the share found among 10 documents."""
    documents = {q.document.id: q.document for q in asked}
    passages = [p for document in documents.values() for p in split_document(document)]
    number = {name: i for i, name in enumerate(documents)}
    of = np.array([number[p.document_id] for p in passages])
    relevant = np.zeros((len(asked), len(documents)), bool)
    relevant[range(len(asked)), [number[q.document.id] for q in asked]] = True
    texts = [p.text for p in passages]
    dense = vectors(table, [q.question for q in asked]) @ vectors(table, texts).T
    index, rows = LexicalIndex.build(texts), np.arange(len(texts))
    lexical = np.array([index.score(q.question).at(rows) for q in asked])
    found = {}
    for w in WEIGHTS:
        fused = w * standardise(dense) + (1 - w) * standardise(lexical)
        found[w] = float((first_relevant(by_document(fused, of), relevant) < 10).mean())
    return found


def vectors(table: Table, texts: Sequence[str]) -> Table:
    found = shares(texts) @ table
    return found / np.linalg.norm(found, axis=1, keepdims=True).clip(1e-9)


def quantise(table: Table) -> dict[str, NDArray[np.generic]]:
    """Return int8 rows and the float32 scale of each."""
    scales = np.abs(table).max(axis=1).clip(1e-9) / 127
    return {"rows": np.round(table / scales[:, None]).astype(np.int8), "scales": scales}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--hold-out", type=float, default=0.0)
    args = parser.parse_args()
    training, held = hold_out(training_questions(args.data, SEED), args.hold_out)
    data = pairs(training)
    frequency = np.asarray(data.passages.mean(axis=0)).ravel().astype(np.float64)
    table = train(distil(frequency), data)
    if held:
        held += read_questions(args.data / "dev" / f"{CHOSEN_ON}.json")
        for weight, share in recalls(table, held).items():
            print(f"dense weight {weight:g}: recall@10 {share:.4f}")
    args.out.mkdir(parents=True, exist_ok=True)
    file, written = args.out / TABLE.name, save(quantise(table))
    file.write_bytes(written)
    print(f"{file}: {len(written):,} bytes, sha256 {hashlib.sha256(written).hexdigest()}")


if __name__ == "__main__":
    main()
