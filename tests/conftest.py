"""The real corpus, indexed once a run."""

from pathlib import Path

import pytest

from qa import Corpus

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="session")
def seeds(tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    """The five seed articles with the real encoder and the shipped reader."""
    return Corpus.open(ROOT / "seeds", index=tmp_path_factory.mktemp("index"))
