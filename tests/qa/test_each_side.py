from index.types import Hit, Passage
from qa.each_side import of_each, of_each_document
from qa.types import Candidate, Reading, Span


def candidate(document: str, text: str, p: float) -> Candidate:
    passage = Passage(f"{document}:0", document, 0, len(text), text)
    return Candidate((Span(Hit(passage, 0.0, 1, 1), 0, len(text), 1.0),), (p,))


def reading(*found: Candidate) -> Reading:
    return Reading("?", (), 0, found, {})


def test_a_comparison_is_as_sure_as_the_less_sure_side() -> None:
    found = of_each(
        [reading(candidate("a", "9 kg", 0.9)), reading(candidate("b", "7 kg", 0.6))], 0.1
    )
    assert [(c.text, c.confidence) for c in found] == [("9 kg", 0.6), ("7 kg", 0.6)]


def test_one_side_alone_is_no_sure_answer() -> None:
    found = of_each([reading(candidate("a", "9 kg", 0.9)), reading()], 0.1)
    assert [(c.text, c.confidence) for c in found] == [("9 kg", 0.1)]
    assert of_each([reading(), reading()], 0.1) == ()


def test_one_span_is_not_two_sides() -> None:
    same = candidate("a", "9 kg each", 0.9)
    assert of_each([reading(same), reading(same)], 0.1) == ()


def test_each_document_has_its_best() -> None:
    found = [candidate("a", "9", 0.8), candidate("a", "8", 0.7), candidate("b", "7", 0.6)]
    assert [c.text for c in of_each_document(reading(*found))] == ["9", "7"]
    assert of_each_document(reading(*found[:2])) == ()
