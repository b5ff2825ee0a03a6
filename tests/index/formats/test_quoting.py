"""A mail's own words, its signature, and what it quotes, each told from the others."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.formats.quoting import parts_of


def split(text: str) -> list[tuple[str, str]]:
    return [(part.label, part.text) for part in parts_of(text)]


def test_quotes_are_known_by_who_wrote_them_at_every_depth() -> None:
    text = (
        "No, on Monday.\n\nOn Wed, 5 May 2021 at 17:31, Ada Low <ada@a.example> wrote:\n> Is it\n"
        "> on Friday?\n>\n> On Tue, 4 May 2021, Ben Ruck wrote:\n>> Which day?\n> Ada\n"
    )
    ada, ben = "quoted from Ada Low, 2021-05-05", "quoted from Ben Ruck, 2021-05-04"
    assert split(text) == [
        ("", "No, on Monday."),
        (ada, "On Wed, 5 May 2021 at 17:31, Ada Low <ada@a.example> wrote:\nIs it\non Friday?"),
        (ben, "On Tue, 4 May 2021, Ben Ruck wrote:\nWhich day?"),
        (ada, "Ada"),
    ]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("On Monday Ada Low wrote:", "Ada Low"),
        ("On May 5, 2021, at 5:31 PM, Le Thi <le@a.example> wrote:", "Le Thi, 2021-05-05"),
        ("Am 05.05.2021 um 17:31 schrieb Ada Low:", "Ada Low, 2021-05-05"),
        ("Le mer. 5 mai 2021 à 17:31, Ada <ada@a.example> a écrit :", "Ada, 2021-05-05"),
        ("El mié, 5 may 2021 a las 17:31, Ada Low escribió:", "Ada Low, 2021-05-05"),
        ("Op wo 5 mei 2021 om 17:31 schreef Jan de Vries:", "Jan de Vries, 2021-05-05"),
        ("Den ons 5 maj 2021 kl 17:31 skrev Åsa <a@a.example>:", "Åsa, 2021-05-05"),
        ("2021-05-05 17:31 GMT+02:00 Ada Low <ada@a.example>:", "Ada Low, 2021-05-05"),
        ("ada@a.example wrote:", "ada@a.example"),
        ("Ada Low wrote on 5 May 2021 at 5:31 PM:", "Ada Low, 2021-05-05"),
        (
            "On 5 May 2021 at 5:31 PM A Long Name <\nlong@a.example> wrote:",
            "A Long Name, 2021-05-05",
        ),
    ],
)
def test_who_wrote_is_said_in_many_ways(line: str, said: str) -> None:
    assert split(f"Yes.\n\n{line}\n\n> Is it so?") == [
        ("", "Yes."),
        (f"quoted from {said}", f"{line}\n\nIs it so?"),
    ]


@pytest.mark.parametrize(
    "above",
    [
        "-----Original Message-----\nFrom: Ada Low\nSent: Wednesday, 5 May 2021 17:31\nTo: Ben\n",
        "________________________________\nFrom: Ada Low <ada@a.example>\nSent: 5 May 2021\n",
        "Von: Ada Low\nGesendet: Mittwoch, 5. Mai 2021 17:31\nAn: Ben\nBetreff: Ruf\n",
        "De : Ada Low\nEnvoyé : mercredi 5 mai 2021 17:31\nÀ : Ben\nObjet : Appel\n",
        "*From:* Ada Low\n*Date:* 5 May 2021\n*Subject:* Call\n",
        "Begin forwarded message:\n\nFrom: Ada Low\nDate: 5 May 2021 at 17:31\n",
        "---------- Forwarded message ---------\nFrom: Ada Low <ada@a.example>\nDate: 5 May 2021\n",
    ],
)
def test_what_stands_below_a_header_is_quoted_without_marks(above: str) -> None:
    found = split(f"Yes.\n\n{above}\nIs it so?\nAda")
    assert found == [
        ("", "Yes."),
        ("quoted from Ada Low, 2021-05-05", f"{above}\nIs it so?\nAda"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "She wrote: the price is 5.\nAnd so on.",
        "The poet wrote:\nIt is a long way.",
        "From: here\nis far.",
        "Dates:\n5 May 2021: a walk\n6 May 2021: a talk",
        "a -> b, and b > c\n-- no signature",
    ],
)
def test_what_only_looks_like_a_quote_is_own(text: str) -> None:
    assert split(text) == [("", text)]


def test_own_words_come_first_unless_they_answer_one_by_one() -> None:
    assert split("Ada wrote:\n> Is it so?\n\nYes.\n") == [
        ("", "Yes."),
        ("quoted from Ada", "Ada wrote:\nIs it so?"),
    ]
    assert split("> Is it so?\nYes.\n> And that?\nNo.") == [
        ("quoted", "Is it so?"),
        ("", "Yes."),
        ("quoted", "And that?"),
        ("", "No."),
    ]


@pytest.mark.parametrize(
    "signature",
    [
        "Kind regards,\nAda Low\nMill Road 4",
        "Viele Grüße\nAda",
        "Sent from my phone",
        "Thanks,\nAda",
    ],
)
def test_a_signature_is_apart(signature: str) -> None:
    below = f"Yes, it is.\n\n{signature}\n\nBen wrote on 5 May 2021:\n> Is it so?"
    assert split(below)[:2] == [("", "Yes, it is."), ("signature", signature)]
    assert split("Yes.\n-- \nAda Low\nMill Road 4") == [
        ("", "Yes."),
        ("signature", "Ada Low\nMill Road 4"),
    ]


def test_thanks_in_the_middle_are_no_signature() -> None:
    text = f"Thanks,\n{'that is what I needed to hear from you this morning ' * 2}\nAda"
    assert split("Hello.\n" + text) == [("", "Hello.\n" + text)]


@given(
    st.lists(st.sampled_from(["> a", ">> b", "", "c", "Ada wrote:", "From: A", "Date: 1", "--"]))
)
def test_no_word_is_lost(lines: list[str]) -> None:
    words = sorted(word for line in lines for word in line.replace(">", "").split() if word != "--")
    found = sorted(w for part in parts_of("\n".join(lines)) for w in part.text.split() if w != "--")
    assert found == words
