"""What is made once and kept in the user's cache folder: a folder that is there whole or not."""

import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock


@contextmanager
def made_aside(folder: Path, wait: float = 0) -> Iterator[Path]:
    """Yield an empty folder that takes the place of `folder` at the end, if nothing is raised.

    What killed processes left there goes first. Raises OSError where it cannot be, and Timeout,
    which is one, where another process makes something there for longer than `wait` seconds.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(folder.parent / "lock", timeout=wait):
        for left in folder.parent.glob("*-*"):
            shutil.rmtree(left, ignore_errors=True)
        aside = folder.with_name(f"{folder.name}-{secrets.token_hex(4)}")
        aside.mkdir()
        try:
            yield aside
            shutil.rmtree(folder, ignore_errors=True)  # one that is damaged
            os.replace(aside, folder)
        finally:
            shutil.rmtree(aside, ignore_errors=True)
