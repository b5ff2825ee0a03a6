"""The one lexical tokenizer: text -> normalised terms. Tokens are normalised, text never is."""

import re
import unicodedata
from itertools import pairwise
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

# "FT-2041B", "2.4.1", "UK/2019/0034": with a digit, and a mark inside.
_MARKED = re.compile(r"(?<![^\W_])(?<![a-z0-9][-./_:])[a-z0-9]+(?:[-./_:][a-z0-9]+)+(?![^\W_])")

_DIGIT = re.compile(r"\d")
_MIXED = re.compile(r"[a-z]\d|\d[a-z]|\d\.\d+\.\d")
_LEAST = 3  # characters of an identifier that is worth more than another word

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
    """Return the folded words of a text, not stemmed; identifiers beside their parts."""
    folded = unicodedata.normalize("NFKD", text)
    folded = "".join(c for c in folded if not unicodedata.combining(c)).casefold()
    folded = _ACRONYM.sub(lambda match: match.group().replace(".", ""), folded)
    folded = _THOUSANDS.sub("", _POSSESSIVE.sub("", folded))
    found: list[str] = _TOKEN.findall(folded)
    whole = (
        canonical(match.group())
        for match in _MARKED.finditer(folded)
        if _DIGIT.search(match.group())
    )
    return [*found, *(word for word in whole if not word.isdigit())]


def canonical(identifier: str) -> str:
    """Return an identifier without case, and with one sort of mark, only between digits.

    "FT-2041B", "ft 2041b" and "FT2041-B" are one; "1.10.3" and "11.0.3" are two.
    """
    joined = re.sub(r"(?<=\d)[\W_]+(?=\d)", ".", identifier.casefold())
    return re.sub(r"[^\w.]+|_|(?<!\d)\.|\.(?!\d)", "", joined)


def content_terms(text: str) -> list[str]:
    """Return the terms of a text without its function words; of "to whom?" nothing is left."""
    return [_STEMMER.stem(word) for word in words(text) if word not in _FUNCTION_WORDS]


def identifiers(question: str) -> list[str]:
    """Return the terms of the identifiers that a question names: with letters and digits.

    Two words of which one has a digit may be one identifier elsewhere: "FT 2041B".
    """
    pairs = [f"{a}{b}" for a, b in pairwise(question.split()) if any(map(str.isdigit, a + b))]
    found = [*words(question), *(word for pair in pairs for word in words(pair))]
    kept = [w for w in found if len(w) >= _LEAST and not w.isalpha() and _MIXED.search(w)]
    return [_STEMMER.stem(word) for word in dict.fromkeys(kept)]


def query_terms(question: str) -> list[str]:
    """Return the terms of a question that are worth searching for.

    Function words are left out, unless there is nothing else ("The Who").
    """
    return content_terms(question) or tokenize(question)
