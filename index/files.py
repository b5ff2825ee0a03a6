"""The files of folders, in a stable order, each by the name that its document gets."""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from index.errors import CorpusError
from index.types import Skipped


def files(
    folder: Path | None, paths: Sequence[str], skipped: list[Skipped]
) -> Iterator[tuple[str, Path]]:
    """Yield the files of a folder, or one file, and those of `paths` elsewhere.

    The first are named by their relative path, the others by their own. What is passed over for a
    reason is added to `skipped`; hidden files are passed over for none.
    """
    if folder is not None:
        base = folder if folder.is_dir() else folder.parent
        for file in _below(folder, skipped):
            yield from _named(file, file.relative_to(base).as_posix(), skipped)
    seen = set()
    for path in map(Path, paths):
        if not path.exists():
            skipped.append(Skipped(path.as_posix(), "there is no such file any more"))
            continue
        for file in _below(path, skipped):
            if file not in seen:
                seen.add(file)
                yield from _named(file, file.as_posix(), skipped)


def check_readable(folder: Path) -> None:
    """Raise CorpusError for a folder that cannot be listed, which must not be taken for empty."""
    try:
        os.scandir(folder).close()
    except OSError as error:
        raise CorpusError(f"{folder}: cannot be read: {error.strerror}") from error


def check_name(name: str) -> None:
    """Raise CorpusError for a name of undecodable bytes: no JSON and no page could show it."""
    try:
        name.encode()
    except UnicodeEncodeError as error:
        raise CorpusError("its name is not text in UTF-8; rename it") from error


def shown(name: str) -> str:
    """Return a name with undecodable bytes written out."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def _named(file: Path, name: str, skipped: list[Skipped]) -> Iterator[tuple[str, Path]]:
    try:
        check_name(name)
        yield name, file
    except CorpusError as error:
        skipped.append(Skipped(shown(name), str(error)))


def _below(path: Path, skipped: list[Skipped]) -> Iterator[Path]:
    """Yield the files below a path in the order of their names, never leaving the folder."""
    if not path.is_dir():
        yield path
        return
    inside = path.resolve()

    def unreadable(error: OSError) -> None:
        name = Path(error.filename).relative_to(path).as_posix()
        skipped.append(Skipped(shown(name), f"cannot be read: {error.strerror}"))

    for folder, folders, names in os.walk(path, onerror=unreadable):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for link in (Path(folder) / name for name in folders if (Path(folder) / name).is_symlink()):
            relative = link.relative_to(path).as_posix()
            skipped.append(Skipped(shown(relative), "a link to a folder, which is not followed"))
        for name in sorted(names):
            file = Path(folder) / name
            if name.startswith("."):
                continue
            try:
                leads_out = not file.resolve().is_relative_to(inside)
            except RuntimeError:  # it leads in a circle, which reading it will tell
                leads_out = False
            if leads_out:
                relative = file.relative_to(path).as_posix()
                skipped.append(Skipped(shown(relative), "a link that leads out of the folder"))
                continue
            yield file
