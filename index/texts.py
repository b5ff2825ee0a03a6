"""Texts that stay in a file: a million passages' would fill the memory."""

import sys
from collections import OrderedDict
from dataclasses import dataclass, field
from itertools import accumulate
from mmap import mmap
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from index.types import Document

CACHE_BYTES = 64 * 2**20
_STEP = 1_024  # characters between two marks


@dataclass(frozen=True, slots=True, eq=False)
class StoredText:
    """A text in UTF-8, file[start:end]; `marks` is where each 1,024th character begins in it.

    The file is mapped into memory, and only what is asked for is decoded.
    """

    file: mmap | bytes
    start: int
    end: int
    marks: NDArray[np.int64]

    def read(self) -> str:
        """Return all of the text; what was read last is kept, up to 64 MiB."""
        return _CACHE.read(self)

    def part(self, start: int, end: int) -> str:
        """Return text[start:end], for 0 <= start <= end."""
        first, beyond = start // _STEP, -(-end // _STEP)
        if first >= len(self.marks):
            return ""
        last = int(self.marks[beyond]) if beyond < len(self.marks) else self.end - self.start
        text = self.decoded(int(self.marks[first]), last)
        return text[start - first * _STEP : end - first * _STEP]

    def decoded(self, start: int, end: int) -> str:
        """Return what is between two of the text's bytes."""
        return self.file[self.start + start : self.start + end].decode("utf-8", "surrogatepass")


@dataclass(frozen=True, eq=False)
class SavedDocument(Document):
    """A document whose text is read when it is asked for."""

    text: str = field(init=False, repr=False)
    stored: StoredText = field(kw_only=True, repr=False)

    def __getattr__(self, name: str) -> str:
        if name == "text":  # never set, so that asking for it comes here
            return self.stored.read()
        raise AttributeError(name)

    def part(self, start: int, end: int) -> str:
        return self.stored.part(start, end)


class TextCache:
    """The texts read last, as many as fit into `limit` bytes; threads may share it."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.bytes = 0
        self._held: OrderedDict[StoredText, str] = OrderedDict()
        self._lock = Lock()

    def read(self, stored: StoredText) -> str:
        with self._lock:
            if (text := self._held.get(stored)) is not None:
                self._held.move_to_end(stored)
                return text
        text = stored.decoded(0, stored.end - stored.start)
        with self._lock:
            if stored not in self._held:
                self._held[stored] = text
                self.bytes += sys.getsizeof(text)
            while self.bytes > self.limit:
                self.bytes -= sys.getsizeof(self._held.popitem(last=False)[1])
        return text


_CACHE = TextCache(CACHE_BYTES)


def encoded(document: Document) -> tuple[bytes, list[int]]:
    """Return a document's text in UTF-8, and the marks of a `StoredText` of it."""
    if isinstance(document, SavedDocument):
        stored = document.stored
        return stored.file[stored.start : stored.end], stored.marks.tolist()
    text = document.text
    steps = [text[at : at + _STEP] for at in range(0, len(text), _STEP)]
    parts = [step.encode("utf-8", "surrogatepass") for step in steps]
    return b"".join(parts), list(accumulate(map(len, parts[:-1]), initial=0))[: len(parts)]
