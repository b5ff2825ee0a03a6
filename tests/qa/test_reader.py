import json
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.passages import split_document
from index.types import Hit, Passage
from qa.reader import MODEL, SpanReader
from tests.tiny import document

ARTICLE = (
    "The council met on Tuesday. It chose Maria Lopez as its new chair because she had led the "
    "port for ten years. The next meeting is in June."
)


@pytest.fixture(scope="module")
def reader() -> SpanReader:
    return SpanReader()


def hit(text: str, score: float = 0.0, id: str = "a.txt") -> Hit:
    return Hit(Passage(f"{id}:0", id, 0, len(text), text), score, 1, 1)


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Who is the new chair?", "Maria Lopez"),
        ("When did the council meet?", "Tuesday"),
        ("How long had she led the port?", "ten years"),
    ],
)
def test_the_exact_words_that_answer_come_first(
    reader: SpanReader, question: str, answer: str
) -> None:
    spans = reader.read(question, [hit("Rain fell all day in the north."), hit(ARTICLE)])
    assert spans[0].text == answer


def test_a_passage_that_answers_beats_one_that_does_not(reader: SpanReader) -> None:
    other = "Maria Lopez likes the sea. She was born in a small town."
    spans = reader.read("Why was Maria Lopez chosen?", [hit(other, id="b.txt"), hit(ARTICLE)])
    assert "she had led the port" in spans[0].text


def test_a_passage_that_search_ranks_lower_counts_less(reader: SpanReader) -> None:
    far = [hit(ARTICLE, 1.0), hit(ARTICLE, 3.0, "b.txt")]
    spans = reader.read("Who is chair?", far)
    best = {
        name: max(s.score for s in spans if s.hit.passage.document_id == name)
        for name in ("a.txt", "b.txt")
    }
    lost = 2.0 * float(reader.settings["search_weight"])
    assert best["b.txt"] - best["a.txt"] == pytest.approx(lost, abs=1e-3)


def test_a_heading_is_no_answer_where_there_is_prose(reader: SpanReader) -> None:
    heading = "Maria Lopez is chair"
    spans = reader.read("Who is the chair?", [hit(f"{heading}\n\n{ARTICLE}")])
    assert spans and all(s.start > len(heading) for s in spans)
    assert reader.read("Who?", [hit("Only a heading")])


def test_a_long_passage_is_read_to_its_end(reader: SpanReader) -> None:
    long = "".join(f"On day {n} it rained in the north. " for n in range(200)) + ARTICLE
    found = reader.read("How long had Maria Lopez led the port?", [hit(long)])[0]
    assert (found.text, long[found.start : found.end]) == ("ten years", "ten years")


@settings(max_examples=40)
@given(st.text(min_size=1, max_size=300), st.text(min_size=1, max_size=80))
def test_spans_are_exact_in_any_script(text: str, question: str) -> None:
    source = document(text)
    hits = [Hit(p, 0.0, 1, 1) for p in split_document(source)]
    for span in SHARED.read(question, hits):
        assert text[span.start : span.end] == span.text != ""
        assert math.isfinite(span.score)


SHARED = SpanReader()


@pytest.mark.parametrize(
    "text",
    [
        "word",
        "?!…",
        "word " * 20_000,
        "سأل الصحفي الوزير. فأجاب الوزير بلا.",
        "😀😀😀 é́́ \u202e abc.",
    ],
)
@pytest.mark.parametrize("question", ["What did the minister answer?", "为什么" * 300, "?", "why"])
def test_odd_passages_and_questions_are_read(reader: SpanReader, text: str, question: str) -> None:
    if len(text) > 1_000 and len(question) > 3:
        pytest.skip("the long passage is read for the short questions only")
    for span in reader.read(question, [hit(text)]):
        assert text[span.start : span.end] == span.text != ""


def test_nothing_to_read_gives_nothing(reader: SpanReader) -> None:
    assert reader.read("Who?", []) == []


def test_the_model_is_small_and_says_what_it_is() -> None:
    assert (MODEL / "reader.onnx").stat().st_size <= 25_000_000
    about = json.loads((MODEL / "reader.json").read_text(encoding="utf-8"))
    assert 0 < about["calibration"]["unsure"] < about["calibration"]["answered"] < 1
