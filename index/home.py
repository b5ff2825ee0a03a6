"""Where an index is kept, whatever the engine; and the folder in which the local one keeps it."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from index import store
from index.source_state import SourceState
from index.store import Saved, Stamp
from index.types import FileEngine, Progress

Write = Callable[[Saved | None, SourceState, Progress | None], Saved]
"""Makes and saves the index of a state, given the one before; returns it as saved."""


class Home(Protocol):
    """A place for one index, which is replaced whole, by one writer at a time, and read by many.

    Every method raises StoreError where the place cannot be read or written.
    """

    def exists(self) -> bool:
        """Whether an index is there, whole or not."""
        ...

    def stamp(self) -> Stamp | None:
        """Return what changes with every save, or None where there is no index."""
        ...

    def load(self) -> Saved:
        """Return the index that is there.

        Raises DamagedIndexError where it can only be rebuilt, and StoreError where it is missing,
        of a newer version, or made with another engine or encoder.
        """
        ...

    def rescued(self) -> SourceState:
        """Return what is still whole of a damaged index."""
        ...

    def writing(self, wait: float) -> AbstractContextManager[Write]:
        """Be the only writer.

        Raises BusyIndexError where another process is for longer than `wait` seconds.
        """
        ...

    def tidy(self) -> None:
        """Remove what is needed no more, unless another process is writing."""
        ...


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder of this machine, in which an engine keeps an index in files."""

    path: Path
    engine: FileEngine

    def __str__(self) -> str:
        return str(self.path)

    def exists(self) -> bool:
        return store.is_index(self.path)

    def stamp(self) -> Stamp | None:
        return store.stamp(self.path)

    def load(self) -> Saved:
        return store.load(self.path, self.engine)

    def rescued(self) -> SourceState:
        return store.rescued(self.path)

    @contextmanager
    def writing(self, wait: float) -> Iterator[Write]:
        with store.writing(self.path, self.engine, wait) as save:

            def write(before: Saved | None, state: SourceState, progress: Progress | None) -> Saved:
                known = before.index if before is not None else None
                return save(self.engine.build(state.documents, known, progress), state)

            yield write

    def tidy(self) -> None:
        store.tidy(self.path, self.engine)
