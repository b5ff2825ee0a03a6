"""Parses files in a separate process: if it hangs, crashes or eats all memory, one file is lost.

It reads requests from its standard input and answers on its standard output. Both are a line of
JSON with a block of bytes after it: the file's, and the boxes of its words.
"""

import contextlib
import faulthandler
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from functools import partial
from itertools import accumulate, pairwise
from pathlib import Path
from typing import IO, Any, Protocol, Self

import numpy as np

from index.errors import CorpusError
from index.formats import attachments, extract
from index.formats.extracted import Extracted
from index.formats.ocr import NO_OCR, Ocr
from index.sandbox import limit_memory
from index.types import Place

SECONDS = 120  # a PDF with 5,000 full pages takes one
_MEMORY_BYTES = 4 << 30
_NOWHERE = open(os.devnull, "wb")  # noqa: SIM115


class Parser(Protocol):
    """Parses files, `width` of them at a time; what it has of its own ends with `with`."""

    @property
    def width(self) -> int: ...

    def __enter__(self) -> Self: ...

    def __exit__(self, *_: object) -> None: ...

    def extract(self, suffix: str, raw: bytes) -> Extracted:
        """Do as `formats.extract`."""
        ...

    def attachments(self, suffix: str, raw: bytes) -> list[tuple[str, bytes]]:
        """Do as `formats.attachments`."""
        ...


class Worker:
    """Parses files one after another; its process is started when the first one comes."""

    width = 1

    def __init__(
        self,
        seconds: float = SECONDS,
        program: Sequence[str] = ("-m", "index.formats.worker"),
        ocr: Ocr = NO_OCR,
    ) -> None:
        self._seconds = seconds
        self._ocr = {"choice": ocr.choice, "languages": ocr.languages}
        self._program = program
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the process."""
        if self._process is not None:
            self._process.kill()
            with contextlib.suppress(BrokenPipeError):  # on what was not sent yet
                self._process.communicate()
            self._process = None

    def extract(self, suffix: str, raw: bytes) -> Extracted:
        """Do as `formats.extract`; also a process that ends or is too slow is a CorpusError."""
        answer, block = self._ask({"suffix": suffix, "ocr": self._ocr}, raw)
        places = tuple(Place(*place) for place in answer.pop("places"))
        boxes = np.frombuffer(block, np.int32).reshape(-1, 7)
        left_out = tuple(answer.pop("left_out"))
        return Extracted(**answer, places=places, boxes=boxes, left_out=left_out)

    def attachments(self, suffix: str, raw: bytes) -> list[tuple[str, bytes]]:
        """Do as `formats.attachments`; raises CorpusError as `extract` does."""
        answer, block = self._ask({"suffix": suffix, "attachments": True}, raw)
        ends = list(accumulate(answer["sizes"], initial=0))
        return [
            (name, block[a:b]) for name, (a, b) in zip(answer["names"], pairwise(ends), strict=True)
        ]

    def _ask(self, request: dict[str, Any], raw: bytes) -> tuple[dict[str, Any], bytes]:
        """Return the answer to a request, without `bytes`, and its block."""
        request = {**request, "seconds": self._seconds}
        began = time.monotonic()
        try:
            stdin, stdout = self._pipes()
            _send(stdin, request, raw)
            answer, block = _receive(stdout)
        except (EOFError, BrokenPipeError) as error:
            self.close()
            if time.monotonic() - began >= self._seconds:
                raise CorpusError(f"took longer than {self._seconds:.0f} s to read") from error
            raise CorpusError("damaged: its parser crashed, or ran out of memory") from error
        if "error" in answer:
            raise CorpusError(answer["error"])
        del answer["bytes"]
        return answer, block

    def _pipes(self) -> tuple[IO[bytes], IO[bytes]]:
        if self._process is None:
            # This very package, also where the current folder holds another of its name.
            paths = [str(Path(__file__).parents[2]), os.environ.get("PYTHONPATH", "")]
            self._process = subprocess.Popen(  # noqa: S603
                [sys.executable, "-P", *self._program],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, paths))},
            )
        assert self._process.stdin is not None and self._process.stdout is not None  # noqa: S101
        return self._process.stdin, self._process.stdout


def main() -> None:
    """Answer requests until there are no more."""
    limit_memory(_MEMORY_BYTES)
    socket.has_ipv6 = False  # or urllib3, which trafilatura imports, would open a socket to see
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints is not an answer
    with contextlib.suppress(EOFError):
        while True:
            request, raw = _receive(sys.stdin.buffer)
            _start_clock(request["seconds"])
            try:
                read = _attachments if "attachments" in request else _extracted
                answer = read(request, raw)
            except CorpusError as error:
                answer = {"error": str(error)}, b""
            _send(answers, *answer)
            faulthandler.cancel_dump_traceback_later()


def _start_clock(seconds: float) -> None:
    """End the process in so many seconds, also where a parser never comes back to Python."""
    faulthandler.dump_traceback_later(seconds, exit=True, file=_NOWHERE)


def _extracted(request: dict[str, Any], raw: bytes) -> tuple[dict[str, Any], bytes]:
    # A file of many scans may take long, as long as its pages come.
    ocr = Ocr(**request["ocr"], alive=partial(_start_clock, request["seconds"]))
    found = extract(request["suffix"], raw, ocr)
    places = [(p.start, p.end, p.label, p.page) for p in found.places]
    said: dict[str, Any] = {"text": found.text, "title": found.title, "date": found.date}
    said |= {"metadata": dict(found.metadata), "left_out": found.left_out}
    answer = {**said, "places": places}
    return answer, found.boxes.tobytes()


def _attachments(request: dict[str, Any], raw: bytes) -> tuple[dict[str, Any], bytes]:
    found = attachments(request["suffix"], raw)
    names, parts = [name for name, _ in found], [data for _, data in found]
    return {"names": names, "sizes": [len(data) for data in parts]}, b"".join(parts)


def _send(stream: IO[bytes], header: dict[str, Any], block: bytes) -> None:
    stream.write(json.dumps({**header, "bytes": len(block)}).encode() + b"\n")
    stream.write(block)
    stream.flush()


def _receive(stream: IO[bytes]) -> tuple[dict[str, Any], bytes]:
    """Return a header and its block; raises EOFError where the other side has ended."""
    line = stream.readline()
    if not line.endswith(b"\n"):
        raise EOFError
    header: dict[str, Any] = json.loads(line)
    block = stream.read(header["bytes"])
    if len(block) < header["bytes"]:
        raise EOFError
    return header, block


if __name__ == "__main__":
    main()
