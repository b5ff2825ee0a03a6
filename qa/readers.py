"""A reader by its name."""

from collections.abc import Callable

from qa.large_model import INSTALL, base_is_installed
from qa.reader import SpanReader
from qa.two_readers import TwoReaders
from qa.types import Reader

SMALL, BOTH = "small", "both"
WITHOUT_LARGE = (
    "The large reader's base is not installed, so the small reader answers alone; "
    f"to have both: {INSTALL}"
)


def load_reader(
    name: str | None = None,
    thorough: bool = False,
    say: Callable[[str], None] | None = None,
) -> Reader:
    """Return "small", "large", "both", or an `AutoModelForQuestionAnswering`'s folder or name.

    None is both where the large one's base is installed, else the small one. A `thorough` reader
    reads all that it is given. A model is loaded when it first reads, which raises ModelError where
    it cannot be; `say` is then told what a person should know: that it takes a minute, or that the
    small reader is alone.
    """
    if name is None:
        if base_is_installed():
            return TwoReaders(thorough=thorough, say=say)
        return SpanReader(None, thorough, say=say, note=WITHOUT_LARGE)
    if name == BOTH:
        return TwoReaders(thorough=thorough, say=say)
    return SpanReader(None if name == SMALL else name, thorough, say=say)
