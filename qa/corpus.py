"""The Python API: `Corpus.open(path).ask(question)`."""

import hashlib
import os
import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from threading import Lock

import platformdirs

from index import store
from index.encoders import load_encoder
from index.encoding import DEFAULT_ENCODER
from index.errors import QuestionError
from index.filters import Filter, Selected, select
from index.hybrid import HybridIndex, Progress
from index.loaded import Loaded
from index.loading import nothing_to_index
from index.mirror import Changes, Edit, Mirror, Sources
from index.store import Saved
from index.types import Document, Encoder, Hit, Passage
from qa.citing import cite, cite_passage
from qa.confidence import Calibration, candidates
from qa.conversation import Chat, Turn
from qa.reader import SpanReader
from qa.spans import distinct, group_equal
from qa.types import Answer, Candidate, Citation, Reader, Reading, Span, Status

MAX_QUESTION_CHARS = 1_000
HITS = 50
READ = 8
NEAREST = 3
_CITATIONS = 5
_OTHERS = 2


class Corpus:
    """Documents that can be asked."""

    def __init__(
        self,
        index: HybridIndex,
        reader: Reader,
        calibration: Calibration,
        changes: Changes | None = None,
        mirror: Mirror | None = None,
        saved: Saved | None = None,
    ) -> None:
        """Put finished parts together; without `saved`, no file holds the documents of `index`."""
        self._saved = saved or Saved(index, Loaded.given_only(index.documents))
        self._mirror = mirror or Mirror(index.dense.encoder)
        self._updating = Lock()
        self._reader = reader
        self._calibration = calibration
        self.changes = changes if changes is not None else Changes()

    @classmethod
    def open(
        cls,
        path: str | Path,
        *,
        index: str | Path | None = None,
        encoder: str | None = None,
        reader: str | None = None,
        thorough: bool = False,
        max_file_size: int | None = None,
        wait: bool = False,
        progress: Progress | None = None,
    ) -> "Corpus":
        """Open a folder of documents, one file, or a saved index.

        A folder's index is built or brought up to date as needed. It lives in the folder `index`,
        by default below the user's cache folder. `encoder` is "fast" or a SentenceTransformer's
        folder or name, `reader` an AutoModelForQuestionAnswering's; both have a packaged default.
        `thorough` reads all of the best passages, also where the first ones settle the answer.
        Files of more than `max_file_size` bytes are left out; each format has a default. While
        another process brings the index up to date the one of before is opened, unless told to
        `wait`. Raises CorpusError, StoreError or ModelError, each with what to do.
        """
        path = Path(path).expanduser()
        if store.is_index(path):
            model = load_encoder(encoder or store.saved_encoder(path))
            mirror = Mirror(model, folder=path)
            saved = store.load(path, model)
            return cls._with_reader(saved, Changes(), SpanReader(reader, thorough), mirror)
        model = load_encoder(encoder or DEFAULT_ENCODER)
        folder = Path(index).expanduser() if index is not None else cache_folder(path, model.name)
        mirror = Mirror(model, Path(os.path.abspath(path)), folder, max_file_size)
        saved, changes = mirror.open(progress, wait)
        if not saved.index.documents:
            raise nothing_to_index(path, changes.skipped)
        return cls._with_reader(saved, changes, SpanReader(reader, thorough), mirror)

    @classmethod
    def from_documents(
        cls,
        documents: Sequence[Document],
        *,
        index: Path | None = None,
        encoder: Encoder | None = None,
        reader: str | None = None,
        thorough: bool = False,
        progress: Progress | None = None,
    ) -> "Corpus":
        """Make a corpus of documents that no folder holds, kept in the folder `index` if given."""
        model = encoder if encoder is not None else load_encoder(DEFAULT_ENCODER)
        mirror = Mirror(model, folder=index)
        sources = Sources(given=tuple({d.id: d for d in documents}.values()))
        saved, changes = mirror.update(lambda _: sources, progress=progress)
        return cls._with_reader(saved, changes, SpanReader(reader, thorough), mirror)

    def with_documents(self, documents: Sequence[Document]) -> "Corpus":
        """Return a corpus in memory of these documents beside its own; nothing is saved.

        A document given takes the place of one of its id. What this corpus has encoded is not
        encoded again, and both use one reader; neither notices what is done to the other.
        """
        found = Corpus(self._index, self._reader, self._calibration)
        found.add(*documents)
        return found

    def snapshot(self) -> "Corpus":
        """Return this corpus in memory as it is now, whatever is saved or added later."""
        self._follow()
        saved, mirror = self._saved, replace(self._mirror, folder=None)
        return Corpus(saved.index, self._reader, self._calibration, self.changes, mirror, saved)

    def add(self, *added: str | Path | Document) -> Changes:
        """Add documents, files, or folders of files, and bring the corpus up to date.

        A path outside the corpus's folder is remembered and from then on mirrored too; its
        documents are named by their absolute path. One inside is only looked at again. A Document
        stays until it is removed, or another of its id is added. Raises CorpusError, and adds
        nothing, where a path is missing or a Document has the name of a file.
        """
        documents = [d for d in added if isinstance(d, Document)]
        paths = [Path(p).expanduser() for p in added if not isinstance(p, Document)]
        return self._update(lambda loaded: self._mirror.with_added(loaded, documents, paths))

    def remove(self, *names: str) -> Changes:
        """Remove Documents by their ids, and paths outside the folder, that were added.

        Their text and vectors go from the disk too. Raises CorpusError, and removes nothing, for a
        file of the folder, which is to be deleted there, and where there is no such document.
        """
        return self._update(lambda loaded: self._mirror.without(loaded, names))

    def refresh(self) -> Changes:
        """Look again at all files that the corpus comes from, and make it equal them.

        A folder that has become empty makes a corpus that answers nothing. Raises CorpusError where
        the folder is gone, StoreError where the index cannot be written; both leave all as it was.
        """
        return self._update(Sources.of)

    def _update(self, edit: Edit) -> Changes:
        with self._updating:
            self._saved, changes = self._mirror.update(edit, self._saved)
        return changes

    def _follow(self) -> None:
        """Load the index again where another process has saved a newer one."""
        if self._updating.acquire(blocking=False):  # else another thread is at it
            try:
                self._saved = self._mirror.latest(self._saved)
            finally:
                self._updating.release()

    @classmethod
    def _with_reader(
        cls, saved: Saved, changes: Changes, reader: SpanReader, mirror: Mirror
    ) -> "Corpus":
        calibration = Calibration(**reader.settings["calibration"])
        return cls(saved.index, reader, calibration, changes, mirror, saved)

    @property
    def _index(self) -> HybridIndex:
        return self._saved.index

    @property
    def documents(self) -> Mapping[str, Document]:
        """The documents by id, as of the last question or change."""
        return self._index.documents

    @property
    def passages(self) -> Sequence[Passage]:
        """The passages, document by document."""
        return self._index.passages

    @property
    def skipped(self) -> Mapping[str, str]:
        """Why files are not among the documents, by path."""
        return {s.path: s.reason for s in self._saved.loaded.skipped}

    @property
    def left_out(self) -> Mapping[str, tuple[str, ...]]:
        """What was left out of documents and why, by their ids; `Document.left_out`."""
        return {d.id: d.left_out for d in self.documents.values() if d.left_out}

    @property
    def sources(self) -> tuple[Path, ...]:
        """The folder or file that `refresh` mirrors, and the paths that were added."""
        source = [] if self._mirror.source is None else [self._mirror.source]
        return (*source, *map(Path, self._saved.loaded.paths))

    def ask(self, question: str, within: Filter | None = None) -> Answer:
        """Answer a question from the documents, or only from those that a filter lets through.

        Raises QuestionError for a question that is blank or longer than 1,000 characters, and
        FilterError where no document is let through.
        """
        now = self.snapshot()
        return now.conclude(now.read(question, within))

    def chat(self, turns: Sequence[Turn] = ()) -> Chat:
        """Return a conversation, at its beginning or after `turns`."""
        return Chat(self, turns)

    def search(self, question: str, k: int = HITS, within: Filter | None = None) -> list[Hit]:
        """Return the k passages nearest to a question, best first; raises FilterError as `ask`."""
        self._follow()
        found = self.select(within).documents if within is not None else None
        return self._index.search(question, k, found)

    def select(self, within: Filter) -> Selected:
        """Return which documents a filter lets through; raises FilterError for none."""
        return select(self.documents.values(), within)

    def read(self, question: str, within: Filter | None = None) -> Reading:
        """Search and read, without deciding yet whether the best answer is good enough to show."""
        asked = _checked(question)
        began = time.perf_counter()
        hits = self.search(asked, HITS, within)
        searched = time.perf_counter()
        groups = group_equal(distinct(self._reader.read(asked, hits[:READ])))
        found = candidates(groups, self._calibration)
        done = time.perf_counter()
        return Reading(
            question=question,
            hits=tuple(hits),
            read=min(READ, len(hits)),
            candidates=found,
            timings_ms={
                "search": (searched - began) * 1e3,
                "read": (done - searched) * 1e3,
                "total": (done - began) * 1e3,
            },
        )

    def conclude(self, reading: Reading) -> Answer:
        """Decide what to show of a reading."""
        best = reading.candidates[0] if reading.candidates else None
        confidence = best.confidence if best is not None else 0.0
        status = self._calibration.status(confidence) if best is not None else Status.NOT_FOUND
        shown = best if status is not Status.NOT_FOUND else None
        return Answer(
            question=reading.question,
            status=status,
            answer=shown.text if shown is not None else None,
            confidence=confidence,
            citations=self._citations(shown) if shown is not None else (),
            others=self._others(reading) if shown is not None else (),
            nearest=self._nearest(reading) if status is not Status.ANSWERED else (),
            timings_ms=reading.timings_ms,
        )

    def _citations(self, candidate: Candidate) -> tuple[Citation, ...]:
        """Cite the best span, and what says the same and could be shown by itself."""
        scored = zip(candidate.spans, candidate.probabilities, strict=True)
        return tuple(
            self._cite(span, p)
            for i, (span, p) in enumerate(scored)
            if i == 0 or self._calibration.status(p) is not Status.NOT_FOUND
        )[:_CITATIONS]

    def _others(self, reading: Reading) -> tuple[Citation, ...]:
        """Cite the other answers of documents that do not give the best one."""
        agreeing = {span.hit.passage.document_id for span in reading.candidates[0].spans}
        found: dict[str, Citation] = {}
        for candidate in reading.candidates[1:]:
            span = candidate.spans[0]
            document = span.hit.passage.document_id
            if self._calibration.status(candidate.confidence) is Status.NOT_FOUND:
                continue
            if document not in agreeing:
                found.setdefault(document, self._cite(span, candidate.confidence))
        return tuple(found.values())[:_OTHERS]

    def _cite(self, span: Span, score: float) -> Citation:
        return cite(self.documents[span.hit.passage.document_id], span, score)

    def _nearest(self, reading: Reading) -> tuple[Citation, ...]:
        """Cite the best passages, each with the probability of the best answer in it."""
        best: dict[str, float] = {}
        for candidate in reading.candidates:
            for span, p in zip(candidate.spans, candidate.probabilities, strict=True):
                best.setdefault(span.hit.passage.id, p)
        return tuple(
            cite_passage(
                self.documents[hit.passage.document_id], hit, best.get(hit.passage.id, 0.0)
            )
            for hit in reading.hits[:NEAREST]
        )


def _checked(question: str) -> str:
    """Return the question with its white space folded; raises QuestionError."""
    asked = " ".join(question.encode("utf-8", "replace").decode().split())
    if not asked:
        raise QuestionError("the question is empty; type one")
    if len(asked) > MAX_QUESTION_CHARS:
        raise QuestionError(
            f"the question has {len(asked):,} characters; ask in at most {MAX_QUESTION_CHARS:,}"
        )
    return asked


def cache_folder(path: Path, encoder: str) -> Path:
    """Return where the index of a path lives when nobody says: one for each encoder."""
    key = hashlib.sha256(os.fsencode(f"{path.resolve()}\n{encoder}")).hexdigest()[:12]
    name = re.sub(r"[^\w.-]", "_", path.resolve().name)[:60] or "root"
    return Path(platformdirs.user_cache_dir("quotewell")) / "indexes" / f"{name}-{key}"
