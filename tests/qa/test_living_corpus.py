"""A corpus that changes: by hand, with its folder, and by what other processes save."""

import shutil
import threading
from pathlib import Path

import pytest

from index.errors import CorpusError, StoreError
from qa import parts
from qa.answering import Answerer
from qa.corpus import Corpus
from qa.types import Reading, Retrieval, Status
from tests.tiny import TinyEncoder, document

QUEEN = document("The queen abdicated in May.", "queen")


@pytest.fixture
def docs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(parts, "load_encoder", TinyEncoder)
    folder = tmp_path / "docs"
    folder.mkdir()
    (folder / "a.txt").write_text("The minister resigned in March.")
    (folder / "b.txt").write_text("The session opens in Geneva.")
    return folder


def opened(docs: Path) -> Corpus:
    return Corpus.open(docs, index=docs.parent / "index")


def best(corpus: Corpus | Answerer, question: str) -> str:
    return corpus.search(question, 1)[0].passage.document_id


def test_refresh_follows_the_folder(docs: Path) -> None:
    corpus = opened(docs)
    assert corpus.refresh().unchanged == ("a.txt", "b.txt")
    (docs / "a.txt").rename(docs / "z.txt")
    (docs / "b.txt").write_text("The queen abdicated in May.")
    changes = corpus.refresh()
    assert (changes.renamed, changes.changed) == ((("a.txt", "z.txt"),), ("b.txt",))
    assert best(corpus, "Who abdicated?") == "b.txt" and list(corpus.documents) == [
        "b.txt",
        "z.txt",
    ]
    for file in docs.iterdir():
        file.unlink()
    assert corpus.refresh().removed == ("b.txt", "z.txt")
    assert corpus.ask("Who abdicated?").status is Status.NOT_FOUND
    docs.rmdir()
    with pytest.raises(CorpusError, match="no such folder"):
        corpus.refresh()


def test_a_document_that_was_added_stays_until_it_is_removed(docs: Path) -> None:
    corpus = opened(docs)
    assert corpus.add(QUEEN).added == ("queen",)
    assert opened(docs).refresh().unchanged == ("a.txt", "b.txt", "queen")
    assert corpus.add(document("The queen reigns.", "queen")).changed == ("queen",)
    index = docs.parent / "index"
    assert any(b"reigns" in file.read_bytes() for file in index.iterdir())
    assert corpus.remove("queen").removed == ("queen",)
    assert not any(b"queen" in file.read_bytes() for file in index.iterdir())
    assert list(opened(docs).documents) == ["a.txt", "b.txt"]


def test_a_path_that_was_added_is_mirrored_from_its_own_place(docs: Path) -> None:
    outside = docs.parent / "elsewhere"
    outside.mkdir()
    (outside / "c.txt").write_text("The queen abdicated in May.")
    shutil.copy(docs / "a.txt", outside / "copy.txt")
    corpus = opened(docs)
    name = f"{outside}/c.txt"
    assert corpus.add(outside, docs / "a.txt").added == (f"{outside}/copy.txt", name)
    assert corpus.documents["a.txt"].also == (f"{outside}/copy.txt",)
    assert best(opened(docs), "Who abdicated?") == name
    (outside / "c.txt").write_text("The king abdicated in June.")
    assert opened(docs).changes.changed == (name,)
    shutil.rmtree(outside)
    changes = corpus.refresh()
    assert changes.removed == (f"{outside}/copy.txt", name)
    assert [(s.path, s.reason) for s in changes.skipped] == [
        (str(outside), "there is no such file any more")
    ]
    assert corpus.remove(str(outside)).skipped == ()


def test_the_folder_is_the_truth_for_its_own_files(docs: Path) -> None:
    corpus = opened(docs)
    with pytest.raises(CorpusError, match=r"a\.txt: the corpus mirrors this file; delete it and"):
        corpus.remove("a.txt")
    with pytest.raises(CorpusError, match="nothing: there is no such document"):
        corpus.remove("nothing")
    with pytest.raises(CorpusError, match=r"a\.txt: a file has this name"):
        corpus.add(document("Other words.", "a.txt"))
    with pytest.raises(CorpusError, match=r"none\.txt: there is no such folder or file"):
        corpus.add(QUEEN, docs / "none.txt")
    assert list(corpus.documents) == ["a.txt", "b.txt"]
    corpus.add(document("Other words.", "c.txt"))
    (docs / "c.txt").write_text("A file of that name.")
    (skipped,) = corpus.refresh().skipped
    assert (skipped.path, skipped.reason[:36]) == ("c.txt", "a document of this name was added; r")
    assert corpus.remove("c.txt").changed == ("c.txt",)
    assert corpus.documents["c.txt"].text == "A file of that name."


