"""The one lexical tokenizer: text -> normalised terms. Tokens are normalised, text never is."""

import re
import unicodedata
from threading import local

import Stemmer


class _Stemmer(local):
    """One stemmer a thread: PyStemmer's must not be shared."""

    def __init__(self) -> None:
        self.stem = Stemmer.Stemmer("english").stemWord


_STEMMER = _Stemmer()
_ACRONYM = re.compile(r"\b(?:[A-Za-z]\.){2,}")  # U.S. -> US, a.m. -> am
_POSSESSIVE = re.compile(r"['’]s\b")
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3})")
# One ideograph or kana at a time, decimals whole, otherwise runs of letters and digits.
_TOKEN = re.compile(r"[぀-ヿ㐀-䶿一-鿿]|\d+(?:\.\d+)*|[^\W_]+")

_FUNCTION = """
a an the of to in on at for by with from as is are was were be been being do does did has have had
what which who whom whose when where why how that this these those it its and or not than then
"""
_FUNCTION_WORDS = frozenset(_FUNCTION.split())


def tokenize(text: str) -> list[str]:
    """Return the terms of a text: accents and case folded, possessives dropped, words stemmed.

    "resolutions" and "resolution" become one term, as do "U.S." and "US". The stemmer is Porter's
    second ("Snowball", snowballstem.org); it changes English suffixes only, so that names keep
    matching themselves.
    """
    return [_STEMMER.stem(word) for word in words(text)]


def words(text: str) -> list[str]:
    """Return the folded words of a text, not stemmed."""
    folded = unicodedata.normalize("NFKD", text)
    folded = "".join(c for c in folded if not unicodedata.combining(c)).casefold()
    folded = _ACRONYM.sub(lambda match: match.group().replace(".", ""), folded)
    folded = _THOUSANDS.sub("", _POSSESSIVE.sub("", folded))
    return _TOKEN.findall(folded)


def content_terms(text: str) -> list[str]:
    """Return the terms of a text without its function words; of "to whom?" nothing is left."""
    return [_STEMMER.stem(word) for word in words(text) if word not in _FUNCTION_WORDS]


def query_terms(question: str) -> list[str]:
    """Return the terms of a question that are worth searching for.

    Function words are left out, unless there is nothing else ("The Who").
    """
    return content_terms(question) or tokenize(question)
