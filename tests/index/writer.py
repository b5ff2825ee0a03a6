"""A process that brings an index up to date again and again, for tests that kill or watch it.

`python -m tests.index.writer DOCS INDEX`: for each line on its standard input, a number of seconds,
a child of it does so, and is killed after these seconds. The line that it answers with is "killed"
or "done".
"""

import os
import signal
import sys
import time
from pathlib import Path

from index.mirror import Mirror
from tests.tiny import TinyEncoder


def main() -> None:
    docs, index = map(Path, sys.argv[1:])
    os.fsync = lambda _: None  # what a killed process wrote is not lost; waiting takes most time
    print("ready", flush=True)
    for line in sys.stdin:
        child = os.fork()  # nothing here has started a thread
        if child == 0:
            Mirror(TinyEncoder(), docs, index).update()
            os._exit(0)
        ends = time.monotonic() + float(line)
        ended, status = 0, 0
        while not ended:
            if (left := ends - time.monotonic()) <= 0:
                os.kill(child, signal.SIGKILL)  # not waited for yet, so it is still our child
                ended, status = os.waitpid(child, 0)
            else:
                time.sleep(min(left, 0.001))
                ended, status = os.waitpid(child, os.WNOHANG)
        print("killed" if os.WIFSIGNALED(status) else f"done {os.WEXITSTATUS(status)}", flush=True)


if __name__ == "__main__":
    main()
