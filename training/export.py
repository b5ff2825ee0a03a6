"""Ship a trained reader: `python -m training.export --runs DIR...` writes qa/model/.

The averaged weights of the runs, or their mean if there are several (a run named twice counts
twice), become an ONNX model with int8 weights (`training.quantised`). Its hash goes into
reader.json, which `training.calibrate` completes. A run may be a reader.onnx, too. With `--full
FOLDER` the weights are saved there as they are, for `qa eval --reader`, and nothing in qa/model/
changes: `--runs qa/model/reader.onnx --full FOLDER` gives the shipped reader in float32.
"""

import argparse
import hashlib
import json
import tempfile
from pathlib import Path

import torch
from torch import nn
from transformers import AutoModelForQuestionAnswering, AutoTokenizer

from index.encoding import packaged_model
from qa.reader import MODEL
from training.quantised import quantise
from training.weights import mean_weights, way_back


class Logits(nn.Module):
    """Token ids, attention mask and token types, all (n, length), to two arrays of logits."""

    def __init__(self, model: nn.Module) -> None:
        super().__init__()
        self.model = model

    def forward(
        self, ids: torch.Tensor, mask: torch.Tensor, types: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor]:
        out = self.model(input_ids=ids, attention_mask=mask, token_type_ids=types)
        return out.start_logits, out.end_logits


def to_onnx(model: nn.Module, path: Path) -> None:
    """Write a network as an ONNX model of any number of texts of any length."""
    example = torch.ones(2, 16, dtype=torch.long)
    names = ["ids", "mask", "types"]
    torch.onnx.export(
        Logits(model).eval(),
        (example, example, example),
        str(path),
        input_names=names,
        output_names=["start", "end"],
        dynamic_axes={name: {0: "n", 1: "length"} for name in [*names, "start", "end"]},
        dynamo=False,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--runs", type=Path, nargs="+", required=True, help="with latest.pt, or a reader.onnx"
    )
    parser.add_argument(
        "--full", type=Path, help="save the weights there as they are, and ship nothing"
    )
    parser.add_argument(
        "--back", type=float, default=0.0, help="as in training; below 0 it leads on from the mean"
    )
    args = parser.parse_args()
    model = AutoModelForQuestionAnswering.from_pretrained(
        packaged_model(), attn_implementation="eager"
    )
    model.load_state_dict(way_back(mean_weights(args.runs), model.state_dict(), args.back))
    if args.full is not None:
        model.save_pretrained(args.full)
        AutoTokenizer.from_pretrained(packaged_model()).save_pretrained(args.full)
        return
    MODEL.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        full = Path(folder) / "full.onnx"
        to_onnx(model, full)
        quantise(full, MODEL / "reader.onnx")
    data = (MODEL / "reader.onnx").read_bytes()
    about = {"sha256": hashlib.sha256(data).hexdigest()}
    (MODEL / "reader.json").write_text(json.dumps(about, indent=1) + "\n", encoding="utf-8")
    print(f"{len(data) / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
