"""Ship a trained adapter: `python -m training.export_large --run DIR` writes qa/model/large.*.

The averaged low-rank differences in float16 and the span head, as `qa.large_model` adds them to the
base; their hash goes into large.json, which `training.calibrate` completes.
"""

import argparse
import hashlib
import json
import re
from pathlib import Path

import torch
from safetensors.torch import save_file

from qa.large_model import MODEL

_NAME = re.compile(r"base_model\.model\.(.+?)\.(lora_[AB]|modules_to_save)\.default\.?(.*)")
_SHIPPED = {"lora_A": "down", "lora_B": "up"}
_SCALE = 2.0  # lora_alpha / r, as training.large sets it


def shipped_name(name: str) -> str:
    """Return the name in the shipped file of a parameter that `training.large` trains."""
    found = _NAME.fullmatch(name)
    assert found is not None, name
    layer, kind, rest = found.groups()
    return f"{layer}.{_SHIPPED.get(kind, rest)}"


def shipped(average: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """Return the differences by the names of the matrices that they belong to."""
    return {shipped_name(name): weight.half().contiguous() for name, weight in average.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--run", type=Path, required=True, help="with latest.pt")
    args = parser.parse_args()
    state = torch.load(args.run / "latest.pt", map_location="cpu", weights_only=True)
    path = MODEL / "large.safetensors"
    save_file(shipped(state["average"]), path)
    about = {"sha256": hashlib.sha256(path.read_bytes()).hexdigest(), "scale": _SCALE}
    (MODEL / "large.json").write_text(json.dumps(about, indent=1) + "\n", encoding="utf-8")
    print(f"{path.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
