"""Tables in Markdown become rows; nothing else changes."""

from index.formats.pipes import with_rows

TABLE = """Before it.

| Setting | Default | Meaning |
|:--------|---------|--------:|
| port | `7431` | where **it** listens |
| codec |  | a \\| b<br>c |
After it.
"""


def test_rows_have_the_names_of_their_columns() -> None:
    assert with_rows(TABLE).splitlines() == [
        "Before it.",
        "",
        "Setting: port | Default: 7431 | Meaning: where **it** listens",
        "Setting: codec | Meaning: a / b c",
        "After it.",
    ]
    assert with_rows("Name | Paid\n--- | ---\nOle | 5").splitlines() == ["Name: Ole | Paid: 5"]


def test_what_is_no_table_stays() -> None:
    for text in (
        f"```\n{TABLE}\n```\n",
        "a | b\nc | d\n",
        "One\n---\n\nTwo | three\n",
        "| a |\n|--|",
    ):
        assert with_rows(text) == text
    fenced = f"```\n{TABLE}```\n"
    assert with_rows(fenced + TABLE) == fenced + with_rows(TABLE)
