"""The real encoder and its copy."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from index.encoding import (
    DEFAULT_ENCODER,
    SentenceEncoder,
    _copy_folder,
    _load,
    packaged_model,
)
from index.errors import ModelError
from index.exported import SAME, ExportedEncoder, export
from index.loading import load
from index.passages import split_document

ROOT = Path(__file__).parents[2]
QUESTIONS = [
    json.loads(line)["question"]
    for line in (ROOT / "tests" / "questions.jsonl").read_text(encoding="utf-8").splitlines()
]


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("copies") / "copy"
    export(_load(DEFAULT_ENCODER), folder)
    return folder


def test_the_copys_vectors_are_those_of_the_model(copy: Path) -> None:
    model, exported = _load(DEFAULT_ENCODER), ExportedEncoder(copy)
    long = load(ROOT / "seeds").documents[0].text
    texts = [*QUESTIONS, "", "?", "日本語 😀", long]
    expected = model.encode(texts, normalize_embeddings=True, show_progress_bar=False)
    for text, vector in zip(texts, expected, strict=True):
        assert float(exported.encode(text) @ np.asarray(vector)) >= SAME, text


def test_the_vectors_of_passages_are_those_of_the_model() -> None:
    texts = [p.text for d in load(ROOT / "seeds").documents[:2] for p in split_document(d)]
    expected = _load(DEFAULT_ENCODER).encode(
        texts, normalize_embeddings=True, show_progress_bar=False
    )
    vectors = SentenceEncoder().encode_passages(texts)
    assert (vectors.dtype, vectors.shape) == (np.float32, expected.shape)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-5)
    assert float((vectors * np.asarray(expected)).sum(axis=1).min()) >= SAME


def test_a_process_that_only_asks_does_not_import_pytorch(
    tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Without a copy of the encoder; the readers have nothing to do with it.
    (cache / "quotewell" / "readers").mkdir(parents=True, exist_ok=True)
    (tmp_path / "cache" / "quotewell").mkdir(parents=True)
    (tmp_path / "cache" / "quotewell" / "readers").symlink_to(cache / "quotewell" / "readers")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    folder, index = tmp_path / "docs", tmp_path / "index"
    folder.mkdir()
    (folder / "a.txt").write_text(
        "The minister resigned in March. The port is closed.\n\nIt rained."
    )
    ask = f"""
import sys
from qa import Corpus
print(Corpus.open({str(folder)!r}, index={str(index)!r}).ask("Who resigned?").citations[0].quote)
print("torch" in sys.modules)
"""
    runs = [
        subprocess.run([sys.executable, "-c", ask], cwd=ROOT, capture_output=True, check=True)
        for _ in range(2)
    ]
    assert [run.stdout.decode().split("\n")[1] for run in runs] == ["True", "False"]
    assert runs[0].stdout.split(b"\n")[0] == runs[1].stdout.split(b"\n")[0]


def test_an_altered_copy_is_not_used(copy: Path) -> None:
    about = (copy / "about.json").read_text()
    (copy / "about.json").write_text('{"sha256": "0"}')
    with pytest.raises(ModelError, match="not as it was written"):
        ExportedEncoder(copy)
    (copy / "about.json").write_text(about)
    with pytest.raises(ModelError, match="no exported encoder"):
        ExportedEncoder(copy / "nowhere")


def test_a_model_that_cannot_be_exported_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="cannot be exported"):
        export(object(), tmp_path / "copy")  # type: ignore[arg-type]
    assert [path.name for path in tmp_path.iterdir()] == ["lock"]


def test_a_model_whose_files_change_gets_another_copy(tmp_path: Path) -> None:
    (tmp_path / "model.safetensors").write_bytes(b"one")
    before = _copy_folder(str(tmp_path))
    (tmp_path / "model.safetensors").write_bytes(b"other")
    assert before != _copy_folder(str(tmp_path))
    assert _copy_folder("hub/name") is None


@pytest.fixture(scope="module")
def prompted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a tiny model that wants prompts, as those of the E5 family do."""
    from sentence_transformers import SentenceTransformer  # noqa: PLC0415
    from sentence_transformers.sentence_transformer.modules import (  # noqa: PLC0415
        Pooling,
        Transformer,
    )
    from transformers import AutoTokenizer, BertConfig, BertModel, set_seed  # noqa: PLC0415

    folder = tmp_path_factory.mktemp("prompted")
    set_seed(7)
    tokenizer = AutoTokenizer.from_pretrained(packaged_model())
    config = BertConfig(
        vocab_size=len(tokenizer),
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
        initializer_range=0.5,
    )
    BertModel(config).eval().save_pretrained(folder / "bert")
    tokenizer.save_pretrained(folder / "bert")
    bert = Transformer(str(folder / "bert"))
    prompts = {"query": "query: ", "passage": "passage: "}
    model = SentenceTransformer(modules=[bert, Pooling(32)], prompts=prompts, device="cpu")
    model.save(str(folder / "model"))
    return folder / "model"


def test_a_models_prompts_are_put_before_questions_and_passages(prompted: Path) -> None:
    text = "The ferry to Lorne leaves at nine."
    plain = _load(str(prompted))

    def expected(prompt: str) -> np.ndarray:
        vectors = plain.encode(
            [prompt + text], prompt="", normalize_embeddings=True, show_progress_bar=False
        )
        return np.asarray(vectors)

    first, later = SentenceEncoder(str(prompted)), SentenceEncoder(str(prompted))
    assert (first.encode_passages([text]) @ expected("passage: ").T).item() > SAME
    assert _copy_folder(str(prompted)).exists()
    for encoder in (first, later):  # the later one has only the copy that the first one left
        assert (encoder.encode_questions([text]) @ expected("query: ").T).item() > SAME
    assert (expected("query: ") @ expected("passage: ").T).item() < 0.999


def test_no_text_gives_no_rows() -> None:
    assert SentenceEncoder().encode_passages([]).shape == (0, 384)
