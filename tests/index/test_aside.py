"""What is made once is there whole or not, and of what was killed in its making nothing is left."""

from pathlib import Path
from unittest.mock import Mock

import pytest
from filelock import Timeout

from index import encoding
from index.aside import made_aside
from index.encoding import SentenceEncoder, packaged_model
from index.errors import ModelError


def test_what_fails_leaves_what_was_there(tmp_path: Path) -> None:
    folder = tmp_path / "kept"
    with made_aside(folder) as aside:
        (aside / "file").write_text("first")
    with pytest.raises(ZeroDivisionError), made_aside(folder) as aside:
        (aside / "file").write_text("second")
        raise ZeroDivisionError
    assert (folder / "file").read_text() == "first"
    assert {path.name for path in tmp_path.iterdir()} == {"kept", "lock"}


def test_what_is_made_takes_the_place_of_what_is_damaged_and_strays_go(tmp_path: Path) -> None:
    (tmp_path / "kept").mkdir()
    (tmp_path / "kept" / "file").write_text("damaged")
    for stray in ("kept-0a1b2c3d", "other-0a1b2c3d"):  # of processes that were killed
        (tmp_path / stray).mkdir()
        (tmp_path / stray / "large").write_text("half")
    with made_aside(tmp_path / "kept") as aside:
        (aside / "file").write_text("whole")
    assert (tmp_path / "kept" / "file").read_text() == "whole"
    assert {path.name for path in tmp_path.iterdir()} == {"kept", "lock"}


def test_two_processes_do_not_make_it_at_once(tmp_path: Path) -> None:
    with made_aside(tmp_path / "kept"), pytest.raises(Timeout), made_aside(tmp_path / "kept"):
        pass


def test_a_damaged_copy_of_an_encoder_is_made_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[Path] = []
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(encoding, "_load", lambda name: Mock())
    monkeypatch.setattr(encoding, "export", lambda model, folder: made.append(folder))
    folder = encoding._copy_folder(encoding.DEFAULT_ENCODER)
    assert folder is not None
    folder.mkdir(parents=True)
    for name in ("about.json", "encoder.onnx", "tokenizer.json"):
        (folder / name).write_text("[]")
    encoder = SentenceEncoder()
    assert encoder._copy is None and encoder._model is not None
    assert made == [folder]


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The packaged model somewhere where it can be altered."""
    real = packaged_model()
    for name in encoding._DEFAULT_SHA256:
        path = tmp_path / "model" / name
        path.parent.mkdir(exist_ok=True, parents=True)
        path.symlink_to(real / name)
    monkeypatch.setattr(encoding, "_package", lambda: tmp_path / "model")
    assert packaged_model() == tmp_path / "model"
    return tmp_path / "model"


def test_the_packaged_model_is_its_published_files_and_no_others(package: Path) -> None:
    for name in encoding._DEFAULT_SHA256:
        target = (package / name).readlink()
        for harm in (b"{}", None):
            (package / name).unlink()
            if harm is not None:
                (package / name).write_bytes(harm)
            with pytest.raises(ModelError, match=rf"{name}: not the published file .* again$"):
                packaged_model()
            (package / name).unlink(missing_ok=True)
            (package / name).symlink_to(target)
    (package / "adapter_config.json").write_text("{}")
    with pytest.raises(ModelError, match=r"adapter_config\.json: not of the published model"):
        packaged_model()
