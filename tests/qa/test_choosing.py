from index.types import Document, Hit, Passage
from qa.choosing import date_of, ordered, versions
from qa.confidence import Calibration
from qa.types import Candidate, Span
from tests.tiny import document

CALIBRATION = Calibration(score=0.3, margin=0.2, bias=-2.0, answered=0.66, unsure=0.05)
RULES = "Rules of the harbour. Boats leave by the north gate. The toll is {} pounds. Dogs stay out."
OLD = document(RULES.format(4), "rules-2011.txt")
NEW = document(RULES.format(7), "rules-2019.txt")
OTHER = document("A story about a boy and his dog, long ago, in 2021.", "story-2021.txt")


def toll(of: Document, words: str, score: float, p: float, about: str = "") -> Candidate:
    at = of.text.index(words)
    passage = Passage(f"{of.id}:0", of.id, 0, len(of.text), of.text, about)
    span = Span(Hit(passage, 0.0, 1, 1), at, at + len(words), score)
    return Candidate((span,), (p,))


def test_the_newer_of_two_versions_is_the_answer() -> None:
    documents = {"rules-2011.txt": OLD, "rules-2019.txt": NEW}
    both = [toll(OLD, "4", 9.0, 0.8), toll(NEW, "7", 8.0, 0.1)]
    found = ordered(both, "What is the toll?", documents, CALIBRATION)
    assert [c.text for c in found] == ["7", "4"]
    assert found[0].confidence == 0.8
    found = ordered(both, "What was the first toll?", documents, CALIBRATION)
    assert [c.text for c in found] == ["4", "7"]


def test_a_newer_version_is_no_answer_about_the_older_ones_year() -> None:
    documents = {"rules-2011.txt": OLD, "rules-2019.txt": NEW}
    both = [toll(OLD, "4", 9.0, 0.8, "2011"), toll(NEW, "7", 8.0, 0.1, "2019")]
    found = ordered(both, "What was the toll in 2011?", documents, CALIBRATION)
    assert [c.text for c in found] == ["4", "7"]


def test_documents_are_versions_where_names_and_texts_are_alike_and_dated() -> None:
    assert versions(OLD, NEW) and not versions(OLD, OTHER)
    assert not versions(document(OLD.text, "rules.txt"), NEW)


def test_a_date_may_come_from_the_name() -> None:
    assert date_of(document("x", "minutes_2014-03-02.txt")) == "2014-03-02"
    assert date_of(document("x", "part-12.txt")) == ""
