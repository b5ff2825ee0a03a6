import json
import os
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import store
from index.errors import StoreError
from index.hybrid import HybridIndex
from index.local import LocalEngine
from index.saved_files import SOURCE_KINDS
from index.texts import SavedDocument
from tests.tiny import TinyEncoder, document

KINDS = (*SOURCE_KINDS, *LocalEngine.kinds)
TEXTS = ["The minister resigned.", "The session opens in Geneva.\u2028Then it closes. 😀"]


def build(texts: list[str] = TEXTS) -> HybridIndex:
    documents = [
        document(text, f"{n}.txt", title="T", date="2003-04-12") for n, text in enumerate(texts)
    ]
    return HybridIndex.build(documents, TinyEncoder())


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    store.save(build(), LocalEngine(TinyEncoder()), tmp_path)
    return tmp_path


def data_files(folder: Path) -> list[Path]:
    return [f for f in folder.iterdir() if f.name not in ("manifest.json", "lock")]


def test_what_was_saved_is_loaded(saved: Path) -> None:
    index, loaded = build(), store.load(saved, LocalEngine(TinyEncoder())).index
    assert dict(loaded.documents) == dict(index.documents)
    assert list(loaded.passages) == list(index.passages)
    assert loaded.search("who resigned?", 2) == index.search("who resigned?", 2)
    assert store.saved_encoder(saved) == "tiny"


@given(st.lists(st.text(max_size=200), max_size=8))
def test_any_text_comes_back_from_the_file_that_it_stays_in(texts: list[str]) -> None:
    with TemporaryDirectory() as folder:
        store.save(build(texts), LocalEngine(TinyEncoder()), Path(folder))
        found = store.load(Path(folder), LocalEngine(TinyEncoder())).index
    assert [document.text for document in found.documents.values()] == texts
    assert all(isinstance(d, SavedDocument) for d in found.documents.values())
    assert not any("text" in vars(d) for d in found.documents.values())
    assert list(found.passages) == list(build(texts).passages)


def test_saving_again_leaves_nothing_of_before(saved: Path) -> None:
    store.save(build(["Only this now."]), LocalEngine(TinyEncoder()), saved)
    assert [p.text for p in store.load(saved, LocalEngine(TinyEncoder())).index.passages] == [
        "Only this now."
    ]
    assert len(data_files(saved)) == len(KINDS)
    assert b"minister" not in b"".join(f.read_bytes() for f in data_files(saved))


def test_a_save_that_stops_half_way_leaves_the_index_of_before(
    saved: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(source: object, target: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", stop)
    with pytest.raises(StoreError, match="cannot be saved: No space left on device"):
        store.save(build(["Only this now."]), LocalEngine(TinyEncoder()), saved)
    monkeypatch.undo()
    assert list(store.load(saved, LocalEngine(TinyEncoder())).index.passages) == list(
        build().passages
    )
    store.save(build(["And this."]), LocalEngine(TinyEncoder()), saved)
    assert len(data_files(saved)) == len(KINDS)


@pytest.mark.parametrize("text", ["", "{", "[]", '{"format": "other"}', '{"files": {}}'])
def test_a_damaged_manifest_is_noticed(saved: Path, text: str) -> None:
    (saved / "manifest.json").write_text(text)
    with pytest.raises(StoreError, match="damaged"):
        store.load(saved, LocalEngine(TinyEncoder()))


def test_a_manifest_cannot_name_files_elsewhere(saved: Path) -> None:
    manifest = json.loads((saved / "manifest.json").read_text())
    manifest["files"]["passages.npy"]["name"] = "../secret.npy"
    del manifest["sha256"]
    manifest["sha256"] = store._sha256_of(manifest)
    (saved / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(StoreError, match=r"does not name passages\.npy"):
        store.load(saved, LocalEngine(TinyEncoder()))


def test_an_index_made_with_another_encoder_is_refused(saved: Path) -> None:
    with pytest.raises(StoreError, match="made with the encoder tiny, not other"):
        store.load(saved, LocalEngine(TinyEncoder("other")))


def test_a_folder_of_other_files_is_not_written_into(tmp_path: Path) -> None:
    (tmp_path / "thesis.doc").write_text("years of work")
    with pytest.raises(StoreError, match="holds other files than an index"):
        store.save(build(), LocalEngine(TinyEncoder()), tmp_path)
    assert [f.name for f in tmp_path.iterdir()] == ["thesis.doc"]


def test_a_manifest_of_something_else_makes_no_index(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text('{"name": "a web page"}')
    (tmp_path / "page.html").write_text("<p>Hello.")
    assert not store.is_index(tmp_path)
    with pytest.raises(StoreError, match="holds other files than an index"):
        store.save(build(), LocalEngine(TinyEncoder()), tmp_path)


def test_no_index_is_said_plainly(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="there is no index here; run: qa index DIR"):
        store.load(tmp_path, LocalEngine(TinyEncoder()))
