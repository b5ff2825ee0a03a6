"""Changing one file of many beside building the index: `python -m bench.mirror`.

The files hold sentences of the seed articles, shuffled. Opening takes the index from the disk as a
new process does, refreshing has it in memory; both look at all files and save. The encoder is
loaded before anything is timed.
"""

import argparse
import random
import shutil
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table

from index.encoders import load_encoder
from index.encoding import DEFAULT_ENCODER
from index.loading import load
from index.local import LocalEngine
from index.mirror import Changes, Mirror
from index.sentences import sentences
from index.store import Saved

SEEDS = Path(__file__).parents[1] / "seeds"
ROUNDS = 5
SEED = 7
CONSOLE = Console(width=110)


def texts(files: int, length: int) -> list[str]:
    """Return texts of so many sentences."""
    rng = random.Random(SEED)
    found = [d.text for d in load(SEEDS).documents]
    known = [text[start:end] for text in found for start, end in sentences(text)]
    return [" ".join(rng.choices(known, k=length)) for _ in range(files)]


def timed(update: Callable[[], tuple[Saved, Changes]]) -> tuple[float, Saved, Changes]:
    began = time.perf_counter()
    saved, changes = update()
    return time.perf_counter() - began, saved, changes


def measure(place: Path, encoder: str, files: int, length: int) -> Table:
    """Build an index, change one file again and again, and compare the times."""
    docs = place / "docs"
    docs.mkdir()
    for n, text in enumerate(texts(files, length)):
        (docs / f"{n}.txt").write_text(text)
    engine = LocalEngine(load_encoder(encoder))
    mirror = Mirror(engine, docs, place / "index")
    engine.encoder.encode_passages(["load it"])
    full, saved, _ = timed(mirror.refresh)
    took: dict[str, list[float]] = {}
    for n in range(ROUNDS):
        for way, before in (("opened", None), ("refreshed", saved)):
            file = docs / f"{n}.txt"
            file.write_text(f"{file.read_text()}\nIt was {way} in round {n}.")
            seconds, saved, changes = timed(lambda before=before: mirror.refresh(before))
            assert changes.changed == (file.name,)
            took.setdefault(f"one file changed, {way}", []).append(seconds)
        (docs / f"{n}.txt").rename(docs / f"renamed{n}.txt")
        seconds, saved, _ = timed(mirror.refresh)
        took.setdefault("one file renamed, opened", []).append(seconds)
        took.setdefault("nothing changed, opened", []).append(timed(mirror.refresh)[0])
    title = f"{files:,} files, {len(saved.index.passages):,} passages, {encoder}"
    table = Table("", "median, s", "of a build", title=title)
    table.add_row("built", f"{full:.2f}", "1")
    for way, seconds in took.items():
        table.add_row(way, f"{np.median(seconds):.3f}", f"1/{full / np.median(seconds):.0f}")
    return table


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--encoder", default=DEFAULT_ENCODER)
    parser.add_argument("--files", type=int, default=1_000)
    parser.add_argument("--sentences", type=int, default=10, help="of each file")
    args = parser.parse_args()
    place = Path(tempfile.mkdtemp())
    try:
        CONSOLE.print(measure(place, args.encoder, args.files, args.sentences))
    finally:
        shutil.rmtree(place)


if __name__ == "__main__":
    main()
