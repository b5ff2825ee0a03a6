"""A mark that only this user's programs can make: what an index says of this machine bears one."""

import hashlib
import hmac
import json
import os
import secrets
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import platformdirs


def seal(paths: Sequence[str]) -> str:
    """Return the mark of paths; raises OSError where the user's key cannot be kept."""
    if not paths:
        return ""
    file = _file()
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        fresh = file.with_name(f"key-{secrets.token_hex(4)}")
        fresh.touch(mode=0o600)
        fresh.write_bytes(secrets.token_bytes(32))
        with suppress(FileExistsError):  # another process was faster
            os.link(fresh, file)
        fresh.unlink()
    return _mark(file.read_bytes(), paths)


def is_sealed(paths: Sequence[str], mark: object) -> bool:
    """Whether a mark is that of these paths, made by a program of this user."""
    try:
        return hmac.compare_digest(_mark(_file().read_bytes(), paths), str(mark))
    except (OSError, TypeError):  # no key, or a mark of other letters than those of marks
        return False


def _mark(key: bytes, paths: Sequence[str]) -> str:
    return hmac.new(key, json.dumps(list(paths)).encode(), hashlib.sha256).hexdigest()


def _file() -> Path:
    return Path(platformdirs.user_data_dir("quotewell")) / "key"
