"""Rich text, and what is called .doc."""

import shutil
import struct

import pytest

from index.errors import CorpusError
from index.formats import extract, old_word
from index.formats.packed_rtf import unpack_rtf
from tests.index.formats import making

HEAD = (
    r"{\rtf1\ansi\ansicpg1252\deff0{\fonttbl{\f0\fswiss Arial;}{\f1\fcharset204 Times;}}"
    r"{\stylesheet{\s1 heading 1;}}{\info{\title Of the mill}{\author Ada Byron}{\doccomm No.}}"
)


def rtf(body: str) -> bytes:
    return f"{HEAD}{body}}}".encode("ascii")


def places(raw: bytes) -> list[tuple[str, str]]:
    found = extract(".rtf", raw)
    return [(place.label, found.text[place.start : place.end]) for place in found.places]


def test_paragraphs_characters_and_what_the_file_says_of_itself() -> None:
    found = extract(".rtf", rtf(
        r"\pard It \b grinds\b0  rye;\par the \'93old\'94 mill \u8211? na\u239\'efve \u-10179?"
        r"\u-8694? \{x\}\emdash{\f1 \'cc\'e8\'f0}\line end.{\pict 0a0b0c}{\*\foo unknown}"
    ))  # fmt: skip
    assert found.text == "It grinds rye;\nthe “old” mill – naïve 😊 {x}—Мир end."
    assert (found.title, found.metadata["author"]) == ("Of the mill", "Ada Byron")


def test_tables_are_rows_and_an_empty_cell_moves_no_value() -> None:
    rows = (("Boat", "May", "June"), ("Petrel", "", "40"), ("Fulmar", "55", ""))
    table = "".join(
        r"\trowd\cellx1\cellx2\cellx3\pard\intbl " + "".join(f"{c}\\cell " for c in row) + r"\row "
        for row in rows
    )
    assert places(rtf(rf"\pard\outlinelevel0 Berths\par {table}\pard All are let.\par")) == [
        ("section Berths", "Berths"),
        ("section Berths, row 2", "Boat: Petrel | June: 40"),
        ("section Berths, row 3", "Boat: Fulmar | May: 55"),
        ("section Berths", "All are let."),
    ]


def test_notes_headers_and_what_is_hidden() -> None:
    raw = rtf(
        r"{\header Contract of the founders\par}{\headerf Contract of the founders\par}{\footer 3}"
        r"\pard The bell{\footnote It is cracked.} rings{\v  in secret}.{\*\annotation Why?}\par"
    )
    found = extract(".rtf", raw)
    assert found.text.split("\n\n") == [
        "The bell rings.", "Contract of the founders", "It is cracked.", "Why?"
    ]  # fmt: skip
    assert [label for label, _ in places(raw)] == ["header", "footnote 1", "comment 1"]
    assert found.left_out == ("hidden text: word processors do not show it",)


@pytest.mark.parametrize("raw", [b"no rtf", b"", b"{\\rtf1", b"{" * 9, rtf("")[:40]])
def test_what_is_no_rich_text_is_one_line(raw: bytes) -> None:
    with pytest.raises(CorpusError) as error:
        extract(".rtf", raw)
    assert "\n" not in str(error.value)


def test_unbalanced_and_deep_groups_are_read() -> None:
    assert extract(".rtf", rtf("{" * 50_000 + "deep" + "}" * 60_000 + " after")).text.split() == [
        *("deep", "after")
    ]


def test_a_doc_that_is_rich_text_or_docx_is_read_as_such() -> None:
    assert extract(".doc", rtf(r"\pard The mill.\par")).text == "The mill."
    assert "The mill." in extract(".doc", making.docx_file({"A": ["The mill."]})).text


def test_an_old_word_file_needs_a_program_of_debian(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(old_word.shutil, "which", lambda name: None)
    with pytest.raises(CorpusError, match="install antiword or catdoc"):
        extract(".doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2_000))


def test_tables_that_are_drawn_with_bars_are_rows() -> None:
    drawn = "Berths\n|Boat  |May |June |\n|Petrel|    |40   |\n|Fulmar|55  |     |\nLet."
    assert list(old_word._lines(drawn)) == [
        "Berths", "Boat: Petrel | June: 40", "Boat: Fulmar | May: 55", "Let."
    ]  # fmt: skip


@pytest.mark.skipif(not shutil.which("antiword"), reason="Debian's antiword is not installed")
def test_a_damaged_old_file_is_one_line() -> None:
    with pytest.raises(CorpusError, match=r"damaged, or not a \.doc file"):
        extract(".doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2_000))


def test_rich_text_of_outlook_is_unpacked() -> None:
    packed = bytes.fromhex(  # the example of MS-OXRTFCP
        "2d0000002b0000004c5a4675f1c5c7a703000a007263706731323542320af320"
        "68656c090020627705b06c647d0a800fa0"
    )
    assert unpack_rtf(packed) == b"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n"
    plain = b"\x00\x00\x00\x00\x05\x00\x00\x00MELA\x00\x00\x00\x00{\\rtf"
    assert unpack_rtf(plain) == b"{\\rtf"
    for raw in (b"", packed[:12], packed[:8] + b"LZXX" + packed[12:]):
        with pytest.raises(CorpusError):
            unpack_rtf(raw)


def test_a_message_of_rich_text_alone_is_read() -> None:
    body = b"{\\rtf1\\ansi\\ansicpg1252\\fromtext Dear Bo,\\par the crane lifts nine tonnes.\\par}"
    head = struct.pack("<II4sI", len(body) + 12, len(body), b"MELA", 0)
    raw = making.compound(
        {
            "__properties_version1.0": bytes(4_096),
            "__substg1.0_0037001F": "Crane".encode("utf-16-le").ljust(4_096, b"\0"),
            "__substg1.0_10090102": (head + body).ljust(4_096, b"\0"),
        }
    )
    found = extract(".msg", raw)
    assert (found.title, found.text.split("\n")[-1]) == ("Crane", "the crane lifts nine tonnes.")
