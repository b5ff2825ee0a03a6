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

# Real models, browsers, other processes, thousands of examples: `make test-fast` leaves them out,
# and whatever asks for the seeds.
SLOW = (
    "browser/",
    "contracts/",
    "index/formats/test_every_format.py",
    "index/formats/test_fuzz.py",
    "index/formats/test_hostile.py",
    "index/formats/test_limits.py",
    "index/test_encoding.py",
    "index/test_mirror.py",
    "index/test_never_broken.py",
    "index/test_static.py",
    "index/test_years.py",
    "packaging/",
    "test_at_home.py",
    "test_patterns.py",
    "test_seeds.py",
    "training/",
    "web/test_serving.py",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the slow tests."""
    for item in items:
        path = item.path.relative_to(ROOT / "tests").as_posix()
        if path.startswith(SLOW) or "seeds" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.slow)


@pytest.fixture(scope="session", autouse=True)
def cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Keep the user's cache folder out of it."""
    folder = tmp_path_factory.mktemp("cache")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(folder))
        patch.setenv("XDG_DATA_HOME", str(folder / "data"))
        yield folder


@pytest.fixture(scope="session")
def seeds(tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    """The five seed articles with the real encoder and the shipped reader."""
    return Corpus.open(ROOT / "seeds", index=tmp_path_factory.mktemp("index"))
