"""What is in the corpus, and what came of the files that were added, as HTML."""

from hypothesis import given
from hypothesis import strategies as st

from index.types import Document
from qa.web.documents_tab import LISTED, render_outcomes, render_overview
from qa.web.uploads import Outcome
from tests.web.answers import FakeCorpus
from tests.web.parsing import Parsed, texts

TAGS = {"h2", "p", "ol", "ul", "li", "a", "bdi", "span", "div", "strong", "progress"}


def corpus(*documents: Document) -> FakeCorpus:
    found = FakeCorpus()
    found.documents = {document.id: document for document in documents}
    return found


def dated(*dates: str | None) -> FakeCorpus:
    return corpus(*(Document(f"{n}.txt", "", day, "", "") for n, day in enumerate(dates)))


@given(st.lists(st.tuples(texts, texts, st.none() | texts | st.dates().map(str))))
def test_names_titles_and_dates_are_shown_as_text(found: list[tuple[str, str, str | None]]) -> None:
    documents = [
        Document(f"{n}{id}", title, day, "", "") for n, (id, title, day) in enumerate(found)
    ]
    parsed = Parsed(render_overview(corpus(*documents), {}, "visitor"))
    assert set(parsed.tags) <= TAGS
    assert parsed.by_name.get("open", []) == [d.title or d.id for d in documents]
    assert parsed.by_name.get("file", []) == [d.id for d in documents]


@given(st.lists(st.tuples(texts, texts)), st.lists(texts))
def test_what_came_of_files_is_shown_as_text(
    outcomes: list[tuple[str, str]], waiting: list[str]
) -> None:
    read = [Outcome(name, skipped=(why,)) for name, why in outcomes]
    parsed = Parsed(render_outcomes(read, waiting))
    assert set(parsed.tags) <= TAGS
    assert parsed.by_name.get("strong", []) == [*(name for name, _ in outcomes), *waiting]


def test_years_are_drawn_and_many_of_them_as_decades() -> None:
    few = Parsed(render_overview(dated("2003-04-12", "2003", "2005", None), {}, ""))
    assert few.by_name["year"] == ["2003", "2004", "2005"]
    assert few.by_name["count"] == ["2", "", "1"]
    assert few.by_name["quiet"] == ["1 document without a date."]
    many = Parsed(render_overview(dated("1912", "1919", "2003"), {}, ""))
    assert many.by_name["year"] == [f"{year}s" for year in range(1910, 2001, 10)]
    assert many.by_name["count"][0] == "2"
    assert "year" not in Parsed(render_overview(dated(None), {}, "")).by_name


def test_a_large_corpus_is_listed_in_part() -> None:
    many = Parsed(render_overview(dated(*[None] * (LISTED + 5)), {}, ""))
    assert len(many.by_name["file"]) == LISTED
    assert "… and 5 more." in many.text


def test_what_was_left_out_of_a_document_is_listed_with_it() -> None:
    partly = Document("a.pdf", "", None, "A text.", "", left_out=("page 2: no <text>",))
    parsed = Parsed(render_overview(corpus(partly), {}, ""))
    assert parsed.by_name["left-out"] == ["Left out: page 2: no <text>"]
