from hypothesis import given
from hypothesis import strategies as st

from index.types import Hit, Passage
from qa.spans import distinct, group_equal, normalise
from qa.types import Span


def span(text: str, score: float = 0.0, start: int = 0, document: str = "a.txt") -> Span:
    passage = Passage(f"{document}:{start}", document, start, start + len(text), text)
    return Span(Hit(passage, 0.0, 1, 1), start, start + len(text), score)


def test_equal_answers_differ_in_case_punctuation_and_articles_only() -> None:
    assert normalise("The “Human Rights” Commission.") == normalise("human rights commission")
    assert normalise("Human Rights") != normalise("human right")


def test_overlapping_spans_of_a_document_become_the_best() -> None:
    found = [span("Hu Jintao", 1.0), span("President Hu", 2.0, 5), span("Hu", 0.5, 0, "b.txt")]
    assert [s.text for s in distinct(found)] == ["President Hu", "Hu"]


def test_equal_answers_from_several_documents_are_one() -> None:
    found = [span("Geneva", 1.0), span("Beijing", 3.0, 9), span("geneva.", 2.0, 0, "b.txt")]
    groups = group_equal(found)
    assert [[s.text for s in g] for g in groups] == [["Beijing"], ["geneva.", "Geneva"]]


texts = st.sampled_from(["Geneva", "geneva.", "the Geneva", "Beijing", "?!", "…"])
spans = st.builds(span, texts, st.floats(-9, 9), st.integers(0, 30), st.sampled_from("ab"))


@given(st.lists(spans))
def test_grouping_keeps_every_distinct_span_once_best_first(found: list[Span]) -> None:
    kept = distinct(found)
    groups = group_equal(kept)
    assert sorted((s.score, s.start) for g in groups for s in g) == sorted(
        (s.score, s.start) for s in kept
    )
    best = [g[0].score for g in groups]
    assert best == sorted(best, reverse=True)
    for i, one in enumerate(kept):
        for other in kept[i + 1 :]:
            same = one.hit.passage.document_id == other.hit.passage.document_id
            assert not (same and one.start < other.end and other.start < one.end)
