import json
import math
import shutil
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.errors import ModelError
from index.passages import split_document
from index.types import Hit, Passage
from qa.reader import MODEL, SentenceReader, _log_sum
from tests.tiny import document

ARTICLE = (
    "The council met on Tuesday. It chose Maria Lopez as its new chair because she had led the "
    "port for ten years. The next meeting is in June."
)


@pytest.fixture(scope="module")
def reader() -> SentenceReader:
    return SentenceReader()


def hit(text: str, score: float = 0.0, id: str = "a.txt") -> Hit:
    return Hit(Passage(f"{id}:0", id, 0, len(text), text), score, 1, 1)


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("Who is the new chair?", 1),
        ("When did the council meet?", 0),
        ("When is the next meeting?", 2),
    ],
)
def test_the_sentence_that_answers_comes_first(
    reader: SentenceReader, question: str, sentence: int
) -> None:
    spans = reader.read(question, [hit("Rain fell all day in the north."), hit(ARTICLE)])
    assert spans[0].text == ARTICLE.split(". ")[sentence].rstrip(".") + "."
    assert len(spans) == 4


def test_a_passage_that_answers_beats_one_that_does_not(reader: SentenceReader) -> None:
    other = "Maria Lopez likes the sea. She was born in a small town."
    spans = reader.read("Why was Maria Lopez chosen?", [hit(other, id="b.txt"), hit(ARTICLE)])
    assert "because she had led the port" in spans[0].text


def test_a_passage_that_search_ranks_lower_counts_less(reader: SentenceReader) -> None:
    far = [hit(ARTICLE, 1.0), hit(ARTICLE, 3.0, "b.txt")]
    found = {s.hit.passage.document_id: s.score for s in reader.read("Who is chair?", far)[:2]}
    lost = 2.0 * float(reader.settings["search_weight"])
    assert found["b.txt"] - found["a.txt"] == pytest.approx(lost, abs=1e-3)


def test_a_heading_is_no_answer_where_there_is_prose(reader: SentenceReader) -> None:
    spans = reader.read("Who is the chair?", [hit(f"Who is the chair\n\n{ARTICLE}")])
    assert len(spans) == 3
    assert [s.text for s in reader.read("Who?", [hit("Only a heading")])] == ["Only a heading"]


@settings(deadline=None, max_examples=40)
@given(st.text(min_size=1, max_size=300), st.text(min_size=1, max_size=80))
def test_spans_are_exact_in_any_script(text: str, question: str) -> None:
    source = document(text)
    hits = [Hit(p, 0.0, 1, 1) for p in split_document(source)]
    for span in SentenceReader().read(question, hits):
        assert text[span.start : span.end] == span.text != ""
        assert math.isfinite(span.score)


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
def test_odd_passages_are_read(reader: SentenceReader, text: str) -> None:
    for span in reader.read("What did the minister answer?", [hit(text)]):
        assert text[span.start : span.end] == span.text


def test_nothing_to_read_gives_nothing(reader: SentenceReader) -> None:
    assert reader.read("Who?", []) == []


@given(st.lists(st.tuples(st.floats(-9, 9), st.floats(-9, 9)), min_size=1, max_size=50))
def test_log_sum_is_that_of_all_legal_spans(pairs: list[tuple[float, float]]) -> None:
    begin, end = np.array(pairs, np.float32).T
    n = len(pairs)
    legal = [begin[i] + end[j] for i in range(n) for j in range(i, min(n, i + 40))]
    assert _log_sum(begin, end) == pytest.approx(math.log(sum(map(math.exp, legal))), rel=1e-4)


def test_an_altered_or_missing_model_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "model"
    shutil.copytree(MODEL, folder)
    with (folder / "reader.onnx").open("ab") as model:
        model.write(b"x")
    with pytest.raises(ModelError, match=r"reader\.onnx: missing or altered"):
        SentenceReader(folder).read("Who?", [hit(ARTICLE)])
    (folder / "reader.onnx").unlink()
    with pytest.raises(ModelError, match="missing or altered"):
        SentenceReader(folder).read("Who?", [hit(ARTICLE)])
    (folder / "reader.json").write_text("{")
    with pytest.raises(ModelError, match=r"reader\.json: cannot be read"):
        SentenceReader(folder).read("Who?", [hit(ARTICLE)])


def test_the_model_is_small_and_says_what_it_is() -> None:
    assert (MODEL / "reader.onnx").stat().st_size <= 25_000_000
    about = json.loads((MODEL / "reader.json").read_text(encoding="utf-8"))
    assert 0 < about["calibration"]["unsure"] < about["calibration"]["answered"] < 1
