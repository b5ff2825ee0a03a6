"""The weights of earlier runs -> those that a run starts from, or that ship."""

from collections.abc import Sequence
from pathlib import Path

import torch

from training.dequantised import dequantised


def mean_weights(runs: Sequence[Path]) -> dict[str, torch.Tensor]:
    """Return the mean of the runs' averaged weights (Wortsman et al. 2022, "Model soups").

    A run is a folder with a checkpoint, or the int8 model of an earlier reader.
    """
    states = [
        dequantised(run)
        if run.suffix == ".onnx"
        else torch.load(run / "latest.pt", map_location="cpu", weights_only=True)["average"]
        for run in runs
    ]
    return {name: sum(state[name] for state in states) / len(states) for name in states[0]}


def way_back(
    trained: dict[str, torch.Tensor], packaged: dict[str, torch.Tensor], share: float
) -> dict[str, torch.Tensor]:
    """Return weights a share of the way from the trained ones to those that training began with.

    They have forgotten much of the training questions, and still lie where means of runs are good.
    A share below 0 leads on from there, as a mean lies nearer to the encoder than its runs do. The
    span head stays as it is: the packaged encoder has none.
    """
    return {
        name: weight
        if name.startswith("qa_outputs.")
        else torch.lerp(weight, packaged[name].to(weight.device), share)
        for name, weight in trained.items()
    }
