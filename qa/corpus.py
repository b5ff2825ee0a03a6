"""The Python API: `Corpus.open(path).ask(question)`."""

import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from threading import Lock
from weakref import WeakKeyDictionary

from index import store
from index.beside import Beside, Shared
from index.cluster import Cluster
from index.errors import CorpusError, StoreError, UnreachableError
from index.filters import Filter, Selected
from index.hybrid import HybridIndex
from index.loading import nothing_to_index
from index.local import LocalEngine
from index.mirror import Changes, Mirror
from index.source_state import SourceState
from index.store import Saved
from index.types import Document, Encoder, Hit, Passage, Progress, SearchIndex
from qa.answering import HITS, Answerer
from qa.comparing import Comparison, compare
from qa.conversation import Chat, Turn
from qa.listing import Listing
from qa.originals import original
from qa.packets.packet import Packet
from qa.packets.records import Record, record_of
from qa.packets.verifying import Finding, verify
from qa.parts import EngineOf, cache_folder, encoder_of, encoder_of_index, engine_of, reader_of
from qa.promise import Promise
from qa.promise import load as load_promise
from qa.promise import save as save_promise
from qa.requirements import require_system
from qa.types import Answer, Reader


class Corpus:
    """Documents that can be asked, and that change: by hand, and with the files they come from."""

    def __init__(
        self, mirror: Mirror, saved: Saved, reader: Reader, changes: Changes | None = None
    ) -> None:
        """Put finished parts together; `saved` is what `mirror` made."""
        self._mirror = mirror
        self._saved = saved
        self._reader = reader
        self._beside: WeakKeyDictionary[SearchIndex, Beside] = WeakKeyDictionary()
        self._updating = Lock()
        self.changes = changes if changes is not None else Changes()
        self.promise: Promise | None = None
        if mirror.folder is not None:
            self.promise, note = load_promise(mirror.folder, reader)
            notes = "\n".join(filter(None, [self.changes.note, note]))
            self.changes = replace(self.changes, note=notes)

    @classmethod
    def open(
        cls,
        path: str | Path | None,
        *,
        index: str | Path | None = None,
        encoder: str | Encoder | None = None,
        reader: str | Reader | None = None,
        engine: str | EngineOf = LocalEngine,
        cluster: Cluster | None = None,
        thorough: bool = False,
        max_file_size: int | None = None,
        ocr: str | None = None,
        wait: bool = False,
        progress: Progress | None = None,
    ) -> "Corpus":
        """Open a folder of documents, one file, or a saved index.

        A folder's index is built or brought up to date as needed. It lives in the folder `index`,
        by default below the user's cache folder. `encoder` is "fast" or a SentenceTransformer's
        folder or name, `reader` an AutoModelForQuestionAnswering's, or either is an object; both
        have a packaged default. A saved index made with another encoder is opened only where
        `encoder` names it: an index chooses no model. `thorough` reads all of the best passages,
        also where the first ones settle the answer. Files of more than `max_file_size` bytes are
        left out; each format has a default. `ocr` says how scanned pages are read where tesseract
        is installed: "auto", "never", or languages as tesseract calls them ("eng+deu"); by default
        as before, and at first "auto". While another process brings the index up to date the
        previous one is opened, unless told to `wait`.

        `engine` is "qdrant://HOST:PORT/COLLECTION", "qdrants://" with TLS, or "qdrant:FOLDER",
        where an index is then kept instead of in a folder `index` (docs/scale.md); the path None
        opens what is there. Nothing but this chooses an engine or a host. A `cluster`
        (`index.cluster.join`) parses files and encodes passages.

        Raises CorpusError, StoreError or ModelError, each with what to do, and QuotewellError on
        Windows.
        """
        require_system()
        make = engine_of(engine)
        read = reader_of(reader, thorough)
        if path is None:
            return cls._kept(Mirror(make(encoder_of(encoder))), read)
        path = Path(path).expanduser()
        if store.is_index(path):
            used = encoder if encoder is not None else encoder_of_index(path)
            return cls._kept(Mirror(make(encoder_of(used)), folder=path), read)
        model = encoder_of(encoder)
        folder = Path(index).expanduser() if index is not None else cache_folder(path, model.name)
        spread = cluster.encoder(model) if cluster is not None else model
        source = Path(os.path.abspath(path))
        mirror = Mirror(make(spread), source, folder, max_file_size, ocr, cluster)
        saved, changes = mirror.open(progress, wait)
        if not saved.index.documents:
            raise nothing_to_index(path, changes.skipped)
        return cls(mirror, saved, read, changes)

    @classmethod
    def _kept(cls, mirror: Mirror, reader: Reader) -> "Corpus":
        """Open the index that is kept where a mirror keeps it."""
        if (home := mirror.home) is None:
            raise CorpusError("name a folder of documents, or an engine that keeps an index")
        return cls(mirror, home.load(), reader)

    @classmethod
    def from_documents(
        cls,
        documents: Sequence[Document],
        *,
        index: Path | None = None,
        encoder: str | Encoder | None = None,
        reader: str | Reader | None = None,
        engine: str | EngineOf = LocalEngine,
        thorough: bool = False,
        progress: Progress | None = None,
    ) -> "Corpus":
        """Make a corpus of documents that no folder holds, kept in the folder `index` if given."""
        mirror = Mirror(engine_of(engine)(encoder_of(encoder)), folder=index)
        saved, changes = mirror.hold(documents, progress)
        return cls(mirror, saved, reader_of(reader, thorough), changes)

    def with_documents(self, documents: Sequence[Document]) -> "Corpus":
        """Return a corpus in memory of these documents beside its own; nothing is saved.

        A document given takes the place of one of its id. What this corpus has encoded is not
        encoded again, and both use one reader; neither notices what is done to the other. Raises
        StoreError where this one is kept by an engine on servers: it may be too large.
        """
        index = self._saved.index
        if not isinstance(index, HybridIndex):
            raise StoreError("this corpus is not in memory; search others beside it: `indexed`")
        mirror = Mirror(LocalEngine(self._mirror.engine.encoder))
        own = Saved(index, SourceState.given_only(index.documents))
        saved, changes = mirror.add(own, documents, ())
        return Corpus(mirror, saved, self._reader, changes)

    def snapshot(self, beside: SearchIndex | None = None) -> Answerer:
        """Return what answers from the documents as they are now, whatever changes later.

        And from those of an index that `indexed` has made, searched beside them.
        """
        self._follow()
        index = self._saved.index
        if beside is not None:
            if not (isinstance(index, Shared) and isinstance(beside, HybridIndex)):
                raise TypeError(f"{type(index).__name__} is searched beside no other index")
            made = self._beside.get(beside)
            if made is None or made.first is not index:
                made = self._beside[beside] = Beside(index, beside)
            index = made
        return Answerer(index, self._reader, self.promise if beside is None else None)

    def indexed(
        self,
        documents: Sequence[Document],
        known: SearchIndex | None = None,
        progress: Progress | None = None,
    ) -> SearchIndex:
        """Return an index of these documents alone; what one before it holds is not encoded again.

        This corpus neither has them nor changes: `snapshot` searches them beside its own.
        """
        return self._mirror.engine.build(documents, known, progress)

    def add(self, *added: str | Path | Document) -> Changes:
        """Add documents, files, or folders of files, and bring the corpus up to date.

        A path outside the corpus's folder is remembered and from then on mirrored too; its
        documents are named by their absolute path. One inside is only looked at again. A Document
        stays until it is removed, or another of its id is added. Raises CorpusError, and adds
        nothing, where a path is missing or a Document has the name of a file.
        """
        documents = [d for d in added if isinstance(d, Document)]
        paths = [Path(p).expanduser() for p in added if not isinstance(p, Document)]
        with self._updating:
            self._saved, changes = self._mirror.add(self._saved, documents, paths)
        return changes

    def remove(self, *names: str) -> Changes:
        """Remove Documents by their ids, and paths outside the folder, that were added.

        Their text and vectors go from the disk too. Raises CorpusError, and removes nothing, for a
        file of the folder, which is to be deleted there, and where there is no such document.
        """
        with self._updating:
            self._saved, changes = self._mirror.remove(self._saved, names)
        return changes

    def keep_promise(self, made: Promise) -> Path:
        """Save a promise beside the index, and answer by it; return its file.

        Raises StoreError where the index is in no folder, or its folder cannot be written.
        """
        if self._mirror.folder is None:
            raise StoreError("the index is in no folder, so a promise has no place beside it")
        file = save_promise(made, self._mirror.folder, self._reader)
        self.promise = made
        return file

    def refresh(self) -> Changes:
        """Look again at all files that the corpus comes from, and make it equal them.

        A folder that has become empty makes a corpus that answers nothing. Raises CorpusError where
        the folder is gone, StoreError where the index cannot be written; both leave all as it was.
        """
        with self._updating:
            self._saved, changes = self._mirror.refresh(self._saved)
        return changes

    def _follow(self) -> None:
        """Load the index again where another process has saved a newer one.

        While the engine that keeps it does not answer it stays as it was: searching it will tell.
        """
        if self._updating.acquire(blocking=False):  # else another thread is at it
            try:
                with suppress(UnreachableError):
                    self._saved = self._mirror.latest(self._saved)
            finally:
                self._updating.release()

    @property
    def documents(self) -> Mapping[str, Document]:
        """The documents by id, as of the last question or change."""
        return self._saved.index.documents

    @property
    def passages(self) -> Sequence[Passage]:
        """The passages, document by document."""
        return self._saved.index.passages

    @property
    def skipped(self) -> Mapping[str, str]:
        """Why files are not among the documents, by path."""
        return {s.path: s.reason for s in self._saved.state.skipped}

    @property
    def left_out(self) -> Mapping[str, tuple[str, ...]]:
        """What was left out of documents and why, by their ids; `Document.left_out`."""
        return {d.id: d.left_out for d in self.documents.values() if d.left_out}

    @property
    def sources(self) -> tuple[Path, ...]:
        """The folder or file that `refresh` mirrors, and the paths that were added."""
        source = [] if self._mirror.source is None else [self._mirror.source]
        return (*source, *map(Path, self._saved.state.paths))

    def ask(self, question: str, within: Filter | None = None) -> Answer:
        """Answer a question from the documents, or only from those that a filter lets through.

        Raises QuestionError for a question that is blank or longer than 1,000 characters, and
        FilterError where no document is let through.
        """
        return self.snapshot().ask(question, within)

    def ask_all(self, question: str, within: Filter | None = None) -> Listing:
        """Return every answer that is found, by document and place; raises as `ask`."""
        return self.snapshot().ask_all(question, within)

    def packet(
        self, answers: Sequence[Answer | Turn | Record], within: Filter | None = None
    ) -> Packet:
        """Return answers as a packet of evidence to export, with pictures of PDF pages.

        Answers that are no records yet are taken to be limited by `within`. Raises CorpusError
        where a document has changed since an answer was given.
        """
        records = [
            a if isinstance(a, Record) else record_of(a, self.documents, within) for a in answers
        ]
        return Packet.of(records, self.versions, self.documents, self.original)

    def verify(self, packet: Packet) -> list[Finding]:
        """Return what became of each quote of a packet in the documents as they are now."""
        self._follow()
        return verify(packet, self.documents, self.skipped)

    @property
    def versions(self) -> Mapping[str, str]:
        """What answers are made by: the versions of Quotewell and the index, encoder and reader."""
        reader = getattr(self._reader, "version", type(self._reader).__name__)
        return {
            "Quotewell": version("quotewell"),
            "index": str(store.VERSION),
            "encoder": self._mirror.engine.encoder.name,
            "reader": reader,
        }

    def original(self, document: Document) -> bytes:
        """Return the bytes of a document's file; raises CorpusError where they are out of reach."""
        source = self._mirror.source
        if Path(document.id).is_absolute():
            return original(Path("/"), document)
        if source is None:
            raise CorpusError("its file is out of reach")
        return original(source if source.is_dir() else source.parent, document)

    def compare(self, old: str | Filter, new: str | Filter, question: str) -> Comparison:
        """Ask two sides the same, each a document, folder, date or filter; say what changed.

        Raises as `ask`, where a side has no document, too.
        """
        return compare(self.snapshot(), old, new, question)

    def chat(self, turns: Sequence[Turn] = ()) -> Chat:
        """Return a conversation, at its beginning or after `turns`."""
        return Chat(self, turns)

    def search(self, question: str, k: int = HITS, within: Filter | None = None) -> list[Hit]:
        """Return the k passages nearest to a question, best first; raises as `ask` does."""
        return self.snapshot().search(question, k, within)

    def select(self, within: Filter) -> Selected:
        """Return which documents a filter lets through; raises FilterError for none."""
        return self.snapshot().select(within)
