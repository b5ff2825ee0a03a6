"""An index in a collection: mirrored, followed, written by one at a time, and never trusted."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from qdrant_client import QdrantClient
from qdrant_client.http.exceptions import ResponseHandlingException, UnexpectedResponse

from index.beside import Beside
from index.errors import (
    BusyIndexError,
    DamagedIndexError,
    QuotewellError,
    StoreError,
    UnreachableError,
)
from index.filters import Filter
from index.lexical import _idf
from index.local import LocalEngine
from index.mirror import Mirror
from index.qdrant import home as home_module
from index.qdrant import server
from index.qdrant.address import Embedded, Server, parse
from index.qdrant.conditions import NEVER
from index.qdrant.edge import EdgePoints
from index.qdrant.engine import QdrantEngine
from index.qdrant.head import HEAD, Lease, read_head
from index.qdrant.home import QdrantHome
from index.qdrant.index import QdrantIndex
from index.qdrant.points import Point, Points, equals
from index.qdrant.server import ServerPoints
from index.qdrant.statistics import Statistics, TermSums, VectorSums, number_of, weighed
from index.qdrant.writer import _places
from index.store import Saved
from index.types import Encoder, Hit
from qa.corpus import Corpus
from qa.types import Span
from tests.qdrant_points import IN_MEMORY, in_memory, opened
from tests.tiny import TinyEncoder, document


class Kept(QdrantEngine):
    """An engine of a collection that is there already."""

    def __init__(self, points: Points, encoder: Encoder | None = None) -> None:
        super().__init__(encoder if encoder is not None else TinyEncoder(), IN_MEMORY)
        self._kept = QdrantHome(points, self.encoder)

    def home(self, folder: Path | None) -> QdrantHome:
        return self._kept


@pytest.fixture(params=["edge", "client", "server"])
def points(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Points]:
    with opened(request.param, tmp_path / "kept") as make:
        yield make()


@pytest.fixture
def memory(tmp_path: Path) -> Points:
    return in_memory(tmp_path)


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    folder = tmp_path / "docs"
    (folder / "press").mkdir(parents=True)
    for name, text in TEXTS.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


TEXTS = {
    "press/a.txt": "The minister resigned in March. Prices rose by six percent.",
    "b.txt": "The session opens in Geneva 😀. Who opened the port of Corvo?",
    "c.txt": "A ship came from Ferrol with unit FT-2041B on board.",
}
QUESTIONS = ("Which minister resigned?", "FT-2041B", "the port of Corvo", "Who came in 2009?")


def told(hits: list[Hit]) -> list[tuple[str, str]]:
    return [(hit.passage.document_id, hit.passage.text) for hit in hits]


def answers(saved: Saved) -> list[list[tuple[str, str]]]:
    return [told(saved.index.search(question, 20)) for question in QUESTIONS]


def fresh(docs: Path) -> Saved:
    return Mirror(LocalEngine(TinyEncoder()), docs).refresh()[0]


def assert_same(saved: Saved, other: Saved) -> None:
    assert list(saved.index.documents.items()) == list(other.index.documents.items())
    assert list(saved.index.passages) == list(other.index.passages)
    assert saved.state.skipped == other.state.skipped
    assert [set(found) for found in answers(saved)] == [set(found) for found in answers(other)]
    assert [found[:1] for found in answers(saved)] == [found[:1] for found in answers(other)]


def test_it_mirrors_a_folder_through_every_kind_of_change(points: Points, docs: Path) -> None:
    mirror = Mirror(Kept(points), docs)
    saved, changes = mirror.refresh()
    assert set(changes.added) == set(TEXTS)
    assert_same(saved, fresh(docs))
    assert mirror.refresh(saved)[0] is saved
    (docs / "new.md").write_text("# Harbour\n\nThe harbour of Nantes was built of oak.")
    (docs / "b.txt").rename(docs / "d.txt")
    (docs / "c.txt").unlink()
    (docs / "press" / "a.txt").write_text("The minister resigned in May. Prices fell.")
    saved, changes = mirror.refresh(saved)
    assert changes.renamed == (("b.txt", "d.txt"),) and changes.removed == ("c.txt",)
    assert_same(saved, fresh(docs))
    another = Mirror(Kept(points), docs)  # as another process finds it
    assert_same(another.refresh()[0], fresh(docs))
    (docs / "c.txt").write_text("Back again.")
    assert_same(Mirror(Kept(points), docs).refresh()[0], fresh(docs))


def test_whoever_has_it_open_follows(memory: Points, docs: Path) -> None:
    writer, reader = Mirror(Kept(memory), docs), Mirror(Kept(memory))
    writer.refresh()
    seen = reader.latest(Saved(kept_in(memory), fresh(docs).state))
    kept = seen.index.documents["b.txt"]
    (docs / "press" / "a.txt").write_text("The minister stayed.")
    (docs / "c.txt").unlink()
    writer.refresh()
    now = reader.latest(seen)
    assert list(now.index.documents) == ["b.txt", "press/a.txt"]
    assert now.index.documents["b.txt"] is kept  # what stayed is not read again
    assert_same(now, fresh(docs))
    assert {name for name, _ in answers(seen)[1]} == set(TEXTS)  # and the old one is as it was


def kept_in(points: Points) -> QdrantIndex:
    index = QdrantHome(points, TinyEncoder()).load().index
    assert isinstance(index, QdrantIndex)
    return index


class StoppedError(BaseException):
    """What ends a process at any moment."""


class Stopping:
    """Points that end the process at a write."""

    def __init__(self, points: Points, after: int) -> None:
        self._points, self.left = points, after

    def __getattr__(self, name: str) -> Any:
        if name in ("upsert", "set", "delete"):
            self.left -= 1
            if self.left < 0:
                raise StoppedError
        return getattr(self._points, name)


def test_a_writer_that_is_killed_anywhere_leaves_what_was(memory: Points, docs: Path) -> None:
    Mirror(Kept(memory), docs).refresh()
    before = fresh(docs)
    (docs / "press" / "a.txt").write_text("The minister stayed. Prices are what they were.")
    (docs / "b.txt").rename(docs / "z.txt")
    (docs / "c.txt").unlink()
    after = fresh(docs)
    for writes in range(100):
        stopping = Stopping(memory, writes)
        ended = True
        try:
            Mirror(Kept(stopping), docs).refresh()  # type: ignore[arg-type]
            ended = False
        except StoppedError:
            pass
        now = QdrantHome(memory, TinyEncoder()).load()
        committed = now.index.documents.keys() == after.index.documents.keys()
        assert_same(now, after if committed else before)
        head = read_head(memory)
        assert head is not None
        memory.upsert([Point(HEAD, {**_payload(memory), "holder": ""})])  # it is dead
        if not ended:
            break
    assert not ended and writes > 8
    assert_same(Mirror(Kept(memory), docs).refresh()[0], after)


def _payload(points: Points) -> dict[str, Any]:
    return dict(points.get([HEAD])[0])


def test_of_two_writers_one_wins_and_the_other_says_so(points: Points, docs: Path) -> None:
    Mirror(Kept(points), docs).refresh()
    before = fresh(docs)
    if points.alone:
        other = EdgePoints(Embedded(Path(points.where.removeprefix("qdrant:"))))
        with pytest.raises(BusyIndexError, match="another process has this index open"):
            QdrantHome(other, TinyEncoder()).load()
        return
    lease = Lease.take(points, "tiny", TinyEncoder().dim, wait=0)
    with pytest.raises(BusyIndexError, match="another process is writing this index"):
        Lease.take(points, "tiny", TinyEncoder().dim, wait=0)
    (docs / "c.txt").unlink()
    opened, changes = Mirror(Kept(points), docs).open(None, wait=False)
    assert "previous one" in changes.note
    assert_same(opened, before)
    lease.drop()
    assert_same(Mirror(Kept(points), docs).refresh()[0], fresh(docs))


def test_a_writer_given_up_for_dead_can_finish_nothing(memory: Points, docs: Path) -> None:
    Mirror(Kept(memory), docs).refresh()
    dead = Lease.take(memory, "tiny", TinyEncoder().dim, wait=0)
    memory.upsert([Point(HEAD, {**_payload(memory), "holder": "elsewhere:1:x"})])
    memory.upsert([Point(HEAD, {**_payload(memory), "holder": ""})])
    (docs / "c.txt").unlink()
    saved, _ = Mirror(Kept(memory), docs).refresh()
    memory.set({"until": dead.head.attempt}, {"must": [equals("until", NEVER)]})  # it wakes up
    with pytest.raises(BusyIndexError, match="does not count"):
        dead.commit(())
    assert_same(QdrantHome(memory, TinyEncoder()).load(), fresh(docs))
    assert_same(saved, fresh(docs))


def test_what_was_replaced_is_deleted_after_a_while(
    memory: Points, docs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mirror = Mirror(Kept(memory), docs)
    saved, _ = mirror.refresh()
    (docs / "c.txt").unlink()
    saved, _ = mirror.refresh(saved)
    held = [p.payload for p in memory.scroll({"must": []})]
    assert any(said.get("until", NEVER) != NEVER for said in held)
    later = time.time() + home_module.KEPT_SECONDS + 2
    monkeypatch.setattr(time, "time", lambda: later)
    mirror.refresh(saved)
    assert all(p.payload.get("until", NEVER) == NEVER for p in memory.scroll({"must": []}))
    assert_same(QdrantHome(memory, TinyEncoder()).load(), fresh(docs))


@pytest.mark.parametrize(
    ("said", "error"),
    [
        ({"encoder": "other"}, "made with the encoder other, not tiny"),
        ({"dim": 3}, "its vectors are not those of this encoder"),
        ({"version": 1}, "an index of format 1.*index into another collection"),
        ({"version": 10_000}, "an index of format 10000.*update Quotewell"),
        ({"format": "else"}, "not a collection of Quotewell"),
        ({"committed": "1; DROP"}, "its head is not as it was saved"),
        ({"failed": [[]]}, "its head is not as it was saved"),
    ],
)
def test_a_collection_that_cannot_be_used_is_told_why(
    memory: Points, docs: Path, said: dict[str, Any], error: str
) -> None:
    Mirror(Kept(memory), docs).refresh()
    memory.upsert([Point(HEAD, {**_payload(memory), **said})])
    with pytest.raises(StoreError, match=error):
        QdrantHome(memory, TinyEncoder()).load()


def test_there_is_no_index_until_one_was_made(memory: Points) -> None:
    home = QdrantHome(memory, TinyEncoder())
    assert not home.exists() and home.stamp() is None
    with pytest.raises(StoreError, match="no index there; run: qa index DIR"):
        home.load()


PAYLOADS = st.dictionaries(
    st.sampled_from(["data", "doc", "order", "i", "start", "from", "until", "name"]),
    st.one_of(st.none(), st.booleans(), st.integers(-9, 9), st.text(max_size=5), st.just([])),
    max_size=3,
)


@pytest.mark.parametrize("kind", ["card", "outline", "text", "blob", "passage"])
def test_payloads_of_strangers_are_damage_and_nothing_worse(
    memory: Points, docs: Path, kind: str
) -> None:
    Mirror(Kept(memory), docs).refresh()
    whole = list(memory.scroll({"must": [equals("k", kind)]}, vectors=True))

    @settings(max_examples=25)
    @given(PAYLOADS, st.integers(0, len(whole) - 1))
    def tried(said: dict[str, Any], at: int) -> None:
        memory.upsert([replace(whole[at], payload={**whole[at].payload, **said})])
        try:
            saved = QdrantHome(memory, TinyEncoder()).load()
            for hits in answers(saved):
                assert all(passage in TEXTS[name] for name, passage in hits)
            assert [d.text for d in saved.index.documents.values()] and saved.index.passages[0]
        except QuotewellError:
            pass
        memory.upsert([whole[at]])

    tried()


def test_a_damaged_collection_is_rebuilt_from_the_folder(memory: Points, docs: Path) -> None:
    Mirror(Kept(memory), docs).refresh()
    memory.set({"data": "AAAA"}, {"must": [equals("k", "card")]})
    with pytest.raises(DamagedIndexError):
        QdrantHome(memory, TinyEncoder()).load()
    saved, changes = Mirror(Kept(memory), docs).refresh()
    assert "rebuilt" in changes.note
    assert_same(saved, fresh(docs))


class Flaky:
    """A client whose server fails in some way, so often."""

    def __init__(self, client: QdrantClient, error: Exception) -> None:
        self._client, self.error, self.fails = client, error, 0
        self.asked = 0

    def __getattr__(self, name: str) -> Any:
        ask = getattr(self._client, name)

        def asked(*args: Any, **named: Any) -> Any:
            self.asked += 1
            if self.fails:
                self.fails -= 1
                raise self.error
            return ask(*args, **named)

        return asked


DOWN = ResponseHandlingException(httpx.ConnectError("Connection refused"))


def refusing(status: int) -> Exception:
    return UnexpectedResponse(status, "", b"no", httpx.Headers())


@pytest.fixture
def flaky(docs: Path, monkeypatch: pytest.MonkeyPatch) -> Flaky:
    monkeypatch.setattr(server, "_PAUSES", (0.0, 0.0, 0.0))
    client = Flaky(QdrantClient(":memory:"), DOWN)
    Mirror(Kept(ServerPoints(IN_MEMORY, client)), docs).refresh()  # type: ignore[arg-type]
    return client


def test_a_server_that_is_back_soon_is_asked_again(flaky: Flaky, docs: Path) -> None:
    saved = QdrantHome(ServerPoints(IN_MEMORY, flaky), TinyEncoder()).load()  # type: ignore[arg-type]
    for fails in (1, 3):
        flaky.fails = fails
        assert answers(saved)[0][0] == ("press/a.txt", TEXTS["press/a.txt"])


@pytest.mark.parametrize(
    ("error", "said", "times"),
    [
        (DOWN, "the server does not answer .*Connection refused", 4),
        (refusing(503), "the server says 503", 4),
        (refusing(401), r"refuses the key; set \$QDRANT_API_KEY", 1),
        (ResponseHandlingException(ValueError("not JSON")), "no Qdrant server", 1),
    ],
)
def test_what_a_server_does_not_give_is_said_in_one_line(
    flaky: Flaky, error: Exception, said: str, times: int
) -> None:
    saved = QdrantHome(ServerPoints(IN_MEMORY, flaky), TinyEncoder()).load()  # type: ignore[arg-type]
    flaky.error, flaky.fails, flaky.asked = error, 1_000, 0
    with pytest.raises(StoreError, match=said) as raised:
        saved.index.search(QUESTIONS[0], 5)
    assert "\n" not in str(raised.value) and flaky.asked == times


def test_a_corpus_shows_what_it_knew_while_its_server_is_away(flaky: Flaky, docs: Path) -> None:
    points = ServerPoints(IN_MEMORY, flaky)  # type: ignore[arg-type]
    mirror = Mirror(Kept(points), docs)
    corpus = Corpus(mirror, mirror.refresh()[0], NoReader())
    flaky.fails = 1_000
    assert list(corpus.snapshot().documents) == ["b.txt", "c.txt", "press/a.txt"]
    with pytest.raises(UnreachableError):
        corpus.search(QUESTIONS[0])
    flaky.fails = 0
    (docs / "c.txt").unlink()
    Mirror(Kept(points), docs).refresh()
    assert list(corpus.snapshot().documents) == ["b.txt", "press/a.txt"]


class NoReader:
    """A reader that is never asked."""

    def read(self, question: str, hits: Sequence[Hit]) -> list[Span]:
        raise NotImplementedError


def test_no_server_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "_PAUSES", ())
    with pytest.raises(StoreError, match=r"qdrant://127.0.0.1:9/x: the server does not answer"):
        QdrantEngine(TinyEncoder(), "qdrant://127.0.0.1:9/x").home(None).load()


def test_a_key_goes_over_no_open_network(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(server.KEY, "secret")
    with pytest.raises(StoreError, match="for all to read") as raised:
        ServerPoints(Server("example.org", 6333, "x"))
    assert "secret" not in str(raised.value)


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("qdrant://host/notes", Server("host", 6333, "notes")),
        ("qdrants://host:443/notes", Server("host", 443, "notes", tls=True)),
        ("qdrant://[::1]:7000/a.b-c", Server("::1", 7000, "a.b-c")),
        ("qdrant://h/n?shards=6&replicas=2", Server("h", 6333, "n", False, 6, 2)),
        ("qdrant:/var/kept", Embedded(Path("/var/kept"))),
    ],
)
def test_an_address_is_what_it_says(text: str, address: Server | Embedded) -> None:
    assert parse(text) == address


@pytest.mark.parametrize(
    "text",
    [
        *("milvus://host/x", "qdrant:", "qdrant://host", "qdrant://host/", "qdrant://host/a/b"),
        *(
            "qdrant://host:x/y",
            "qdrant://h/x?shards=0",
            "qdrant://h/x?shards=²",
            "qdrant://h/x?a=1",
        ),
        *("qdrant://user:key@host/x", "qdrant://host:99999/x", "qdrant://host/%2e%2e%2fx", "x"),
    ],
)
def test_what_is_no_address_is_one_line(text: str) -> None:
    with pytest.raises(StoreError, match="engine"):
        parse(text)


WORDS = st.lists(st.sampled_from(["ship", "port", "minister", "March", "oak", "2009"]), max_size=9)


@given(st.lists(WORDS, max_size=12), st.lists(WORDS, max_size=5))
def test_sums_that_are_added_and_taken_away_are_those_of_what_is_left(
    stay: list[list[str]], go: list[list[str]]
) -> None:
    stayed, gone = ([weighed(" ".join(words)) for words in each] for each in (stay, go))
    left = TermSums.of([*gone, *stayed]) + TermSums.of(gone, -1)
    wanted = TermSums.of(stayed)
    assert left.held.tolist() == wanted.held.tolist()
    for term in {int(t) for each in (*stayed, *gone) for t in each.terms}:
        assert left.find(term) == pytest.approx(wanted.find(term), abs=1e-5)


def test_a_question_weighs_its_terms_as_rank_bm25_does() -> None:
    texts = ["the ship", "the port", "a ship of oak", "oak", "Geneva"]
    index = LocalEngine(TinyEncoder()).build([document(t, f"{t}.txt") for t in texts])
    terms = {0: TermSums.of([weighed(text) for text in texts])}
    statistics = Statistics(terms, VectorSums(len(texts), np.zeros(1), np.zeros((1, 1))))
    frequencies = index.lexical.frequencies

    held = {term: frequencies.held(term) for term in ("ship", "port", "oak", "geneva", "of")}
    wanted = _idf(held, len(texts))
    for term in held:
        if wanted[term] > 0:
            assert statistics.idf(number_of(term)) == pytest.approx(wanted[term])


@given(st.lists(st.one_of(st.none(), st.integers(1, 60)), max_size=12))
def test_places_rise_and_stay_where_they_can(before: list[int | None]) -> None:
    places = _places(before)
    assert len(places) == len(before) and places == sorted(set(places))
    held = [place for place in before if place is not None]
    if None not in before and held == sorted(set(held)):
        assert places == held


def test_uploads_are_searched_beside_a_collection(memory: Points, docs: Path) -> None:
    saved, _ = Mirror(Kept(memory), docs).refresh()
    own = [document("The minister of my own paper resigned.", "mine.txt")]
    own.append(document("A new session.", "b.txt"))
    shared = saved.index
    assert isinstance(shared, QdrantIndex)
    beside = Beside(shared, Kept(memory).build(own))
    found = beside.search("Which minister resigned?", 10)
    assert {hit.passage.document_id for hit in found} == {*TEXTS, "mine.txt"}
    assert [h.passage.text for h in found if h.passage.document_id == "b.txt"] == ["A new session."]
    only = beside.search("minister", 10, Filter(documents=("mine.txt",)))
    assert [hit.passage.document_id for hit in only] == ["mine.txt"]
