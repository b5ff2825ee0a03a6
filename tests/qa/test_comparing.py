from dataclasses import replace

import pytest

from index.errors import FilterError
from index.types import Document
from qa import Change, Corpus
from qa.comparing import says_the_same, side_of
from tests.tiny import TinyEncoder

BOTH = "The Pier Fund\n\nA mooring costs {} euros a night. Dogs stay on a leash. {}\n"
OLD = BOTH.format(40, "The kiosk closes at six.")
NEW = BOTH.format(55, "Bicycles are left outside.")


def corpus() -> Corpus:
    documents = [
        Document.of(OLD, id="2019/rules.txt", title="Rules", date="2019-03-01"),
        Document.of(NEW, id="2021/rules.txt", title="Rules", date="2021-03-01"),
    ]
    return Corpus.from_documents(documents, encoder=TinyEncoder(), reader="small")


@pytest.fixture(scope="module")
def rules() -> Corpus:
    return corpus()


@pytest.mark.parametrize("sides", [("2019", "2021"), ("2019/rules.txt", "2021/rules.txt")])
def test_what_changed_is_shown_with_both_quotes(rules: Corpus, sides: tuple[str, str]) -> None:
    found = rules.compare(*sides, "What does a mooring cost a night?")
    assert found.change is Change.CHANGED
    assert found.old_quote is not None and "40 euros" in found.old_quote.quote
    assert found.new_quote is not None and "55 euros" in found.new_quote.quote
    assert (found.old_quote.document, found.new_quote.document) == (
        "2019/rules.txt",
        "2021/rules.txt",
    )
    assert not found.still


def test_what_did_not_change_is_the_same_with_both_places(rules: Corpus) -> None:
    found = rules.compare("2019", "2021", "What do dogs stay on?")
    assert found.change is Change.SAME
    assert found.old_quote is not None and found.new_quote is not None
    assert found.old_quote.document != found.new_quote.document


def test_what_one_side_does_not_say_is_removed_or_added(rules: Corpus) -> None:
    question = "When does the kiosk close?"
    gone = rules.compare("2019", "2021", question)
    assert (gone.change, gone.new_quote) == (Change.REMOVED, None)
    came = rules.compare("2021", "2019", question)
    assert (came.change, came.old_quote) == (Change.ADDED, None)
    assert rules.compare("2019", "2021", "Who painted the boat?").change is Change.NEITHER


def test_every_quote_is_where_it_says(rules: Corpus) -> None:
    for question in ("What do dogs stay on?", "What does a mooring cost a night?"):
        found = rules.compare("2019", "2021", question)
        for quote in (found.old_quote, found.new_quote):
            assert quote is not None
            text = rules.documents[quote.document].text
            assert text[quote.start : quote.end] == quote.quote
            assert text.startswith(quote.snippet, quote.snippet_start)


def test_a_side_without_documents_is_refused(rules: Corpus) -> None:
    with pytest.raises(FilterError, match="none of the 2 documents matches"):
        rules.compare("2018", "2021", "What does a mooring cost?")


def test_a_side_is_a_document_a_folder_or_a_date() -> None:
    documents = list(corpus().documents.values())
    bare = [replace(d, id=d.id.replace("/rules", "-rules"), date=None) for d in documents]
    dated = [replace(d, id=f"{n}.txt") for n, d in enumerate(documents)]
    odd = [replace(documents[0], id="[1].txt"), documents[1]]
    for some, named in (
        (documents, "2019"),
        (documents, "2019/rules.txt"),
        (bare, "2019"),
        (dated, "2019-03"),
        (odd, "[1].txt"),
    ):
        side = side_of(named, some)
        assert [d for d in some if side.matches(d)] == some[:1], named


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Mandelson", "Peter Mandelson", True),
        ("the 40 euros", "40 euros", True),
        ("$5", "$5 million", False),
        ("40 euros", "55 euros", False),
        ("Monday", "Monday and Tuesday", False),
    ],
)
def test_quotes_say_the_same_where_neither_has_more_numbers(
    one: str, other: str, same: bool
) -> None:
    assert says_the_same(one, other) is same
