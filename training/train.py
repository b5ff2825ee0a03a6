"""Make the reader: `python -m training.train --data DIR --out DIR`.

Fine-tunes the packaged all-MiniLM-L6-v2 with a span head (start and end logits; the [CLS] token
stands for "this passage does not answer") in two stages:

1. `read`: every question with a passage that answers it, at a constant learning rate;
2. `abstain`: the same again with passages that are near the question and do not hold the answer,
   passages whose answer was cut out, and SQuAD 2.0's unanswerable questions; why and how are asked
   twice, some questions with a phrase in front ("Please tell me, "), without their mark or with a
   typo; the learning rate falls to zero.

The loss of a question with several accepted spans is -log of their summed probability (Clark and
Gardner 2018, "Simple and Effective Multi-Paragraph Reading Comprehension", section 3). Dropout is
off unless asked for: on CPUs it costs much time, and it is needed only once examples come again (in
a second epoch without it the training loss falls by a third and nothing else improves). Two other
ways to keep it from learning by heart: `--parts` shows it some sentences around the answer in place
of the passage, `--adversarial` moves the tokens' vectors against it, at twice the time. A run that
goes on from others with `--back` forgets some of what these know by heart. Weights are averaged
exponentially, and the average is what is evaluated and shipped. Matrix products are in bfloat16
where a GPU computes, or a CPU whose bfloat16 is faster.
"""

import argparse
import copy
import json
import os
import random
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import torch
from tokenizers import Tokenizer
from torch import nn
from transformers import AutoModelForQuestionAnswering

from index.encoding import packaged_model
from qa.decoding import MAX_TOKENS
from training.augment import (
    answer_cut_out,
    as_typed,
    asks_for_reason_or_way,
    part_with_answer,
    with_lead,
)
from training.data import (
    Example,
    PassageCache,
    Question,
    positives,
    read_questions,
    training_questions,
)
from training.features import BERT, Batch, Feature, Frame, batches, collate, featurise
from training.negatives import negatives
from training.objective import backward, forward
from training.weights import mean_weights, way_back

SEED = 13
MICRO_TOKENS = 2_560
ACCUMULATE = 2
WARM_UP = 200
AVERAGE = 0.998
NEGATIVES = 0.3  # of the questions
CUT_OUT = 0.15  # of the passages with an answer
SAVE_SECONDS = 300
STAGES = ("read", "abstain")
DEVICE = "cuda" if torch.cuda.is_available() else "cpu"


