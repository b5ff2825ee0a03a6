from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rank_bm25 import BM25Okapi

from index import hybrid as hybrid_module
from index.candidates import Candidates, Scored, Spread
from index.dense import DenseIndex
from index.filters import Filter
from index.fusion import best
from index.hybrid import HybridIndex
from index.lexical import K1, B, LexicalIndex, LexicalScores
from index.loading import load
from index.passages import split_document
from index.tokens import query_terms, tokenize, words
from tests.tiny import TinyEncoder, document

TEXTS = [
    "The minister resigned in March.",
    "The session opens in Geneva in March.",
    "Prices rose by six percent.",
    "The minister praised the session.",
]


def hybrid(texts: list[str] = TEXTS) -> HybridIndex:
    documents = [document(text, f"{n}.txt") for n, text in enumerate(texts)]
    return HybridIndex.build(documents, TinyEncoder())


def test_dense_scores_are_cosines_best_first() -> None:
    encoder = TinyEncoder()
    vectors = encoder.encode_passages(TEXTS)
    scores = DenseIndex.build(vectors, encoder).score("the session in March")
    brute = vectors @ encoder.encode_questions(["the session in March"])[0]
    assert scores.top(3).tolist() == np.argsort(-brute, kind="stable")[:3].tolist()
    assert scores.at(np.arange(4)) == pytest.approx(brute)
    assert scores.top(2, np.array([0, 2])).tolist() == [0, 2]


def test_dense_moments_are_those_of_all_scores() -> None:
    encoder = TinyEncoder()
    vectors = encoder.encode_passages(TEXTS)
    scores = DenseIndex.build(vectors, encoder).score("minister")
    brute = vectors @ encoder.encode_questions(["minister"])[0]
    assert scores.mean == pytest.approx(brute.mean(), abs=1e-6)
    assert scores.std == pytest.approx(brute.std(), abs=1e-6)


def test_lexical_scores_are_rank_bm25s() -> None:
    reference = BM25Okapi([tokenize(text) for text in TEXTS], k1=K1, b=B)
    scores = LexicalIndex.build(TEXTS).score("Which minister resigned?")
    assert scores.values == pytest.approx(reference.get_scores(tokenize("minister resigned")))
    assert scores.top(1).tolist() == [0]


SEEDS = [
    passage.text
    for loaded in load(Path(__file__).parents[2] / "seeds").documents
    for passage in split_document(loaded)
]


@given(st.lists(st.sampled_from(sorted({w for t in SEEDS for w in words(t)})), max_size=8))
def test_lexical_scores_of_real_text_are_rank_bm25s(asked: list[str]) -> None:
    question = " ".join([*asked, *asked[:1], "nowhereword"])
    scores = REAL.score(question)
    assert scores.values == pytest.approx(REFERENCE.get_scores(query_terms(question)), abs=1e-4)


REAL = LexicalIndex.build(SEEDS)
REFERENCE = BM25Okapi([tokenize(text) for text in SEEDS], k1=K1, b=B)


def test_texts_without_a_term_can_be_indexed() -> None:
    index = LexicalIndex.build(["?!", "…"])
    assert index.score("what?").values.tolist() == [0, 0]


@given(st.lists(st.integers(-3, 3), min_size=1, max_size=700), st.integers(1, 50))
def test_best_is_a_stable_sort(values: list[int], k: int) -> None:
    array = np.array(values, float)
    assert best(array, k).tolist() == np.argsort(-array, kind="stable")[:k].tolist()


# Of half precision, so that equal ones have no deviation in NumPy's sums either.
halves = st.floats(-5, 5, width=16)
scores_of = st.lists(halves, min_size=1, max_size=30)


@given(st.data())
def test_fusion_is_the_weighted_sum_of_standardised_scores(data: st.DataObject) -> None:
    one = np.array(data.draw(scores_of))
    two = np.array(data.draw(st.lists(halves, min_size=len(one), max_size=len(one))))
    every = np.ones(len(one), bool)
    dense, lexical = (
        Scored(scores.values, every, Spread(len(one), scores.mean, scores.std))
        for scores in (LexicalScores(one), LexicalScores(two))
    )
    candidates = Candidates(np.arange(len(one)), dense, lexical, np.zeros(len(one)))
    fused = [(found.row, found.score) for found in candidates.ranked(len(one), 0.6)]

    def standard(a: np.ndarray) -> np.ndarray:
        return (a - a.mean()) / a.std() if a.std() > 0 else np.zeros(len(a))

    expected = 0.6 * standard(one) + 0.4 * standard(two)
    assert sorted(row for row, _ in fused) == list(range(len(one)))
    assert [s for _, s in fused] == pytest.approx(expected[[row for row, _ in fused]].tolist())
    assert [s for _, s in fused] == sorted((s for _, s in fused), reverse=True)


def test_a_hit_names_its_passage_and_both_ranks() -> None:
    hits = hybrid().search("Who resigned in March?", 2)
    assert hits[0].passage.text == TEXTS[0]
    assert (hits[0].dense_rank, hits[0].lexical_rank) == (1, 1)
    assert len(hits) == 2 and hits[0].score > hits[1].score


