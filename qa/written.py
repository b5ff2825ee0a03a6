"""Files that are written whole or not at all."""

import os
import secrets
from pathlib import Path

from index.errors import QuotewellError


def write_whole(path: Path, data: bytes) -> None:
    """Put a file in the place of another in one step; raises QuotewellError where that fails."""
    fresh = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        try:
            with fresh.open("xb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            os.replace(fresh, path)
        finally:
            fresh.unlink(missing_ok=True)
    except OSError as error:
        raise QuotewellError(f"{path}: cannot be written: {error.strerror}") from None