def best_spans_right(
    logits: Callable[[Batch], tuple[torch.Tensor, torch.Tensor]],
    features: list[Feature],
    frame: Frame = BERT,
) -> float:
    """Return the share of features whose best legal span is an accepted one."""
    right = 0
    with torch.no_grad():
        for group in batches(features, 8_000, random.Random(0)):
            batch = collate(group, frame).to(DEVICE)
            start, end = logits(batch)
            start = start.float().masked_fill(~batch.allowed, -1e4)
            end = end.float().masked_fill(~batch.allowed, -1e4)
            scores = start[:, :, None] + end[:, None, :]
            n = scores.shape[1]
            ones = torch.ones(n, n, dtype=torch.bool, device=scores.device)
            scores = scores.masked_fill(~(ones.triu() & ~ones.triu(MAX_TOKENS)), -1e9)
            best = scores.flatten(1).argmax(-1)
            for feature, b in zip(group, best.tolist(), strict=True):
                right += (b // n, b % n) in feature.targets
    return right / len(features)


def with_answer(
    questions: list[Question], cache: PassageCache, rng: random.Random
) -> list[Example]:
    """Return one passage with the answer for every answerable question."""
    examples = []
    for question in questions:
        found = positives(question, cache.of(question.document))
        if found:
            examples.append(rng.choice(found))
    return examples


class Run:
    """The model, its average and the optimiser, with what is needed to go on after a stop."""

    def __init__(self, folder: Path, dropout: float) -> None:
        self.folder = folder
        self.model = AutoModelForQuestionAnswering.from_pretrained(
            packaged_model(),
            hidden_dropout_prob=dropout,
            attention_probs_dropout_prob=0.0,
        )
        self.model.to(DEVICE).train()
        self.average = copy.deepcopy(self.model).eval()
        self.optimizer = torch.optim.AdamW(
            self.model.parameters(), lr=0.0, weight_decay=0.01, fused=True
        )
        self.step = 0
        self.losses: deque[float] = deque(maxlen=200)
        self.saved = time.monotonic()

    @classmethod
    def start(
        cls,
        folder: Path,
        dropout: float = 0.0,
        weights: Sequence[Path] = (),
        back: float = 0.0,
    ) -> "Run":
        """Go on from the folder's checkpoint; failing that, start from the mean of other runs.

        `back` is the share of the way from that mean to the packaged encoder (`way_back`).
        """
        run = cls(folder, dropout)
        if weights:
            start = way_back(mean_weights(weights), run.model.state_dict(), back)
            run.model.load_state_dict(start)
            run.average.load_state_dict(run.model.state_dict())
        if (folder / "latest.pt").exists():
            state = torch.load(folder / "latest.pt", map_location=DEVICE, weights_only=True)
            run.model.load_state_dict(state["model"])
            run.average.load_state_dict(state["average"])
            run.optimizer.load_state_dict(state["optimizer"])
            run.step = state["step"]
            print(f"resumed at step {run.step}", flush=True)
        return run

    def save(self) -> None:
        state = {
            "model": self.model.state_dict(),
            "average": self.average.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "step": self.step,
        }
        torch.save(state, self.folder / "latest.tmp")
        os.replace(self.folder / "latest.tmp", self.folder / "latest.pt")
        self.saved = time.monotonic()

    def train_on(self, groups: list[list[Feature]], rate: float, adversarial: float) -> None:
        """Take one step on a few batches, and save every five minutes."""
        for group in self.optimizer.param_groups:
            group["lr"] = rate
        for features in groups:
            batch = collate(features).to(DEVICE)
            self.losses.append(backward(self.model, batch, 1 / len(groups), adversarial))
        nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        self.optimizer.step()
        self.optimizer.zero_grad(set_to_none=True)
        self.step += 1
        decay = min(AVERAGE, self.step / (self.step + 10))
        with torch.no_grad():
            for kept, new in zip(self.average.parameters(), self.model.parameters(), strict=True):
                kept.lerp_(new, 1 - decay)
        if time.monotonic() - self.saved > SAVE_SECONDS:
            self.save()

    def report(self, stage: str, held_out: list[Feature] | None) -> None:
        """Print and log where the run stands."""
        row: dict[str, object] = {
            "time": round(time.time()),
            "stage": stage,
            "step": self.step,
            "loss": sum(self.losses) / max(len(self.losses), 1),
        }
        if held_out is not None:
            row["dev_exact"] = best_spans_right(partial(forward, self.average), held_out)
        with (self.folder / "log.jsonl").open("a") as log:
            log.write(json.dumps(row) + "\n")
        print(row, flush=True)


def plan_stage(
    stage: str,
    questions: list[Question],
    cache: PassageCache,
    tokenizer: Tokenizer,
    epoch: int,
    seed: int,
    parts: float,
) -> list[list[Feature]]:
    """Return the batches of one epoch, the same ones at every call."""
    rng = random.Random(seed + epoch + 100 * STAGES.index(stage))
    examples = with_answer(questions, cache, rng)
    if stage == "abstain":
        examples += with_answer(
            [q for q in questions if asks_for_reason_or_way(q.question)], cache, rng
        )
        # Of a single sentence nothing is left.
        cut = [answer_cut_out(e) for e in examples if rng.random() < CUT_OUT]
        answerable = [q for q in questions if q.spans]
        # A question of QAMR is asked of a single sentence, whose neighbours are unrelated.
        apart = [q for q in answerable if q.source != "qamr" and rng.random() < NEGATIVES]
        examples += negatives(apart, cache, rng)
        examples = [
            part_with_answer(e, rng) if e.spans and rng.random() < parts else e for e in examples
        ]
        examples += [e for e in cut if e is not None]
        examples += [Example(q.question, q.document.text, ()) for q in questions if not q.spans]
        examples = [
            replace(e, question=as_typed(with_lead(e.question, rng), rng)) for e in examples
        ]
    return batches(featurise(examples, tokenizer), MICRO_TOKENS, rng)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True, help="folder with train/ and dev/")
    parser.add_argument("--out", type=Path, required=True, help="checkpoints and log.jsonl")
    parser.add_argument("--read", type=int, default=1_000, help="steps of the first stage")
    parser.add_argument("--abstain", type=int, default=1_750, help="steps of the second stage")
    parser.add_argument("--rate", type=float, default=2e-4, help="highest learning rate")
    parser.add_argument("--dropout", type=float, default=0.0, help="of the hidden states")
    parser.add_argument("--parts", type=float, default=0.0, help="share of passages cut to a part")
    parser.add_argument("--adversarial", type=float, default=0.0, help="how far tokens are moved")
    parser.add_argument("--seed", type=int, default=SEED, help="of the order and the examples")
    parser.add_argument(
        "--weights",
        type=Path,
        nargs="*",
        default=[],
        help="earlier runs or a reader.onnx, to start from their mean",
    )
    parser.add_argument(
        "--back", type=float, default=0.0, help="go from there this far back to the encoder, 0 to 1"
    )
    args = parser.parse_args()
    if args.back and not args.weights:
        parser.error("--back leads back from --weights; give some")
    args.out.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(args.seed)
    torch.set_num_threads(len(os.sched_getaffinity(0)))  # torch itself counts all that there are

    tokenizer = Tokenizer.from_file(str(packaged_model() / "tokenizer.json"))
    cache = PassageCache()
    dev = read_questions(args.data / "dev" / "squadshifts-new-wiki-7-articles.json")
    held_out = featurise(with_answer(dev, cache, random.Random(SEED)), tokenizer)
    questions = training_questions(args.data, args.seed)
    print(f"{len(questions)} questions, {len(held_out)} development features", flush=True)

    run = Run.start(args.out, args.dropout, args.weights, args.back)
    for stage, steps in zip(STAGES, (args.read, args.abstain), strict=True):
        first = 0 if stage == "read" else args.read
        epoch, at, plan = 0, 0, []
        for step in range(first, first + steps):
            if at >= len(plan):
                plan = plan_stage(stage, questions, cache, tokenizer, epoch, args.seed, args.parts)
                print(f"{stage}, epoch {epoch}: {len(plan)} batches", flush=True)
                epoch, at = epoch + 1, 0
            group, at = plan[at : at + ACCUMULATE], at + ACCUMULATE
            if step < run.step:
                continue  # done before a restart
            rate = min(1.0, (step + 1) / WARM_UP)
            if stage == "abstain":
                rate *= 1 - (step - first) / steps
            run.train_on(group, args.rate * rate, args.adversarial)
            if run.step % 100 == 0:
                run.report(stage, held_out if run.step % 500 == 0 else None)
    run.report("end", held_out)
    run.save()


if __name__ == "__main__":
    main()
