"""Make the large reader's adapter: `python -m training.large --data DIR --base DIR --out DIR`.

all-mpnet-base-v2 (110M parameters) learns to mark answers through low-rank differences of its
matrices (LoRA; Hu et al. 2022, "LoRA: Low-Rank Adaptation of Large Language Models"); the base's
own weights stay as they are, so that only the differences have to be shipped. The loss and the
kinds of examples are the small reader's (`training.train`), with questions that were made
unanswerable (`training.unanswerable`) and written ones (`training.written`) beside them.

The rate falls to nothing over `--minutes`, whatever the machine does meanwhile. A run that was
stopped goes on from its checkpoint; given another seed, with new examples. Where the checkpoint is
lost, `--start qa/model/large.safetensors` begins with what was shipped of it.
"""

import argparse
import json
import os
import random
import time
from collections import deque
from dataclasses import replace
from pathlib import Path

import torch
from peft import LoraConfig, get_peft_model
from safetensors.torch import load_file
from tokenizers import Tokenizer
from torch import nn
from transformers import AutoModelForQuestionAnswering

from index.encoding import bfloat16_is_faster
from training.augment import (
    answer_cut_out,
    as_typed,
    asks_for_reason_or_way,
    part_with_answer,
    with_lead,
)
from training.data import Example, PassageCache, Question, read_questions, training_questions
from training.export_large import shipped_name
from training.features import MPNET, Batch, Feature, batches, collate, featurise
from training.negatives import negatives
from training.objective import span_loss
from training.train import SEED, best_spans_right, with_answer
from training.unanswerable import asked_of_a_sibling
from training.written import written_questions

RANK = 32
MATRICES = ["attn.q", "attn.k", "attn.v", "attn.o", "intermediate.dense", "output.dense"]
WARM_UP = 60  # steps
AVERAGE = 0.99
TOKENS = 3_072  # of a batch, padded
NEGATIVES, CUT_OUT, SIBLINGS, PARTS = 0.3, 0.12, 0.25, 0.5
SAVE_SECONDS = 240
REPORT = 50  # steps
# What an epoch takes of each set: most of what reads like articles, less of what there is much of.
SHARES = {
    "squadshifts-reddit": 0.2,
    "squadshifts-amazon": 0.15,
    "fairytaleqa": 0.3,
    "timeqa-human": 0.25,
    "tydiqa-en": 0.7,
    "policyqa": 0.15,  # of the share that training.data leaves
    "qamr": 0.15,
}
DEVICE = "cuda" if torch.cuda.is_available() else "cpu"


def adapted(base: Path, rank: int) -> nn.Module:
    """Return the base as a span model whose low-rank differences can be trained."""
    model = AutoModelForQuestionAnswering.from_pretrained(
        base, hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0
    )
    config = LoraConfig(
        r=rank, lora_alpha=2 * rank, target_modules=MATRICES, modules_to_save=["qa_outputs"]
    )
    return get_peft_model(model, config).to(DEVICE).train()


def forward(model: nn.Module, batch: Batch) -> tuple[torch.Tensor, torch.Tensor]:
    """Return the logits of start and end."""
    able = batch.ids.is_cuda or bfloat16_is_faster()
    with torch.autocast(batch.ids.device.type, dtype=torch.bfloat16, enabled=able):
        out = model(input_ids=batch.ids, attention_mask=batch.mask)
    return out.start_logits.float(), out.end_logits.float()


def plan(
    questions: list[Question], cache: PassageCache, tokenizer: Tokenizer, seed: int
) -> list[list[Feature]]:
    """Return the batches of one epoch, the same ones at every call."""
    rng = random.Random(seed)
    drawn = [q for q in questions if rng.random() < SHARES.get(q.source, 1.0)]
    examples = with_answer(drawn, cache, rng)
    again = [q for q in drawn if q.source == "written" or asks_for_reason_or_way(q.question)]
    examples += with_answer(again, cache, rng)
    cut = [answer_cut_out(e) for e in examples if rng.random() < CUT_OUT]
    siblings = [asked_of_a_sibling(e, rng) for e in examples if rng.random() < SIBLINGS]
    apart = [q for q in drawn if q.spans and q.source != "qamr" and rng.random() < NEGATIVES]
    unrelated = negatives(apart, cache, rng)
    examples = [part_with_answer(e, rng) if rng.random() < PARTS else e for e in examples]
    examples += unrelated + [e for e in (*cut, *siblings) if e is not None]
    examples += [Example(q.question, q.document.text, ()) for q in drawn if not q.spans]
    examples = [replace(e, question=as_typed(with_lead(e.question, rng), rng)) for e in examples]
    silent = sum(not e.spans for e in examples)
    print(f"{len(examples)} examples, {silent} of them without an answer", flush=True)
    return batches(featurise(examples, tokenizer, MPNET), TOKENS, rng)


