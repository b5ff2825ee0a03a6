import pytest

from index.types import Hit, Passage
from qa.doubt import doubt, doubted, lowered
from qa.evidence import clause_of, contradicts, evidence, negation_differs, wrong_kind
from qa.types import Candidate, Span

PLAIN = "The gate is open on Mondays."


def odds(question: str, text: str, span: str, about: str = "") -> float:
    start = text.index(span)
    return evidence(question, text, start, start + len(span), about).odds


def test_a_span_about_a_sibling_ranks_below_one_about_what_was_asked() -> None:
    text = "The ZX300 weighs 4 kg. The ZX500 weighs 9 kg."
    question = "How much does the ZX500 weigh?"
    assert odds(question, text, "9 kg") == 0 > odds(question, text, "4 kg")


def test_what_used_to_be_ranks_below_what_is() -> None:
    text = "A pass costs 9 pounds. It used to cost 7 pounds."
    assert (
        odds("What does a pass cost?", text, "9") == 0 > odds("What does a pass cost?", text, "7")
    )
    assert odds("What did a pass cost before?", text, "7") == 0


@pytest.mark.parametrize(
    ("question", "clause", "differs"),
    [
        ("Which tools may not be lent?", "Saws may not be lent.", True),
        ("Which tools may not be lent?", "Saws are excluded.", True),
        ("Which tools may be lent?", "Saws may be lent.", True),
        ("Which tools may not be lent?", "Rakes may be lent.", False),
        ("Which tools may be lent?", "Saws cannot be lent.", False),
    ],
)
def test_a_negated_question_wants_a_negated_clause(
    question: str, clause: str, differs: bool
) -> None:
    assert negation_differs(question, clause) is not differs


def test_a_clause_ends_at_a_semicolon() -> None:
    text = "Rakes may be lent; saws may not. That is all."
    at = text.index("saws")
    assert clause_of(text, at, at + 4) == "saws may not."


@pytest.mark.parametrize(
    ("question", "span", "wrong"),
    [
        ("How many gates are there?", "nine", False),
        ("How many gates are there?", "painted green", True),
        ("What is the email address of the shop?", "a@b.example", False),
        ("What is the email address of the shop?", "9 Elm Road", True),
        ("What is the telephone number?", "01632 960 555", False),
        ("What is the telephone number?", "a@b.example", True),
        ("Who wrote the email?", "Una Frey", False),
    ],
)
def test_an_address_or_number_is_known_by_its_form(question: str, span: str, wrong: bool) -> None:
    assert wrong_kind(question, span) is wrong


def test_doubt_lowers_a_probability_and_nothing_raises_it() -> None:
    against = evidence("What did the ZX300 do in 2015?", PLAIN, 0, 8)
    assert doubt(against) > 0
    assert lowered(0.9, doubt(against)) < 0.5 < lowered(0.9, 0) == 0.9
    assert 0 <= lowered(0.0, 1) <= lowered(1.0, 1) <= 1


def test_doubt_never_says_that_nothing_was_found() -> None:
    passage = Passage("a", "a", 0, len(PLAIN), PLAIN)
    span = Span(Hit(passage, 0.0, 1, 1), 0, 8, 9.0)
    asked = "What did the ZX300 do in 2015?"
    assert doubted(Candidate((span,), (0.5,)), asked, 0.05).confidence == 0.05
    assert doubted(Candidate((span,), (0.02,)), asked, 0.05).confidence == 0.02


def test_an_amount_of_another_quantity_is_no_answer() -> None:
    assert wrong_kind("How heavy is the anchor?", "4 metres")
    assert wrong_kind("How long does the crossing take?", "90 kg")
    assert not wrong_kind("How long does the wall stretch?", "90 metres")
    assert not wrong_kind("How heavy is the anchor?", "90 kg")
    assert not wrong_kind("How heavy is the anchor?", "as heavy as a horse")


def test_what_is_no_longer_so_answers_whether_it_is() -> None:
    text = "Fishing from the pier is no longer allowed."
    assert not evidence("Is fishing from the pier allowed?", text, 0, len(text)).stale
    assert evidence("What is allowed on the pier?", text, 0, 7).stale


def test_what_is_so_is_no_answer_to_what_is_not() -> None:
    text = "The red berries are edible. The white berries are not edible."
    question = "Which berries are not edible?"
    assert odds(question, text, "red berries") < odds(question, text, "white berries") == 0
    assert contradicts(question, "The red berries are edible.")
    assert not contradicts("Which berries are edible?", "The red berries are edible.")
    assert not contradicts("Who did not come?", "Ann sent apologies.")
