"""Draw a run's log: `python -m training.plot --run DIR` writes DIR/log.png."""

import argparse
import json
from pathlib import Path

from matplotlib.figure import Figure


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--run", type=Path, required=True, help="folder with log.jsonl")
    run = parser.parse_args().run
    lines = (run / "log.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    figure = Figure(figsize=(7, 4), layout="constrained")
    loss = figure.subplots()
    loss.plot([r["step"] for r in rows], [r["loss"] for r in rows], color="tab:blue")
    loss.set(xlabel="step", ylabel="training loss, mean of 200 batches")
    exact = loss.twinx()
    measured = [r for r in rows if "dev_exact" in r]
    steps, values = [r["step"] for r in measured], [r["dev_exact"] for r in measured]
    exact.plot(steps, values, color="tab:orange", marker="o")
    exact.set_ylabel("exact on the development set, given the passage")
    figure.savefig(run / "log.png")


if __name__ == "__main__":
    main()
