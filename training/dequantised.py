"""A reader.onnx -> the weights of the network that it was made from."""

import re
from pathlib import Path

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import ModelProto, numpy_helper

from qa.quantised import PREFIX

_LAYER = re.compile(r"/model/(.+)/MatMul_quant$")


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
        if not name.startswith(PREFIX):
            continue
        if name.endswith("_quantized"):
            table = name.removesuffix("_quantized")
            weights[table.removeprefix(PREFIX)] = real(table)
        elif name.endswith((".weight", ".bias")):
            weights[name.removeprefix(PREFIX)] = array
    for node in model.graph.node:
        if node.op_type == "MatMulInteger":
            layer = _LAYER.match(node.name)
            assert layer is not None, node.name
            name = layer[1].replace("/", ".")
            weights[f"{name}.weight"] = real(node.input[1].removesuffix("_quantized")).T
    return {name: torch.from_numpy(array.copy()) for name, array in weights.items()}
