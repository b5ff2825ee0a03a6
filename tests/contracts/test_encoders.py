"""What every `Encoder` does. A new one is one more entry of `ENCODERS`."""

from pathlib import Path

import numpy as np
import pytest

from index.encoding import SentenceEncoder
from index.loading import load
from index.local import LocalEngine
from index.passages import split_document
from index.static import StaticEncoder
from index.types import Document, Encoder
from tests.tiny import TinyEncoder, document

ENCODERS = {"sentence": SentenceEncoder(), "fast": StaticEncoder(), "tiny": TinyEncoder()}
SEEDS = Path(__file__).parents[2] / "seeds"
ODD = ["", "?", "日本語 😀", "\ud800 half", "word " * 2_000]


@pytest.fixture(params=ENCODERS)
def encoder(request: pytest.FixtureRequest) -> Encoder:
    return ENCODERS[request.param]


@pytest.fixture(scope="module")
def documents() -> list[Document]:
    return list(load(SEEDS).documents[:2])


def check(vectors: np.ndarray, rows: int, encoder: Encoder) -> None:
    assert (vectors.dtype, vectors.shape) == (np.float32, (rows, encoder.dim))
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-3)


def test_any_texts_become_unit_vectors(encoder: Encoder) -> None:
    texts = [text.encode("utf-8", "replace").decode() for text in ODD]
    check(encoder.encode_passages(texts), len(texts), encoder)
    check(encoder.encode_questions(texts), len(texts), encoder)


def test_no_texts_become_no_vectors(encoder: Encoder) -> None:
    assert encoder.encode_passages([]).shape == (0, encoder.dim) == (0, int(encoder.dim))
    assert encoder.encode_questions([]).shape == (0, encoder.dim)


def test_it_has_a_name_and_a_share(encoder: Encoder) -> None:
    assert encoder.name and 0 <= encoder.dense_weight <= 1


def test_a_question_is_nearest_to_the_passage_that_it_repeats(encoder: Encoder) -> None:
    passages = ["The minister resigned in March.", "Prices rose by six percent.", "It rained."]
    vectors = encoder.encode_passages(passages)
    asked = encoder.encode_questions(["How much did prices rise? By six percent?", "It rained?"])
    assert (asked @ vectors.T).argmax(axis=1).tolist() == [1, 2]


def test_a_question_has_one_vector_however_many_are_asked(encoder: Encoder) -> None:
    questions = ["Who resigned?", "Where did the session open, and what was said there?"]
    together = encoder.encode_questions(questions)
    alone = np.concatenate([encoder.encode_questions([question]) for question in questions])
    assert np.array_equal(together, alone)


def test_an_update_is_a_fresh_build_vector_for_vector(
    encoder: Encoder, documents: list[Document]
) -> None:
    """One passage more is encoded as it is in a build of all, to the last bit."""
    first = split_document(documents[0])
    one_more = document(first[1].text, "one more.txt")
    engine = LocalEngine(encoder)
    fresh = engine.build([*documents, one_more])
    for known in ([documents[1]], documents):
        updated = engine.build([*documents, one_more], engine.build(known))
        assert list(updated.passages) == list(fresh.passages)
        assert np.array_equal(updated.dense.vectors, fresh.dense.vectors)
