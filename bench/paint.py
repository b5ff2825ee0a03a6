"""How soon the page shows something: `python -m bench.paint` (needs Debian's Chromium).

First paint of the page over the seeds in a browser without a cache, and from Enter to the shown
answer; server and browser share the machine.
"""

import time
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table

from qa import Corpus
from qa.web.serving import Running
from tests.browser.browsing import ask, chromium, open_page

SEEDS = Path(__file__).parents[1] / "seeds"
QUESTION = "why did the US skip the 2003 resolution?"
ROUNDS = 7
PAINTED = "performance.getEntriesByName('first-contentful-paint')[0].startTime / 1000"


def main() -> None:
    corpus = Corpus.open(SEEDS)
    corpus.ask(QUESTION)  # loads the models
    painted, ready, answered = [], [], []
    with Running(corpus) as served, chromium() as browser:
        for _ in range(ROUNDS):
            page = browser.new_page()
            began = time.perf_counter()
            open_page(page, served.url)
            ready.append(time.perf_counter() - began)
            painted.append(float(page.evaluate(PAINTED)))
            began = time.perf_counter()
            ask(page, QUESTION)
            answered.append(time.perf_counter() - began)
            page.close()
    table = Table("", "median, s", "most, s")
    for name, times in (
        ("first paint", painted),
        ("ready to be asked", ready),
        ("from Enter to the answer", answered),
    ):
        table.add_row(name, f"{np.median(times):.2f}", f"{max(times):.2f}")
    Console().print(table)


if __name__ == "__main__":
    main()
