"""Files that a browser has sent and the page has not added yet, each visitor's apart."""

import secrets
import shutil
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, Response
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException

from index.errors import CorpusError
from qa.web.callers import caller_of
from qa.web.uploads import MAX_FILES

KEPT_SECONDS = 600  # of a file that nobody adds
_NAME_BYTES = 200


@dataclass(slots=True)
class File:
    """A file in a folder of its own, which is named by chance; its name is the visitor's."""

    visitor: str
    path: Path
    size: int
    since: float = field(default_factory=time.monotonic)


class Received:
    """What all visitors have sent and not added; `max_bytes` is the limit of one's together."""

    def __init__(self, max_bytes: int, all_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._all_bytes = all_bytes
        self._folder = TemporaryDirectory(prefix="quotewell-")
        self._files: dict[str, File] = {}

    @property
    def size(self) -> int:
        """How many bytes there are."""
        return sum(file.size for file in self._files.values())

    def keep(self, visitor: str, name: str, data: bytes) -> str:
        """Keep a file until it is taken; return what its visitor takes it by.

        Raises CorpusError where there is no room for it.
        """
        own = [file for file in self._files.values() if file.visitor == visitor]
        if len(own) >= MAX_FILES or sum(file.size for file in own) + len(data) > self._max_bytes:
            raise CorpusError("more files were sent than are taken; add fewer at once")
        if self.size + len(data) > self._all_bytes:
            raise CorpusError("there is no room for more files at the moment; try again later")
        key = secrets.token_hex(16)
        path = Path(self._folder.name) / key / file_name(name)
        path.parent.mkdir()
        path.write_bytes(data)
        self._files[key] = File(visitor, path, len(data))
        return key

    def take(self, visitor: str, keys: Sequence[str]) -> Iterator[Path]:
        """Yield a visitor's own files, each once and to be deleted; raises CorpusError."""
        for key in keys:
            file = self._files.get(key)
            if file is None or file.visitor != visitor:
                raise CorpusError("only files that you have sent can be added")
            del self._files[key]
            yield file.path

    def tidy(self) -> None:
        """Delete what nobody has added for a while."""
        too_old = time.monotonic() - KEPT_SECONDS
        for key, file in list(self._files.items()):
            if file.since < too_old:
                del self._files[key]
                shutil.rmtree(file.path.parent, ignore_errors=True)

    def close(self) -> None:
        """Delete all."""
        self._files.clear()
        self._folder.cleanup()


def file_name(given: str) -> str:
    """Return a name that a file can have, as near to one given as may be."""
    last = given.encode(errors="replace").decode().replace("\\", "/").split("/")[-1]
    name = "".join(c for c in last if c.isprintable()).strip()
    if name.strip(".") == "":
        return "file"
    dot = name.rfind(".")
    stem, ending = (name[:dot], name[dot:]) if dot > 0 and len(name) - dot <= 20 else (name, "")
    room = _NAME_BYTES - len(ending.encode())
    return stem.encode()[:room].decode(errors="ignore") + ending


def add_upload(app: FastAPI, received: Received) -> None:
    """Add the route that a browser sends files to. It takes the place of Gradio's own."""

    @app.get("/gradio_api/upload_progress")
    async def progress() -> Response:
        return Response('data: {"msg": "done"}\n\n', media_type="text/event-stream")

    @app.post("/gradio_api/upload")
    async def upload(request: Request) -> JSONResponse:
        try:
            async with request.form(max_files=MAX_FILES, max_fields=10) as form:
                sent = [file for file in form.getlist("files") if isinstance(file, UploadFile)]
                visitor = caller_of(request).visitor
                keys = [
                    received.keep(visitor, file.filename or "", await file.read()) for file in sent
                ]
        except HTTPException as error:  # what is no form
            return JSONResponse({"error": error.detail}, 400)
        except CorpusError as error:
            return JSONResponse({"error": str(error)}, 413)
        return JSONResponse(keys)
