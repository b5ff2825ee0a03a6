"""Conversations that the server keeps where it is told to: each visitor's own, within limits."""

import json
from pathlib import Path

import pytest

from index.errors import QuotewellError
from qa.web import history as module
from qa.web.history import History, HistoryError

ANN, BOB = "a" * 32, "b" * 40
SAID = {"turns": [{"question": "Who?"}], "title": "Who?"}


@pytest.fixture
def history(tmp_path: Path) -> History:
    return History(tmp_path / "kept")


def test_a_conversation_is_kept_over_a_restart_until_it_is_deleted(
    history: History, tmp_path: Path
) -> None:
    history.save(ANN, "1", "First", {"turns": []})
    history.save(ANN, "1", "Renamed", SAID)
    history.save(ANN, "2-3", "Second", SAID)
    again = History(tmp_path / "kept")
    assert again.load(ANN, "1") == SAID
    assert {one["id"]: one["title"] for one in again.listed(ANN)} == {
        "1": "Renamed",
        "2-3": "Second",
    }
    again.delete(ANN, "1")
    again.delete(ANN, "1")
    assert [one["id"] for one in history.listed(ANN)] == ["2-3"]
    with pytest.raises(HistoryError, match="no such conversation"):
        again.load(ANN, "1")
    again.forget(ANN)
    assert history.listed(ANN) == [] and list((tmp_path / "kept").iterdir()) == []


def test_nobody_sees_anothers_and_no_secret_is_on_the_disk(
    history: History, tmp_path: Path
) -> None:
    history.save(ANN, "1", "First", SAID)
    assert history.listed(BOB) == []
    with pytest.raises(HistoryError):
        history.load(BOB, "1")
    history.delete(BOB, "1")
    assert history.load(ANN, "1") == SAID
    files = list((tmp_path / "kept").rglob("*"))
    assert files and not any(ANN in str(file) for file in files)
    assert all(file.stat().st_mode & 0o077 == 0 for file in files if file.is_dir())


@pytest.mark.parametrize(
    ("secret", "id"),
    [(ANN, "../x"), (ANN, ""), (ANN, "x" * 65), (ANN, None), ("short", "1"), ("../" * 20, "1")],
)
def test_what_is_no_name_is_refused(history: History, secret: str, id: str) -> None:
    with pytest.raises(HistoryError):
        history.save(secret, id, "", SAID)
    with pytest.raises(HistoryError):
        history.load(secret, id)


def test_there_are_quotas(
    history: History, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(HistoryError, match="too long"):
        history.save(ANN, "1", "", {"turns": ["x" * module.MAX_BYTES]})
    monkeypatch.setattr(module, "MAX_CONVERSATIONS", 2)
    for id in ("1", "2", "1"):
        history.save(ANN, id, "", SAID)
    with pytest.raises(HistoryError, match="delete one first"):
        history.save(ANN, "3", "", SAID)
    monkeypatch.setattr(module, "MAX_VISITORS", 1)
    with pytest.raises(HistoryError, match="no more visitors"):
        history.save(BOB, "1", "", SAID)


def test_all_together_have_so_much_room_which_deleting_gives_back(tmp_path: Path) -> None:
    small = History(tmp_path / "small", all_bytes=1_500)
    small.save(ANN, "1", "", {"turns": ["x" * 1_000]})
    with pytest.raises(HistoryError, match="no room"):
        small.save(BOB, "1", "", {"turns": ["x" * 1_000]})
    with pytest.raises(HistoryError, match="no room"):
        History(tmp_path / "small", all_bytes=1_500).save(BOB, "1", "", {"turns": ["x" * 1_000]})
    small.delete(ANN, "1")
    assert small.save(BOB, "1", "", {"turns": ["x" * 1_000]})["id"] == "1"


def test_a_folder_that_cannot_be_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(QuotewellError, match="--history"):
        History(tmp_path / "file")


@pytest.mark.parametrize("sent", ["", "[]", "null", "[" * 10_000, "x" * 2_000_000, None])
def test_a_conversation_that_is_none_is_refused(sent: str) -> None:
    with pytest.raises(HistoryError):
        module._conversation(sent)
    assert module._conversation(json.dumps(SAID)) == SAID
