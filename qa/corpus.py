"""The Python API: `Corpus.open(path).ask(question)`."""

import hashlib
import re
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from index import store
from index.encoders import load_encoder
from index.encoding import DEFAULT_ENCODER
from index.errors import QuestionError, StoreError
from index.filters import Filter, Selected, select
from index.hybrid import HybridIndex, Progress
from index.loading import Loaded, Skipped, load
from index.types import Document, Encoder, Hit, Passage
from qa.citing import cite, cite_passage
from qa.confidence import Calibration, candidates
from qa.reader import SpanReader
from qa.spans import distinct, group_equal
from qa.types import Answer, Candidate, Citation, Reader, Reading, Span, Status

MAX_QUESTION_CHARS = 1_000
HITS = 50
READ = 8
NEAREST = 3
_CITATIONS = 5
_OTHERS = 2


@dataclass(frozen=True, slots=True)
class Changes:
    """What opening a folder did to its index; document ids, except `note`."""

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    note: str = ""


class Corpus:
    """Documents that can be asked."""

    def __init__(
        self,
        index: HybridIndex,
        reader: Reader,
        calibration: Calibration,
        changes: Changes | None = None,
    ) -> None:
        self._index = index
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
        progress: Progress | None = None,
    ) -> "Corpus":
        """Open a folder of documents, one file, or a saved index.

        A folder's index is built or brought up to date as needed. It lives in the folder `index`,
        by default below the user's cache folder. `encoder` is "fast" or a SentenceTransformer's
        folder or name, `reader` an AutoModelForQuestionAnswering's; both have a packaged default.
        `thorough` reads all of the best passages, also where the first ones settle the answer.
        Files of more than `max_file_size` bytes are left out; each format has a default. Raises
        CorpusError, StoreError or ModelError, each with what to do.
        """
        path = Path(path).expanduser()
        if store.is_index(path):
            model = load_encoder(encoder or store.saved_encoder(path))
            return cls._with_reader(store.load(path, model), SpanReader(reader, thorough))
        model = load_encoder(encoder or DEFAULT_ENCODER)
        folder = Path(index).expanduser() if index is not None else cache_folder(path, model.name)
        found, changes = _bring_up_to_date(
            lambda known: load(path, known, max_file_size), folder, model, progress
        )
        return cls._with_reader(found, SpanReader(reader, thorough), changes)

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
        """Make a corpus of documents that no folder holds, kept in the folder `index` if given.

        Raises ValueError where the documents hold no passage.
        """
        model = encoder if encoder is not None else load_encoder(DEFAULT_ENCODER)
        if index is None:
            found = HybridIndex.build(documents, model, progress=progress)
        else:
            given = Loaded(tuple(documents), ())
            found, _ = _bring_up_to_date(lambda _: given, index, model, progress)
        return cls._with_reader(found, SpanReader(reader, thorough))

    @classmethod
    def _with_reader(
        cls, index: HybridIndex, reader: SpanReader, changes: Changes | None = None
    ) -> "Corpus":
        return cls(index, reader, Calibration(**reader.settings["calibration"]), changes)

    @property
    def documents(self) -> Mapping[str, Document]:
        """The documents by id."""
        return self._index.documents

    @property
    def passages(self) -> Sequence[Passage]:
        """The passages, document by document."""
        return self._index.passages

    def ask(self, question: str, within: Filter | None = None) -> Answer:
        """Answer a question from the documents, or only from those that a filter lets through.

        Raises QuestionError for a question that is blank or longer than 1,000 characters, and
        FilterError where no document is let through.
        """
        return self.conclude(self.read(question, within))

    def search(self, question: str, k: int = HITS, within: Filter | None = None) -> list[Hit]:
        """Return the k passages nearest to a question, best first; raises FilterError as `ask`."""
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
                self.documents[hit.passage.document_id], hit.passage, best.get(hit.passage.id, 0.0)
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
    key = hashlib.sha256(f"{path.resolve()}\n{encoder}".encode()).hexdigest()[:12]
    name = re.sub(r"[^\w.-]", "_", path.resolve().name)[:60] or "root"
    return Path(platformdirs.user_cache_dir("quotewell")) / "indexes" / f"{name}-{key}"


def _bring_up_to_date(
    read: Callable[[Mapping[str, Document]], Loaded],
    folder: Path,
    encoder: Encoder,
    progress: Progress | None,
) -> tuple[HybridIndex, Changes]:
    """Make the index in `folder` equal what `read` finds, given the documents of before."""
    known, note = None, ""
    if store.is_index(folder):
        if (made_with := _encoder_of(folder)) not in (None, encoder.name):
            raise StoreError(
                f"{folder}: made with the encoder {made_with}, not {encoder.name}; "
                "use that encoder, or index into another folder"
            )
        try:
            known = store.load(folder, encoder)
        except StoreError as error:
            note = f"{error}. It was made anew."
    before = known.documents if known is not None else {}
    loaded = read(before)
    after = {d.id: d for d in loaded.documents}
    changes = Changes(
        added=tuple(name for name in after if name not in before),
        changed=tuple(n for n, d in after.items() if n in before and before[n] != d),
        removed=tuple(name for name in before if name not in after),
        unchanged=tuple(n for n, d in after.items() if before.get(n) == d),
        skipped=loaded.skipped,
        note=note,
    )
    if known is not None and not (changes.added or changes.changed or changes.removed):
        return known, changes
    index = HybridIndex.build(loaded.documents, encoder, known, progress)
    store.save(index, encoder, folder)
    return index, changes


def _encoder_of(folder: Path) -> str | None:
    """Return the encoder of a saved index, or None where its manifest is damaged."""
    try:
        return store.saved_encoder(folder)
    except StoreError:
        return None