def test_search_within_documents_returns_only_theirs() -> None:
    hits = hybrid().search("Who resigned in March?", 4, Filter(documents=("[23].txt", "no.txt")))
    assert {h.passage.document_id for h in hits} == {"2.txt", "3.txt"}
    assert hybrid().search("March", 4, within=Filter(documents=("no.txt",))) == []


def test_the_same_question_gives_the_same_hits() -> None:
    index = hybrid([*TEXTS, *TEXTS])
    assert index.search("minister", 8) == index.search("minister", 8)


def test_searchers_in_parallel_find_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    index, within = hybrid([*TEXTS, *TEXTS]), Filter(documents=("[124].txt",))
    one_by_one = index.search("Who resigned in March?", 5, within)
    monkeypatch.setattr(hybrid_module, "_PARALLEL_FROM", 0)
    assert index.search("Who resigned in March?", 5, within) == one_by_one != []


def test_one_passage_is_a_corpus() -> None:
    assert [h.passage.text for h in hybrid(["Only this."]).search("what?", 5)] == ["Only this."]


def test_parts_of_different_lengths_are_refused_with_both_lengths() -> None:
    index = hybrid()
    with pytest.raises(ValueError, match="3 passages, 4 vectors, 4 lexical rows"):
        HybridIndex(index.passages[:3], index.dense, index.lexical)


def test_known_passages_keep_their_vectors_and_are_not_encoded_again() -> None:
    known = hybrid([*TEXTS, TEXTS[0]])
    encoder = TinyEncoder()
    documents = [document(t, f"{n}.txt") for n, t in enumerate(["New here.", *reversed(TEXTS)])]
    index = HybridIndex.build(documents, encoder, known)
    assert encoder.encoded == ["New here."]
    texts = [p.text for p in index.passages]
    assert index.dense.vectors == pytest.approx(TinyEncoder().encode_passages(texts))


def test_progress_counts_the_passages_encoded() -> None:
    seen: list[tuple[int, int]] = []
    documents = [document(t, f"{n}.txt") for n, t in enumerate(TEXTS)]
    HybridIndex.build(documents, TinyEncoder(), progress=lambda *at: seen.append(at))
    assert seen == [(0, 4), (4, 4)]


def test_query_terms_reach_stemmed_passages() -> None:
    assert set(query_terms("resigning ministers")) <= set(tokenize(TEXTS[0]))


@given(st.lists(st.sampled_from(SEEDS), unique=True), st.lists(st.sampled_from(SEEDS), max_size=20))
def test_an_updated_lexical_index_scores_as_a_new_one(before: list[str], after: list[str]) -> None:
    rows = {text: row for row, text in enumerate(before)}
    kept = [rows.pop(text, -1) for text in after]
    new = [text for text, row in zip(after, kept, strict=True) if row < 0]
    updated = LexicalIndex.build(before).updated(kept, new)
    fresh = LexicalIndex.build(after)
    for question in ("Which resolution did the U.S. sponsor in Geneva?", "China", "nowhereword"):
        assert np.array_equal(updated.score(question).values, fresh.score(question).values)


def test_documents_that_become_alike_are_all_found() -> None:
    known = hybrid(TEXTS[:2])
    documents = [document(TEXTS[0], n, title="") for n in ("0.txt", "copy.txt", "another.txt")]
    index = HybridIndex.build(documents, TinyEncoder(), known)
    hits = index.search("Which minister resigned?", 5)
    assert {hit.passage.document_id for hit in hits} == {"0.txt", "copy.txt", "another.txt"}
    assert {hit.score for hit in hits} == {hits[0].score}


@pytest.mark.parametrize("asked", ["FT-2041B", "ft2041b", "FT 2041-B"])
def test_an_exact_identifier_finds_its_passage_whatever_its_punctuation(asked: str) -> None:
    others = [f"The bolt FT-20{n}B holds the shelf and the frame." for n in range(42, 60)]
    found = hybrid([*others, "Shelves are held by FT-2041B."])
    (first, *_) = found.search(f"Which bolt holds the frame of the shelf: {asked}?", 3)
    assert "2041B" in first.passage.text


def test_a_passage_is_found_by_the_words_of_its_headings_and_title() -> None:
    said = "It opens at nine."
    text = f"# Harbour\n\n## Library\n\n{said}\n\n## Museum\n\n{said}\n"
    other = document(text.replace("Harbour", "Airport"), "b.md", title="Airport")
    index = HybridIndex.build([document(text, "a.md", title="Harbour"), other], TinyEncoder())
    (found,) = index.search("harbour museum", 1)
    assert (found.passage.document_id, found.passage.start) == ("a.md", text.index("## Museum"))


def test_a_title_that_changes_changes_what_its_passages_are_found_by() -> None:
    others = [document(text, f"{n}.txt") for n, text in enumerate(TEXTS)]
    named = document("It opens.", "a.txt", title="Harbour")
    known = HybridIndex.build([*others, named], TinyEncoder())
    encoder = TinyEncoder()
    renamed = document("It opens.", "a.txt", title="Airport")
    index = HybridIndex.build([*others, renamed], encoder, known)
    assert not encoder.encoded
    assert index.lexical.score("airport").values.max() > 0
    assert index.lexical.score("harbour").values.max() == 0
