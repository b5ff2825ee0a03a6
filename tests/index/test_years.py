"""A year in the question helps documents of that time, and shuts no other out."""

import pytest

from index.dates import years_in
from qa import Corpus
from tests.reports import answered_from, questions_of_another_year, reports, yearly_questions


@pytest.fixture(scope="module")
def dated() -> Corpus:
    return Corpus.from_documents(reports(), reader="small")


@pytest.fixture(scope="module")
def undated() -> Corpus:
    return Corpus.from_documents(reports(dated=False), reader="small")


@pytest.mark.parametrize(
    ("question", "years"),
    [
        ("what did the report say in 2009?", {2009}),
        ("Between 1998 and 2003?", {1998, 2003}),
        ("the 2003-2004 session, or (2011)", {2003, 2004, 2011}),
        ("in 1066", {1066}),
        ("20091 or 12009 or 1,999 or 2009.5 or 2009% or 0999 or 2100", set()),
        ("", set()),
    ],
)
def test_years_are_told_from_other_numbers(question: str, years: set[int]) -> None:
    assert years_in(question) == years


def test_what_only_the_date_tells_is_found(dated: Corpus, undated: Corpus) -> None:
    questions = yearly_questions()
    first = {
        corpus: sum(corpus.search(q, 1)[0].passage.document_id == id for q, id in questions)
        for corpus in (dated, undated)
    }
    assert first[dated] > 0.9 * len(questions) > 0.2 * len(questions) > first[undated]
    assert sum(answered_from(dated, q) == id for q, id in questions) > 0.5 * len(questions)
    assert sum(answered_from(undated, q) == id for q, id in questions) < 0.125 * len(questions)


def test_a_document_of_another_year_that_alone_answers_still_comes_first(dated: Corpus) -> None:
    for question, id in questions_of_another_year():
        assert answered_from(dated, question) == id


def test_a_question_without_a_year_is_searched_as_if_nothing_had_a_date(
    dated: Corpus, undated: Corpus
) -> None:
    question = "Who chaired the board of Northby Mills?"
    assert dated.search(question) == undated.search(question)
    assert {hit.passage.document_id for hit in dated.search(question + " 2007", 50)} == {
        document.id for document in reports()
    }
