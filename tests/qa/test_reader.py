import json
import math
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.passages import split_document
from index.types import Hit, Passage
from qa.decoding import ScoredSpan
from qa.reader import MODEL, SpanReader, read_in_order
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


def test_an_answer_may_go_on_in_the_next_line_of_a_paragraph(reader: SpanReader) -> None:
    text = textwrap.fill(ARTICLE, 52)
    (passage,) = split_document(document(text, "a.txt"))
    span = reader.read("Why was Maria Lopez chosen?", [Hit(passage, 0.0, 1, 1)])[0]
    assert "led the port for ten\nyears" in span.text
    assert text[span.start : span.end] == span.text


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


def test_what_is_read_with_a_passage_does_not_change_its_scores(reader: SpanReader) -> None:
    question, other = "Who is the new chair?", "THE 7 BIG ?! Zürich Straße " * 9
    alone = reader.score(question, [hit(ARTICLE)])
    assert reader.score(question, [hit(ARTICLE), hit(other), hit(other * 5)])[:1] == alone


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


@dataclass
class Marking:
    """Marks the first word of each text with a given score, and remembers what it has read."""

    scores: Sequence[float]
    read: list[str] = field(default_factory=list)

    def __call__(self, hits: Sequence[Hit]) -> list[list[ScoredSpan]]:
        self.read += [h.passage.text for h in hits]
        places = [int(h.passage.document_id) for h in hits]
        return [
            [ScoredSpan(0, len(h.passage.text.split()[0]), self.scores[place])]
            for h, place in zip(hits, places, strict=True)
        ]


def ranked(*texts: str, step: float = 1.0) -> list[Hit]:
    return [hit(text, -step * n, str(n)) for n, text in enumerate(texts)]


def test_reading_stops_once_the_answer_is_settled() -> None:
    hits = ranked("Oslo a", "Rome b", "Bonn c", "Kiev d", "Lima e", "Graz f", "Oslo g")
    sure = Marking([9.0, 1.0, 5.0, 5.0, 5.0, 5.0, 2.0])
    spans = read_in_order(hits, sure, 1.0, 8.0)
    # The first two; three other documents, as they may differ; what has the answer's words.
    assert sure.read == ["Oslo a", "Rome b", "Bonn c", "Kiev d", "Lima e", "Oslo g"]
    assert spans[0].text == "Oslo"
    unsure = Marking([5.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0])
    # At the fifth hit the 5.0 of the first is worth 9.0: four search scores lie between them.
    one_document = [replace(h, passage=replace(h.passage, document_id="0")) for h in hits]
    read_in_order(one_document, unsure, 1.0, 9.0)
    assert unsure.read == ["Oslo a", "Rome b", "Bonn c", "Kiev d", "Oslo g"]


scores = st.floats(-20, 20)


@given(st.lists(st.tuples(scores, st.sampled_from("abcde")), max_size=8), st.floats(0, 2), scores)
def test_what_reading_skips_could_not_win_below_settled(
    passages: list[tuple[float, str]], step: float, settled: float
) -> None:
    hits = ranked(*(f"{word} says" for _, word in passages), step=step)
    marking = Marking([score for score, _ in passages])
    spans = read_in_order(hits, marking, 1.0, settled)
    everything = read_in_order(hits, Marking(marking.scores), 1.0, math.inf)
    assert len(everything) == len(passages)
    assert set(spans) <= set(everything)
    skipped = [hits[int(s.hit.passage.document_id)] for s in everything if s not in spans]
    assert all(h.passage.text[0] != spans[0].text for h in skipped)
    if max((passages[int(h.passage.document_id)][0] for h in skipped), default=-99) < settled:
        assert spans[:1] == everything[:1]


def test_a_thorough_reader_reads_all() -> None:
    other = "The mayor of Bergen met Maria Lopez in May."
    hits = [hit(ARTICLE), *(hit(other, -5.0 - n, f"{n}.txt") for n in range(6))]
    question = "How long had she led the port?"
    assert len({s.hit for s in SpanReader().read(question, hits)}) == 5
    assert len({s.hit for s in SpanReader(thorough=True).read(question, hits)}) == 7
    assert len({s.hit for s in SpanReader().read(question, hits, thorough=True)}) == 7


def test_nothing_to_read_gives_nothing(reader: SpanReader) -> None:
    assert reader.read("Who?", []) == []


def test_the_model_is_small_and_says_what_it_is() -> None:
    assert (MODEL / "reader.onnx").stat().st_size <= 25_000_000
    about = json.loads((MODEL / "reader.json").read_text(encoding="utf-8"))
    assert 0 < about["calibration"]["unsure"] < about["calibration"]["answered"] < 1
