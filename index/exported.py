"""A SentenceTransformer's copy for questions: the same vectors, without importing PyTorch.

Importing PyTorch and sentence-transformers takes seconds, ONNX Runtime a fraction of one. A process
that encodes passages has paid for that import, and leaves the copy in the user's cache folder.
"""

import hashlib
import json
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from tokenizers import Tokenizer

from index.aside import made_aside
from index.errors import ModelError

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

SAME = 0.9999  # the least cosine between the copy's vectors and the model's
_PROBES = (
    "who?",
    "Why did the council of the U.S. decline to sponsor the 2003 resolution?",
    "Straße, naïveté and 東京 — “what does it cost?” " * 40,
)


class ExportedEncoder:
    """The copy in a folder; raises ModelError where it is missing or not as it was written."""

    def __init__(self, folder: Path) -> None:
        about, data, tokens = _read(folder)
        self._tokenizer = Tokenizer.from_buffer(tokens)
        options = onnxruntime.SessionOptions()
        # Optimising takes longer than one question gains.
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC
        self._session = onnxruntime.InferenceSession(
            data, options, providers=["CPUExecutionProvider"]
        )
        self._inputs = {i.name for i in self._session.get_inputs()}
        self._prompt = str(about.get("prompt", ""))

    def encode(self, question: str) -> NDArray[np.float32]:
        """Return the (dim,) unit vector of one question."""
        encoding = self._tokenizer.encode(self._prompt + question)
        rows = {
            "input_ids": encoding.ids,
            "attention_mask": encoding.attention_mask,
            "token_type_ids": encoding.type_ids,
        }
        fed = {
            name: np.array([row], np.int64) for name, row in rows.items() if name in self._inputs
        }
        (vectors,) = self._session.run(None, fed)
        return np.asarray(vectors[0] / np.linalg.norm(vectors[0]), np.float32)


def is_whole(folder: Path) -> bool:
    """Whether a folder holds a copy as it was written."""
    try:
        _read(folder)
    except ModelError:
        return False
    return True


def export(model: "SentenceTransformer", folder: Path) -> None:
    """Write a model's copy into a folder, in place of one that is damaged; all of it or nothing.

    Raises ModelError where there can be none: no fast tokenizer, a network that cannot be traced,
    or vectors that come out different.
    """
    try:
        with made_aside(folder) as aside:
            _write(model, aside)
            copy = ExportedEncoder(aside)
            expected = model.encode_query(
                list(_PROBES), normalize_embeddings=True, show_progress_bar=False
            )
            found = np.array([copy.encode(text) for text in _PROBES])
            least = float((found * np.asarray(expected)).sum(axis=1).min())
            if least < SAME:
                raise ModelError(f"{folder.name}: the copy's vectors differ (cosine {least:.4f})")
    except (OSError, RuntimeError, ValueError, TypeError, AttributeError, ImportError) as error:
        raise ModelError(f"{folder.name}: cannot be exported: {error}") from error


def _write(model: "SentenceTransformer", folder: Path) -> None:
    import torch  # noqa: PLC0415

    class Vectors(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.model = model

        def forward(self, *inputs: torch.Tensor) -> torch.Tensor:
            fed = dict(zip(names, inputs, strict=True))
            vectors: torch.Tensor = self.model(fed)["sentence_embedding"]
            return vectors

    tokenizer = Tokenizer.from_str(model.tokenizer.backend_tokenizer.to_str())
    tokenizer.no_padding()
    if (longest := model.max_seq_length) is not None:
        tokenizer.enable_truncation(longest)
    tokenizer.save(str(folder / "tokenizer.json"))
    features = model.tokenizer(["an example"], return_tensors="pt")
    names = [n for n in ("input_ids", "attention_mask", "token_type_ids") if n in features]
    network: Any = model[0].auto_model
    attention = network.config._attn_implementation
    network.set_attn_implementation("eager")  # the others cannot be traced
    try:
        with warnings.catch_warnings(action="ignore"):  # of what tracing fixes; the probes tell
            torch.onnx.export(
                Vectors().eval(),
                tuple(features[name] for name in names),
                str(folder / "encoder.onnx"),
                input_names=names,
                output_names=["vectors"],
                dynamic_axes={name: {0: "n", 1: "length"} for name in names},
                dynamo=False,
            )
    finally:
        network.set_attn_implementation(attention)
    written = [(folder / name).read_bytes() for name in ("encoder.onnx", "tokenizer.json")]
    name = "query" if "query" in model.prompts else model.default_prompt_name
    prompt = model.prompts.get(name, "") if name is not None else ""
    about = json.dumps({"sha256": _sha256(*written), "prompt": prompt})
    (folder / "about.json").write_text(about, encoding="utf-8")


def _read(folder: Path) -> tuple[dict[str, Any], bytes, bytes]:
    """Return what a copy says of itself, its network and its tokenizer; raises ModelError."""
    try:
        about = json.loads((folder / "about.json").read_text(encoding="utf-8"))
        data = (folder / "encoder.onnx").read_bytes()
        tokens = (folder / "tokenizer.json").read_bytes()
    except (OSError, ValueError) as error:
        raise ModelError(f"{folder}: there is no exported encoder") from error
    if not isinstance(about, dict) or about.get("sha256") != _sha256(data, tokens):
        raise ModelError(f"{folder}: the exported encoder is not as it was written")
    return about, data, tokens


def _sha256(*parts: bytes) -> str:
    return hashlib.sha256(b"".join(hashlib.sha256(part).digest() for part in parts)).hexdigest()
