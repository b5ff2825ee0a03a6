"""Questions to offer before the first one: such as the corpus at hand answers."""

import re
from collections import Counter
from collections.abc import Iterator
from itertools import islice

from qa.web.visitors import AskedCorpus

# Written by hand; each is offered where the corpus holds the document that answers it.
SEED_QUESTIONS = {
    "why did the US skip the 2003 resolution?": "001_cebc0b3931c808b5.txt",
    "Who is Lorne Craner?": "000_5811de3c55823e19.txt",
    "What did Charter 08 call for?": "003_877640d8ef749a0e.txt",
    "Where did Chen Guangcheng take refuge?": "004_be03dde77b7920fc.txt",
}
OFFERED = 4
_TRIED, _SURE = 12, 0.8
_DOCUMENTS, _CHARS = 50, 20_000  # looked at, and of each: a start must not wait for a library
# Two or more words with capitals, after a word or comma: not at the beginning of a sentence.
_NAME = re.compile(r"(?<=[a-z,] )[A-Z][\w-]+(?: [A-Z][\w-]+)+(?![\w’'-])")


def examples(corpus: AskedCorpus) -> list[str]:
    """Return questions that the corpus answers, at most four; none where none is found.

    But for the seeds' they ask who somebody is that its documents name often, and each was asked:
    one that has no sure answer is not offered.
    """
    known = [
        question for question, document in SEED_QUESTIONS.items() if document in corpus.documents
    ]
    return known or list(islice(_answered(corpus), OFFERED))


def names(corpus: AskedCorpus) -> list[str]:
    """Return the names of people and things, those that are said most first, one a document."""
    found: list[Counter[str]] = []
    for document in islice(corpus.documents.values(), _DOCUMENTS):
        found.append(Counter(_NAME.findall(document.text[:_CHARS])))
    total = sum(found, Counter[str]())
    ranked = sorted(total, key=lambda name: (-total[name], name))
    # Spread over the documents: the first of each, then the second of each.
    turns = sorted(
        (place, -total[name], name)
        for counter in found
        for place, name in enumerate(n for n in ranked if n in counter)
    )
    return list(dict.fromkeys(name for _, _, name in turns))


def _answered(corpus: AskedCorpus) -> Iterator[str]:
    for name in names(corpus)[:_TRIED]:
        question = f"Who is {name}?"
        if corpus.ask(question).confidence >= _SURE:
            yield question
