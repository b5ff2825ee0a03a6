"""The documents that visitors add, each visitor's kept apart and for a while only."""

import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock

from index.errors import CorpusError
from index.loading import read
from index.types import Document

PREFIX = "uploads/"  # before the name of each, so that none takes the place of another document
MAX_FILES = 50


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a file: the ids of its documents, or why there are none (or not all)."""

    name: str
    documents: tuple[str, ...] = ()
    skipped: tuple[str, ...] = ()


class Uploads:
    """The files of one owner in a folder of their own, and the documents read from them.

    `max_bytes` is the limit of all files together, and `room` tells how much there is for those of
    everyone; `close` deletes them, and `closed` says so to whatever still works on them.
    """

    def __init__(self, max_bytes: int, room: Callable[[], int] | None = None) -> None:
        self._max_bytes = max_bytes
        self._room = room
        self.closed = False
        self._changing = Lock()
        self._folder = TemporaryDirectory(prefix="quotewell-")
        self.documents: Mapping[str, Document] = {}

    @property
    def size(self) -> int:
        """How many bytes the files have."""
        return sum(file.stat().st_size for file in (self.folder / PREFIX).glob("*"))

    @property
    def folder(self) -> Path:
        """The folder that the documents' ids are relative to."""
        return Path(self._folder.name)

    def read(self, files: Sequence[Path]) -> Iterator[Outcome]:
        """Take files over and read them one by one; a file of a name replaces one before it."""
        for file in files:
            try:
                yield self._read(file)
            except CorpusError as error:
                yield Outcome(file.name, skipped=(str(error),))
            finally:
                file.unlink(missing_ok=True)

    def remove(self, name: str) -> None:
        """Forget a document, and its file; raises CorpusError where there is none."""
        if name not in self.documents:
            raise CorpusError(f"{name}: no such upload of yours; only uploads can be removed here")
        with self._changing:
            self.documents = {n: d for n, d in self.documents.items() if n != name}
        top = name.removeprefix(PREFIX).split("/")[0]
        left = {n.removeprefix(PREFIX).split("/")[0] for n in self.documents}
        if top not in left:
            (self.folder / PREFIX / top).unlink(missing_ok=True)

    def close(self) -> None:
        """Delete the files, also where they are still being read."""
        self.closed = True
        self._folder.cleanup()

    def _read(self, file: Path) -> Outcome:
        if self.closed:
            raise CorpusError("the page was closed")
        kept = self.folder / PREFIX
        kept.mkdir(exist_ok=True)
        others = [f for f in kept.iterdir() if f.name != file.name]
        used = sum(f.stat().st_size for f in others) + file.stat().st_size
        if len(others) + 1 > MAX_FILES:
            raise CorpusError(f"there are {MAX_FILES} files already; remove some first")
        if used > self._max_bytes:
            raise CorpusError(
                f"all files together would be over {self._max_bytes / 1e6:,.0f} MB; "
                "remove some first, or ask whoever runs this page for a larger --max-upload"
            )
        if self._room is not None and file.stat().st_size > self._room():
            raise CorpusError("there is no room for more files at the moment; try again later")
        found = read(file)
        if self.closed:
            raise CorpusError("the page was closed")
        documents = {f"{PREFIX}{d.id}": replace(d, id=f"{PREFIX}{d.id}") for d in found.documents}
        before = f"{PREFIX}{file.name}"
        with self._changing:
            self.documents = {
                name: document
                for name, document in self.documents.items()
                if name != before and not name.startswith(f"{before}/")
            } | documents
        if documents:
            shutil.copyfile(file, kept / file.name)
        reasons = tuple(
            s.reason if s.path == file.name else f"{s.path}: {s.reason}" for s in found.skipped
        )
        return Outcome(file.name, tuple(documents), reasons)
