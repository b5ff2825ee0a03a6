"""The questions offered before the first one."""

from dataclasses import replace

import pytest

from index.filters import Filter
from index.types import Document
from qa.types import Answer
from qa.web.examples import SEED_QUESTIONS, examples, names
from tests.web.answers import ANSWERED, FakeCorpus


class Reading(FakeCorpus):
    """Documents with texts; sure of all but a few names."""

    def __init__(self, *texts: str) -> None:
        self.documents = {t: Document(t, "", None, t, "") for t in texts}
        self.asked: list[str] = []

    def ask(self, question: str, within: Filter | None = None) -> Answer:
        self.asked.append(question)
        return replace(ANSWERED, confidence=0.3 if "Nobody" in question else 0.9)


@pytest.mark.parametrize(
    ("documents", "offered"),
    [
        (SEED_QUESTIONS.values(), list(SEED_QUESTIONS)),
        (["001_cebc0b3931c808b5.txt"], ["why did the US skip the 2003 resolution?"]),
    ],
)
def test_the_seeds_have_their_own(documents: list[str], offered: list[str]) -> None:
    assert examples(FakeCorpus(*documents)) == offered


def test_names_inside_sentences_are_found_spread_over_the_documents() -> None:
    first = "When Ada Lovelace met Mary Somerville, Ada Lovelace spoke. The End was near. a B c."
    found = names(Reading(first, "So said Charles Babbage of Ada Lovelace’s notes."))
    assert found == ["Ada Lovelace", "Charles Babbage", "Mary Somerville"]


def test_only_what_is_answered_for_sure_is_offered() -> None:
    corpus = Reading("We met Sure Person, and Nobody Known.")
    assert examples(corpus) == ["Who is Sure Person?"]
    assert len(corpus.asked) == 2


def test_a_corpus_without_names_offers_nothing() -> None:
    assert examples(Reading("nothing of the kind", "劉曉波")) == []
