import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import loading
from index.errors import CorpusError
from index.loading import decode, load


def write(folder: Path, **files: bytes) -> Path:
    for name, data in files.items():
        path = folder / name.replace("__", "/").replace("_txt", ".txt").replace("_md", ".md")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return folder


def reasons(folder: Path) -> dict[str, str]:
    return {s.path: s.reason for s in load(folder).skipped}


def test_documents_come_in_the_order_of_their_relative_paths(tmp_path: Path) -> None:
    write(tmp_path, b_txt=b"Bee.", a_txt=b"Ay.", sub__c_md=b"Sea.")
    assert [(d.id, d.text) for d in load(tmp_path).documents] == [
        ("a.txt", "Ay."),
        ("b.txt", "Bee."),
        ("sub/c.md", "Sea."),
    ]


def test_one_file_is_a_corpus(tmp_path: Path) -> None:
    write(tmp_path, a_txt=b"Ay.", b_txt=b"Bee.")
    assert [d.id for d in load(tmp_path / "b.txt").documents] == ["b.txt"]


def test_newlines_are_kept_so_that_offsets_point_into_the_file(tmp_path: Path) -> None:
    write(tmp_path, a_txt=b"One.\r\nTwo.\r")
    assert load(tmp_path).documents[0].text == "One.\r\nTwo.\r"


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


def test_what_cannot_be_used_is_listed_with_the_reason_and_the_rest_is_indexed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loading, "MAX_FILE_BYTES", 1_000)
    write(
        tmp_path,
        good_txt=b"Good text.",
        empty_txt=b"",
        blank_txt=b" \n\t ",
        junk_txt=bytes(range(256)) * 2,
        nul_txt=b"text\x00\x00\x00\x00\x00\x00",
        long_txt=b"x" * 1_001,
    )
    (tmp_path / "scan.pdf").write_bytes(b"%PDF")
    (tmp_path / ".hidden.txt").write_text("Hidden.")
    (tmp_path / "folder.txt").mkdir()
    os.mkfifo(tmp_path / "pipe.txt")
    (tmp_path / "dangling.txt").symlink_to(tmp_path / "gone.txt")
    assert [d.id for d in load(tmp_path).documents] == ["good.txt"]
    found = reasons(tmp_path)
    assert found.pop("long.txt").startswith("0 MB is over the limit")
    assert found.pop("scan.pdf").startswith(".pdf is not among")
    assert found == {
        "blank.txt": "empty: there is no text in it",
        "dangling.txt": "cannot be read: No such file or directory",
        "empty.txt": "empty: there is no text in it",
        "junk.txt": "not text in an encoding that can be told; save it as UTF-8",
        "nul.txt": "not text: it is full of control characters, as binary files are",
        "pipe.txt": "not a regular file",
    }


def test_an_unreadable_file_is_listed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, a_txt=b"Ay.", locked_txt=b"Secret.")
    read = Path.read_bytes

    def refuse(path: Path) -> bytes:
        if path.name == "locked.txt":
            raise PermissionError(13, "Permission denied")
        return read(path)

    monkeypatch.setattr(Path, "read_bytes", refuse)
    assert reasons(tmp_path) == {"locked.txt": "cannot be read: Permission denied"}


def test_a_link_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    outside = write(tmp_path / "outside", secret_txt=b"Secret.")
    inside = write(tmp_path / "inside", a_txt=b"Ay.")
    (inside / "b.txt").symlink_to(outside / "secret.txt")
    (inside / "sub").symlink_to(outside)
    loaded = load(inside)
    assert [d.id for d in loaded.documents] == ["a.txt"]
    assert reasons(inside) == {"b.txt": "a link that leads out of the folder"}


def test_a_missing_or_empty_folder_is_one_clear_error(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="nowhere: there is no such folder or file"):
        load(tmp_path / "nowhere")
    with pytest.raises(CorpusError, match=r"no document to index; put \.txt or \.md files there"):
        load(tmp_path)
    write(tmp_path, empty_txt=b"")
    with pytest.raises(CorpusError, match=r"empty\.txt: empty"):
        load(tmp_path)
