"""Measure Quotewell beside Haystack and txtai: `python -m bench --squad FILE --reader FOLDER`.

Every paragraph of a SQuAD-format file is a document; bench/README.md says how all are measured.
`--reader` is the shipped reader in float32: `training.export --full FOLDER` writes it.
"""

import argparse
import json
import os
import platform
import sys
from collections.abc import Callable
from dataclasses import asdict
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from rich.console import Console

from bench.figures import Figures, Ratios, compare, table
from bench.running import measure
from bench.systems import Haystack, Quotewell, System, Txtai
from bench.worker import Worker
from index.errors import QuotewellError
from qa.evaluation.datasets import load_squad
from qa.evaluation.measure import spread
from qa.reader import READ

CORES = 2
PACKAGES = (
    *("haystack-ai", "transformers-haystack", "sentence-transformers-haystack", "txtai"),
    *("torch", "transformers", "sentence-transformers", "onnxruntime"),
)


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("--squad", type=Path, required=True, help="SQuAD-format JSON")
    parser.add_argument("--reader", type=Path, required=True, help="the reader's fp32 folder")
    parser.add_argument("--limit", type=int, help="ask so many questions, evenly spread")
    parser.add_argument("--fp32", action="store_true", help="Quotewell with --reader, too")
    parser.add_argument("--json", type=Path, help="file for the figures")
    args = parser.parse_args()
    if args.limit is not None and args.limit < 1:
        parser.error("--limit must be 1 or more")
    if not (args.reader / "config.json").is_file():
        parser.error(f"--reader {args.reader}: no model; training.export --full FOLDER writes one")
    if args.json is not None and not args.json.parent.is_dir():
        parser.error(f"--json {args.json}: there is no folder {args.json.parent}; make it")
    try:
        about = machine()
        run(args.squad, str(args.reader), args.limit, args.fp32, args.json, about)
    except QuotewellError as error:
        sys.exit(f"bench: {error}")
    except PackageNotFoundError as error:
        sys.exit(f"bench: {error.name} is not installed; `make bench` installs it")


def run(
    squad: Path, reader: str, limit: int | None, fp32: bool, json_file: Path | None, about: str
) -> None:
    """Measure, and print what came of it."""
    console, log = Console(highlight=False), Console(stderr=True, highlight=False)
    found = load_squad(squad)
    # The peers do not abstain, so a question without an answer would only be lost by all.
    questions = spread([q for q in found.questions if q.answers], limit)
    restrict()
    makes: dict[str, Callable[[], System]] = {"Quotewell": Quotewell}
    if fp32:
        makes["Quotewell fp32"] = partial(Quotewell, reader)
    peers = {"Haystack": partial(Haystack, reader), "txtai": partial(Txtai, reader)}
    workers = [Worker(name, make) for name, make in (makes | peers).items()]
    figures = measure(workers, found.documents, questions, progress=log.print)
    for worker in workers:
        worker.close()
    ratios = compare(figures[0], [row for row in figures if row.system in peers])
    console.print(about, soft_wrap=True)
    console.print(
        f"{len(found.documents):,} documents, {len(questions):,} questions, {READ} passages read"
    )
    console.print(table(figures))
    console.print(sentence(ratios), soft_wrap=True)
    if json_file is not None:
        json_file.write_text(dump(about, len(found.documents), figures, ratios), encoding="utf-8")


def machine() -> str:
    """Describe the versions, and the cores that are used; raises PackageNotFoundError."""
    cpu = Path("/proc/cpuinfo").read_text(encoding="utf-8").partition("model name")[2]
    name = cpu.partition("\n")[0].strip(" \t:") or platform.machine()
    versions = ", ".join(f"{package} {version(package)}" for package in PACKAGES)
    return f"{CORES} cores, {name}; Python {platform.python_version()}, {versions}"


def restrict() -> None:
    """Keep this process, and those that it starts, to the same cores, offline and silent."""
    cores = sorted(os.sched_getaffinity(0))[:CORES]
    os.sched_setaffinity(0, cores)
    os.environ |= {
        "OMP_NUM_THREADS": str(len(cores)),
        "CUDA_VISIBLE_DEVICES": "",
        "HF_HUB_OFFLINE": "1",
        "HF_HUB_DISABLE_PROGRESS_BARS": "1",
        "HAYSTACK_TELEMETRY_ENABLED": "False",
    }


def sentence(ratios: Ratios) -> str:
    """Say how Quotewell stands to the faster and to the better peer."""
    ahead = ratios.f1_ahead
    return (
        f"Quotewell answers {ratios.times_faster:.1f} times as fast as {ratios.faster_peer} "
        f"(median), and its F1 is {100 * ahead.value:+.1f} points from that of "
        f"{ratios.better_peer} (95% interval {100 * ahead.low:+.1f} to {100 * ahead.high:+.1f})."
    )


def dump(about: str, documents: int, figures: list[Figures], ratios: Ratios) -> str:
    """Return all as JSON; of the F1 of each question, only the mean."""
    systems = [asdict(row) for row in figures]
    for row in systems:
        row["questions"] = len(row.pop("f1s"))
    found = {"about": about, "documents": documents, "passages_read": READ, "systems": systems}
    return json.dumps(found | {"ratios": asdict(ratios)}, indent=1) + "\n"


if __name__ == "__main__":
    main()
