from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.sentences import quoted_sentences, sentences


def texts(text: str) -> list[str]:
    return [text[a:b] for a, b in sentences(text)]


@pytest.mark.parametrize(
    "whole",
    [
        "He left the U.S. in May.",
        "Clinton will visit Japan (Feb. 16-18), Indonesia (Feb. 18-19) and China.",
        "See Sec. 4 of the Act.",
        "It cost US$6.4 billion vs. 2.1 billion at 5 p.m. on Friday.",
        "The U.N.'s Fourth World Conference was in 1995.",
        "Former President George W. Bush met Mr. Hu.",
        'The spokesman said it "remained poor. Very poor." to reporters.',
        "The group (it was founded in 1978. It is in New York.) said so.",
    ],
)
def test_an_abbreviation_quotation_or_parenthesis_does_not_end_a_sentence(whole: str) -> None:
    assert texts(f"{whole} Then came another.") == [whole, "Then came another."]


def test_a_line_end_ends_a_sentence_and_white_space_belongs_to_none() -> None:
    assert texts("A heading\n\n  First one here.  Second one here. \r\n") == [
        "A heading",
        "First one here.",
        "Second one here.",
    ]


def test_a_part_of_a_text_keeps_the_offsets_of_the_whole() -> None:
    text = "One is here. Two is here. Three is here."
    spans = sentences(text, 13, 25)
    assert [text[a:b] for a, b in spans] == ["Two is here."]


def test_a_long_quotation_is_split_at_the_sentences_inside() -> None:
    text = '"We saw progress. We saw backsliding," he said.'
    assert [text[a:b] for a, b in quoted_sentences(text, 0, len(text))] == [
        '"We saw progress.',
        'We saw backsliding," he said.',
    ]


def test_a_sentence_without_quotation_is_left_whole() -> None:
    assert quoted_sentences("x Nothing to split y", 2, 18) == [(2, 18)]


@given(st.text())
def test_every_character_but_white_space_is_in_exactly_one_sentence(text: str) -> None:
    spans = sentences(text)
    assert all(a < b for a, b in spans)
    assert all(b <= c for (_, b), (c, _) in pairwise(spans))
    covered = "".join(text[a:b] for a, b in spans)
    assert "".join(covered.split()) == "".join(text.split())
    assert all(text[a:b] == text[a:b].strip() for a, b in spans)


def test_unbalanced_quotes_and_endless_lines_are_split_in_time() -> None:
    text = '". ' * 60_000 + "a" * 60_000
    spans = sentences(text)
    assert spans[-1][1] == len(text)
