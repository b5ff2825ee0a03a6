"""Ship a trained reader: `python -m training.export --run DIR` writes qa/model/.

The averaged weights of the run's checkpoint become an ONNX model with int8 weights (ONNX Runtime's
dynamic quantisation, per channel, reduced range). Its hash goes into reader.json, which
`training.calibrate` completes.
"""

import argparse
import hashlib
import json
import tempfile
from pathlib import Path

import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from torch import nn
from transformers import AutoModelForQuestionAnswering

from index.encoding import packaged_model
from qa.reader import MODEL


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


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--run", type=Path, required=True, help="folder with latest.pt")
    run = parser.parse_args().run
    model = AutoModelForQuestionAnswering.from_pretrained(
        packaged_model(), attn_implementation="eager"
    )
    state = torch.load(run / "latest.pt", weights_only=True)
    model.load_state_dict(state["average"])
    example = torch.ones(2, 16, dtype=torch.long)
    names = ["ids", "mask", "types"]
    axes = {name: {0: "n", 1: "length"} for name in [*names, "start", "end"]}
    MODEL.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        full = Path(folder) / "full.onnx"
        torch.onnx.export(
            Logits(model).eval(),
            (example, example, example),
            str(full),
            input_names=names,
            output_names=["start", "end"],
            dynamic_axes=axes,
            dynamo=False,
        )
        quantize_dynamic(
            full,
            MODEL / "reader.onnx",
            per_channel=True,
            reduce_range=True,
            weight_type=QuantType.QInt8,
        )
    data = (MODEL / "reader.onnx").read_bytes()
    about = {"step": state["step"], "sha256": hashlib.sha256(data).hexdigest()}
    (MODEL / "reader.json").write_text(json.dumps(about, indent=1) + "\n", encoding="utf-8")
    print(f"{len(data) / 1e6:.1f} MB, step {state['step']}")


if __name__ == "__main__":
    main()
