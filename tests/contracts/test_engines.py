"""What every `SearchIndex` does, whatever engine made it, and what an engine's files are.

A new engine is one more builder of `build_of`.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import Protocol

import numpy as np
import pytest

from index import store
from index.errors import DamagedIndexError, StoreError
from index.filters import Filter
from index.local import LocalEngine
from index.qdrant.home import QdrantHome
from index.qdrant.index import QdrantIndex
from index.qdrant.points import Points
from index.saved_files import UNREADABLE
from index.source_state import SourceState
from index.store import Saved
from index.types import Document, Encoder, Hit, Progress, SearchIndex
from tests.qdrant_points import PLACES, opened
from tests.tiny import TinyEncoder, document


class Build(Protocol):
    """Makes an index of documents, given one that it made before."""

    def __call__(
        self,
        documents: Sequence[Document],
        known: SearchIndex | None = None,
        progress: Progress | None = None,
    ) -> SearchIndex: ...


BuildOf = Callable[[Encoder], Build]


def in_collections(make: Callable[[], Points], encoder: Encoder) -> Build:
    """Return what builds in a collection: that of what is known, or a new one."""

    def build(
        documents: Sequence[Document],
        known: SearchIndex | None = None,
        progress: Progress | None = None,
    ) -> SearchIndex:
        points = known.points if isinstance(known, QdrantIndex) else make()
        before = Saved(known, SourceState()) if known is not None else None
        state = SourceState.given_only({d.id: d for d in documents})
        with QdrantHome(points, encoder).writing(0) as write:
            return write(before, state, progress).index

    return build


DOCUMENTS = [
    document("The minister resigned in March. Prices rose by six percent.", "press/a.txt"),
    document("Der Präsident 😀 ging.\n\nThe session opens in Geneva.", "b.txt", date="2009-03-04"),
    document("The port of Corvo opened.\n\nThe minister praised it.", "c.txt", date="2012"),
    document("The harbour report: nothing new.", "reports/2009.txt", date="2009"),
    document("The harbour report: nothing old.", "reports/2010.txt", date="2010"),
    document("", "empty.txt"),
    *[document(f"Ship {n} came from Ferrol with the minister.", f"s/{n}.txt") for n in range(30)],
]
QUESTION = "Which minister resigned in March?"


def builders(kind: str, folder: Path) -> AbstractContextManager[BuildOf]:
    if kind == "local":
        return nullcontext(lambda encoder: LocalEngine(encoder).build)
    return in_new_collections(kind, folder)


@contextmanager
def in_new_collections(kind: str, folder: Path) -> Iterator[BuildOf]:
    with opened(kind, folder) as make:
        yield lambda encoder: in_collections(make, encoder)


@pytest.fixture(params=["local", *PLACES])
def build_of(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[BuildOf]:
    with builders(request.param, tmp_path) as build_of:
        yield build_of


@pytest.fixture
def build(build_of: BuildOf) -> Build:
    return build_of(TinyEncoder())


WAYS = [("local", "built"), ("local", "updated"), ("local", "read again")]
WAYS += [("edge", "read again"), *((kind, "updated") for kind in PLACES if kind != "edge")]


@pytest.fixture(params=WAYS, ids="-".join, scope="module")
def index(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[SearchIndex]:
    kind, way = request.param
    folder = tmp_path_factory.mktemp("index")
    with builders(kind, folder) as build_of:
        build = build_of(TinyEncoder())
        if way == "built":
            yield build(DOCUMENTS)
            return
        known = build([document("It is no more.", "gone.txt"), *DOCUMENTS[3:]])
        updated = build(DOCUMENTS, known)
        yield updated if way == "updated" else again(updated, folder / "saved")


def again(index: SearchIndex, folder: Path) -> SearchIndex:
    """Return an index as another process finds it."""
    if isinstance(index, QdrantIndex):
        return QdrantHome(index.points, TinyEncoder()).load().index
    engine = LocalEngine(TinyEncoder())
    store.save(index, engine, folder)
    return store.load(folder, engine).index


@pytest.fixture
def engine() -> LocalEngine:
    return LocalEngine(TinyEncoder())


def names(hits: list[Hit]) -> set[str]:
    return {hit.passage.document_id for hit in hits}


def rounded(hits: list[Hit]) -> list[object]:
    return [(h.passage, round(h.score, 3), h.dense_rank, h.lexical_rank) for h in hits]


def test_documents_come_by_their_ids_in_the_order_given(index: SearchIndex) -> None:
    assert list(index.documents.items()) == [(d.id, d) for d in DOCUMENTS]
    assert [d.length for d in index.documents.values()] == [len(d.text) for d in DOCUMENTS]


def test_passages_are_exactly_what_is_at_their_offsets(index: SearchIndex) -> None:
    with_text = [d.id for d in DOCUMENTS if d.text]
    assert list(dict.fromkeys(p.document_id for p in index.passages)) == with_text
    for passage in [*index.passages, *(hit.passage for hit in index.search(QUESTION, 50))]:
        text = index.documents[passage.document_id].text
        assert text[passage.start : passage.end] == passage.text != ""


def test_hits_come_best_first_each_passage_once(index: SearchIndex) -> None:
    hits = index.search(QUESTION, 10)
    assert (hits[0].passage.document_id, len(hits)) == ("press/a.txt", 10)
    assert [h.score for h in hits] == sorted((h.score for h in hits), reverse=True)
    assert len({hit.passage.id for hit in hits}) == 10
    for ranks in ([h.dense_rank for h in hits], [h.lexical_rank for h in hits]):
        given = [rank for rank in ranks if rank is not None]
        assert 1 in given and len(set(given)) == len(given) and max(given) <= 10


def test_fewer_are_found_only_where_there_are_no_more(index: SearchIndex) -> None:
    assert len(index.search(QUESTION, 1)) == 1
    assert len(index.search(QUESTION, 1_000)) == len(index.passages)
    assert len(index.search("unheard-of words", 5)) == 5


def test_equal_questions_get_equal_hits(index: SearchIndex) -> None:
    assert index.search(QUESTION, 20) == index.search(QUESTION, 20)


@pytest.mark.parametrize(
    ("within", "let_through"),
    [
        (Filter(documents=("b.txt",)), {"b.txt"}),
        (Filter(documents=("press", "c.*")), {"press/a.txt", "c.txt"}),
        (Filter(after="2009-02", before="2010"), {"b.txt", "reports/2009.txt", "reports/2010.txt"}),
        (Filter(documents=("press",), ids=("b.txt",)), {"press/a.txt", "b.txt"}),
        (Filter(where={"title": "2010"}), {"reports/2010.txt"}),
        (Filter(documents=("s",)), {f"s/{n}.txt" for n in range(30)}),
        (Filter(documents=("nowhere",)), set()),
    ],
)
def test_a_filter_holds_before_the_best_are_chosen(
    index: SearchIndex, within: Filter, let_through: set[str]
) -> None:
    assert names(index.search(QUESTION, 50, within)) == let_through
    assert len(index.search(QUESTION, 3, within)) >= min(3, len(let_through))


def test_a_year_in_the_question_helps_documents_of_that_year(index: SearchIndex) -> None:
    for year in ("2009", "2010"):
        (best,) = index.search(f"What did the harbour report tell in {year}?", 1)
        assert best.passage.document_id == f"reports/{year}.txt"


def test_an_index_of_nothing_finds_nothing(build: Build, tmp_path: Path) -> None:
    empty = build([])
    for index in (empty, again(empty, tmp_path / "saved")):
        assert index.search(QUESTION, 5) == [] == list(index.passages)
        assert index.search(QUESTION, 5, Filter(documents=("*",))) == []


def test_an_update_is_a_fresh_build_and_encodes_only_what_is_new(
    build_of: BuildOf,
) -> None:
    encoder = TinyEncoder()
    known = build_of(encoder)(DOCUMENTS)
    renamed = document(DOCUMENTS[1].text, "renamed.txt")
    later: list[Document] = [document("The queen left.", "q.txt"), renamed, *DOCUMENTS[2:9]]
    encoder.encoded.clear()
    updated = build_of(encoder)(later, known)
    assert encoder.encoded == ["The queen left."]
    fresh = build_of(TinyEncoder())(later)
    assert list(updated.passages) == list(fresh.passages)
    for question in (QUESTION, "Who left?", "the session in Geneva", "2009"):
        assert rounded(updated.search(question, 9)) == rounded(fresh.search(question, 9))


def test_an_index_answers_as_before_after_another_is_made_of_it(build: Build) -> None:
    index = build(DOCUMENTS)
    before = index.search(QUESTION, 20)
    build([document("The queen left.", "q.txt")], index)
    assert index.search(QUESTION, 20) == before
    assert list(index.documents) == [d.id for d in DOCUMENTS]


def test_progress_counts_the_passages_encoded(build: Build) -> None:
    told: list[tuple[int, int]] = []
    passages = build(DOCUMENTS, progress=lambda *at: told.append(at)).passages
    texts = len({passage.text for passage in passages})
    assert told[0] == (0, texts) and told[-1] == (texts, texts) and told == sorted(told)


def test_what_is_written_is_read(engine: LocalEngine, tmp_path: Path) -> None:
    files = {kind: tmp_path / kind for kind in engine.kinds}
    index = engine.build(DOCUMENTS)
    engine.write(index, files)
    assert {file.name for file in tmp_path.iterdir()} == set(engine.kinds)
    again = engine.read(DOCUMENTS, files)
    assert list(again.passages) == list(index.passages)
    assert rounded(again.search(QUESTION, 20)) == rounded(index.search(QUESTION, 20))


def test_a_file_that_is_not_as_written_raises_what_the_store_expects(
    engine: LocalEngine, tmp_path: Path
) -> None:
    files = {kind: tmp_path / kind for kind in engine.kinds}
    engine.write(engine.build(DOCUMENTS), files)
    for file in files.values():
        kept = file.read_bytes()
        file.write_bytes(b"")
        with pytest.raises(UNREADABLE):
            engine.read(DOCUMENTS, files).search(QUESTION, 5)
        file.write_bytes(kept)


def test_an_index_of_another_engine_or_encoder_is_refused(
    engine: LocalEngine, tmp_path: Path
) -> None:
    class Another(LocalEngine):
        name = "another"

    store.save(engine.build(DOCUMENTS), engine, tmp_path)
    with pytest.raises(StoreError, match=f"made with the engine {engine.name}, not another"):
        store.load(tmp_path, Another(TinyEncoder()))
    with pytest.raises(StoreError, match="made with the encoder tiny, not other"):
        store.load(tmp_path, LocalEngine(TinyEncoder("other")))
    next(tmp_path.glob(f"*-{engine.kinds[0]}")).write_bytes(b"")
    with pytest.raises(DamagedIndexError):
        store.load(tmp_path, engine)


def test_any_number_of_threads_may_search(index: SearchIndex) -> None:
    from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415

    questions = [f"Which ship {n} came from Ferrol, and which minister?" for n in range(16)]
    expected = [index.search(question, 10) for question in questions]
    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(lambda q: index.search(q, 10), questions)) == expected


def test_scores_are_finite_where_all_passages_are_alike(build: Build) -> None:
    alike = [document("The same words.", f"{n}.txt") for n in range(3)]
    scores = [hit.score for hit in build(alike).search("The same words?", 3)]
    assert len(scores) == 3 and np.isfinite(scores).all() and len(set(scores)) == 1
