"""The language of a text, where that is sure."""

from functools import cache
from typing import Any

from index.errors import ModelError

# Of mlqa-en's paragraphs cut to this size, none is called anything but English.
_ENOUGH = 200  # bytes of UTF-8
_SURE = 0.95
_READ = 4_000  # characters
_NONE = {"zxx", "und"}


def find_language(text: str) -> str | None:
    """Return the ISO 639 code of a text's language, or None where it is short or not clear.

    Raises ModelError where there is no room for the temporary file into which py3langid unpacks
    its model.
    """
    beginning = " ".join(text[:_READ].split())
    if len(beginning.encode("utf-8", "replace")) < _ENOUGH:
        return None
    language, probability = _identifier().classify(beginning)
    return str(language) if probability >= _SURE and language not in _NONE else None


@cache
def _identifier() -> Any:
    # Half a second, and only new documents need it.
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # noqa: PLC0415

    try:
        return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    except OSError as error:
        raise ModelError(
            f"the folder for temporary files cannot be used: {error.strerror}; "
            "make room there, or name another: TMPDIR=FOLDER"
        ) from error
