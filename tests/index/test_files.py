"""What is read is in the folder, also where somebody puts other things there meanwhile."""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from index.errors import CorpusError
from index.files import files, opened
from index.loading import read
from index.types import Skipped
from tests.index.test_harm import as_another_user


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that every user of the machine can reach."""
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        place.chmod(0o755)
        (place / "outside").mkdir()
        (place / "outside" / "a.txt").write_text("Secret.")
        (place / "docs" / "sub").mkdir(parents=True)
        (place / "docs" / "sub" / "a.txt").write_text("Public.")
        yield place / "docs"


def replaced(path: Path, make: Callable[[Path], object]) -> None:
    shutil.rmtree(path) if path.is_dir() else path.unlink()
    make(path)


def test_a_file_that_becomes_a_link_is_not_followed(folder: Path) -> None:
    listing = files(folder, (), [])
    name, opener = next(listing)
    secret = folder.parent / "outside" / "a.txt"
    replaced(folder / "sub" / "a.txt", lambda path: path.symlink_to(secret))
    with pytest.raises(CorpusError, match="cannot be read: Too many"), opened(name, opener):
        pass


def test_a_folder_that_becomes_a_link_is_not_followed(folder: Path) -> None:
    listing = files(folder, (), [])
    name, opener = next(listing)
    replaced(folder / "sub", lambda path: path.symlink_to(folder.parent / "outside"))
    with pytest.raises(CorpusError, match="cannot be read: Not a directory"), opened(name, opener):
        pass


def test_the_folder_itself_may_be_moved_away_meanwhile(folder: Path) -> None:
    listing = files(folder, (), [])
    name, opener = next(listing)
    folder.rename(folder.parent / "moved")
    folder.symlink_to(folder.parent / "outside")
    with opened(name, opener) as source:
        assert source.read() == b"Public."


def test_a_link_inside_is_opened_where_it_leads_and_not_where_it_has_come_to_lead(
    folder: Path,
) -> None:
    (folder / "link.txt").symlink_to(folder / "sub" / "a.txt")
    listing = files(folder, (), [])
    name, opener = next(listing)
    replaced(folder / "link.txt", lambda path: path.symlink_to(folder.parent / "outside" / "a.txt"))
    with opened(name, opener) as source:
        assert (name, source.read()) == ("link.txt", b"Public.")
    replaced(folder / "sub", lambda path: path.symlink_to(folder.parent / "outside"))
    with pytest.raises(CorpusError, match="cannot be read"), opened(name, opener):
        pass


@pytest.mark.timeout(20)
def test_a_file_that_becomes_a_pipe_is_not_waited_for(folder: Path) -> None:
    listing = files(folder, (), [])
    name, opener = next(listing)
    replaced(folder / "sub" / "a.txt", os.mkfifo)
    with pytest.raises(CorpusError, match="not a regular file"), opened(name, opener):
        pass


def test_a_file_that_grows_is_read_as_long_as_it_was(folder: Path) -> None:
    listing = files(folder, (), [])
    name, opener = next(listing)
    with opened(name, opener) as source, (folder / "sub" / "a.txt").open("a") as stream:
        stream.write(" More.")
        stream.flush()
        assert source.read() == source.read() == b"Public."


def test_a_folder_that_may_be_listed_but_not_entered_loses_its_own_files_only(
    folder: Path,
) -> None:
    (folder / "b.txt").write_text("More.")
    (folder / "sub").chmod(0o744)
    skipped: list[Skipped] = []
    with as_another_user():
        found = []
        for name, opener in files(folder, (), skipped):
            try:
                with opened(name, opener):
                    found.append(name)
            except CorpusError as error:
                skipped.append(Skipped(name, str(error)))
    assert found == ["b.txt"]
    assert skipped == [Skipped("sub/a.txt", "cannot be read: Permission denied")]


def test_a_folder_that_cannot_be_entered_is_said_in_one_line(folder: Path) -> None:
    folder.parent.chmod(0o700)
    with as_another_user(), pytest.raises(CorpusError, match="docs: cannot be read: Permission"):
        read(folder)


def test_paths_longer_than_the_system_takes_are_read(folder: Path) -> None:
    at = os.open(folder, os.O_RDONLY)
    for _ in range(20):  # of 250 characters
        os.mkdir("d" * 250, dir_fd=at)
        inner = os.open("d" * 250, os.O_RDONLY, dir_fd=at)
        os.close(at)
        at = inner
    with open(os.open("a.txt", os.O_WRONLY | os.O_CREAT, dir_fd=at), "w") as stream:
        stream.write("Deep.")
    os.symlink("a.txt", "link.txt", dir_fd=at)
    os.close(at)
    loaded = read(folder)
    assert [document.text for document in loaded.documents] == ["Deep.", "Public."]
    with pytest.raises(CorpusError, match="cannot be read: File name too long"):
        read(folder / Path(*["d" * 250] * 20))


def test_folders_nested_without_end_are_said(folder: Path) -> None:
    (folder / Path(*["d"] * 300)).mkdir(parents=True)
    (skipped,) = read(folder).skipped
    assert skipped.path == "/".join(["d"] * 201) and "more than 200 folders deep" in skipped.reason
