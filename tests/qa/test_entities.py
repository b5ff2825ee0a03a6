import pytest

from qa.entities import named, support, support_of
from qa.things import identifies


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("How loud is the ZX300?", "The ZX500 has 40 dB."),
        ("What is error E-17?", "Error E-71 means a jam."),
        ("What did it cost in 2015?", "In 2016 it cost 4 pounds."),
        ("Who came on 3 May?", "On 9 May only Una Frey came."),
        ("What was sold in April?", "In June nine were sold."),
        ("Who runs the Elm branch?", "The Oak branch is run by Una Frey."),
        ("When was Ida Moss born?", "Karl Moss was born in 1950."),
        ("How long is the Tamsin Bridge?", "The Tamsin Tower is 40 m high."),
        ("What does clause 7 say?", "Clause 9 says no."),
    ],
)
def test_a_sentence_about_a_sibling_is_seen(question: str, sentence: str) -> None:
    assert support(question, sentence, sentence).siblings >= 1


@pytest.mark.parametrize(
    ("question", "sentence", "about"),
    [
        ("How loud is the ZX300?", "The ZX-300 has 40 dB.", ""),
        ("How loud is the ZX300?", "It has 40 dB.", "ZX 300 manual"),
        ("What did it cost in 2015?", "Then it cost 4 pounds.", "Prices\n2015-03-01"),
        ("What was there in 2015?", "From 2012 to 2018 a mill.", ""),
        ("Who came on 3 May?", "May 3: Una Frey came.", ""),
        ("When was Ida Moss born?", "Mrs Moss was born in 1950.", ""),
        ("What was sold in April?", "Nine were sold.", "Sales, 2020-04-30"),
        ("How long is it?", "It is 4 m long.", ""),
    ],
)
def test_what_the_sentence_or_its_document_names_is_not_missing(
    question: str, sentence: str, about: str
) -> None:
    found = support(question, sentence, sentence, about)
    assert (found.missing_exact, found.missing_names, found.siblings) == (0, 0, 0)


def test_a_document_of_another_month_is_a_sibling() -> None:
    found = support("What was sold in April 2020?", "Nine.", "Nine.", "Sales\n2020-06-30")
    assert found.siblings == 1


def test_what_nothing_names_is_missing() -> None:
    found = support("What did Una Frey pay for the ZX300 in 2015?", "Nobody paid.", "Nobody paid.")
    assert (found.missing_exact, found.missing_names) == (2, 1)


def test_an_identifier_is_found_whatever_its_punctuation_and_no_other() -> None:
    assert identifies("ft2041b", "the FT-2041B, new") and identifies("ft2041b", "ft 2041 b")
    assert not identifies("ft2041b", "the FT-2041BX") and not identifies("ft204", "FT-2041B")
    assert identifies("1.10.3", "v. 1.10.3") and not identifies("1.10.3", "11.0.3")


def test_the_word_that_opens_a_question_is_no_name() -> None:
    assert not named("Compare the two prices")


@pytest.mark.parametrize(
    ("about", "siblings"), [("", 0), ("Annual report\n2015-02-01", 0), ("Report\n2012-02-01", 1)]
)
def test_last_year_is_the_year_before_the_documents_date_or_may_be_any(
    about: str, siblings: int
) -> None:
    sentence = "Last year the mill closed, as it had in 2009."
    found = support("Why did the mill close in 2014?", sentence, sentence, about)
    assert found.siblings == siblings
    assert found.missing_exact == siblings


def test_may_i_names_no_month() -> None:
    assert not named("May guests bring a cat?")
    assert [entity.kind for entity in named("What is sown in May?")] == ["month"]


def test_a_title_that_names_both_siblings_speaks_for_neither() -> None:
    text = "The Elm branch is led by Ann Poe. The Oak branch is led by Bo Ray."
    question = "Who leads the Oak branch?"
    start = text.index("Ann Poe")
    for about, siblings in (("Oak branch", 0), ("The Elm branch and the Oak branch", 1)):
        assert support_of(question, text, start, start + 7, about).siblings == siblings


def test_a_year_that_is_compared_with_is_not_the_one_told_of() -> None:
    sentence = "The mill ground 90 tons, more than in 2015."
    asked = "How many tons were ground in 2015?"
    assert support(asked, sentence, sentence, "Report, 2016-01-02").siblings == 1
    assert support(asked, sentence, sentence, "Report, 2015-12-30").siblings == 0
    compared = "How much was ground, more than in 2015?"
    assert support(compared, sentence, sentence, "Report, 2016-01-02").missing_exact == 0


def test_what_was_published_in_a_year_is_not_what_a_later_document_tells_of_it() -> None:
    text = "From May to July 2015 fewer boats came."
    asked = "What does the review published in 2015 say of boats?"
    assert support(asked, text, text, "Review, 2016-01-02").missing_exact == 1
    assert support(asked, text, text, "Review, 2015-08-02").missing_exact == 0
    assert support(asked, text, text, "Review").missing_exact == 0