class Run:
    """The adapter, its average and the optimiser, with what is needed to go on after a stop."""

    def __init__(self, folder: Path, base: Path, rank: int, start: Path | None = None) -> None:
        self.folder = folder
        self.model = adapted(base, rank)
        self.trained = {n: p for n, p in self.model.named_parameters() if p.requires_grad}
        if start is not None:
            shipped = load_file(start)
            self._put({name: shipped[shipped_name(name)].float() for name in self.trained})
        self.average = {n: p.detach().clone() for n, p in self.trained.items()}
        self.optimizer = torch.optim.AdamW(self.trained.values(), lr=0.0, weight_decay=0.01)
        self.step = self.done = self.seed = 0  # `done` are the batches taken of this seed's plan
        self.seconds = 0.0
        self.losses: deque[float] = deque(maxlen=100)
        if (folder / "latest.pt").exists():
            state = torch.load(folder / "latest.pt", map_location=DEVICE, weights_only=True)
            self._put(state["model"])
            self.average = state["average"]
            self.optimizer.load_state_dict(state["optimizer"])
            self.step, self.done, self.seed = state["step"], state["done"], state["seed"]
            self.seconds = state["seconds"]
            print(f"resumed at step {self.step}", flush=True)

    def _put(self, weights: dict[str, torch.Tensor]) -> None:
        with torch.no_grad():
            for name, parameter in self.trained.items():
                parameter.copy_(weights[name])

    def save(self) -> None:
        state = {
            "model": {n: p.detach() for n, p in self.trained.items()},
            "average": self.average,
            "optimizer": self.optimizer.state_dict(),
            "step": self.step,
            "done": self.done,
            "seed": self.seed,
            "seconds": self.seconds,
        }
        torch.save(state, self.folder / "latest.tmp")
        os.replace(self.folder / "latest.tmp", self.folder / "latest.pt")

    def train_on(self, group: list[list[Feature]], rate: float) -> None:
        """Take one step on a few batches."""
        for parameters in self.optimizer.param_groups:
            parameters["lr"] = rate
        for features in group:
            batch = collate(features, MPNET).to(DEVICE)
            loss = span_loss(*forward(self.model, batch), batch)
            (loss / len(group)).backward()
            self.losses.append(float(loss.detach()))
        nn.utils.clip_grad_norm_(self.trained.values(), 1.0)
        self.optimizer.step()
        self.optimizer.zero_grad(set_to_none=True)
        self.step += 1
        self.done += len(group)
        decay = min(AVERAGE, self.step / (self.step + 10))
        with torch.no_grad():
            for name, parameter in self.trained.items():
                self.average[name].lerp_(parameter, 1 - decay)

    def evaluate(self, features: list[Feature]) -> float:
        """Return the share of features whose best span is an accepted one, with the average."""
        kept = {n: p.detach().clone() for n, p in self.trained.items()}
        self._put(self.average)
        right = best_spans_right(lambda batch: forward(self.model, batch), features, MPNET)
        self._put(kept)
        return right


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True, help="folder with train/ and dev/")
    parser.add_argument("--base", type=Path, required=True, help="all-mpnet-base-v2's folder")
    parser.add_argument("--out", type=Path, required=True, help="checkpoint and log.jsonl")
    parser.add_argument("--minutes", type=float, default=90, help="of training, over all starts")
    parser.add_argument("--start", type=Path, help="a shipped adapter to begin with")
    parser.add_argument("--steps", type=int, help="stop after so many, to try the script")
    parser.add_argument("--rate", type=float, default=3e-4, help="highest learning rate")
    parser.add_argument("--rank", type=int, default=RANK, help="of the differences")
    parser.add_argument("--accumulate", type=int, default=1, help="batches a step")
    parser.add_argument("--seed", type=int, default=SEED, help="of the examples and their order")
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(args.seed)
    torch.set_num_threads(len(os.sched_getaffinity(0)))
    tokenizer = Tokenizer.from_file(str(args.base / "tokenizer.json"))
    cache = PassageCache()
    dev = read_questions(args.data / "dev" / "squadshifts-new-wiki-7-articles.json")[::3]
    held_out = featurise(with_answer(dev, cache, random.Random(SEED)), tokenizer, MPNET)
    questions = training_questions(args.data, args.seed)
    questions += written_questions(args.data, questions)
    print(f"{len(questions)} questions, {len(held_out)} development features", flush=True)

    run = Run(args.out, args.base, args.rank, args.start)
    if run.seed != args.seed:
        run.seed, run.done = args.seed, 0
    order = plan(questions, cache, tokenizer, args.seed)
    print(f"{len(order)} batches", flush=True)
    saved = time.monotonic()
    last = run.step + args.steps if args.steps else None
    while run.seconds < 60 * args.minutes and run.step != last:
        at = run.done % len(order)
        rate = args.rate * min(1.0, (run.step + 1) / WARM_UP)
        began = time.monotonic()
        run.train_on(order[at : at + args.accumulate], rate * (1 - run.seconds / 60 / args.minutes))
        run.seconds += time.monotonic() - began
        if run.step % REPORT == 0:
            row: dict[str, object] = {
                "step": run.step,
                "minutes": round(run.seconds / 60, 1),
                "loss": round(sum(run.losses) / len(run.losses), 4),
            }
            if run.step % (8 * REPORT) == 0:
                row["dev_exact"] = round(run.evaluate(held_out), 4)
            with (args.out / "log.jsonl").open("a") as log:
                log.write(json.dumps(row) + "\n")
            print(row, flush=True)
        if time.monotonic() - saved > SAVE_SECONDS:
            run.save()
            saved = time.monotonic()
    run.save()
    print({"dev_exact": run.evaluate(held_out)}, flush=True)


if __name__ == "__main__":
    main()
