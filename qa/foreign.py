"""Says where a question, or what was read for it, is in a language that the readers do not know."""

from collections.abc import Sequence

from index.language import is_foreign
from index.types import Document

NOTE = (
    "this reader was trained on English: in other languages it finds less, and is less often right"
)
_ENGLISH = "en"


def foreign_note(question: str, read: Sequence[Document]) -> str:
    """Return the note where the question, or most of the documents read, are not in English, or "".

    `read` has a document once for each passage. One whose language is not sure counts as English.
    """
    foreign = sum(_is_foreign(document) for document in read)
    return NOTE if 2 * foreign > len(read) or is_foreign(question) else ""


def _is_foreign(document: Document) -> bool:
    language = document.metadata.get("language", "").casefold()
    return language != "" and not language.startswith(_ENGLISH)
