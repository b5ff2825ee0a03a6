from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.kinds import is_heading
from index.loading import load
from index.passages import MAX_CHARS, MAX_WORDS, split_document
from index.sentences import sentences
from index.types import Document, Passage
from tests.tiny import document

SEEDS = Path(__file__).parents[2] / "seeds"
PROSE = " ".join(f"Sentence number {n} has exactly seven words." for n in range(60))


def split(text: str) -> list[Passage]:
    return split_document(document(text))


def check_exact(text: str) -> None:
    for passage in split(text):
        assert text[passage.start : passage.end] == passage.text
        assert passage.text == passage.text.strip() != ""
        assert len(passage.text.split()) <= MAX_WORDS
        assert len(passage.text) <= MAX_CHARS


def test_prose_becomes_passages_of_about_a_hundred_words_overlapping_by_a_sentence() -> None:
    passages = split(PROSE)
    assert all(90 <= len(p.text.split()) <= MAX_WORDS for p in passages[:-1])
    bounds = sentences(PROSE)
    for one, two in pairwise(passages):
        shared = PROSE[two.start : one.end]
        assert (two.start, one.end) in bounds, shared
    assert {a for a, _ in bounds} <= {a for p in passages for a, _ in _inside(bounds, p)}


def _inside(bounds: list[tuple[int, int]], passage: Passage) -> list[tuple[int, int]]:
    return [(a, b) for a, b in bounds if passage.start <= a and b <= passage.end]


def test_a_passage_does_not_run_into_a_torn_off_teaser() -> None:
    teaser = "MINISTER QUITS: " + " ".join(["The deputy prime minister quit on Monday"] * 6)
    torn = " ".join(["Thirty troops were killed near the border and"] * 6)
    text = f"The session starts in Geneva.\n{torn}\n{teaser}\nAnd so it ends."
    assert [p.text for p in split(text)] == [
        "The session starts in Geneva.",
        torn,
        teaser,
        "And so it ends.",
    ]


def test_a_heading_begins_a_passage_and_stays_with_its_prose() -> None:
    text = "First part ends here.\n\n## Terms\n\nThe term is a year.\nIt may be renewed."
    assert [p.text for p in split(text)] == [
        "First part ends here.",
        "## Terms\n\nThe term is a year.\nIt may be renewed.",
    ]


def test_a_list_stays_with_the_line_that_introduces_it_only() -> None:
    text = "You need:\n- a pen\n- paper\nThen write.\n- unrelated news\n- more news"
    assert [p.text for p in split(text)] == [
        "You need:\n- a pen\n- paper",
        "Then write.",
        "- unrelated news\n- more news",
    ]


@pytest.mark.parametrize("name", sorted(p.name for p in SEEDS.iterdir()))
def test_in_the_seeds_no_passage_holds_an_article_and_a_teaser(name: str) -> None:
    found = next(d for d in load(SEEDS).documents if d.id == name)
    teasers = (
        "Ukraine’s military intelligence agency and",
        "FREEDOM NO MORE",
        "ROYAL TARGET",
        "TRUDEAU IN TROUBLE",
        "DIALOGUE:",
        "‘GREAT OPPRTUNITY’",
        "‘FIGHT TO THE END’",
        "CYBERSCAM",
        "© Inter Press Service",
    )
    starts = [found.text.find(teaser) for teaser in teasers if teaser in found.text]
    assert starts or name[:3] in ("001", "004")
    for passage in split_document(found):
        assert not [at for at in starts if passage.start < at < passage.end]


def test_a_sentence_longer_than_a_passage_is_cut_at_its_quotation_then_between_words() -> None:
    quotation = '"' + " ".join(f"We said sentence {n} of them." for n in range(40)) + '" he said.'
    assert all(p.text.rstrip('"').endswith(".") for p in split(quotation))
    endless = " ".join(["word"] * 500)
    assert [len(p.text.split()) for p in split(endless)] == [100] * 5


def test_a_word_longer_than_a_passage_is_cut() -> None:
    check_exact("x" * 10_000)
    assert "".join(p.text for p in split("x" * 10_000)) == "x" * 10_000


@given(st.text(alphabet=st.sampled_from('ab .!?:"“”\n-#*ÄÅ劉曉😀\u202e'), max_size=600))
def test_passages_are_exact_and_lose_nothing(text: str) -> None:
    check_exact(text)
    covered = sorted({i for p in split(text) for i in range(p.start, p.end)})
    assert "".join(text[i] for i in covered).split() == text.split() or "".join(
        "".join(text[i] for i in covered).split()
    ) == "".join(text.split())


@given(st.lists(st.sampled_from(["word", "U.S.", "end.", "“so.”", "(see"]), max_size=400))
def test_passages_of_prose_are_exact(parts: list[str]) -> None:
    check_exact(" ".join(parts))


def test_headings_are_told_from_prose() -> None:
    assert is_heading("Accessibility links")
    assert is_heading("## What now?")
    assert not is_heading("He left.")
    assert not is_heading("He said: “No.”")


def test_code_between_fences_stays_together_and_its_comments_are_no_headings() -> None:
    code = "```sh\n# stop the mill\nmill stop\n\n## start it again\nmill start\n```"
    text = f"# The mill\n\nTwo commands help:\n\n{code}\n\nThat is all."
    texts = [p.text for p in split_document(Document("d", "t", None, text, ""))]
    assert any(code in found for found in texts)
