"""Random vectors in the embedded engine: how long a search takes, and how much memory."""

import tempfile
import time
from pathlib import Path

import numpy as np

from index.qdrant.address import Embedded
from index.qdrant.edge import EdgePoints
from index.qdrant.points import Point, Query, point_id

DIM = 384
_BATCH = 2_000
_ASKED = 100


def search_random(n: int) -> None:
    rng = np.random.default_rng(7)
    with tempfile.TemporaryDirectory() as folder:
        points = EdgePoints(Embedded(Path(folder)))
        points.create(DIM)
        began = time.perf_counter()
        for start in range(0, n, _BATCH):
            rows = rng.standard_normal((_BATCH, DIM)).astype(np.float32)
            rows /= np.linalg.norm(rows, axis=1, keepdims=True)
            points.upsert(
                [
                    Point(point_id(1, start + i), {"doc": 1, "i": start + i}, row)
                    for i, row in enumerate(rows)
                ]
            )
        written = time.perf_counter() - began
        print(f"{n:,} vectors of {DIM} written in {written:.0f} s", flush=True)
        _search(points, rng, "before the graph is built")
        began = time.perf_counter()
        points.settle()
        print(f"graph built in {time.perf_counter() - began:.0f} s", flush=True)
        _search(points, rng, "with the graph")
        size = sum(f.stat().st_blocks * 512 for f in Path(folder).rglob("*") if f.is_file())
        print(f"{size / 1e9:.2f} GB on the disk")
        points.close()


def _search(points: EdgePoints, rng: np.random.Generator, when: str) -> None:
    times = []
    for _ in range(_ASKED):
        vector = rng.standard_normal(DIM).astype(np.float32)
        query = Query(vector / np.linalg.norm(vector), {"must": []}, 100)
        began = time.perf_counter()
        points.query([query])
        times.append(1_000 * (time.perf_counter() - began))
    median, late = np.percentile(times, [50, 95])
    status = dict(
        line.split(":", 1)
        for line in Path("/proc/self/status").read_text().splitlines()
        if ":" in line
    )
    held = {name: int(status[name].split()[0]) / 1e3 for name in ("RssAnon", "RssFile")}
    print(
        f"{when}: search of the best 100: {median:.1f} ms, p95 {late:.1f} ms; "
        f"{held['RssAnon']:,.0f} MB in memory, {held['RssFile']:,.0f} MB of files mapped",
        flush=True,
    )
