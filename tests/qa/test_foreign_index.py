"""An index that somebody sends: it chooses no model, no path and nothing on the network."""

from pathlib import Path

import pytest
from sentence_transformers import SentenceTransformer

from index import store
from index.errors import ModelError, StoreError
from index.local import LocalEngine
from index.mirror import Mirror
from index.seal import is_sealed, seal
from qa import Corpus
from tests.tiny import TinyEncoder, document


def sent(folder: Path, encoder: str) -> Path:
    """Return a whole index whose manifest names an encoder."""
    mirror = Mirror(LocalEngine(TinyEncoder(encoder)), folder=folder / "index")
    mirror.hold([document("The minister resigned in March.")])
    assert store.saved_encoder(folder / "index") == encoder
    return folder / "index"


@pytest.mark.parametrize(
    "encoder", ["somebody/model", "./model", "/tmp/model", "fast-", "FAST", ""]
)
def test_an_index_chooses_no_encoder(
    tmp_path: Path, encoder: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(SentenceTransformer, "__init__", None)  # whoever calls it fails
    with pytest.raises(StoreError, match="name it yourself: --encoder") as error:
        Corpus.open(sent(tmp_path, encoder))
    assert f"made with the encoder {encoder}," in str(error.value)


def test_whoever_opens_it_may_name_its_encoder(tmp_path: Path) -> None:
    index = sent(tmp_path, "somebody/model")
    corpus = Corpus.open(index, encoder=TinyEncoder("somebody/model"))
    assert list(corpus.documents) == ["a.txt"]


def test_a_models_folder_runs_no_code_and_unpickles_nothing(tmp_path: Path) -> None:
    from index.encoding import SentenceEncoder, packaged_model  # noqa: PLC0415

    model = tmp_path / "model"
    (model / "1_Pooling").mkdir(parents=True)
    for name in ("config.json", "tokenizer.json", "tokenizer_config.json", "modules.json"):
        (model / name).write_bytes((packaged_model() / name).read_bytes())
    (model / "pytorch_model.bin").write_bytes(b"cos\nsystem\n(S'touch ran'\ntR.")
    with pytest.raises(ModelError, match="cannot be loaded as a SentenceTransformer"):
        SentenceEncoder(str(model)).encode_passages(["a"])
    (model / "pytorch_model.bin").unlink()
    (model / "model.safetensors").symlink_to(packaged_model() / "model.safetensors")
    (model / "harm.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w').close()\n")
    (model / "modules.json").write_text(
        '[{"idx": 0, "name": "0", "path": "", "type": "harm.Harm"}]'
    )
    with pytest.raises(ModelError, match="cannot be loaded as a SentenceTransformer"):
        SentenceEncoder(str(model)).encode_passages(["a"])
    assert not (tmp_path / "ran").exists()


def test_an_index_chooses_no_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "diary.txt").write_text("Dear diary.")
    engine = LocalEngine(TinyEncoder("all-MiniLM-L6-v2"))
    Mirror(engine, folder=tmp_path / "index").add(None, [], [tmp_path / "diary.txt"])
    (tmp_path / "diary.txt").write_text("Nobody must read this.")
    assert Mirror(engine, folder=tmp_path / "index").refresh()[1].changed  # its maker's own
    (tmp_path / "diary.txt").write_text("Nor this.")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "another user's"))
    saved = store.load(tmp_path / "index", engine)
    assert saved.state.paths == () and "nobody here has added it" in saved.state.skipped[0].reason
    saved, _ = Mirror(engine, folder=tmp_path / "index").refresh()
    assert not saved.state.documents


def test_a_seal_is_made_with_a_key_of_the_users_own(tmp_path: Path) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_DATA_HOME", str(tmp_path))
        assert not is_sealed(["/a"], "") and not (tmp_path / "quotewell").exists()
        mark = seal(["/a"])
        assert is_sealed(["/a"], mark) and seal(["/a"]) == mark
        assert not any(is_sealed(["/a"], other) for other in ("", "é", None, mark[:-1], [mark]))
        assert not is_sealed(["/a", "/b"], mark)
        (key,) = (tmp_path / "quotewell").iterdir()
        assert key.stat().st_mode & 0o077 == 0
