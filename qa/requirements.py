"""What must be there: a system that indexes can be saved on, and the packages of an extra."""

import sys
from importlib.util import find_spec

from index.errors import QuotewellError

# What tells whether an extra is installed: a package that nothing else brings along.
_PACKAGE_OF = {"ui": "gradio", "mcp": "mcp", "eval": "ir_measures"}


def require_system() -> None:
    """Raise QuotewellError on Windows, where a folder cannot be flushed to the disk."""
    if sys.platform == "win32":
        raise QuotewellError(
            "Quotewell does not run on Windows, where it cannot save an index safely; "
            "use Linux, macOS, or the Windows Subsystem for Linux"
        )


def require_extra(extra: str, needed_by: str) -> None:
    """Raise QuotewellError where an extra ("ui", "mcp" or "eval") is not installed."""
    if find_spec(_PACKAGE_OF[extra]) is None:
        raise QuotewellError(
            f"{needed_by} needs more packages; run: pip install 'quotewell[{extra}]'"
        )
