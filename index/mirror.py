"""Mirror: an index made equal to the files that it comes from, again and again.

Only what changed is parsed, cut and encoded again; the result is that of a fresh build. All that
this takes is in the index itself.
"""

import os
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from index.cluster import Cluster
from index.errors import BusyIndexError, CorpusError, DamagedIndexError, StoreError
from index.home import Home
from index.loading import nothing_to_index, read
from index.source_state import SourceState
from index.store import WAIT_SECONDS, Saved
from index.types import Document, Engine, Progress, Skipped

_BUSY = "Another process is bringing this index up to date; until then this is the previous one."


@dataclass(frozen=True, slots=True)
class Changes:
    """What bringing an index up to date did, by the paths of files and the ids of documents.

    A renamed file is listed as such, and neither as added nor as removed: its path before, and its
    path now.
    """

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    renamed: tuple[tuple[str, str], ...] = ()
    removed: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Sources:
    """What an index is made of besides its folder: absolute paths, and documents of no file."""

    paths: tuple[str, ...] = ()
    given: tuple[Document, ...] = ()

    @classmethod
    def of(cls, state: SourceState) -> "Sources":
        """Return the sources that were read."""
        given = set(state.given)
        return cls(state.paths, tuple(d for d in state.documents if d.id in given))


_Edit = Callable[[SourceState], Sources]


@dataclass(frozen=True, slots=True)
class Mirror:
    """What to mirror, and where: the index in `folder`, or in memory only.

    `source` is the folder or file that the index follows, None for an index that follows none.
    Files are parsed by a `cluster`, if there is one.
    """

    engine: Engine
    source: Path | None = None
    folder: Path | None = None
    max_bytes: int | None = None
    ocr: str | None = None
    cluster: Cluster | None = None

    def __post_init__(self) -> None:
        """Raise StoreError where the index would be among the documents that it mirrors."""
        if self.source is None or self.folder is None:
            return
        source, folder = self.source.resolve(), self.folder.resolve()
        inside = folder.parts[len(source.parts) :] if folder.is_relative_to(source) else ()
        if inside and not any(part.startswith(".") for part in inside):
            raise StoreError(
                f"{self.folder}: an index among the documents of {self.source} would index itself; "
                "name a folder elsewhere"
            )

    @property
    def home(self) -> Home | None:
        """Where the index is kept, None for one in memory only."""
        return self.engine.home(self.folder)

    def refresh(
        self,
        before: Saved | None = None,
        progress: Progress | None = None,
        wait: float = WAIT_SECONDS,
    ) -> tuple[Saved, Changes]:
        """Make the index equal what its sources hold now.

        `before` is the index as last seen. Nothing is written where nothing changed. A folder that
        has become empty makes an empty index. Raises CorpusError where the folder is missing, or
        holds nothing and there is no index yet; BusyIndexError where another process writes for
        longer than `wait` seconds; StoreError where the index cannot be written.
        """
        return self._update(Sources.of, before, progress, wait)

    def hold(
        self, documents: Sequence[Document], progress: Progress | None = None
    ) -> tuple[Saved, Changes]:
        """Make the index hold these documents besides its folder, and no others."""
        sources = Sources(given=tuple({d.id: d for d in documents}.values()))
        return self._update(lambda _: sources, None, progress)

    def add(
        self, before: Saved | None, documents: Sequence[Document], paths: Sequence[Path]
    ) -> tuple[Saved, Changes]:
        """Add documents and paths, and refresh; a path in the folder is there already.

        Raises CorpusError where a path is missing or a document has the name of a file, and as
        `refresh` does.
        """
        return self._update(lambda known: self._with(known, documents, paths), before)

    def remove(self, before: Saved | None, names: Sequence[str]) -> tuple[Saved, Changes]:
        """Remove what was added by these ids and paths, and refresh.

        Raises CorpusError for what was not added, and as `refresh` does.
        """
        return self._update(lambda known: _without(known, names), before)

    def _with(
        self, known: SourceState, documents: Sequence[Document], paths: Sequence[Path]
    ) -> Sources:
        before = Sources.of(known)
        given = {document.id: document for document in before.given}
        files = {n for d in known.documents if d.id not in given for n in d.names}
        if same := files.intersection(document.id for document in documents):
            raise CorpusError(f"{min(same)}: a file has this name; give the document another id")
        outside = dict.fromkeys(before.paths)
        for path in map(_absolute, paths):
            if not path.exists():
                raise CorpusError(f"{path}: there is no such folder or file; check the path")
            if self.source is None or not path.is_relative_to(self.source):
                outside[path.as_posix()] = None
        given.update((document.id, document) for document in documents)
        return Sources(tuple(outside), tuple(given.values()))

    def _update(
        self,
        edit: _Edit,
        before: Saved | None,
        progress: Progress | None = None,
        wait: float = WAIT_SECONDS,
    ) -> tuple[Saved, Changes]:
        """Refresh, after an edit of the sources that are known when nobody else writes."""
        home = self.home
        if home is None:
            state = self._read(before.state if before is not None else SourceState(), edit)
            changes = compare(before, state)
            if before is not None and _same(before, state):
                return before, changes
            index = before.index if before is not None else None
            return Saved(self.engine.build(state.documents, index, progress), state), changes
        seen = home.stamp()
        before, known, note = self._kept(home, before)
        state = self._read(known, edit)
        if before is not None and _is_saved(before, state):
            home.tidy()
            return before, compare(before, state)
        with home.writing(wait) as write:
            if home.stamp() != seen:  # another process was faster
                before, known, note = self._kept(home, before)
                state = self._read(known, edit)
                if before is not None and _is_saved(before, state):
                    return before, compare(before, state)
            return write(before, state, progress), compare(before, state, note)

    def open(self, progress: Progress | None, wait: bool) -> tuple[Saved, Changes]:
        """Refresh, or take the previous index while another process is at it."""
        home = self.home
        if wait or home is None or not home.exists():
            return self.refresh(progress=progress)
        try:
            return self.refresh(progress=progress, wait=0)
        except BusyIndexError:
            saved = home.load()
            return saved, compare(saved, saved.state, _BUSY)

    def latest(self, before: Saved) -> Saved:
        """Return the index that is in its folder now; raises StoreError."""
        home = self.home
        if home is None or home.stamp() in (None, before.stamp):
            return before
        return home.load()

    def _kept(self, home: Home, before: Saved | None) -> tuple[Saved | None, SourceState, str]:
        """Return the index that is kept, what is known by it, and what was wrong with it."""
        if before is not None and before.stamp == home.stamp():
            return before, before.state, ""
        if not home.exists():
            unsaved = replace(before, stamp=None) if before is not None else None
            return unsaved, before.state if before is not None else SourceState(), ""
        try:
            saved = home.load()
            return saved, saved.state, ""
        except DamagedIndexError as error:
            return None, home.rescued(), f"{error}. It was rebuilt."

    def _read(self, known: SourceState, edit: _Edit) -> SourceState:
        given = set(known.given)
        files = (d.id for d in known.documents if d.id not in given)
        if self.source is None and any(not Path(name).is_absolute() for name in files):
            raise CorpusError(
                f"{self.home}: this index was opened without its folder of documents; open that "
                "folder to change the index"
            )
        sources = edit(known)
        parser_of = self.cluster.parser if self.cluster is not None else None
        given_ones = sources.paths, sources.given
        state = read(self.source, *given_ones, known, self.max_bytes, self.ocr, parser_of)
        if self.source is not None and not (known.documents or state.documents):
            raise nothing_to_index(self.source, state.skipped)
        return state


