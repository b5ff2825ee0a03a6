"""The fast encoder and its table."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sentence_transformers import SentenceTransformer
from sentence_transformers.models import StaticEmbedding

from index.encoders import load_encoder
from index.errors import ModelError, StoreError
from index.loading import load
from index.static import TABLE, StaticEncoder, whole_text_tokenizer
from qa import Corpus

ROOT = Path(__file__).parents[2]
ENCODER = StaticEncoder()


@given(st.lists(st.text(), max_size=5))
def test_any_text_has_a_vector_of_length_one_that_does_not_depend_on_the_others(
    texts: list[str],
) -> None:
    vectors = ENCODER.encode_passages(texts)
    assert vectors.shape == (len(texts), ENCODER.dim) and vectors.dtype == np.float32
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-5)
    for text, vector in zip(texts, vectors, strict=True):
        assert np.array_equal(ENCODER.encode_passages([text])[0], vector)


def test_its_vectors_are_those_of_sentence_transformers() -> None:
    module = StaticEmbedding(whole_text_tokenizer(), embedding_weights=ENCODER.table)
    model = SentenceTransformer(modules=[module], device="cpu")
    texts = [document.text for document in load(ROOT / "seeds").documents]
    texts += ["who?", "Straße, naïveté and 東京 😀", "[CLS] is a token", "?"]
    expected = model.encode(texts, normalize_embeddings=True)
    assert (ENCODER.encode_passages(texts) * expected).sum(axis=1).min() >= 0.9999


def test_an_altered_or_missing_table_is_refused_in_one_line(tmp_path: Path) -> None:
    altered = tmp_path / "fast.safetensors"
    with pytest.raises(ModelError, match=r"not the shipped table \(sha256 no file"):
        StaticEncoder(altered).encode_passages(["a"])
    altered.write_bytes(TABLE.read_bytes()[:-1] + b"\0")
    with pytest.raises(ModelError, match=r"not the shipped table .*; install Quotewell again$"):
        StaticEncoder(altered).encode_passages(["a"])


def test_the_table_is_small_enough_to_ship() -> None:
    assert TABLE.stat().st_size <= 16e6


def test_names() -> None:
    assert isinstance(load_encoder("fast"), StaticEncoder)
    assert isinstance(load_encoder(ENCODER.name), StaticEncoder)
    assert load_encoder("./fast").name == "./fast"


def test_a_saved_index_is_opened_with_the_encoder_that_it_was_made_with(tmp_path: Path) -> None:
    made = Corpus.open(ROOT / "seeds", index=tmp_path, encoder="fast")
    question = "Why did the United States not sponsor the resolution in 2003?"
    hits = made.search(question)
    assert "resolution" in hits[0].passage.text
    assert Corpus.open(tmp_path).search(question) == hits
    assert Corpus.open(ROOT / "seeds", index=tmp_path, encoder="fast").changes.added == ()
    with pytest.raises(StoreError, match=f"made with the encoder {ENCODER.name}"):
        Corpus.open(ROOT / "seeds", index=tmp_path)


def test_neither_indexing_nor_asking_imports_pytorch(tmp_path: Path) -> None:
    code = f"""
import sys
from qa import Corpus
corpus = Corpus.open("seeds", index={str(tmp_path)!r}, encoder="fast")
corpus.ask("who is Lorne Craner?")
print("torch" in sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, check=True)
    assert done.stdout.decode().strip() == "False"
