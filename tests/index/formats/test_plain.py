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


SENTENCES = {
    "cp1252 mac_roman cp850 cp437": "Der Schlüssel der Werft hängt über der Tür, sagt Herr Böhm.",
    "cp1252 mac_roman cp850": "Skipet går på lørdag når været er godt, og Åse blir hjemme.",
    "cp1252 mac_roman iso8859-15": "Où est le garçon ? Il a passé l'été à la forêt, dit sa mère.",
    "cp1250 cp852 iso8859-2 mac_latin2": "Zebranie odbędzie się w środę, więc proszę przyjść.",
}


@pytest.mark.parametrize(
    ("encoding", "text"),
    [(name, text) for names, text in SENTENCES.items() for name in names.split()],
)
def test_one_sentence_tells_its_old_encoding(encoding: str, text: str) -> None:
    assert decode(text.encode(encoding)) == text


def test_frames_that_dos_programs_drew_do_not_hide_the_encoding() -> None:
    text = "╔══════════════╗\r\n║ Für Köln     ║\r\n╚══════════════╝\r\n\x1a"
    assert decode(text.encode("cp437")) == text.removesuffix("\x1a")


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_characters_of_two_bytes_are_told_without_a_mark(encoding: str) -> None:
    text = "Skipet går på lørdag når været er godt, og Åse blir hjemme hos sin gamle mor. " * 3
    assert decode(text.encode(encoding)) == text


def test_japanese_of_seven_bits_is_read() -> None:
    text = "会議は火曜日に開かれます。"
    assert decode(text.encode("iso2022_jp")) == text
