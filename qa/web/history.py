"""Conversations that the server keeps, only where it was told a folder: `--history FOLDER`.

A visitor is known by a secret that the visitor's browser has made and shows to nobody else: it is
sent in the body of a request, never in an address, and only its hash is on the disk. Who has it
can read, change and delete what is kept by it; who runs the server can read the folder.
"""

import hashlib
import json
import re
import shutil
from pathlib import Path
from threading import Lock
from typing import Any, TypedDict

import gradio as gr
from anyio import to_thread
from gradio.events import api

from index.errors import QuotewellError
from qa.packets.records import timestamp
from qa.web.api import told
from qa.written import write_whole

MAX_BYTES = 1_000_000  # of a conversation
MAX_CONVERSATIONS = 200  # of a visitor
MAX_VISITORS = 10_000
_ALL_BYTES = 2_000_000_000
_SECRET = re.compile(r"[A-Za-z0-9_-]{32,128}")
_ID = re.compile(r"[A-Za-z0-9-]{1,64}")
_TITLE_CHARS = 200


class HistoryError(QuotewellError):
    """What cannot be kept, or is not there."""


class Listed(TypedDict):
    """A conversation without what was said in it; `at` is UTC, ISO 8601."""

    id: str
    title: str
    at: str


class History:
    """A folder with a folder for each visitor, and in it a file of JSON for each conversation."""

    def __init__(self, folder: Path, all_bytes: int = _ALL_BYTES) -> None:
        """Make the folder where it is missing, for its owner alone; raises QuotewellError."""
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            sizes = [file.stat().st_size for file in folder.glob("*/*.json")]
        except OSError as error:
            raise QuotewellError(f"--history {folder}: {error.strerror}") from None
        self._folder = folder
        self._room = all_bytes - sum(sizes)
        self._lock = Lock()

    def listed(self, secret: str) -> list[Listed]:
        """Return a visitor's conversations, the last first."""
        own = self._of(secret)
        kept = [self._read(file) for file in own.glob("*.json")] if own.is_dir() else []
        found = [Listed(id=k["id"], title=k["title"], at=k["at"]) for k in kept]
        return sorted(found, key=lambda one: one["at"], reverse=True)

    def load(self, secret: str, id: str) -> dict[str, Any]:
        """Return a conversation as it was saved; raises HistoryError where there is none."""
        return dict(self._read(self._file(secret, id))["conversation"])

    def save(self, secret: str, id: str, title: str, conversation: dict[str, Any]) -> Listed:
        """Keep a conversation in the place of one of its id; raises HistoryError without room."""
        file = self._file(secret, id)
        listed = Listed(id=id, title=title[:_TITLE_CHARS], at=timestamp())
        data = json.dumps({**listed, "conversation": conversation}).encode()
        if len(data) > MAX_BYTES:
            raise HistoryError("this conversation is too long to be kept; begin a new one")
        with self._lock:
            before = file.stat().st_size if file.exists() else 0
            if not before:
                self._check_counts(file.parent)
            if len(data) - before > self._room:
                raise HistoryError("there is no room for more conversations on this server")
            file.parent.mkdir(mode=0o700, exist_ok=True)
            write_whole(file, data)
            self._room -= len(data) - before
        return listed

    def delete(self, secret: str, id: str) -> None:
        """Delete a conversation, if there is one."""
        file = self._file(secret, id)
        with self._lock:
            if file.exists():
                self._room += file.stat().st_size
                file.unlink()

    def forget(self, secret: str) -> None:
        """Delete all that is kept of a visitor."""
        own = self._of(secret)
        with self._lock:
            self._room += sum(file.stat().st_size for file in own.glob("*.json"))
            shutil.rmtree(own, ignore_errors=True)

    def _check_counts(self, own: Path) -> None:
        held = sum(1 for _ in own.glob("*.json")) if own.is_dir() else 0
        if held >= MAX_CONVERSATIONS:
            raise HistoryError(f"{MAX_CONVERSATIONS} conversations are kept; delete one first")
        if not own.is_dir() and sum(1 for _ in self._folder.iterdir()) >= MAX_VISITORS:
            raise HistoryError("this server keeps the conversations of no more visitors")

    def _of(self, secret: str) -> Path:
        if not isinstance(secret, str) or _SECRET.fullmatch(secret) is None:
            raise HistoryError("the secret must be 32 to 128 letters and digits")
        return self._folder / hashlib.sha256(secret.encode()).hexdigest()

    def _file(self, secret: str, id: str) -> Path:
        if not isinstance(id, str) or _ID.fullmatch(id) is None:
            raise HistoryError("this is not a conversation's name")
        return self._of(secret) / f"{id}.json"

    def _read(self, file: Path) -> dict[str, Any]:
        try:
            return dict(json.loads(file.read_bytes()))
        except (OSError, ValueError):
            raise HistoryError("there is no such conversation (any more)") from None


def add_history(history: History) -> None:
    """Add the endpoints to the page being built."""

    async def listed(secret: str, request: gr.Request) -> list[Listed]:
        with told():
            return await to_thread.run_sync(history.listed, secret)

    async def load(secret: str, id: str, request: gr.Request) -> dict[str, Any]:
        with told():
            return await to_thread.run_sync(history.load, secret, id)

    async def save(
        secret: str, id: str, title: str, conversation: str, request: gr.Request
    ) -> Listed:
        with told():
            return await to_thread.run_sync(
                history.save, secret, id, str(title), _conversation(conversation)
            )

    async def delete(secret: str, id: str, request: gr.Request) -> None:
        with told():
            await to_thread.run_sync(history.delete, secret, id)

    async def forget(secret: str, request: gr.Request) -> None:
        with told():
            await to_thread.run_sync(history.forget, secret)

    shown: dict[str, Any] = {"api_visibility": "undocumented", "concurrency_limit": 4}
    api(listed, api_name="history", **shown)
    api(load, api_name="history_load", **shown)
    api(save, api_name="history_save", **shown)
    api(delete, api_name="history_delete", **shown)
    api(forget, api_name="history_forget", **shown)


def _conversation(sent: str) -> dict[str, Any]:
    try:
        found = json.loads(sent) if isinstance(sent, str) and len(sent) <= MAX_BYTES else None
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise HistoryError("a conversation is JSON of at most a million characters")
    return found
