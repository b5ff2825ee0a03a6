import pytest

from qa.sides import joined, sides


@pytest.mark.parametrize(
    ("question", "one", "two"),
    [
        ("Which is dearer, the oak or the pine?", "How dear is the oak?", "How dear is the pine?"),
        (
            "Which room is bigger, the one upstairs or the one downstairs?",
            "How big is the room upstairs?",
            "How big is the room downstairs?",
        ),
        ("Who is older, Ann or Ben?", "How old is Ann?", "How old is Ben?"),
        (
            "Does the oak weigh more than the pine?",
            "How much does the oak weigh?",
            "How much does the pine weigh?",
        ),
        (
            "Is the lease of the mill longer than that of the barn?",
            "How long is the lease of the mill?",
            "How long is the lease of the barn?",
        ),
        (
            "Compare the height of the oak and the pine",
            "What is the height of the oak?",
            "What is the height of the pine?",
        ),
        (
            "How do the Brix and the Corda differ in engine?",
            "What engine does the Brix have?",
            "What engine does the Corda have?",
        ),
        (
            "What does the oak cost, and what does the pine cost?",
            "What does the oak cost?",
            "What does the pine cost?",
        ),
        (
            "Who is the tenant of the mill, and who of the one in Kell?",
            "Who is the tenant of the mill?",
            "Who is the tenant of the mill in Kell?",
        ),
    ],
)
def test_a_comparison_is_asked_of_each_side(question: str, one: str, two: str) -> None:
    assert sides(question) == (one, two)


@pytest.mark.parametrize(
    "question",
    [
        "What book did Luther write?",
        "Who served his dinner?",
        "Does the club have more than one boat?",
        "Who sold the mill and what else happened?",
        "Is it colder in May?",
    ],
)
def test_other_questions_have_no_sides(question: str) -> None:
    assert sides(question) == ()


def test_a_question_without_names_is_asked_of_each_document() -> None:
    assert sides("Which saw cuts faster?") == ("How fast does the saw cut?",)
    assert sides("What do the two saws weigh?") == ("What do the two saws weigh?",)


def test_joined_names_are_two_sides_unless_one_text_names_both() -> None:
    question = "What do the Brix and the Corda cost?"
    one, two = "What does the Brix cost?", "What does the Corda cost?"
    assert joined(question, ["The Brix is blue.", "The Corda is red."]) == (one, two)
    assert joined(question, ["The Brix and the Corda cost 9 pounds."]) == ()
    assert joined("How far is it between Kell and Dorn?", []) == ()
