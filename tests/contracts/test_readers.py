"""What every `Reader` does. A new one is one more entry of `READERS`."""

import math
from collections.abc import Sequence

import pytest

from index.types import Hit, Passage
from qa.confidence import Features
from qa.large_model import base_is_installed
from qa.readers import load_reader
from qa.types import Reader, Status

READERS = {"small": load_reader("small"), "small, thorough": load_reader("small", thorough=True)}
if base_is_installed():
    READERS |= {name: load_reader(name) for name in ("large", "both")}
TEXTS = [
    "In the year 1877 the port of Corvo opened. It was enlarged by Ilse Brandt after the war.",
    "The minister resigned in March because of the heavy rain.",
    "日本語 😀 \ud800".encode("utf-8", "replace").decode(),
    "word " * 1_000,
    "1.",
]


def hits(texts: Sequence[str] = TEXTS) -> list[Hit]:
    """Return the passages of texts, each from character 7 of its document."""
    passages = [Passage(str(n), f"{n}.txt", 7, 7 + len(t), t) for n, t in enumerate(texts)]
    return [Hit(passage, 3.0 - n / 10, n + 1, None) for n, passage in enumerate(passages)]


@pytest.fixture(params=READERS)
def reader(request: pytest.FixtureRequest) -> Reader:
    return READERS[request.param]


@pytest.mark.parametrize(
    "question", ["When did the port open?", "Why did he go?", "😀?", "w " * 500]
)
def test_spans_lie_in_the_passages_given_best_first(reader: Reader, question: str) -> None:
    given = hits()
    spans = reader.read(question, given)
    for span in spans:
        assert span.hit in given and math.isfinite(span.score)
        passage = span.hit.passage
        assert passage.start <= span.start < span.end <= passage.end
        assert passage.text[span.start - 7 : span.end - 7] == span.text != ""
    assert [s.score for s in spans] == sorted((s.score for s in spans), reverse=True)


def test_it_finds_what_a_passage_says(reader: Reader) -> None:
    assert "1877" in reader.read("In which year did the port of Corvo open?", hits())[0].text


def test_the_same_reading_gives_the_same_spans(reader: Reader) -> None:
    question = "Who enlarged the port?"
    assert reader.read(question, hits()) == reader.read(question, hits())


def test_nothing_to_read_is_no_span(reader: Reader) -> None:
    assert reader.read("Who?", []) == []


def test_it_says_how_much_it_wants_and_what_its_scores_mean(reader: Reader) -> None:
    assert reader.max_passages >= 1
    calibration = reader.calibration
    scores = [calibration.probability(Features(score, 0.0)) for score in (-20.0, 0.0, 20.0)]
    assert 0 <= scores[0] < scores[1] < scores[2] <= 1
    assert calibration.status(1.0) is Status.ANSWERED
    assert calibration.status(0.0) is Status.NOT_FOUND
    assert 0 < calibration.unsure < calibration.answered < 1
