import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.passages import split_document
from index.types import Hit
from qa.citing import cite, cite_passage
from qa.types import Span
from tests.tiny import document


@given(st.text(alphabet=st.sampled_from('ab .!?"“”\n劉😀é'), min_size=1), st.data())
def test_a_quote_and_its_snippet_stand_in_the_document(text: str, data: st.DataObject) -> None:
    source = document(text)
    for passage in split_document(source):
        start = data.draw(st.integers(passage.start, passage.end - 1))
        end = data.draw(st.integers(start + 1, passage.end))
        citation = cite(source, Span(Hit(passage, 0.0, 3, None), start, end, 0.0), 0.5)
        assert (citation.dense_rank, citation.lexical_rank) == (3, None)
        assert text[citation.start : citation.end] == citation.quote != ""
        at = citation.snippet_start
        assert text[at : at + len(citation.snippet)] == citation.snippet
        assert at <= citation.start and citation.end <= at + len(citation.snippet)
        assert cite_passage(source, Hit(passage, 0.0, 1, 2), 0.5).quote == passage.text


def test_a_snippet_is_the_sentence_with_its_neighbours() -> None:
    source = document("One is here. Two is here. Three is here. " + "Four " * 200 + "ends.")
    passage = split_document(source)[0]
    span = Span(
        Hit(passage, 0.0, 1, 1), source.text.index("Two"), source.text.index(" is h", 13), 0
    )
    assert cite(source, span, 0.5).snippet == "One is here. Two is here. Three is here."


def test_offsets_outside_the_document_are_refused() -> None:
    passage = split_document(document("One is here."))[0]
    with pytest.raises(ValueError, match="in a text of 3 characters"):
        cite_passage(document("One"), Hit(passage, 0.0, 1, 1), 0.5)
