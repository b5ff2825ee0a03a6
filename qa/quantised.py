"""A span model's network in PyTorch -> an ONNX model with int8 weights."""

import re
import tempfile
import uuid
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import onnx
from onnx import GraphProto, ModelProto, NodeProto, TensorProto, helper, numpy_helper
from onnxruntime.quantization import QuantType, quantize_dynamic

if TYPE_CHECKING:
    from torch import nn

PREFIX = "model."  # of parameters in the exported graph
_WORDS = re.compile(r"model\.\w+\.embeddings\.word_embeddings\.weight")
_FEED_FORWARD = re.compile(r"/(?:intermediate|layer\.\d+/output)/dense/MatMul_quant$")
_LEAST = np.float32(1e-9)  # a token's or word's scale, where all its numbers are 0


def export(model: "nn.Module", path: Path, takes_types: bool = True) -> None:
    """Write an `AutoModelForQuestionAnswering` with int8 weights: word vectors and products."""
    with tempfile.TemporaryDirectory() as folder:
        full = Path(folder) / "full.onnx"
        to_onnx(model, full, takes_types)
        exported = onnx.load(str(full))
    scale_words(exported.graph)
    quantise_products(exported, path)


def to_onnx(model: "nn.Module", path: Path, takes_types: bool = True) -> None:
    """Write a network as an ONNX model of any number of texts of any length.

    It maps token ids and attention mask (and, if it takes them, token types), all of shape
    (n, length), to the logits of start and end, of the same shape.
    """
    import torch  # noqa: PLC0415

    class Logits(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.model = model

        def forward(
            self, ids: torch.Tensor, mask: torch.Tensor, types: torch.Tensor | None = None
        ) -> tuple[torch.Tensor, torch.Tensor]:
            given = {} if types is None else {"token_type_ids": types}
            out = self.model(input_ids=ids, attention_mask=mask, **given)
            return out.start_logits, out.end_logits

    names = ["ids", "mask", "types"] if takes_types else ["ids", "mask"]
    with warnings.catch_warnings(action="ignore"):  # of what tracing fixes
        torch.onnx.export(
            Logits().eval(),
            tuple(torch.ones(2, 16, dtype=torch.long) for _ in names),
            str(path),
            input_names=names,
            output_names=["start", "end"],
            dynamic_axes={name: {0: "n", 1: "length"} for name in [*names, "start", "end"]},
            dynamo=False,
        )


def quantise_products(model: ModelProto, path: Path) -> None:
    """Write a model whose products are int8 (ONNX Runtime's dynamic quantisation).

    Weights have a scale for each column and 7 bits, as processors without VNNI add up two products
    in 16.
    """
    with _no_address_asked():
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


@contextmanager
def _no_address_asked() -> Iterator[None]:
    """Name temporary files at random: onnx uses the network card's address, read by a socket."""
    by_address = uuid.uuid1
    uuid.uuid1 = lambda node=None, clock_seq=None: uuid.uuid4()
    try:
        yield
    finally:
        uuid.uuid1 = by_address


def scale_words(graph: GraphProto) -> None:
    """Keep each word's vector in int8 with a scale of its own."""
    (table,) = (t for t in graph.initializer if _WORDS.fullmatch(t.name))
    words = table.name
    vectors = numpy_helper.to_array(table)
    scale = np.maximum(np.abs(vectors).max(axis=1, keepdims=True) / 127, _LEAST)
    graph.initializer.remove(table)
    for name, array in (
        ("quantized", np.rint(vectors / scale).astype(np.int8)),
        ("scale", scale.astype(np.float32)),
    ):
        graph.initializer.append(numpy_helper.from_array(array, f"{words}_{name}"))
    at, node = next((i, n) for i, n in enumerate(graph.node) if words in n.input)
    ids, found = node.input[1], node.output[0]
    graph.node.remove(node)
    for new in (  # each is put before those above it
        helper.make_node("Mul", [f"{found}_whole", f"{found}_scale"], [found]),
        helper.make_node("Gather", [f"{words}_scale", ids], [f"{found}_scale"]),
        helper.make_node("Cast", [f"{found}_int8"], [f"{found}_whole"], to=TensorProto.FLOAT),
        helper.make_node("Gather", [f"{words}_quantized", ids], [f"{found}_int8"]),
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
            if (cast.op_type, product.op_type) != ("Cast", "Mul"):
                raise ValueError(f"{node.name}: not as ONNX Runtime quantises a product")
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
