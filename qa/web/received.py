"""Files that a browser has sent and the page has not added yet, each visitor's apart."""

import secrets
import shutil
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, Response
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException

from index.errors import CorpusError
from qa.web.callers import Caller, caller_of
from qa.web.uploads import MAX_FILES

KEPT_SECONDS = 600  # of a file that nobody adds
_NAME_BYTES = 200


@dataclass(slots=True)
class File:
    """A file in a folder of its own, which is named by chance; its name is the visitor's."""

    caller: Caller
    path: Path
    size: int
    since: float = field(default_factory=time.monotonic)
    taken: bool = False


class Received:
    """What visitors have sent and is not read yet; `max_bytes` is the limit of one's together."""

    def __init__(self, max_bytes: int, all_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._all_bytes = all_bytes
        self._folder = TemporaryDirectory(prefix="quotewell-")
        self._files: dict[str, File] = {}

    @property
    def size(self) -> int:
        """How many bytes there are."""
        return sum(file.size for file in self._files.values())

    def keep(self, caller: Caller, name: str, data: bytes) -> str:
        """Keep a file until it is taken; return what its visitor takes it by.

        Raises CorpusError where there is no room for it: an address may have half of all.
        """
        held = list(self._files.values())
        own = [file.size for file in held if file.caller.visitor == caller.visitor]
        here = sum(file.size for file in held if file.caller.home == caller.home)
        if len(own) >= MAX_FILES or sum(own) + len(data) > self._max_bytes:
            raise CorpusError("more files were sent than are taken; add fewer at once")
        if self.size + len(data) > self._all_bytes or here + len(data) > self._all_bytes // 2:
            raise CorpusError("there is no room for more files at the moment; try again later")
        key = secrets.token_hex(16)
        path = Path(self._folder.name) / key / file_name(name)
        path.parent.mkdir()
        path.write_bytes(data)
        self._files[key] = File(caller, path, len(data))
        return key

    @contextmanager
    def taken(self, caller: Caller, keys: Sequence[str]) -> Iterator[list[Path]]:
        """Yield a visitor's own files, each once, and delete them at the end; raises CorpusError.

        Until then they count as sent: who waits to add them takes up room.
        """
        files = [self._files.get(key) for key in dict.fromkeys(keys)]
        own = [
            f for f in files if f is not None and f.caller.visitor == caller.visitor and not f.taken
        ]
        if len(own) < len(keys):
            raise CorpusError("only files that you have sent can be added")
        for file in own:
            file.taken = True
        try:
            yield [file.path for file in own]
        finally:
            for key in keys:
                self._delete(key)

    def tidy(self) -> None:
        """Delete what nobody has added for a while."""
        too_old = time.monotonic() - KEPT_SECONDS
        for key, file in list(self._files.items()):
            if file.since < too_old and not file.taken:
                self._delete(key)

    def _delete(self, key: str) -> None:
        file = self._files.pop(key, None)
        if file is not None:
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
                caller = caller_of(request)
                keys = [
                    received.keep(caller, file.filename or "", await file.read()) for file in sent
                ]
        except HTTPException as error:  # what is no form
            return JSONResponse({"error": error.detail}, 400)
        except CorpusError as error:
            return JSONResponse({"error": str(error)}, 413)
        return JSONResponse(keys)
