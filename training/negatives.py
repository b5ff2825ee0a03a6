"""Passages that look like answers and are none, for the reader to learn silence from."""

import random
from collections import defaultdict
from collections.abc import Sequence

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer

from index.tokens import query_terms, tokenize
from index.types import Passage
from training.data import Example, PassageCache, Question

_AMONG = 5
_BLOCK = 500


def negatives(
    questions: Sequence[Question], cache: PassageCache, rng: random.Random
) -> list[Example]:
    """Return for each question one of the 5 nearest passages of its set that lack every answer.

    Nearest by TF-IDF over the product's own terms. Passages are those of all `questions`, so that
    for a set of articles the neighbours of the right passage come up, as they do in use.
    """
    by_source: dict[str, list[Question]] = defaultdict(list)
    for question in questions:
        by_source[question.source].append(question)
    examples = []
    for source in sorted(by_source):
        asked = by_source[source]
        documents = {q.document.id: q.document for q in asked}
        passages = [p for d in documents.values() for p in cache.of(d)]
        vectorizer = TfidfVectorizer(tokenizer=tokenize, lowercase=False, sublinear_tf=True)
        vectorizer.set_params(token_pattern=None)
        matrix = vectorizer.fit_transform([p.text for p in passages])
        vectorizer.set_params(tokenizer=query_terms)
        for start in range(0, len(asked), _BLOCK):
            block = asked[start : start + _BLOCK]
            scores = (vectorizer.transform([q.question for q in block]) @ matrix.T).toarray()
            for question, row in zip(block, scores, strict=True):
                found = _without_answer(question, passages, np.argsort(-row)[:20])
                if found:
                    examples.append(Example(question.question, rng.choice(found).text, ()))
    return examples


def _without_answer(
    question: Question, passages: Sequence[Passage], rows: Sequence[int]
) -> list[Passage]:
    """Return the first few of these passages in which no accepted answer stands."""
    answers = {question.document.text[a:b].casefold() for a, b in question.spans}
    found = []
    for row in rows:
        text = passages[row].text.casefold()
        if not any(answer in text for answer in answers):
            found.append(passages[row])
        if len(found) == _AMONG:
            break
    return found
