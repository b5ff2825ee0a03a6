"""The real corpus, indexed once a run."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from qa import Corpus

# Machines are noisy: how long an example takes says nothing about what it tests.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="session", autouse=True)
def cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Keep the user's cache folder out of it."""
    folder = tmp_path_factory.mktemp("cache")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(folder))
        yield folder


@pytest.fixture(scope="session")
def seeds(tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    """The five seed articles with the real encoder and the shipped reader."""
    return Corpus.open(ROOT / "seeds", index=tmp_path_factory.mktemp("index"))
