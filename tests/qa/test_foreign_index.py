"""An index that somebody sends: it chooses no model, no path and nothing on the network."""

from pathlib import Path

import pytest
from sentence_transformers import SentenceTransformer

from index import store
from index.errors import ModelError, StoreError
from index.local import LocalEngine
from index.mirror import Mirror
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
