"""A network's int8 form, the reader.onnx that ships, and the way back."""

import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import GraphProto, ModelProto, NodeProto, TensorProto, helper, numpy_helper
from onnxruntime.quantization import QuantType, quantize_dynamic

_PREFIX = "model."  # of parameters in the exported graph (`training.export.Logits`)
_WORDS = "model.bert.embeddings.word_embeddings.weight"
_LAYER = re.compile(r"/model/(.+)/MatMul_quant$")
_FEED_FORWARD = re.compile(r"/(?:intermediate|layer\.\d+/output)/dense/MatMul_quant$")
_LEAST = np.float32(1e-9)  # a token's or word's scale, where all its numbers are 0


def quantise(full: Path, path: Path) -> None:
    """Write a reader's ONNX model with int8 weights: its words' vectors and its products."""
    model = onnx.load(str(full))
    scale_words(model.graph)
    quantise_products(model, path)


def quantise_products(model: ModelProto, path: Path) -> None:
    """Write a model whose products are int8 (ONNX Runtime's dynamic quantisation).

    Weights have a scale for each column and 7 bits, as processors without VNNI add up two products
    in 16.
    """
    quantize_dynamic(
        model,
        path,
        op_types_to_quantize=["MatMul"],
        per_channel=True,
        reduce_range=True,
        weight_type=QuantType.QInt8,
    )
    model = onnx.load(str(path))
    scale_tokens(model.graph)
    onnx.save(model, str(path))


def scale_words(graph: GraphProto) -> None:
    """Keep each word's vector in int8 with a scale of its own."""
    (table,) = (t for t in graph.initializer if t.name == _WORDS)
    vectors = numpy_helper.to_array(table)
    scale = np.maximum(np.abs(vectors).max(axis=1, keepdims=True) / 127, _LEAST)
    graph.initializer.remove(table)
    for name, array in (
        ("quantized", np.rint(vectors / scale).astype(np.int8)),
        ("scale", scale.astype(np.float32)),
    ):
        graph.initializer.append(numpy_helper.from_array(array, f"{_WORDS}_{name}"))
    at, node = next((i, n) for i, n in enumerate(graph.node) if _WORDS in n.input)
    ids, found = node.input[1], node.output[0]
    graph.node.remove(node)
    for new in (  # each is put before those above it
        helper.make_node("Mul", [f"{found}_whole", f"{found}_scale"], [found]),
        helper.make_node("Gather", [f"{_WORDS}_scale", ids], [f"{found}_scale"]),
        helper.make_node("Cast", [f"{found}_int8"], [f"{found}_whole"], to=TensorProto.FLOAT),
        helper.make_node("Gather", [f"{_WORDS}_quantized", ids], [f"{found}_int8"]),
    ):
        graph.node.insert(at, new)


def scale_tokens(graph: GraphProto) -> None:
    """Divide each token's numbers by its largest before the feed-forward layers quantise them.

    Dynamic quantisation has one scale for all tokens of a text. The numbers of [CLS] are several
    times as large as all others, which leaves these few of int8's steps. A scale for each token is
    that of Yao et al. 2022, "ZeroQuant"; attention's layers hardly gain by it.
    """
    used_by: dict[str, list[NodeProto]] = {}
    for node in graph.node:
        for name in node.input:
            used_by.setdefault(name, []).append(node)
    largest: dict[str, str] = {}  # of a quantised array: the name of its tokens' scales
    products: dict[str, str] = {}  # of a product in float32: the same
    for node in graph.node:
        if node.op_type == "MatMulInteger" and _FEED_FORWARD.search(node.name):
            (cast,) = used_by[node.output[0]]
            (product,) = used_by[cast.output[0]]
            assert (cast.op_type, product.op_type) == ("Cast", "Mul"), node.name
            scale = f"{node.input[0]}_scale_of_token"
            largest[node.input[0]] = products[product.output[0]] = scale
    nodes: list[NodeProto] = []
    for node in graph.node:
        if node.output[0] in largest:
            nodes += _divided(node, largest[node.output[0]])
        elif node.output[0] in products:
            name = node.output[0]
            node.output[0] = f"{name}_divided"
            times = helper.make_node("Mul", [node.output[0], products[name]], [name])
            nodes += [node, times]
        else:
            nodes.append(node)
    del graph.node[:]
    graph.node.extend(nodes)
    graph.initializer.append(numpy_helper.from_array(np.array([-1]), "last_axis"))
    graph.initializer.append(numpy_helper.from_array(np.asarray(_LEAST), "least_scale"))


def _divided(quantise: NodeProto, scale: str) -> Iterator[NodeProto]:
    """Return what divides a node's input by its tokens' scales, and the node."""
    name = quantise.input[0]
    quantise.input[0] = f"{name}_divided"
    yield helper.make_node("Abs", [name], [f"{name}_abs"])
    yield helper.make_node("ReduceMax", [f"{name}_abs", "last_axis"], [f"{name}_max"])
    yield helper.make_node("Max", [f"{name}_max", "least_scale"], [scale])
    yield helper.make_node("Div", [name, scale], [quantise.input[0]])
    yield quantise


def dequantised(path: Path) -> dict[str, torch.Tensor]:
    """Return a reader.onnx's parameters by their names in `AutoModelForQuestionAnswering`.

    So a run can go on from a reader whose checkpoints are gone.
    """
    model: ModelProto = onnx.load(str(path))
    arrays = {t.name: numpy_helper.to_array(t) for t in model.graph.initializer}

    def real(name: str) -> NDArray[np.float32]:
        zero = arrays.get(f"{name}_zero_point", np.zeros((), np.int8)).astype(np.float32)
        whole = arrays[f"{name}_quantized"].astype(np.float32)
        return np.asarray((whole - zero) * arrays[f"{name}_scale"], np.float32)

    weights = {}
    for name, array in arrays.items():
        if not name.startswith(_PREFIX):
            continue
        if name.endswith("_quantized"):
            table = name.removesuffix("_quantized")
            weights[table.removeprefix(_PREFIX)] = real(table)
        elif name.endswith((".weight", ".bias")):
            weights[name.removeprefix(_PREFIX)] = array
    for node in model.graph.node:
        if node.op_type == "MatMulInteger":
            layer = _LAYER.match(node.name)
            assert layer is not None, node.name
            name = layer[1].replace("/", ".")
            weights[f"{name}.weight"] = real(node.input[1].removesuffix("_quantized")).T
    return {name: torch.from_numpy(array.copy()) for name, array in weights.items()}