def _absolute(path: Path) -> Path:
    return Path(os.path.abspath(path))  # and not resolved: a link is called by its name


def _without(known: SourceState, names: Sequence[str]) -> Sources:
    before = Sources.of(known)
    given = {document.id: document for document in before.given}
    outside = dict.fromkeys(before.paths)
    for name in names:
        path = _absolute(Path(name)).as_posix()
        if name in given:
            del given[name]
        elif path in outside:
            del outside[path]
        elif any(name in document.names for document in known.documents):
            raise CorpusError(f"{name}: the corpus mirrors this file; delete it and refresh")
        else:
            raise CorpusError(f"{name}: there is no such document")
    return Sources(tuple(outside), tuple(given.values()))


def _same(before: Saved, state: SourceState) -> bool:
    return replace(state, max_bytes=before.state.max_bytes) == before.state


def _is_saved(before: Saved, state: SourceState) -> bool:
    return before.stamp is not None and _same(before, state)


def compare(before: Saved | None, state: SourceState, note: str = "") -> Changes:
    """Return what changed from one state to the next."""
    old = _by_name(before.state.documents if before is not None else ())
    new = _by_name(state.documents)
    gone = defaultdict(list)
    for name, document in old.items():
        if name not in new:
            gone[document.sha256, document.text].append(name)
    added, renamed = [], []
    for name, document in new.items():
        if name not in old:
            same = gone[document.sha256, document.text]
            if same:
                renamed.append((same.pop(0), name))
            else:
                added.append(name)
    moved = {name for name, _ in renamed}
    kept = [name for name in new if name in old]
    alike = {name for name in kept if _alike(old[name], new[name])}
    return Changes(
        added=tuple(added),
        changed=tuple(name for name in kept if name not in alike),
        renamed=tuple(renamed),
        removed=tuple(name for name in old if name not in new and name not in moved),
        unchanged=tuple(name for name in kept if name in alike),
        skipped=state.skipped,
        note=note,
    )


def _by_name(documents: Iterable[Document]) -> dict[str, Document]:
    return {name: document for document in documents for name in document.names}


def _alike(one: Document, other: Document) -> bool:
    return one is other or _apart_from_names(one) == _apart_from_names(other)


def _apart_from_names(document: Document) -> Document:
    """Return a document without what depends on its name."""
    title = document.title if document.titled else ""
    return replace(document, id="", also=(), title=title)
