"""Ship a trained reader: `python -m training.export --runs DIR...` writes qa/model/.

The averaged weights of the runs, or their mean if there are several (a run named twice counts
twice), become an ONNX model with int8 weights (`qa.quantised`). Its hash goes into
reader.json, which `training.calibrate` completes. A run may be a reader.onnx, too. With `--full
FOLDER` the weights are saved there as they are, for `qa eval --reader`, and nothing in qa/model/
changes: `--runs qa/model/reader.onnx --full FOLDER` gives the shipped reader in float32.
"""

import argparse
import hashlib
import json
from pathlib import Path

from transformers import AutoModelForQuestionAnswering, AutoTokenizer

from index.encoding import packaged_model
from qa.quantised import export
from qa.reader import MODEL
from training.weights import mean_weights, way_back


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
    export(model, MODEL / "reader.onnx")
    data = (MODEL / "reader.onnx").read_bytes()
    about = {"sha256": hashlib.sha256(data).hexdigest()}
    (MODEL / "reader.json").write_text(json.dumps(about, indent=1) + "\n", encoding="utf-8")
    print(f"{len(data) / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
