"""The reader's int8 form against the network it is made from."""

from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
import torch
from onnx import numpy_helper
from transformers import BertConfig, BertForQuestionAnswering

from qa.quantised import export, quantise_products
from training.dequantised import dequantised

SIZE = {"hidden_size": 32, "intermediate_size": 64, "num_attention_heads": 2}
IDS = np.arange(1, 41)[None]


@pytest.fixture(scope="module")
def network() -> BertForQuestionAnswering:
    torch.manual_seed(0)
    config = BertConfig(num_hidden_layers=2, attn_implementation="eager", **SIZE)
    model = BertForQuestionAnswering(config).eval()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_(torch.randn_like(parameter) * 0.1)
    return model


@pytest.fixture(scope="module")
def model(network: BertForQuestionAnswering, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("int8")
    export(network, folder / "reader.onnx")
    return folder / "reader.onnx"


def logits(model: Path, ids: np.ndarray) -> np.ndarray:
    session = onnxruntime.InferenceSession(str(model), providers=["CPUExecutionProvider"])
    inputs = {"ids": ids, "mask": np.ones_like(ids), "types": np.zeros_like(ids)}
    return np.stack(session.run(None, inputs))


def test_the_int8_models_logits_are_nearly_the_networks(
    network: BertForQuestionAnswering, model: Path
) -> None:
    with torch.inference_mode():
        out = network(torch.from_numpy(IDS))
    expected = np.stack([out.start_logits, out.end_logits])
    assert np.abs(logits(model, IDS) - expected).max() < 0.1 * expected.std()


def test_its_weights_can_be_had_back(network: BertForQuestionAnswering, model: Path) -> None:
    weights = dequantised(model)
    assert weights.keys() == network.state_dict().keys()
    for name, weight in network.state_dict().items():
        if "word_embeddings" in name:  # a scale a row, 127 steps to either side
            step = weight.abs().amax(1, keepdim=True) / 127
        elif weight.dim() > 1 and "embeddings" not in name:  # a scale a column, 63 steps
            step = weight.abs().amax(1, keepdim=True) / 63
        else:
            step = torch.zeros(())
        assert ((weights[name] - weight).abs() <= step / 2 + 1e-6).all(), name


def feed_forward(folder: Path) -> tuple[onnxruntime.InferenceSession, ...]:
    """Return a model of one product, named as in a feed-forward layer, and its int8 form."""
    name = "/model/bert/encoder/layer.0/intermediate/dense/MatMul"
    weight = np.random.default_rng(0).normal(size=(32, 16)).astype(np.float32)
    x = onnx.helper.make_tensor_value_info("x", onnx.TensorProto.FLOAT, [1, None, 32])
    y = onnx.helper.make_tensor_value_info("y", onnx.TensorProto.FLOAT, [1, None, 16])
    node = onnx.helper.make_node("MatMul", ["x", "w"], ["y"], name=name)
    graph = onnx.helper.make_graph([node], "g", [x], [y], [numpy_helper.from_array(weight, "w")])
    opset = [onnx.helper.make_opsetid("", 20)]
    model = onnx.helper.make_model(graph, opset_imports=opset, ir_version=9)
    onnx.save(model, str(folder / "full.onnx"))
    quantise_products(model, folder / "int8.onnx")
    return tuple(
        onnxruntime.InferenceSession(str(folder / f"{form}.onnx")) for form in ("full", "int8")
    )


def test_a_token_of_large_numbers_takes_nothing_from_the_others(tmp_path: Path) -> None:
    full, int8 = feed_forward(tmp_path)
    x = np.random.default_rng(1).normal(size=(1, 20, 32)).astype(np.float32)
    (exact,) = full.run(None, {"x": x[:, 1:]})
    (alone,) = int8.run(None, {"x": x[:, 1:]})
    x[:, 0] *= 100
    (beside,) = int8.run(None, {"x": x})
    assert np.abs(beside[:, 1:] - exact).max() < 1.5 * np.abs(alone - exact).max()


def test_a_token_of_nothing_but_zeros_stays_so(tmp_path: Path) -> None:
    _, int8 = feed_forward(tmp_path)
    (y,) = int8.run(None, {"x": np.zeros((1, 3, 32), np.float32)})
    assert not y.any()
