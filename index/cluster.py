"""Parsing and encoding on many machines, with Ray; the result is that of one machine.

Files and texts go to whichever process of the cluster is free, and what it makes of them comes
back: the index itself is written from here. What a machine that dies was working on is done again
elsewhere. Every machine has Quotewell installed, and whoever reaches a cluster can run anything on
it: it belongs into a network of its own.
"""

import logging
import math
import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from index.encoders import load_encoder
from index.errors import CorpusError, StoreError
from index.formats.extracted import Extracted
from index.formats.ocr import Ocr
from index.formats.worker import Worker
from index.types import Encoder

HERE = "local"  # a cluster of this machine's cores alone
_TRIES = 5  # of a part, each on another process where one dies
_LEAST = 64  # texts that are worth sending
_OPTIONS = {"max_retries": _TRIES, "num_cpus": 1}


@dataclass(frozen=True, slots=True)
class Cluster:
    """A Ray cluster, as large as it was when it was joined: `width` processes at a time."""

    address: str
    width: int
    ray: Any

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.ray.shutdown()

    def encoder(self, encoder: Encoder) -> "SpreadEncoder":
        """Return an encoder whose passages are encoded by the cluster."""
        return SpreadEncoder(encoder, self)

    def parser(self, ocr: Ocr) -> "SpreadParser":
        """Return what parses files as a `Worker` does, by the cluster."""
        return SpreadParser(ocr, self)

    def done(self, work: Any, parts: Sequence[tuple[Any, ...]]) -> list[Any]:
        """Return what the cluster makes of each part; raises StoreError where it cannot."""
        remote = self.ray.remote(**_OPTIONS)(work)
        try:
            return list(self.ray.get([remote.remote(*part) for part in parts]))
        except self.ray.exceptions.RayTaskError as error:
            raise StoreError(f"--ray {self.address}: {_last_line(error)}") from error
        except self.ray.exceptions.RayError as error:
            raise StoreError(
                f"--ray {self.address}: lost ({_last_line(error)}); what is written stays, "
                "run it again"
            ) from error


def join(address: str) -> Cluster:
    """Join the cluster at an address, or start one here ("local"); raises StoreError.

    `with` leaves it, as does the end of the process.
    """
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"  # it would report to its makers
    try:
        ray: Any = import_module("ray")  # takes seconds, and is an extra
    except ImportError as error:
        raise StoreError("--ray needs more packages; run: pip install 'quotewell[ray]'") from error
    own = {"num_cpus": os.cpu_count(), "include_dashboard": False}
    named: dict[str, Any] = own if address == HERE else {"address": address}
    try:
        ray.init(**named, log_to_driver=False, logging_level=logging.ERROR)
    except (ConnectionError, ValueError, RuntimeError, OSError) as error:
        raise StoreError(f"--ray {address}: {_last_line(error)}") from error
    width = int(ray.cluster_resources().get("CPU", 1))
    return Cluster(address, max(width, 1), ray)


@dataclass(frozen=True)
class SpreadEncoder:
    """An `Encoder` whose passages go to a cluster, and whose questions are encoded here."""

    local: Encoder
    cluster: Cluster

    @property
    def name(self) -> str:
        return self.local.name

    @property
    def dim(self) -> int:
        return self.local.dim

    @property
    def dense_weight(self) -> float:
        return self.local.dense_weight

    @property
    def batch(self) -> int:
        """How many passages keep all of the cluster busy."""
        return 4 * _LEAST * self.cluster.width

    def encode_questions(self, questions: Sequence[str]) -> NDArray[np.float32]:
        return self.local.encode_questions(questions)

    def encode_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return an (n, dim) array; a part that comes back is of texts of all lengths."""
        parts = min(4 * self.cluster.width, math.ceil(len(texts) / _LEAST))
        if parts == 0:
            return self.local.encode_passages(texts)
        split = [(self.local.name, list(texts[first::parts])) for first in range(parts)]
        vectors = np.empty((len(texts), self.dim), np.float32)
        for first, encoded in enumerate(self.cluster.done(encode, split)):
            vectors[first::parts] = encoded
        return vectors


@dataclass(frozen=True)
class SpreadParser:
    """Parses files as `Worker` does, each in a process of the cluster."""

    ocr: Ocr
    cluster: Cluster

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """The cluster's processes end with it."""

    @property
    def width(self) -> int:
        return self.cluster.width

    def extract(self, suffix: str, raw: bytes) -> Extracted:
        found = self._asked(extract, suffix, raw)
        assert isinstance(found, Extracted)  # noqa: S101
        return found

    def attachments(self, suffix: str, raw: bytes) -> list[tuple[str, bytes]]:
        return list(self._asked(attachments, suffix, raw))

    def _asked(self, work: Any, suffix: str, raw: bytes) -> Any:
        (found,) = self.cluster.done(work, [(self.ocr.choice, self.ocr.languages, suffix, raw)])
        if isinstance(found, str):
            raise CorpusError(found)
        return found


def encode(name: str, texts: Sequence[str]) -> NDArray[np.float32]:
    """Encode passages, in a process of the cluster."""
    return _encoder(name).encode_passages(texts)


def extract(choice: str, languages: str, suffix: str, raw: bytes) -> Extracted | str:
    """Parse a file in a process of the cluster; return the error's text where that fails."""
    try:
        return _worker(choice, languages).extract(suffix, raw)
    except CorpusError as error:
        return str(error)


def attachments(
    choice: str, languages: str, suffix: str, raw: bytes
) -> list[tuple[str, bytes]] | str:
    """Return a mail's attachments, or the error's text, in a process of the cluster."""
    try:
        return _worker(choice, languages).attachments(suffix, raw)
    except CorpusError as error:
        return str(error)


@lru_cache(maxsize=1)
def _encoder(name: str) -> Encoder:
    return load_encoder(name)


@lru_cache(maxsize=1)
def _worker(choice: str, languages: str) -> Worker:
    return Worker(ocr=Ocr(choice, languages))


def _last_line(error: BaseException) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[-1][:200]
