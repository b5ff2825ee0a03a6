"""Models from elsewhere, made small and random: what matters is that they are read right."""

import shutil
from pathlib import Path

import numpy as np
import pytest
import torch
from tokenizers import Tokenizer
from transformers import (
    BertConfig,
    BertForQuestionAnswering,
    BertModel,
    PreTrainedTokenizerFast,
    RobertaConfig,
    RobertaForQuestionAnswering,
)

from index.encoding import packaged_model
from index.errors import ModelError
from index.types import Hit, Passage
from qa import reader as reader_module
from qa.reader import MODEL, SpanReader
from qa.span_model import shipped_model, transformers_model

SIZE = {"hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2}
TEXT = "The council met. It chose Maria Lopez because she had led the port. " * 12


def save(folder: Path, model: torch.nn.Module, names: list[str], window: int = 96) -> Path:
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=Tokenizer.from_file(str(packaged_model() / "tokenizer.json")),
        model_max_length=window,
        model_input_names=names,
        pad_token="[PAD]",
        cls_token="[CLS]",
        sep_token="[SEP]",
    )
    tokenizer.save_pretrained(folder)
    model.save_pretrained(folder)
    return folder


@pytest.fixture(scope="module")
def bert(tmp_path_factory: pytest.TempPathFactory) -> Path:
    torch.manual_seed(0)
    model = BertForQuestionAnswering(BertConfig(intermediate_size=32, **SIZE))
    names = ["input_ids", "attention_mask", "token_type_ids"]
    return save(tmp_path_factory.mktemp("bert"), model, names)


@pytest.fixture(scope="module")
def roberta(tmp_path_factory: pytest.TempPathFactory) -> Path:
    torch.manual_seed(0)
    config = RobertaConfig(
        vocab_size=30_522, intermediate_size=32, max_position_embeddings=100, pad_token_id=0, **SIZE
    )
    names = ["input_ids", "attention_mask"]
    return save(tmp_path_factory.mktemp("roberta"), RobertaForQuestionAnswering(config), names)


@pytest.mark.parametrize("kind", ["bert", "roberta"])
def test_any_extractive_model_reads_in_windows(kind: str, request: pytest.FixtureRequest) -> None:
    folder = request.getfixturevalue(kind)
    passage = Passage("a", "a.txt", 0, len(TEXT), TEXT)
    spans = SpanReader(str(folder)).read("Who was chosen?", [Hit(passage, 0.0, 1, 1)])
    assert len(spans) > 3, "more than one window was read"
    assert all(TEXT[s.start : s.end] == s.text != "" for s in spans)


def test_windows_cover_the_text_and_each_token_is_that_of_the_model(bert: Path) -> None:
    (windows,) = transformers_model(str(bert)).mark("Who was chosen?", [TEXT])
    covered = np.zeros(len(TEXT), bool)
    for window in windows:
        for start, end in window.offsets:
            covered[start:end] = True
    assert all(covered[i] for i, c in enumerate(TEXT) if not c.isspace())

    model = BertForQuestionAnswering.from_pretrained(bert).eval()
    tokenizer = PreTrainedTokenizerFast.from_pretrained(bert)
    encoded = tokenizer("Who was chosen?", TEXT[:60], return_tensors="pt")
    with torch.no_grad():
        expected = model(**encoded)
    ((window,),) = transformers_model(str(bert)).mark("Who was chosen?", [TEXT[:60]])
    tokens = [i for i, n in enumerate(encoded.sequence_ids(0)) if n == 1]
    assert window.start == pytest.approx(expected.start_logits[0, tokens].numpy(), abs=1e-5)
    nothing = float(expected.start_logits[0, 0] + expected.end_logits[0, 0])
    assert window.nothing == pytest.approx(nothing, abs=1e-5)


def test_an_answer_begins_in_one_window_only(bert: Path) -> None:
    (windows,) = transformers_model(str(bert)).mark("Who was chosen?", [TEXT])
    assert len(windows) > 2
    starts = [int(w.offsets[i, 0]) for w in windows for i in np.flatnonzero(w.start > -np.inf)]
    assert starts == sorted(set(starts))
    assert starts == sorted({int(start) for w in windows for start in w.offsets[:, 0]})


def test_texts_keep_their_order_whatever_their_lengths(bert: Path) -> None:
    model = transformers_model(str(bert))
    texts = [TEXT, "One.", TEXT[:200], "Two words."]
    for windows, text in zip(model.mark("Who?", texts), texts, strict=True):
        alone = model.mark("Who?", [text])[0]
        for window, other in zip(windows, alone, strict=True):
            assert window.start == pytest.approx(other.start, abs=1e-4)
            assert (window.offsets == other.offsets).all()


def test_a_model_that_does_not_mark_answers_is_refused(tmp_path: Path) -> None:
    save(tmp_path, BertModel(BertConfig(intermediate_size=32, **SIZE)), ["input_ids"])
    with pytest.raises(
        ModelError, match=r"not an extractive question-answering model .*qa_outputs"
    ):
        transformers_model(str(tmp_path))


def test_missing_and_pickled_models_are_refused(bert: Path, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="cannot be loaded as a reader"):
        transformers_model(str(tmp_path / "nowhere"))
    folder = tmp_path / "pickled"
    shutil.copytree(bert, folder)
    torch.save({}, folder / "pytorch_model.bin")
    (folder / "model.safetensors").unlink()
    with pytest.raises(ModelError, match="cannot be loaded as a reader"):
        transformers_model(str(folder))
    (folder / "model.safetensors").write_bytes(b"half of i")
    with pytest.raises(ModelError, match="cannot be loaded as a reader"):
        transformers_model(str(folder))


def test_an_altered_or_missing_shipped_model_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "model"
    shutil.copytree(MODEL, folder)
    sha256 = str(SpanReader().settings["sha256"])
    shipped_model(folder, sha256)
    with (folder / "reader.onnx").open("ab") as model:
        model.write(b"x")
    with pytest.raises(ModelError, match=r"reader\.onnx: missing or altered"):
        shipped_model(folder, sha256)
    (folder / "reader.onnx").unlink()
    with pytest.raises(ModelError, match="missing or altered"):
        shipped_model(folder, sha256)
    (folder / "reader.json").write_text("{")
    monkeypatch.setattr(reader_module, "MODEL", folder)
    with pytest.raises(ModelError, match=r"reader\.json: cannot be read"):
        SpanReader().settings  # noqa: B018
