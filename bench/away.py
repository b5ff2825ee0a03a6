"""Questions while the server goes away and comes back, at random.

The server is the client's own, in memory, behind a connection that breaks: what a broken one is
to whoever asks is the same.
"""

import random
import threading
import time
from pathlib import Path
from typing import Any

import httpx
from qdrant_client import QdrantClient
from qdrant_client.http.exceptions import ResponseHandlingException

from index.encoders import load_encoder
from index.encoding import DEFAULT_ENCODER
from index.errors import QuotewellError
from index.mirror import Mirror
from index.qdrant.address import Server
from index.qdrant.home import QdrantHome
from index.qdrant.server import ServerPoints
from index.types import Encoder
from qa.corpus import Corpus
from qa.evaluation.datasets import load_questions
from qa.readers import load_reader

ROOT = Path(__file__).parents[1]


class Breaking:
    """A client whose connection is there or not."""

    def __init__(self, client: QdrantClient) -> None:
        self._client, self.there = client, True

    def __getattr__(self, name: str) -> Any:
        ask = getattr(self._client, name)

        def asked(*args: Any, **named: Any) -> Any:
            if not self.there:
                raise ResponseHandlingException(httpx.ConnectError("Connection refused"))
            return ask(*args, **named)

        return asked


class Kept:
    """An engine of one collection."""

    name = "qdrant"

    def __init__(self, encoder: Encoder, points: ServerPoints) -> None:
        self.encoder, self._home = encoder, QdrantHome(points, encoder)

    def build(self, *args: Any, **named: Any) -> Any:
        raise NotImplementedError

    def home(self, folder: Path | None) -> QdrantHome:
        return self._home


def asking_while_away(n: int) -> None:
    questions = [q.text for q in load_questions(ROOT / "tests" / "questions.jsonl")]
    client: Any = Breaking(QdrantClient(":memory:"))
    engine = Kept(load_encoder(DEFAULT_ENCODER), ServerPoints(Server("memory", 1, "b"), client))
    mirror = Mirror(engine, ROOT / "seeds")
    saved, _ = mirror.refresh()
    corpus = Corpus(mirror, saved, load_reader("small"))
    ask = [questions[i % len(questions)] for i in range(n)]
    wanted = {question: corpus.ask(question).answer for question in dict.fromkeys(ask)}
    ended = threading.Event()
    rng = random.Random(7)

    def come_and_go() -> None:
        while not ended.is_set():
            time.sleep(rng.uniform(0.2, 3))
            client.there = False
            time.sleep(rng.uniform(0.1, 5))
            client.there = True

    threading.Thread(target=come_and_go, daemon=True).start()
    wrong = crashes = said = 0
    for question in ask:
        try:
            wrong += corpus.ask(question).answer != wanted[question]
        except QuotewellError:
            said += 1
        except Exception as error:  # that is what is counted
            crashes += 1
            print(repr(error))
    ended.set()
    print(
        f"{n} questions: {said} were told that the server is away, {wrong} wrong, {crashes} crashes"
    )
