"""A reader by its name."""

from qa.reader import SpanReader
from qa.types import Reader


def load_reader(name: str | None = None, thorough: bool = False) -> Reader:
    """Return the shipped reader for None, else an `AutoModelForQuestionAnswering`'s.

    The model is loaded when it first reads, which raises ModelError where it cannot be.
    """
    return SpanReader(name, thorough)
