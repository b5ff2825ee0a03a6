"""What answers to why look like, in the training data: `python -m training.reasons --data DIR`.

Prints how often they have so many words, and a causal word or a preposition of place, time or means
before them, beside the answers to other questions. `qa.spans.reason_odds` has these ratios, halved
for few words.
"""

import argparse
from collections import Counter
from math import log
from pathlib import Path

from rich.console import Console
from rich.table import Table

from qa.spans import asks_for_reason, gives_reason, stands_beside
from training.data import training_questions
from training.train import SEED

MOST_WORDS = 12


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    lengths: dict[bool, Counter[int]] = {True: Counter(), False: Counter()}
    causal: Counter[bool] = Counter()
    beside: Counter[bool] = Counter()
    for question in training_questions(parser.parse_args().data, SEED):
        if question.spans:
            text, (start, end) = question.document.text, question.spans[0]
            why = asks_for_reason(question.question)
            lengths[why][min(len(text[start:end].split()), MOST_WORDS)] += 1
            causal[why] += gives_reason(text, start, end)
            beside[why] += stands_beside(text, start, end)
    whys, others = lengths[True].total(), lengths[False].total()
    table = Table("answer", f"{whys} to why", f"{others} others", "log of the ratio")
    rows = [(f"{n} words", lengths[True][n], lengths[False][n]) for n in range(1, MOST_WORDS)]
    rows.append((f"{MOST_WORDS} words or more", *(lengths[w][MOST_WORDS] for w in (True, False))))
    rows.append(("after a causal word", causal[True], causal[False]))
    rows.append(("after a preposition", beside[True], beside[False]))
    for name, of_whys, of_others in rows:
        why, other = of_whys / whys, of_others / others
        table.add_row(name, f"{why:.3f}", f"{other:.3f}", f"{log(why / other):.2f}")
    Console().print(table)


if __name__ == "__main__":
    main()
