import textwrap
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.lines import lines
from index.passages import split_document
from tests.tiny import document

STORY = (
    "The whaleship Essex left the harbour of Nantucket on the 12th of August 1819, under the "
    "command of Captain George Pollard, with a crew of twenty men, bound for the Pacific Ocean. "
    "Two days after she sailed a squall knocked her on her beam ends, but the captain decided to "
    "go on because he believed that the boats could be replaced in the Azores."
)


def found(text: str) -> list[str]:
    return [text[a:b] for a, b in lines(text)]


@pytest.mark.parametrize("width", [45, 60, 72, 78, 98, 120])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_paragraph_broken_into_lines_is_one(width: int, end: str) -> None:
    first, second = (end.join(textwrap.wrap(part, width)) for part in (STORY, STORY[76:]))
    text = f"THE VOYAGE{end}{end}{first}{end}{end}{second}{end}"
    assert found(text) == ["THE VOYAGE", first, second]


@pytest.mark.parametrize("mark", ["> ", "| ", ">> "])
def test_so_is_one_that_a_mail_quotes(mark: str) -> None:
    text = textwrap.fill(STORY, 70, initial_indent=mark, subsequent_indent=mark)
    assert found(text) == [text]


def test_entries_of_a_list_stay_apart_and_go_on_in_their_lines() -> None:
    indented = [
        textwrap.fill(STORY, 60, initial_indent=mark, subsequent_indent="  ")
        for mark in ("- ", "* ")
    ]
    numbered = [f"{n}. {textwrap.fill(STORY, 60)}" for n in range(1, 4)]
    for entries in (indented, numbered):
        assert found("\n".join(entries)) == entries


@pytest.mark.parametrize(
    "text",
    [
        "Home\nWorld\nBusiness\nOpinion",
        # Headlines begin with a capital, and no width is common to them.
        "US skips a resolution on China's record on human rights\nBeijing welcomes the decision\n"
        "Rights groups are dismayed by the change of mind\nPosted July 24th, 2012",
        "Tyger Tyger, burning bright,\nIn the forests of the night;\nWhat immortal hand or eye,\n"
        "Could frame thy fearful symmetry?",
        # Paragraphs on a line each.
        f"{STORY}\n{STORY}\nand so on.",
        "From: a very long address of somebody at some place\nTo: another one\nDate: a day\n",
    ],
)
def test_other_lines_stay_apart(text: str) -> None:
    assert found(text) == text.splitlines()


def test_a_broken_paragraph_among_other_lines_is_one() -> None:
    table = "\n".join(f"| Row {n} | {n * n} |" for n in range(20))
    wrapped = textwrap.fill(STORY, 90)
    assert found(f"{table}\n\n{wrapped}\n\n{table}").count(wrapped) == 1


def test_a_blank_line_always_parts() -> None:
    wrapped = textwrap.wrap(STORY, 60)
    assert found("\n \n".join(wrapped)) == wrapped


def test_passages_of_a_broken_paragraph_are_whole_sentences() -> None:
    text = textwrap.fill(STORY + " " + STORY, 66)
    passages = split_document(document(text, "a.txt"))
    assert len(passages) == 2
    assert all(p.text.endswith(("Azores.", "Ocean.")) for p in passages)


texts = st.one_of(
    st.text(), st.lists(st.text("aA -#>.\n\r\u2028", max_size=70), max_size=9).map("\n".join)
)


@given(texts)
def test_lines_cover_the_text_and_carry_no_space_around_them(text: str) -> None:
    spans = list(lines(text))
    assert all(b <= c for (_, b), (c, _) in pairwise(spans))
    assert "".join("".join(found(text)).split()) == "".join(text.split())
    assert all(line and line == line.strip() for line in found(text))
