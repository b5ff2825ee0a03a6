import pytest

from index.types import Document, Hit, Passage
from qa.of_document import QUOTES_ONLY, What, about_topic, asked_of_document, told

POND = Document.of(
    "# Newts of the mill pond\n\nBy Ada Low, 4 May 2019.\n\n## Method\n\nWe dipped nets at night. "
    "It rained.\n\n## Frogs\n\nNo frogs were heard this year.\n",
    id="pond-survey.md",
    title="Newts of the mill pond",
    date="2019-05-04",
    metadata={"author": "Ada Low"},
)
ROOF = Document.of("Dear Sir, the roof leaks again.", id="letter.txt")
DOCUMENTS = {d.id: d for d in (POND, ROOF)}


@pytest.mark.parametrize(
    ("question", "what", "document", "topic"),
    [
        ("Who wrote pond-survey.md?", What.AUTHOR, POND, ""),
        ("Who is the author of the survey of the mill pond?", What.AUTHOR, POND, ""),
        ("When was the survey published?", What.DATE, POND, ""),
        ("What is the title of pond-survey.md?", What.TITLE, POND, ""),
        ("What does the letter say about the roof?", What.SAYS, ROOF, "the roof"),
        ("What is said about frogs in the survey?", What.SAYS, POND, "frogs"),
        ("Summarise the report on the mill pond", What.SUMMARY, POND, ""),
        ("How many pages does letter.txt have?", What.PAGES, ROOF, ""),
        ("In which language is the letter written?", What.LANGUAGE, ROOF, ""),
    ],
)
def test_a_question_may_be_about_a_document(
    question: str, what: What, document: Document, topic: str
) -> None:
    assert asked_of_document(question, DOCUMENTS) == (what, document, topic)


@pytest.mark.parametrize(
    "question",
    [
        "Who wrote Hamlet?",
        "Who wrote the opera?",
        "When was the bridge published?",
        "What does Ada Low say about frogs?",
        "Why does the roof leak?",
    ],
)
def test_other_questions_are_not(question: str) -> None:
    assert asked_of_document(question, DOCUMENTS) is None


def test_a_year_says_which_of_two_documents_is_meant() -> None:
    old, new = (
        Document.of("Few boats came.", id=f"{n}.txt", title="Harbour review", date=f"{year}-01-09")
        for n, year in (("a", 2015), ("b", 2016))
    )
    documents = {d.id: d for d in (old, new)}
    asked = "What does the harbour review published in {} say of boats?"
    assert asked_of_document(asked.format(2015), documents) == (What.SAYS, old, "boats")
    assert asked_of_document(asked.format(2016), documents) == (What.SAYS, new, "boats")
    assert asked_of_document(asked.format(2014), documents) is None


def test_of_a_series_the_newest_is_meant_or_the_first_that_is_named() -> None:
    series = [
        Document.of(f"Minutes of {year}", id=f"minutes-{year}.txt") for year in (2019, 2021, 2020)
    ]
    documents = {d.id: d for d in series}
    newest = asked_of_document("Who wrote the minutes?", documents)
    first = asked_of_document("Who wrote the first minutes?", documents)
    assert newest is not None and newest[1] is series[1]
    assert first is not None and first[1] is series[0]


@pytest.mark.parametrize(
    ("what", "quote"),
    [
        (What.TITLE, "Newts of the mill pond"),
        (What.AUTHOR, "Ada Low"),
        (What.DATE, "4 May 2019"),
        (What.SUMMARY, "We dipped nets at night."),
    ],
)
def test_what_the_file_tells_is_quoted_from_its_text(what: What, quote: str) -> None:
    found = told(what, POND)
    assert found is not None
    assert quote in [POND.text[start:end] for start, end in found.spans]
    assert found.note == (QUOTES_ONLY if what is What.SUMMARY else "")


def test_what_only_the_file_tells_is_said_in_a_line() -> None:
    named = told(What.TITLE, ROOF)
    assert named is not None and not named.spans and "name of its file" in named.note
    assert told(What.AUTHOR, ROOF) is None
    pages = told(What.PAGES, ROOF)
    assert pages is not None and pages.note == "It has no pages."


def test_sentences_with_the_topics_words_come_before_those_below_its_heading() -> None:
    text = "They were silent in May. Some frogs came back later."
    hit = Hit(Passage("a:0", "a", 0, len(text), text, "Pond\nFrogs"), 0.0, 1, 1)
    found = [text[start:end] for _, start, end in about_topic("the frogs", [hit])]
    assert found == ["Some frogs came back later.", "They were silent in May."]
