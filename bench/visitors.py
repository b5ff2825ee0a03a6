"""Visitors at once: errors, answers to the wrong visitor, throughput and how long they wait.

python -m bench.visitors --visitors 50 --questions 500

Serves the seeds, lets each visitor add a document that holds a figure of its own, and then ask for
it, all at once and each question as soon as the last is answered. Client and server share the
machine.
"""

import argparse
import json
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import numpy as np

from qa import Corpus
from qa.web.options import Options
from qa.web.serving import Running

SEEDS = Path(__file__).parents[1] / "seeds"
QUESTION = "How many boats were counted in the harbour of Lorne?"
_SECONDS = 600


@dataclass(frozen=True, slots=True)
class Asked:
    """One question: how long it took, and what was wrong with the reply, if anything."""

    seconds: float
    error: str = ""
    wrong: bool = False


class Program:
    """A visitor that speaks HTTP, as curl would."""

    def __init__(self, client: httpx.Client, number: int) -> None:
        self._client = client
        self._session = f"visitor-{number}"
        self._figure = str(1_000 + 7 * number)

    def add(self) -> None:
        """Add the document that nobody else may be answered from."""
        text = f"In the harbour of Lorne, {self._figure} boats were counted this spring."
        added = self._call("add", [f"harbour-{self._figure}.txt", text, ""])
        if not added["added"]:
            raise RuntimeError(added["skipped"])

    def ask(self) -> Asked:
        """Ask for the figure."""
        began = time.perf_counter()
        try:
            answer = self._call("ask", [QUESTION, "", "", ""])
        except (httpx.HTTPError, RuntimeError) as error:
            return Asked(time.perf_counter() - began, error=str(error) or type(error).__name__)
        shown = [*answer["citations"], *answer["others"], *answer["nearest"]]
        uploads = {c["document"] for c in shown if c["document"].startswith("uploads/")}
        wrong = uploads != {f"uploads/harbour-{self._figure}.txt"}
        return Asked(
            time.perf_counter() - began, wrong=wrong or self._figure not in json.dumps(shown)
        )

    def _call(self, name: str, data: list[Any]) -> Any:
        body = {"data": data, "session_hash": self._session}
        call = self._client.post(f"gradio_api/call/{name}", json=body).raise_for_status().json()
        told = (
            self._client.get(f"gradio_api/call/{name}/{call['event_id']}").raise_for_status().text
        )
        if not told.startswith("event: complete"):
            raise RuntimeError(told[:200])
        return json.loads(told.splitlines()[1].removeprefix("data: "))[0]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--visitors", type=int, default=50)
    parser.add_argument("--questions", type=int, default=500, help="of all visitors together")
    given = parser.parse_args()
    limits = httpx.Limits(max_connections=given.visitors)
    with (
        Running(Corpus.open(SEEDS), Options(port=0)) as running,
        httpx.Client(base_url=running.url, timeout=_SECONDS, limits=limits) as client,
        ThreadPoolExecutor(given.visitors) as pool,
    ):
        visitors = [Program(client, n) for n in range(given.visitors)]
        for visitor in visitors:
            visitor.add()
        began = time.perf_counter()
        each = [
            given.questions // given.visitors + (n < given.questions % given.visitors)
            for n in range(given.visitors)
        ]
        done = pool.map(lambda v, n: [v.ask() for _ in range(n)], visitors, each)
        asked = [one for some in done for one in some]
        took = time.perf_counter() - began
    seconds = [one.seconds for one in asked]
    print(f"{len(asked)} questions of {given.visitors} visitors at once in {took:.1f} s")
    print(f"errors: {sum(bool(one.error) for one in asked)}", *{o.error for o in asked if o.error})
    print(f"answered from the wrong documents: {sum(one.wrong for one in asked)}")
    print(f"throughput: {len(asked) / took:.1f} questions/s")
    print(f"a question: median {np.median(seconds):.2f} s, p95 {np.percentile(seconds, 95):.2f} s")


if __name__ == "__main__":
    main()
