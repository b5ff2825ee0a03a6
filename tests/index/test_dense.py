"""Above a size short codes propose passages; what they find is what exact search finds."""

import subprocess
import sys
from pathlib import Path

import faiss
import numpy as np
import pytest
from numpy.typing import NDArray

from index import dense, store
from index.dense import DenseIndex
from index.hybrid import HybridIndex
from index.local import LocalEngine
from tests.tiny import TinyEncoder, document

ROOT = Path(__file__).parents[2]


class Lookup:
    """Encodes the text "7" as the eighth of the vectors it is made with."""

    name = "lookup"
    dense_weight = 0.7

    def __init__(self, vectors: NDArray[np.float32]) -> None:
        self.vectors = vectors
        self.dim = vectors.shape[1]

    def encode_questions(self, texts: list[str]) -> NDArray[np.float32]:
        return self.vectors[[int(text) for text in texts]]


def clustered(n: int, dim: int = 48, subjects: int = 200) -> NDArray[np.float32]:
    """Unit vectors around common subjects, as texts' vectors are."""
    rng = np.random.default_rng(5)
    centres = rng.standard_normal((subjects, dim))
    vectors = centres[rng.integers(0, subjects, n)] + 0.8 * rng.standard_normal((n, dim))
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


def test_codes_find_what_exact_search_finds(monkeypatch: pytest.MonkeyPatch) -> None:
    vectors = clustered(20_000)
    encoder = Lookup(clustered(20_100)[-100:])
    exact = DenseIndex.build(vectors, encoder)
    monkeypatch.setattr(dense, "EXACT_UP_TO", 10_000)
    index = DenseIndex.build(vectors, encoder)
    assert isinstance(index.faiss, faiss.IndexRefine)
    assert np.array_equal(index.vectors, vectors)
    found = 0
    for n in range(100):
        approximate, scores = index.score(str(n)), exact.score(str(n))
        rows = approximate.top(10)
        found += len(set(rows.tolist()) & set(scores.top(10).tolist()))
        assert approximate.at(rows) == pytest.approx(scores.at(rows))
        assert (np.diff(approximate.at(rows)) <= 1e-6).all()
        assert approximate.mean == pytest.approx(scores.mean)
    assert found >= 0.99 * 1_000


@pytest.mark.parametrize("large", [True, False])
def test_the_best_of_what_is_allowed_are_found(
    monkeypatch: pytest.MonkeyPatch, large: bool
) -> None:
    vectors = clustered(20_000)
    monkeypatch.setattr(dense, "EXACT_UP_TO", 3_000)
    index = DenseIndex.build(vectors, Lookup(clustered(20_100)[-100:]))
    allowed = np.arange(0, 20_000, 3 if large else 20)
    for n in range(50):
        scores = index.score(str(n))
        brute = allowed[np.argsort(-scores.at(allowed), kind="stable")[:10]]
        assert scores.top(10, allowed).tolist() == brute.tolist()


def test_a_large_index_is_saved_and_mapped_into_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dense, "EXACT_UP_TO", 50)
    texts = [f"The port of town {n} opened in {1800 + n}." for n in range(200)]
    documents = [document(text, f"{n}.txt") for n, text in enumerate(texts)]
    built = HybridIndex.build(documents, TinyEncoder())
    store.save(built, LocalEngine(TinyEncoder()), tmp_path)
    loaded = store.load(tmp_path, LocalEngine(TinyEncoder())).index
    assert isinstance(loaded.dense.faiss, faiss.IndexRefine)
    assert np.array_equal(loaded.dense.vectors, built.dense.vectors)
    question = "Which port opened in 1877?"
    assert loaded.search(question, 5) == built.search(question, 5)
    assert loaded.search(question, 1)[0].passage.text == texts[77]
    assert len(loaded.search(question, 500)) <= 200


def test_a_faiss_index_without_exact_vectors_is_refused() -> None:
    with pytest.raises(ValueError, match="IndexLSH holds no exact vectors"):
        DenseIndex(faiss.IndexLSH(8, 8), dense.Moments.of(clustered(2, 8)), TinyEncoder())


THREADS = """
import torch  # first, so that FAISS finds its OpenMP
import numpy as np
from index.dense import DenseIndex
from tests.tiny import TinyEncoder
before = torch.get_num_threads()
index = DenseIndex.build(np.eye(TinyEncoder().dim, dtype=np.float32), TinyEncoder())
index.score("a port").top(3)
assert torch.get_num_threads() == before, (before, torch.get_num_threads())
"""


def test_pytorch_keeps_its_threads() -> None:
    subprocess.run([sys.executable, "-c", THREADS], check=True, cwd=ROOT)
