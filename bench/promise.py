"""Is the promise kept? `python -m bench.promise --data DIR [--reader small]`.

Asks the questions of three SQuAD-format sets of half of their articles, each once, and keeps what
came of it (`--keep FILE`). Then 100 times: a random half of the questions makes the promise
(`qa.promise`), and of the other half it is counted how much of what is answered from its threshold
up is wrong. A draw without a promise is refused, and neither kept nor broken.
"""

import argparse
import json
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.progress import track
from rich.table import Table

from index.errors import PromiseError
from qa.evaluation import measure
from qa.promise import promise

SETS = ("squad-1.1-dev-13-articles", "mlqa-en", "squadshifts-new-wiki-7-articles")
Judged = list[tuple[float, bool]]


def asked(data: Path, reader: str | None, limit: int | None) -> dict[str, Judged]:
    """Return (confidence, whether right) of each question of the sets."""
    found: dict[str, Judged] = {}
    for name in track(SETS, "Asking"):
        file = data / "dev" / f"{name}.json"
        results = measure.squad(file, half=True, limit=limit, reader=reader).results
        found[name] = [(r.confidence, r.right) for r in results]
    return found


def draws(judged: Judged, times: int, most_wrong: float, seed: int = 0) -> dict[str, float]:
    """Return how many draws kept the promise, broke it or made none, and means of the kept."""
    random = np.random.default_rng(seed)
    kept = broken = refused = 0
    wrong, answered = [], []
    for _ in range(times):
        order = random.permutation(len(judged)).tolist()
        half = len(order) // 2
        try:
            made = promise([judged[n] for n in order[:half]], most_wrong)
        except PromiseError:
            refused += 1
            continue
        above = [right for c, right in (judged[n] for n in order[half:]) if c >= made.answered]
        share = above.count(False) / max(len(above), 1)
        kept += share <= most_wrong
        broken += share > most_wrong
        wrong.append(share)
        answered.append(len(above) / (len(order) - half))
    means = {"wrong": float(np.mean(wrong or [0])), "answered": float(np.mean(answered or [0]))}
    return {"kept": kept, "broken": broken, "refused": refused, **means}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--reader")
    parser.add_argument("--limit", type=int, help="ask so many of each set, evenly spread")
    parser.add_argument("--keep", type=Path, help="file of what came of the questions")
    parser.add_argument("--most-wrong", type=float, default=0.05)
    parser.add_argument("--draws", type=int, default=100)
    args = parser.parse_args()
    if args.keep is not None and args.keep.exists():
        found = json.loads(args.keep.read_text(encoding="utf-8"))
    else:
        found = asked(args.data, args.reader, args.limit)
        if args.keep is not None:
            args.keep.write_text(json.dumps(found), encoding="utf-8")
    table = Table("set", "questions", "kept", "broken", "refused", "wrong of answered", "answered")
    for name, judged in found.items():
        row = draws([(c, bool(r)) for c, r in judged], args.draws, args.most_wrong)
        counts = (str(int(row[k])) for k in ("kept", "broken", "refused"))
        means = f"{row['wrong']:.3f}", f"{row['answered']:.3f}"
        table.add_row(name, str(len(judged)), *counts, *means)
    Console().print(table)


if __name__ == "__main__":
    main()
