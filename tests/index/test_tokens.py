import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.tokens import identifiers, query_terms, tokenize, words


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("resolution", "resolutions"),
        ("declines", "declined"),
        ("U.S.", "US"),
        ("U.N.'s", "UN"),
        ("China’s", "china"),
        ("Genève", "geneve"),
        ("12,000", "12000"),
        ("STRASSE", "straße"),
    ],
)
def test_forms_of_one_word_are_one_term(one: str, other: str) -> None:
    assert tokenize(one) == tokenize(other) != []


@pytest.mark.parametrize(
    "names",
    [
        ("Boucher", "Butcher"),
        ("Posner", "Pose"),
        ("Hu", "Hom"),
        ("Nuland", "Null"),
        ("Xinjiang", "Beijing"),
        ("Donilon", "Donald"),
        ("Clinton", "Clint"),
        ("2003", "2004"),
        ("6.4", "64"),
    ],
)
def test_names_and_numbers_stay_apart(names: tuple[str, str]) -> None:
    assert tokenize(names[0]) != tokenize(names[1])


def test_ideographs_are_terms_of_their_own() -> None:
    assert words("劉曉波 said") == ["劉", "曉", "波", "said"]


def test_a_question_is_searched_by_its_content_words() -> None:
    assert query_terms("why did the US skip the resolution?") == tokenize("US skip resolution")
    assert query_terms("Who was The Who?") == tokenize("who was the who")


@given(st.text())
def test_tokens_hold_letters_and_digits_only(text: str) -> None:
    assert all(word and (word.isalnum() or "." in word) for word in words(text))
    assert len(tokenize(text)) == len(words(text))


def test_an_identifier_is_a_term_of_its_own_whatever_its_punctuation() -> None:
    assert {"ft2041b"} <= set(tokenize("the FT-2041B.")) & set(tokenize("FT2041B"))
    assert "1.10.3" in tokenize("version 1.10.3") and "1.10.3" not in tokenize("version 11.0.3")
    assert identifiers("Which bolt is FT-2041B, and when?") != []
    assert identifiers("When did the boats leave?") == []
