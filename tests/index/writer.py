"""A process that brings an index up to date again and again, for tests that kill or watch it.

`python -m tests.index.writer DOCS INDEX`: for each line on its standard input, a child of it does
so. The line is "after SECONDS" or "before N": when the child is killed, counted in time or in its
openings, renamings and removals of files in INDEX. It answers with a line, "killed" or "done".
"""

import os
import signal
import sys
import time
from itertools import count
from pathlib import Path

from index.local import LocalEngine
from index.mirror import Mirror
from tests.tiny import TinyEncoder


def main() -> None:
    docs, index = map(Path, sys.argv[1:])
    os.fsync = lambda _: None  # what a killed process wrote is not lost; waiting takes most time
    print("ready", flush=True)
    for line in sys.stdin:
        unit, number = line.split()
        child = os.fork()  # nothing here has started a thread
        if child == 0:
            if unit == "before":
                end_before(int(number), index)
            Mirror(LocalEngine(TinyEncoder()), docs, index).refresh()
            os._exit(0)
        ends = time.monotonic() + (float(number) if unit == "after" else float("inf"))
        ended, status = 0, 0
        while not ended:
            if (left := ends - time.monotonic()) <= 0:
                os.kill(child, signal.SIGKILL)  # not waited for yet, so it is still our child
                ended, status = os.waitpid(child, 0)
            else:
                time.sleep(min(left, 0.001))
                ended, status = os.waitpid(child, os.WNOHANG)
        print("killed" if os.WIFSIGNALED(status) else f"done {os.WEXITSTATUS(status)}", flush=True)


def end_before(number: int, index: Path) -> None:
    """Kill this process before it opens, renames or removes a file of `index` the nth time."""
    times = count(1)

    def watch(event: str, arguments: tuple[object, ...]) -> None:
        named = event in {"open", "os.rename", "os.remove"} and str(arguments[0])
        if named and named.startswith(str(index)) and next(times) == number:
            os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(watch)


if __name__ == "__main__":
    main()
