"""What this machine computes with: its cores, and the arithmetic in which an encoder multiplies.

The arithmetic is measured once, then kept. If every process measured it for itself, a busy moment
could decide otherwise, and a passage that is added would get a vector other than that of a fresh
build.
"""

import contextlib
import hashlib
import json
import os
import platform
from functools import cache
from pathlib import Path
from time import perf_counter

import platformdirs

from index.aside import made_aside

_TRIED = (1_024, 1_536)  # the size of a matrix, of those that encoding multiplies
_TRIES = 5
_FILE = "bfloat16.json"


def cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@cache
def bfloat16_is_faster() -> bool:
    """Return whether this processor multiplies matrices in bfloat16 faster than in float32.

    Having instructions for it does not mean so: on some processors they are slower. What was
    measured is kept in the user's cache folder for as long as processor and PyTorch are the same.
    """
    import torch  # noqa: PLC0415

    if not torch.cpu._is_avx512_bf16_supported():
        return False
    key = repr([_processor(), torch.__version__])
    digest = hashlib.sha256(key.encode()).hexdigest()[:16]
    folder = Path(platformdirs.user_cache_dir("quotewell")) / "arithmetic" / digest
    kept = _kept(folder)
    if kept is not None:
        return kept
    faster = _measured()
    # Where nothing can be kept, or another process is about to, each has its own measure.
    with contextlib.suppress(OSError), made_aside(folder) as aside:
        (aside / _FILE).write_text(json.dumps(faster), encoding="utf-8")
    return faster


def _kept(folder: Path) -> bool | None:
    try:
        found = json.loads((folder / _FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return found if isinstance(found, bool) else None


def _measured() -> bool:
    import torch  # noqa: PLC0415

    best = {}
    for dtype in (torch.float32, torch.bfloat16):
        a, b = torch.ones(_TRIED, dtype=dtype), torch.ones(_TRIED[::-1], dtype=dtype)
        times = []
        for _ in range(_TRIES):
            began = perf_counter()
            a @ b
            times.append(perf_counter() - began)
        best[dtype] = min(times)
    return best[torch.bfloat16] < best[torch.float32]


def _processor() -> str:
    """Return the processor's name, as far as the system tells."""
    with contextlib.suppress(OSError):
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line
    return f"{platform.machine()} {platform.processor()}"
