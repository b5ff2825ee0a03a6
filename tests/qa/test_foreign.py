"""What is said where a question or its documents are not in English."""

from rich.console import Console

from index.types import Document
from qa.foreign import NOTE, foreign_note
from qa.printing import print_answer
from qa.types import Answer, Status


def document(language: str | None) -> Document:
    metadata = {} if language is None else {"language": language}
    return Document("a", "a", None, "text", "", metadata)


def test_a_foreign_question_or_mostly_foreign_documents_get_a_note() -> None:
    english, german, unknown = document("en-GB"), document("de"), document(None)
    assert foreign_note("Who opened it?", [english, unknown, german]) == ""
    assert foreign_note("Who opened it?", [german, german, english]) == NOTE
    assert foreign_note("Wann wurde die Brücke gebaut?", [english]) == NOTE
    assert foreign_note("Who opened it?", []) == ""


def test_the_note_is_printed_in_one_line() -> None:
    console = Console(record=True, width=60)
    print_answer(Answer("Wer?", Status.NOT_FOUND, None, 0.1, (), (), (), {}, caution=NOTE), console)
    assert NOTE in console.export_text().splitlines()
