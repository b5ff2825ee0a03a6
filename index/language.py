"""The language of a text, where that is sure."""

import re
import unicodedata
from functools import cache
from typing import Any

from index.errors import ModelError

# Of mlqa-en's paragraphs cut to this size, none is called anything but English.
_ENOUGH = 200  # bytes of UTF-8
_SURE = 0.95
_READ = 4_000  # characters
_NONE = {"zxx", "und"}
_LIKELY = 0.6  # of a question; English ones without the words below come to half as much
_WORD = re.compile(r"[^\W\d_]+")
# Words of English questions, and of those in no other language.
_OF_ENGLISH = re.compile(
    r"\b(?:who(?:m|se)?|what|when|where|which|why|how|are|were|does|did|has|have|could|would|should"
    r"|the|with|from|about|than|that|this|these|and|not|there|been|under|between|during|after"
    r"|before)\b",
    re.IGNORECASE,
)


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


def is_foreign(question: str) -> bool:
    """Whether a question is in another language than English, where that is likely."""
    words = _WORD.findall(question)
    if not words or _OF_ENGLISH.search(question):
        return False
    latin = sum(unicodedata.name(word[0], "").startswith("LATIN") for word in words)
    if 2 * latin < len(words):
        return True
    language, probability = _identifier().classify(question)
    return probability >= _LIKELY and language not in {"en", *_NONE}


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
