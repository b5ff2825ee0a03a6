"""A network's int8 form, the reader.onnx that ships, and the way back."""

import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import GraphProto, ModelProto, NodeProto, helper, numpy_helper
from onnxruntime.quantization import QuantType, quantize_dynamic

_PREFIX = "model."  # of parameters in the exported graph (`training.export.Logits`)
_TABLE = re.compile(r"model\.(.+\.weight)_quantized$")
_LAYER = re.compile(r"/model/(.+)/MatMul_quant$")
_FEED_FORWARD = re.compile(r"/(?:intermediate|layer\.\d+/output)/dense/MatMul_quant$")
_LEAST = 1e-9  # a token's scale, where all its numbers are 0


def quantise(full: Path, path: Path) -> None:
    """Write an ONNX model with int8 weights (ONNX Runtime's dynamic quantisation, per channel).

    Weights have 7 bits, since processors without VNNI add up two products in 16.
    """
    quantize_dynamic(full, path, per_channel=True, reduce_range=True, weight_type=QuantType.QInt8)
    model = onnx.load(str(path))
    scale_tokens(model.graph)
    onnx.save(model, str(path))


def scale_tokens(graph: GraphProto) -> None:
    """Divide each token's numbers by its largest before the feed-forward layers quantise them.

    Dynamic quantisation has one scale for all tokens of a text. Those of [CLS] are up to seven
    times as large as all others, which leaves these a seventh of int8's steps. A scale for each
    token is that of Yao et al. 2022, "ZeroQuant"; attention's layers hardly gain by it.
    """
    made_by = {output: node for node in graph.node for output in node.output}
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
            scale = f"{made_by[node.input[0]].input[0]}_scale_of_token"
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
    for name, value in (("last_axis", np.array([-1])), ("least_scale", np.float32(_LEAST))):
        graph.initializer.append(numpy_helper.from_array(np.asarray(value), name))


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
        zero = arrays[f"{name}_zero_point"].astype(np.float32)
        whole = arrays[f"{name}_quantized"].astype(np.float32)
        return np.asarray((whole - zero) * arrays[f"{name}_scale"], np.float32)

    weights = {
        name.removeprefix(_PREFIX): array
        for name, array in arrays.items()
        if name.startswith(_PREFIX) and array.dtype == np.float32 and not name.endswith("_scale")
    }
    for name in arrays:
        if found := _TABLE.match(name):
            weights[found[1]] = real(name.removesuffix("_quantized"))
    for node in model.graph.node:
        if node.op_type == "MatMulInteger":
            layer = _LAYER.match(node.name)
            assert layer is not None, node.name
            name = layer[1].replace("/", ".")
            weights[f"{name}.weight"] = real(node.input[1].removesuffix("_quantized")).T
    return {name: torch.from_numpy(array.copy()) for name, array in weights.items()}