def test_a_corpus_of_documents_can_lose_all_of_them(docs: Path) -> None:
    corpus = Corpus.from_documents([QUEEN], encoder=TinyEncoder())
    corpus.add(document("No.", "b"), docs)
    assert len(corpus.documents) == 4
    corpus.remove("queen", "b", str(docs))
    assert corpus.documents == {} and corpus.search("Who?") == []
    assert corpus.ask("Who abdicated?").nearest == ()


def test_what_is_added_in_memory_stays_there(docs: Path) -> None:
    corpus = opened(docs)
    more = corpus.with_documents([QUEEN])
    assert best(more, "Who abdicated?") == "queen"
    more.remove("a.txt")  # in memory all documents are its own
    assert list(more.documents) == ["b.txt", "queen"]
    assert list(corpus.documents) == list(opened(docs).documents) == ["a.txt", "b.txt"]


def test_an_open_corpus_notices_what_another_process_saves(docs: Path) -> None:
    corpus, saved = opened(docs), Corpus.open(docs.parent / "index")
    snapshot = corpus.snapshot()
    (docs / "a.txt").write_text("The queen abdicated in May.")
    opened(docs)
    for reader in (corpus, saved):
        answer = reader.ask("Who abdicated in May?")
        assert {c.document for c in (*answer.citations, *answer.nearest)} >= {"a.txt"}
        assert reader.documents["a.txt"].text == "The queen abdicated in May."
    assert snapshot.documents["a.txt"].text == "The minister resigned in March."
    assert best(snapshot, "Who resigned?") == "a.txt"


def test_an_answer_is_from_one_version(docs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    corpus = opened(docs)
    read = Answerer.read

    def slow(self: Answerer, retrieval: Retrieval) -> Reading:
        reading = read(self, retrieval)
        (docs / "a.txt").unlink(missing_ok=True)
        opened(docs)
        corpus.search("Anything?")  # and another thread notices it
        return reading

    monkeypatch.setattr(Answerer, "read", slow)
    answer = corpus.ask("Who resigned in March?")
    assert {c.document for c in (*answer.citations, *answer.nearest)} >= {"a.txt"}
    assert "a.txt" not in corpus.documents


def test_a_new_version_that_is_damaged_is_said_and_mended(docs: Path) -> None:
    corpus, index = opened(docs), docs.parent / "index"
    (docs / "c.txt").write_text("The queen abdicated in May.")
    opened(docs)
    next(index.glob("*-lexical-rows.npy")).write_bytes(b"")
    with pytest.raises(StoreError, match="damaged"):
        corpus.ask("Who abdicated?")
    assert "damaged" in corpus.refresh().note
    assert best(corpus, "Who abdicated?") == "c.txt"


def test_an_index_whose_folder_vanished_still_answers(docs: Path) -> None:
    corpus = opened(docs)
    shutil.rmtree(docs.parent / "index")
    assert best(corpus, "Who resigned?") == "a.txt"
    assert corpus.refresh().unchanged == ("a.txt", "b.txt")
    assert best(opened(docs), "Who resigned?") == "a.txt"


def test_an_index_opened_without_its_folder_is_not_changed(docs: Path) -> None:
    opened(docs)
    corpus = Corpus.open(docs.parent / "index")
    for change in (corpus.refresh, lambda: corpus.add(QUEEN)):
        with pytest.raises(CorpusError, match="opened without its folder of documents"):
            change()
    assert best(corpus, "Who resigned?") == "a.txt"


def test_an_index_among_its_documents_is_refused(docs: Path) -> None:
    with pytest.raises(StoreError, match="would index itself"):
        Corpus.open(docs, index=docs / "sub" / "index")
    assert Corpus.open(docs, index=docs / ".index").changes.added == ("a.txt", "b.txt")


def test_threads_may_ask_and_change_at_once(docs: Path) -> None:
    corpus = opened(docs)
    failed: list[BaseException] = []

    def change(n: int) -> None:
        try:
            corpus.add(document(f"Thread {n} was here.", f"thread {n}"))
            assert best(corpus, f"Which thread {n}?")
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=change, args=[n]) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed
    assert {f"thread {n}" for n in range(8)} < opened(docs).documents.keys()
