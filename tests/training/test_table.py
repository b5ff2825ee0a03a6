"""How the fast encoder's table is made."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from tests.tiny import document
from training.data import Question
from training.static import hold_out, pairs, quantise, ranking_loss, recalls, shares, train, vectors

TEXTS = [
    "The ferry leaves the northern harbour at seven every morning. ",
    "Basalt columns line the cliffs above the village. ",
    "The choir rehearses in the old granary on Thursdays. ",
]
ASKED = ["When does the boat sail?", "Which rock is found there?", "Where do they sing?"]


def questions() -> list[Question]:
    return [
        Question(asked, "tydiqa-en", asked, document(text, f"{i}.txt"), ((0, 9),))
        for i, (asked, text) in enumerate(zip(ASKED, TEXTS, strict=True))
    ]


def test_shares_of_a_text_add_up_to_one() -> None:
    found = shares(["a boat and a boat", ""])
    assert found.sum(axis=1).ravel().tolist() == [[pytest.approx(1), 0]]
    assert found[0].max() == pytest.approx(0.4)


def test_training_brings_questions_nearer_to_their_passages() -> None:
    data = pairs(questions())
    assert data.answers.toarray().tolist() == np.eye(3).tolist()
    rng = np.random.default_rng(0)
    table = rng.normal(size=(data.passages.shape[1], 16)).astype(np.float32)
    trained = train(table, data, epochs=100, batch=3)
    assert np.array_equal(trained, train(table, data, epochs=100, batch=3))
    none = torch.zeros(3, 3, dtype=torch.bool)
    before, after = (
        float(ranking_loss(torch.from_numpy(t), data.questions, data.passages, none))
        for t in (table, trained)
    )
    assert after < before / 2
    untouched = shares(TEXTS + ASKED).sum(axis=0).A1 == 0
    assert np.array_equal(trained[untouched], table[untouched])


def test_another_passage_that_answers_is_no_negative() -> None:
    table = torch.eye(30_522, 8) + 0.1
    asked, found = shares(ASKED[:2]), shares(TEXTS[:2])
    both = torch.tensor([[False, True], [True, False]])
    assert float(ranking_loss(table, asked, found, both)) == pytest.approx(0)


def test_held_out_questions_are_those_of_the_last_documents() -> None:
    training, held = hold_out(questions(), 0.34)
    assert [q.id for q in training] == ASKED[:2] and [q.id for q in held] == ASKED[2:]
    assert hold_out(questions(), 0.0) == (questions(), [])


def test_recall_counts_the_documents_found() -> None:
    table = np.random.default_rng(0).normal(size=(30_522, 8)).astype(np.float32)
    assert set(recalls(table, questions()).values()) == {1.0}
    assert vectors(table, [""]).tolist() == [[0.0] * 8]


@given(arrays(np.float32, (4, 6), elements=st.floats(-10, 10, width=32)))
def test_int8_rows_are_off_by_half_a_step_at_most(table: np.ndarray) -> None:
    tensors = quantise(table)
    assert tensors["rows"].dtype == np.int8
    restored = tensors["rows"].astype(np.float32) * tensors["scales"][:, None]
    assert np.all(np.abs(restored - table) <= tensors["scales"][:, None] * 0.501)
