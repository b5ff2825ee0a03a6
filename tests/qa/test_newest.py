from collections.abc import Sequence

from index.local import LocalEngine
from index.types import Document, Hit, Passage
from qa.answering import Answerer
from qa.confidence import Calibration
from qa.newest import as_it_is_now, counterpart, told_as_past, wanted_version
from qa.types import Candidate, Retrieval, Span
from tests.tiny import TinyEncoder, document

OLD = document(
    "Rules of the yard. Dogs may run free in the lower field. The key hangs here.",
    "yard-rules-2012.txt",
)
NEW = document(
    "Rules of the yard. Dogs may no longer run free in the lower field. The key hangs here.",
    "yard-rules-2020.txt",
)
OTHER = document("The lower field was sold to a golf club.", "news-2021.txt")


def hit(of: Document) -> Hit:
    return Hit(Passage(f"{of.id}:0", of.id, 0, len(of.text), of.text), 0.0, 1, 1)


def span(of: Document, words: str, score: float = 1.0) -> Span:
    start = of.text.index(words)
    return Span(hit(of), start, start + len(words), score)


class Marks:
    """A reader that marks the same words wherever they stand."""

    max_passages = 8
    calibration = Calibration(score=0.3, margin=0.2, bias=-2.0, answered=0.66, unsure=0.05)

    def __init__(self, words: str) -> None:
        self.words = words

    def read(self, question: str, hits: Sequence[Hit], thorough: bool = False) -> list[Span]:
        return [
            Span(h, at, at + len(self.words), 0.5)
            for h in hits
            if (at := h.passage.text.find(self.words)) >= 0
        ]


def test_the_newest_version_is_wanted_or_the_first_of_a_series_where_that_is_named() -> None:
    asked = "May dogs run free in the lower field?"
    assert wanted_version(asked, OLD, [OLD, OTHER, NEW]) is NEW
    assert wanted_version(asked, NEW, [OLD, OTHER]) is None
    assert wanted_version("What did the first rules say?", NEW, [OLD, OTHER]) is OLD


def test_versions_may_be_numbered() -> None:
    one, two = document(OLD.text, "yard v1.txt"), document(NEW.text, "yard v2.txt")
    assert wanted_version("May dogs run free?", one, [one, two]) is two


def test_the_newer_sentence_is_found_by_the_older_one() -> None:
    found = counterpart("May dogs run free?", span(OLD, "run free"), [hit(NEW)])
    assert found is not None
    assert NEW.text[found[1] : found[2]] == "Dogs may no longer run free in the lower field."
    assert counterpart("Is the lower field fenced?", span(OLD, "lower"), [hit(OTHER)]) is None


def test_a_sentence_may_tell_that_what_was_found_is_past() -> None:
    fares = document("A lesson costs 9 pounds. Bring a towel.", "a.txt")
    news = document("From May a lesson costs 12 pounds. It used to cost 9 pounds.", "b.txt")
    found = told_as_past(
        "What does a lesson cost?", span(fares, "9 pounds"), [hit(fares), hit(news)]
    )
    assert found is not None
    assert found.passage.document_id == "b.txt"


def test_what_the_newest_version_says_in_the_same_place_comes_first() -> None:
    documents = {d.id: d for d in (OLD, NEW)}
    asked = "May dogs run free in the lower field?"
    best = Candidate((span(OLD, "Dogs may run free"),), (0.9,))
    retrieval = Retrieval(asked, (hit(OLD), hit(NEW)), 2, 1.0)
    reader = Marks("no longer run free")
    found = as_it_is_now((best,), asked, retrieval, documents, reader)
    assert [c.text for c in found] == ["no longer run free", "Dogs may run free"]
    assert found[0].confidence == 0.9
    of_then = "Might dogs run free in 2012?"
    assert as_it_is_now((best,), of_then, retrieval, documents, reader) == (best,)


def test_an_older_version_is_shown_as_such() -> None:
    old, new = (
        document(
            f"Tariff of the ferry. A crossing costs {n} pounds. Dogs are free.", f"fare-{y}.txt"
        )
        for n, y in ((4, 2012), (6, 2020))
    )
    index = LocalEngine(TinyEncoder()).build([old, new])

    class Amounts(Marks):
        def read(self, question: str, hits: Sequence[Hit], thorough: bool = False) -> list[Span]:
            return [
                Span(h, at, at + 8, 12.0 if "4" in h.passage.text else 11.9)
                for h in hits
                if (at := h.passage.text.find("pounds") - 2) >= 0
            ]

    answer = Answerer(index, Amounts("")).ask("What does a crossing cost?")
    assert answer.answer == "6 pounds"
    assert [c.quote for c in answer.others] == ["4 pounds"]
    assert answer.note.endswith("fare-2012.txt")
