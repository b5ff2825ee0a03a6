from index.filters import Filter
from index.local import LocalEngine
from index.types import Document, Hit
from qa.answering import Answerer
from qa.confidence import Calibration
from qa.telling import example_question
from qa.types import Span, Status
from tests.tiny import TinyEncoder

POND = Document.of(
    "# Newts of the mill pond\n\n## Method\n\nWe dipped nets at night.\n\n## Frogs\n\nNo frogs "
    "were heard this year.\n",
    id="pond-survey.md",
    title="Newts of the mill pond",
)
ROOF = Document.of("Frogs live on the roof.", id="letter.txt")


class Silent:
    """A reader that is never asked, or marks nothing."""

    max_passages = 8
    calibration = Calibration(score=0.3, margin=0.2, bias=-2.0, answered=0.66, unsure=0.05)

    def __init__(self) -> None:
        self.read_of: list[str] = []

    def read(self, question: str, hits: list[Hit], thorough: bool = False) -> list[Span]:
        self.read_of += [hit.passage.document_id for hit in hits]
        return []


def answerer() -> tuple[Answerer, Silent]:
    reader = Silent()
    return Answerer(LocalEngine(TinyEncoder()).build([POND, ROOF]), reader), reader


def test_a_greeting_gets_an_example_and_no_quote() -> None:
    asked, reader = answerer()
    answer = asked.ask("Hello!")
    assert answer.status is Status.NOT_FOUND
    assert not (answer.citations or answer.others or answer.nearest)
    assert "What does pond-survey.md say about Method?" in answer.note
    assert reader.read_of == []


def test_the_example_is_answered() -> None:
    asked, _ = answerer()
    answer = asked.ask(example_question(asked.documents))
    assert [c.quote for c in answer.citations] == ["We dipped nets at night."]
    assert {c.document for c in answer.citations} == {"pond-survey.md"}
    assert answer.status is Status.ANSWERED


def test_a_summary_is_the_sections_first_sentences_and_says_that_it_is_none() -> None:
    asked, _ = answerer()
    answer = asked.ask("Summarise pond-survey.md")
    quotes = [c.quote for c in answer.citations]
    assert quotes == ["We dipped nets at night.", "No frogs were heard this year."]
    assert "no summary" in answer.note


def test_what_only_the_file_tells_is_a_note() -> None:
    asked, _ = answerer()
    answer = asked.ask("How many pages does letter.txt have?")
    assert (answer.note, answer.citations, answer.nearest) == ("It has no pages.", (), ())


def test_what_the_file_does_not_tell_is_read_in_that_document_alone() -> None:
    asked, reader = answerer()
    asked.ask("Who wrote letter.txt?")
    assert set(reader.read_of) == {"letter.txt"}


def test_a_document_that_a_filter_leaves_out_is_not_told_of() -> None:
    asked, _ = answerer()
    answer = asked.ask("How many pages does letter.txt have?", Filter(documents=("pond-*",)))
    assert answer.note == ""
