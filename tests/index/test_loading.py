import os
from pathlib import Path

import pytest

from index.errors import CorpusError
from index.loading import load


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


def test_what_cannot_be_used_is_listed_with_the_reason_and_the_rest_is_indexed(
    tmp_path: Path,
) -> None:
    write(
        tmp_path,
        good_txt=b"Good text.",
        empty_txt=b"",
        blank_txt=b" \n\t ",
        junk_txt=bytes(range(256)) * 2,
        nul_txt=b"text\x00\x00\x00\x00\x00\x00",
        long_txt=b"x" * 1_001,
    )
    (tmp_path / "clip.mov").write_bytes(b"MOV")
    (tmp_path / "picture.png").write_bytes(b"PNG")
    (tmp_path / "cut.pdf").write_bytes(b"%PDF")
    (tmp_path / ".hidden.txt").write_text("Hidden.")
    (tmp_path / "folder.txt").mkdir()
    os.mkfifo(tmp_path / "pipe.txt")
    (tmp_path / "dangling.txt").symlink_to(tmp_path / "gone.txt")
    (tmp_path / "ring.txt").symlink_to(tmp_path / "ring.txt")
    loaded = load(tmp_path, max_bytes=1_000)
    assert [d.id for d in loaded.documents] == ["good.txt"]
    found = {s.path: s.reason for s in loaded.skipped}
    assert found.pop("long.txt").startswith("0.0 MB is over the limit")
    assert found.pop("clip.mov").startswith(".mov is not among .txt, ")
    assert found.pop("picture.png") == "damaged, or not a picture of its kind"
    assert found.pop("cut.pdf") == "damaged, or not a .pdf file"
    assert found == {
        "blank.txt": "empty: there is no text in it",
        "ring.txt": "cannot be read: Too many levels of symbolic links",
        "dangling.txt": "cannot be read: No such file or directory",
        "empty.txt": "empty: there is no text in it",
        "junk.txt": "not text in an encoding that can be told; save it as UTF-8",
        "nul.txt": "not text: it is full of control characters, as binary files are",
        "pipe.txt": "not a regular file",
    }


def test_an_unreadable_file_is_listed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, a_txt=b"Ay.", locked_txt=b"Secret.")
    real = os.open

    def refuse(path: str, *arguments: int, **options: int) -> int:
        if path == "locked.txt":
            raise PermissionError(13, "Permission denied")
        return real(path, *arguments, **options)

    monkeypatch.setattr(os, "open", refuse)
    assert reasons(tmp_path) == {"locked.txt": "cannot be read: Permission denied"}


def test_a_link_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    outside = write(tmp_path / "outside", secret_txt=b"Secret.")
    inside = write(tmp_path / "inside", a_txt=b"Ay.")
    (inside / "b.txt").symlink_to(outside / "secret.txt")
    (inside / "sub").symlink_to(outside)
    loaded = load(inside)
    assert [d.id for d in loaded.documents] == ["a.txt"]
    assert reasons(inside) == {
        "b.txt": "a link that leads out of the folder",
        "sub": "a link to a folder, which is not followed",
    }


def test_links_in_a_circle_are_not_followed(tmp_path: Path) -> None:
    write(tmp_path, a_txt=b"Ay.", sub__deep__b_txt=b"Bee.")
    (tmp_path / "sub" / "deep" / "up").symlink_to(tmp_path / "sub")
    (tmp_path / "here").symlink_to(tmp_path)
    assert [d.id for d in load(tmp_path).documents] == ["a.txt", "sub/deep/b.txt"]
    assert set(reasons(tmp_path)) == {"here", "sub/deep/up"}


def test_a_missing_or_empty_folder_is_one_clear_error(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="nowhere: there is no such folder or file"):
        load(tmp_path / "nowhere")
    with pytest.raises(CorpusError, match=r"no document to index; put files there that end in \."):
        load(tmp_path)
    write(tmp_path, empty_txt=b"")
    with pytest.raises(CorpusError, match=r"empty\.txt: empty"):
        load(tmp_path)
