"""Two indexes searched as one."""

import tracemalloc
from collections.abc import Sequence

import numpy as np
import pytest

from index.beside import Beside
from index.filters import Filter
from index.hybrid import HybridIndex
from index.types import Document
from tests.tiny import TinyEncoder

ENDINGS = [f"{a}{b}er" for a in "aeiou" for b in "dgklnrst"]
WORDS = ["bridge", "ferry", "mayor", "winter", *(f"{a}{b}" for a in "bdfgklmn" for b in ENDINGS)]
ENCODER = TinyEncoder()


def documents(n: int, name: str, seed: int) -> list[Document]:
    pick = np.random.default_rng(seed)
    found = []
    for i in range(n):
        said = [f"{' '.join(pick.choice(WORDS, 12))} {name}{i}." for _ in range(6)]
        found.append(Document.of(" ".join(said), id=f"{name}/{i}.txt", date=str(1990 + i % 20)))
    return found


def built(found: Sequence[Document]) -> HybridIndex:
    return HybridIndex.build(found, ENCODER)


@pytest.mark.parametrize("question", ["the ferry in winter", "who was mayor in 1995", "own3"])
@pytest.mark.parametrize("within", [None, Filter(("own/*",)), Filter(("shared/*",))])
def test_hits_are_those_of_one_index(question: str, within: Filter | None) -> None:
    shared, own = documents(300, "shared", 1), documents(6, "own", 2)
    beside = Beside(built(shared), built(own))
    one = built([*shared, *own])
    assert list(beside.documents) == list(one.documents)
    assert list(beside.passages) == list(one.passages)
    found, wanted = (index.search(question, 10, within) for index in (beside, one))
    assert len(found) == len(wanted)
    scores = {hit.passage.id: hit.score for hit in one.search(question, 2_000, within)}
    for hit in found:
        assert hit.score == pytest.approx(scores[hit.passage.id], abs=0.15)
    assert found[0].score == pytest.approx(wanted[0].score, abs=0.15)


def test_a_document_of_the_second_hides_one_of_its_id() -> None:
    shared = [Document.of("The old bridge.", id="a.txt"), Document.of("The ferry.", id="b.txt")]
    own = [Document.of("The new bridge.", id="a.txt")]
    found = Beside(built(shared), built(own)).search("bridge", 10)
    assert [hit.passage.text for hit in found if hit.passage.document_id == "a.txt"] == [
        "The new bridge."
    ]


def test_an_empty_index_adds_nothing() -> None:
    some = built(documents(3, "some", 1))
    for beside in (Beside(some, built([])), Beside(built([]), some)):
        assert beside.search("ferry", 5) == some.search("ferry", 5)
    assert Beside(built([]), built([])).search("ferry", 5) == []


def test_it_costs_what_the_second_holds() -> None:
    shared, own = built(documents(3_000, "shared", 1)), built(documents(1, "own", 2))
    Beside(shared, own).search("ferry", 5)  # what is counted once for the shared index
    tracemalloc.start()
    kept = Beside(shared, own)
    size, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert kept.search("ferry", 5)
    assert size < 50_000
