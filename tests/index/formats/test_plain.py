import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.errors import CorpusError
from index.formats.plain import decode


@pytest.mark.parametrize(
    "encoding",
    ["utf-8", "utf-8-sig", "utf-16", "utf-32", "cp1252", "iso8859-15"],
)
def test_common_western_encodings_are_read(encoding: str) -> None:
    text = (
        "Le président a déclaré à l'Assemblée que la décision, très attendue, serait prise à "
        "Genève cet été. Les députés français ont répondu qu'ils préféraient un débat général."
    )
    assert decode(text.encode(encoding)) == text


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("cp1251", "Представитель министерства заявил, что решение будет принято в Женеве. " * 3),
        ("koi8-r", "Представитель министерства заявил, что решение будет принято в Женеве. " * 3),
        (
            "shift_jis",
            "国連人権委員会は来週ジュネーブで会議を開き、決議案について議論する予定です。" * 3,
        ),
        ("gb18030", "联合国人权委员会下周将在日内瓦举行会议，讨论有关人权问题的决议草案。" * 3),
        ("big5", "聯合國人權委員會下週將在日內瓦舉行會議，討論有關人權問題的決議草案。" * 3),
    ],
)
def test_common_encodings_of_other_scripts_are_read(encoding: str, text: str) -> None:
    assert decode(text.encode(encoding)) == text


def test_a_few_damaged_bytes_do_not_turn_utf8_into_something_else() -> None:
    text = decode("Der Präsident sagte „nein“ in Genf.".encode() + b" \xff\xfe end.")
    assert text == "Der Präsident sagte „nein“ in Genf. �� end."


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=200))
def test_utf8_is_read_as_it_is(text: str) -> None:
    assert decode(text.encode()) == text.removeprefix("\ufeff")


@given(st.binary(max_size=400))
def test_any_bytes_are_text_or_a_clear_refusal(data: bytes) -> None:
    try:
        assert isinstance(decode(data), str)
    except CorpusError as error:
        assert "not text" in str(error)
