"""The files of folders, in a stable order, each by the name that its document gets.

A folder is held open while it is read, and each file is opened from there, folder by folder and
through no link, so that nothing that is put in a file's place meanwhile leads out of it.
"""

import os
import stat
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from index.archives import Source
from index.errors import CorpusError
from index.types import Skipped

Opener = Callable[[], int]
"""Opens a file for reading and returns its descriptor; raises OSError."""

_FOLDER = os.O_RDONLY | os.O_DIRECTORY
_FILE = os.O_RDONLY | os.O_NONBLOCK  # opening a pipe that nobody writes to would wait for ever
_DEEPEST = 200  # folders in folders

_Parts = tuple[str, ...]  # of a path, from the folder that is read


def files(
    folder: Path | None, paths: Sequence[str], skipped: list[Skipped]
) -> Iterator[tuple[str, Opener]]:
    """Yield the files of a folder, or one file, and those of `paths` elsewhere.

    The first are named by their relative path, the others by their own. Each is to be opened before
    the next is asked for. What is passed over for a reason is added to `skipped`; hidden files are
    passed over for none.
    """
    if folder is not None:
        for parts, opener in _below(folder, "", skipped):
            yield from _named("/".join(parts) if parts else folder.name, opener, skipped)
    seen = set()
    for path in paths:
        if not os.path.exists(path):
            skipped.append(Skipped(path, "there is no such file any more"))
            continue
        for parts, opener in _below(Path(path), f"{path}/", skipped):
            name = "/".join((path, *parts))
            if name not in seen:
                seen.add(name)
                yield from _named(name, opener, skipped)


@contextmanager
def opened(name: str, opener: Opener) -> Iterator[Source]:
    """Open a file as a source; raises CorpusError where there is none to be read.

    What it holds beyond the size that it has now is not read: it may be growing.
    """
    with _readable():
        descriptor = opener()
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise CorpusError("not a regular file")
        yield Source(name, status.st_size, partial(_read, descriptor, status.st_size))
    finally:
        os.close(descriptor)


def check_readable(path: Path) -> None:
    """Raise CorpusError for a path that is missing, and a folder that cannot be listed.

    That must not be taken for an empty one.
    """
    try:
        if stat.S_ISDIR(os.stat(path).st_mode):
            os.scandir(path).close()
    except (FileNotFoundError, NotADirectoryError) as error:
        raise CorpusError(f"{path}: there is no such folder or file; check the path") from error
    except OSError as error:
        raise CorpusError(f"{path}: cannot be read: {error.strerror}") from error


def check_name(name: str) -> None:
    """Raise CorpusError for a name of undecodable bytes: no JSON and no page could show it."""
    try:
        name.encode()
    except UnicodeEncodeError as error:
        raise CorpusError("its name is not text in UTF-8; rename it") from error


def shown(name: str) -> str:
    """Return a name with undecodable bytes written out."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def _read(descriptor: int, size: int) -> bytes:
    with _readable(), open(descriptor, "rb", closefd=False) as stream:
        stream.seek(0)
        return stream.read(size)


@contextmanager
def _readable() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise CorpusError(f"cannot be read: {error.strerror}") from error


def _named(name: str, opener: Opener, skipped: list[Skipped]) -> Iterator[tuple[str, Opener]]:
    try:
        check_name(name)
        yield name, opener
    except CorpusError as error:
        skipped.append(Skipped(shown(name), str(error)))


@dataclass(frozen=True, slots=True)
class _Root:
    """A folder that is held open: `path` is where it was, `descriptor` what it is."""

    path: Path
    descriptor: int

    def open(self, parts: _Parts, flags: int) -> int:
        """Open what lies below, through no link; raises OSError."""
        at = os.open(".", _FOLDER, dir_fd=self.descriptor)
        for number, part in enumerate(parts, start=1):
            kind = flags if number == len(parts) else _FOLDER
            try:
                inner = os.open(part, kind | os.O_NOFOLLOW, dir_fd=at)
            finally:
                os.close(at)
            at = inner
        return at

    def list(self, parts: _Parts) -> Sequence[tuple[str, bool, bool]]:
        """Return (name, is a folder, is a link) of what is in a folder, but for the hidden."""
        descriptor = self.open(parts, _FOLDER)
        try:
            with os.scandir(descriptor) as found:
                return sorted(
                    (entry.name, entry.is_dir(follow_symlinks=False), entry.is_symlink())
                    for entry in found
                    if not entry.name.startswith(".")
                )
        finally:
            os.close(descriptor)

    def target(self, parts: _Parts) -> _Parts | None:
        """Return where a link leads, None for out of the folder; raises OSError, RuntimeError."""
        found = self.path.joinpath(*parts).resolve()
        return found.relative_to(self.path).parts if found.is_relative_to(self.path) else None

    def is_folder(self, parts: _Parts) -> bool:
        """Whether a link leads to a folder."""
        return os.path.isdir(self.path.joinpath(*parts))


def _below(path: Path, prefix: str, skipped: list[Skipped]) -> Iterator[tuple[_Parts, Opener]]:
    """Yield the files below a path in the order of their names; a file is the only one below it."""
    try:
        root = os.open(path, _FOLDER)
    except NotADirectoryError:
        yield (), partial(os.open, path, _FILE)
        return
    except OSError as error:
        skipped.append(Skipped(shown(prefix or str(path)), f"cannot be read: {error.strerror}"))
        return
    try:
        yield from _listed(_Root(path.resolve(), root), (), prefix, skipped)
    finally:
        os.close(root)


def _listed(
    root: _Root, parts: _Parts, prefix: str, skipped: list[Skipped]
) -> Iterator[tuple[_Parts, Opener]]:
    def skip(below: _Parts, reason: str) -> None:
        skipped.append(Skipped(shown(prefix + "/".join(below)), reason))

    if len(parts) > _DEEPEST:
        skip(parts, f"more than {_DEEPEST} folders deep; move it up")
        return
    try:
        entries = root.list(parts)
    except OSError as error:
        skip(parts, f"cannot be read: {error.strerror}")
        return
    for name, is_folder, is_link in entries:
        below = (*parts, name)
        if is_link:
            try:
                target = root.target(below)
            except (OSError, RuntimeError):  # it leads in a circle, which opening it will tell
                yield below, partial(os.open, root.path.joinpath(*below), _FILE)
                continue
            if root.is_folder(below):
                skip(below, "a link to a folder, which is not followed")
            elif target is None:
                skip(below, "a link that leads out of the folder")
            else:
                yield below, partial(root.open, target, _FILE)
        elif not is_folder:
            yield below, partial(root.open, below, _FILE)
    for name, is_folder, _ in entries:
        if is_folder:
            yield from _listed(root, (*parts, name), prefix, skipped)
