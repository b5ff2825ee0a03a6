"""Parsing and encoding on a cluster: what comes of it is what one machine makes."""

import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from index.cluster import Cluster, join
from index.encoders import load_encoder
from index.errors import StoreError
from index.hybrid import HybridIndex
from index.local import LocalEngine
from index.mirror import Mirror

pytestmark = pytest.mark.slow
pytest.importorskip("ray", reason="the extra ray is not installed")


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    with join("local") as cluster:
        yield cluster


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    folder = tmp_path / "docs"
    folder.mkdir()
    for n in range(9):
        text = "\n\n".join(f"Ship {i} came from port {n}, with {i * n} men." for i in range(30))
        (folder / f"{n}.html").write_text(f"<title>Ships {n}</title><p>{text}</p>")
    (folder / "broken.docx").write_bytes(b"PK no archive")
    (folder / "mail.eml").write_text(
        "Subject: Oak\nContent-Type: multipart/mixed; boundary=x\n\n--x\n\nThe oak came.\n--x\n"
        "Content-Disposition: attachment; filename=a.txt\n\nAttached oak.\n--x--\n"
    )
    return folder


def test_the_result_is_that_of_one_process(cluster: Cluster, docs: Path) -> None:
    encoder = load_encoder("fast")
    alone, _ = Mirror(LocalEngine(encoder), docs).refresh()
    spread, _ = Mirror(LocalEngine(cluster.encoder(encoder)), docs, cluster=cluster).refresh()
    assert spread.state == alone.state
    assert "broken.docx" in {skipped.path for skipped in spread.state.skipped}
    assert "mail.eml/a.txt" in spread.index.documents
    assert isinstance(alone.index, HybridIndex) and isinstance(spread.index, HybridIndex)
    assert np.array_equal(alone.index.dense.vectors, spread.index.dense.vectors)
    question = "Which ship came from port 3?"
    assert spread.index.search(question, 9) == alone.index.search(question, 9)


def end_once(mark: str) -> str:
    """End the worker's process, unless that was done."""
    if not Path(mark).exists():
        Path(mark).touch()
        os._exit(1)
    return "done"


def test_what_a_dead_worker_had_is_done_again(cluster: Cluster, tmp_path: Path) -> None:
    marks = [(str(tmp_path / str(n)),) for n in range(3)]
    assert cluster.done(end_once, marks) == ["done"] * 3


def fail() -> None:
    raise ValueError("a mistake")


def test_a_mistake_there_is_one_line_here(cluster: Cluster) -> None:
    with pytest.raises(StoreError, match=r"--ray local: .*a mistake") as raised:
        cluster.done(fail, [()])
    assert "\n" not in str(raised.value)
