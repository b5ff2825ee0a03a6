"""How questions are read after others. All people and places here are invented."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.names import names, person
from qa.pronouns import pronouns
from qa.understanding import PriorTurn, in_context, needs_context

BRIDGE = PriorTurn(
    "Who designed the Kessel bridge?",
    "the engineer Mara Tolund",
    "The Kessel bridge, designed by the engineer Mara Tolund, opened in 1987 after a long strike.",
)
OPENING = PriorTurn("When did the Kessel bridge open?", "1987", BRIDGE.sentence)
VISIT = PriorTurn("What will Governor Ilo Brandt discuss in Ferrol?", "fishing quotas")


@pytest.mark.parametrize(
    ("question", "said", "meant"),
    [
        ("who is she?", BRIDGE, "Who is Mara Tolund?"),
        ("and how old is she?", BRIDGE, "How old is Mara Tolund?"),
        ("what is her best work?", BRIDGE, "What is Mara Tolund’s best work?"),
        ("what did Corvo do to her?", BRIDGE, "What did Corvo do to Mara Tolund?"),
        ("what did he promise?", VISIT, "What did Ilo Brandt promise?"),
        (
            "did she teach him?",
            BRIDGE,
            "Did Mara Tolund teach him (the engineer Mara Tolund designed the Kessel bridge)?",
        ),
        ("how did she pay her debts?", BRIDGE, "How did Mara Tolund pay Mara Tolund’s debts?"),
        ("how long is it?", OPENING, "how long is it (the Kessel bridge open)?"),
        ("where?", OPENING, "Where did the Kessel bridge open?"),
        ("and where in Corvo?", OPENING, "Where did the Kessel bridge open in Corvo?"),
        ("why", BRIDGE, "why (the engineer Mara Tolund designed the Kessel bridge)?"),
        ("Who paid for it?", OPENING, "Who paid for it (the Kessel bridge open)?"),
        ("was the bridge lit?", OPENING, "was the bridge lit (the Kessel bridge open)?"),
        ("and in Corvo?", VISIT, "What will Governor Ilo Brandt discuss in Corvo?"),
        ("what about Corvo?", VISIT, "What will Governor Ilo Brandt discuss in Corvo?"),
        ("and Pia Lund?", PriorTurn("Where was Ilo Brandt born?"), "Where was Pia Lund born?"),
        ("and in 2012?", PriorTurn("Who won in Ferrol in 2008?"), "Who won in Ferrol in 2012?"),
        (
            "and Corvo?",
            PriorTurn("who are its rivals (the Ferrol bid)?"),
            "who are Corvo’s rivals?",
        ),
        ("and Corvo?", PriorTurn("Who led the Ferrol team?"), "Who led the Corvo team?"),
        ("and the Senate?", PriorTurn("When did the House vote?"), "When did the Senate vote?"),
        (
            "and Oxfam?",
            PriorTurn("What did Unicef say of Ferrol?"),
            "What did Oxfam say of Ferrol?",
        ),
    ],
)
def test_follow_ups_are_written_out(question: str, said: PriorTurn, meant: str) -> None:
    assert in_context(question, [said]) == meant


@pytest.mark.parametrize(
    "question",
    [
        "Who is Pia Lund?",
        "who is pia lund",
        "What is a chairman's statement?",
        "why do cats purr?",
        "how to cross Corvo",
        "where is ferrol",
        "When did Pia Lund leave her party?",
        "After he escaped, where did Tom Reyes hide?",
        "What does Ferrol say when it rejects advice?",
        "Did the woman who lost a shoe think that she was late?",
        "Is it true that Ferrol has no harbour?",
        "How long does it take to reach Corvo?",
        "Are there wolves in Corvo?",
        "Who said that Corvo was sold?",
        "Which rivers rose this year in Corvo?",
    ],
)
def test_new_questions_are_left_alone(question: str) -> None:
    assert in_context(question, [BRIDGE, OPENING]) == question


def test_a_person_of_an_earlier_turn_is_remembered() -> None:
    assert in_context("where does she live?", [BRIDGE, OPENING]) == "Where does Mara Tolund live?"


def test_somebody_without_a_name_is_called_as_before() -> None:
    said = PriorTurn("When was the French woman robbed?", "Tuesday")
    assert in_context("what is her job?", [said]) == "What is the French woman’s job?"


def test_a_topic_is_carried_on_through_a_question_that_leans_on_it() -> None:
    second = PriorTurn(in_context("who paid for it?", [OPENING]), "the port", follows=True)
    assert in_context("how much was that?", [OPENING, second]) == (
        "how much was that (the port paid for, the Kessel bridge open)?"
    )


WORDS = """
who what why did is said he its that there and about the in 1999 Corvo Pia Lund bridge ( ) ? , \\1
""".split()  # noqa: SIM905

words = st.lists(st.sampled_from(WORDS), max_size=12).map(" ".join)
texts = words | st.text(max_size=40)
said = st.builds(PriorTurn, texts, texts, texts)


@given(texts, st.lists(said, max_size=4))
def test_any_text_gets_one_reading_of_bounded_length(
    question: str, before: list[PriorTurn]
) -> None:
    meant = in_context(question, before)
    assert meant == in_context(question, before)
    assert len(meant) <= max(len(question), 700)
    assert bool(meant.strip()) or not question.strip() or not before[-1].question.strip()


@given(texts)
def test_a_first_question_is_asked_as_typed(question: str) -> None:
    assert in_context(question, []) == question


@given(st.text(min_size=301, max_size=400), st.lists(said, min_size=1, max_size=2))
def test_a_long_question_is_asked_as_typed(question: str, before: list[PriorTurn]) -> None:
    assert in_context(question, before) == question


@given(
    st.sampled_from(["Who is", "Where was", "What happened to", "How old is", "Why did"]),
    st.sampled_from(["Pia Lund", "Corvo", "Tom Reyes", "Unicef"]),
    st.sampled_from(["", " in winter", " born", " during a strike", " lose"]),
    st.lists(said, max_size=4),
)
def test_no_conversation_changes_a_question_about_a_name(
    asks: str, name: str, rest: str, before: list[PriorTurn]
) -> None:
    question = f"{asks} {name}{rest}?"
    assert in_context(question, before) == question


@given(st.lists(said, max_size=3), st.sampled_from(["he", "she"]))
def test_the_last_person_named_is_meant(before: list[PriorTurn], pronoun: str) -> None:
    meant = in_context(f"where was {pronoun} born?", [*before, BRIDGE])
    assert meant == "Where was Mara Tolund born?"


@pytest.mark.parametrize(
    ("question", "outside"),
    [
        ("what did he say about Pia Lund?", ["he"]),
        ("what did Pia Lund say about him?", ["him"]),
        ("what did Pia Lund say about her party?", []),
        ("When Pia Lund left, what did she say?", []),
        ("which prize did she win there?", ["she", "there"]),
        ("what did Pia Lund say she wants?", []),
        ("what did Pia Lund's brother tell her?", []),
        ("Who did Pia Lund ask to help her escape?", []),
        ("why could it be hard for Corvo to win?", []),
        ("how long did it take to win?", []),
        ("can it take a side?", ["it"]),
        ("Which wolves live there?", ["there"]),
        ("how many wolves are there?", []),
        ("who signed the letter about him?", ["him"]),
        ("who said that?", ["that"]),
        ("in that country, who votes?", ["that"]),
        ("Is there a harbour?", []),
        ("were they asked whether they agreed?", ["they", "they"]),
    ],
)
def test_pronouns_that_nothing_inside_explains(question: str, outside: list[str]) -> None:
    assert [found.group() for found in pronouns(question)] == outside


def test_names_are_runs_of_capitals() -> None:
    text = "What did the U.S. Navy and Pia Lund-Berg do in Corvo on Feb. 3?"
    assert names(text) == ["U.S. Navy", "Pia Lund-Berg", "Corvo", "Feb"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("State Department spokesman Otto Brandt", "Otto Brandt"),
        ("Former Prime Minister Pia Lund of Corvo", "Pia Lund"),
        ("a senior official in the Ministry of Foreign Affairs", None),
        ("the United Nations", None),
        ("Chinese officials in Corvo", None),
        ("Tuesday", None),
        ("Tens of thousands", None),
        ("Corvo's critics say that the arrest of Pia Lund was wrong", "Pia Lund"),
        ("Johann von Tolund wrote it", "Johann von Tolund"),
        ("Élodie Ünal spoke", "Élodie Ünal"),
    ],
)
def test_a_person_is_told_from_other_names(text: str, found: str | None) -> None:
    assert person(text) == found


@pytest.mark.parametrize(
    ("question", "last", "meant"),
    [
        ("June", "How many boats were let in May?", "How many boats were let in June?"),
        ("2014?", "Who won in 2012?", "Who won in 2014?"),
        ("no, the Elm branch", "Who runs the Oak branch?", "Who runs the Elm branch?"),
    ],
)
def test_a_lone_word_or_a_correction_exchanges_a_part(question: str, last: str, meant: str) -> None:
    assert in_context(question, [PriorTurn(last)]) == meant


@pytest.mark.parametrize(
    ("question", "needs"),
    [
        ("what about June?", True),
        ("and in 2014?", True),
        ("why?", True),
        ("Who paid for it?", True),
        ("Who won?", False),
        ("How long is the bridge?", False),
    ],
)
def test_only_a_pronoun_or_its_form_makes_a_question_need_context(
    question: str, needs: bool
) -> None:
    assert needs_context(question) is needs


KRONE = PriorTurn("How many guests did the Hotel Krone have in August?", "4,950", "")


@pytest.mark.parametrize(
    ("question", "meant"),
    [
        ("I meant the Hotel Post", "How many guests did the Hotel Post have in August?"),
        ("sorry, I meant the Hotel Post", "How many guests did the Hotel Post have in August?"),
        ("not the Krone, the Post", "How many guests did the Post have in August?"),
        ("and the Hotel Post?", "How many guests did the Hotel Post have in August?"),
        ("July", "How many guests did the Hotel Krone have in July?"),
        ("may", "How many guests did the Hotel Krone have in May?"),
        ("in winter?", "How many guests did the Hotel Krone have in winter?"),
    ],
)
def test_a_correction_or_a_lone_part_takes_the_place_of_what_is_like_it(
    question: str, meant: str
) -> None:
    assert in_context(question, [KRONE]) == meant


def test_another_thing_of_a_kind_needs_no_capitals() -> None:
    said = [PriorTurn("How long does rye flour keep?", "six months", "")]
    assert in_context("what about lentil flour?", said) == "How long does lentil flour keep?"


@pytest.mark.parametrize("question", ["Actually, when does the pool open?", "opening hours"])
def test_what_corrects_nothing_is_as_typed(question: str) -> None:
    assert in_context(question, [KRONE]) == question


def test_it_and_their_need_context_only_where_a_question_says_little_else() -> None:
    assert needs_context("What does it cost?")
    assert needs_context("What did he say about the grain trade with Odessa in court?")
    assert not needs_context("Can towns make their own rules regarding dogs in parks?")
