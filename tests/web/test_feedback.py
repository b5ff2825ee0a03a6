"""What visitors say of answers, kept as test questions."""

import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from index.types import Document
from qa.evaluation.datasets import check_spans, load_questions
from qa.web.answer_html import Shown, render_answer
from qa.web.options import Options
from qa.web.serving import Running
from tests.web.answers import ANSWERED, FakeCorpus
from tests.web.parsing import Parsed
from tests.web.test_library import called

TEXT = "Rivers of the North. The gauge at Lorne bridge stood at seven feet."


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "kept" / "feedback.jsonl"


@pytest.fixture
def corpus() -> FakeCorpus:
    found = FakeCorpus()
    found.documents = {"a.txt": Document("a.txt", "", None, TEXT, "")}
    return found


def send(corpus: FakeCorpus, file: Path, *told: Any) -> list[str]:
    """Tell the page's server of answers; return what it says of each, "" where it is kept."""
    options = Options(port=0, feedback=file)
    with (
        Running(corpus, options) as running,
        httpx.Client(base_url=running.url, timeout=60) as client,
    ):
        key = client.post("gradio_api/upload", files={"files": ("own.txt", TEXT.encode())}).json()
        called(client, "take", key[0])
        return [called(client, "judge", json.dumps(one)) for one in told]


def test_what_is_said_is_a_test_question(corpus: FakeCorpus, file: Path) -> None:
    start = TEXT.index("seven")
    high = {"question": "How high?", "spans": [["a.txt", start, start + 10]]}
    assert send(corpus, file, high, {"question": "How deep?", "spans": []}) == ["", ""]
    high, deep = load_questions(file)
    check_spans([high, deep], corpus.documents)
    assert (high.text, high.answers[0].text) == ("How high?", "seven feet")
    assert (deep.text, deep.answers) == ("How deep?", ())


def test_what_is_said_of_own_files_is_kept_apart(corpus: FakeCorpus, file: Path) -> None:
    own = {"question": "How high?", "spans": [["uploads/own.txt", 0, 6]]}
    assert send(corpus, file, own) == [""]
    assert not file.exists()
    (kept,) = load_questions(file.with_suffix(".own.jsonl"))
    assert (kept.text, kept.answers[0].text) == ("How high?", "Rivers")


def test_what_is_no_question_is_refused(corpus: FakeCorpus, file: Path) -> None:
    told = [
        None, [], {}, {"question": "?"}, {"question": " ", "spans": []},
        {"question": "x" * 1_001, "spans": []}, {"question": 1, "spans": []},
        {"question": "?", "spans": [["a.txt", 0, 1]] * 11},
        {"question": "?", "spans": [["other.txt", 0, 1]]},
        {"question": "?", "spans": [["a.txt", 0, 1_000]]},
        {"question": "?", "spans": [["a.txt", 5, 5]]},
        {"question": "?", "spans": [["a.txt", -1, 5]]},
        {"question": "?", "spans": [["a.txt", "0", 5]]},
        {"question": "?", "spans": ["a.txt"]},
        {"question": "x" * 60_000, "spans": []},
    ]  # fmt: skip
    assert all(send(corpus, file, *told))
    assert not file.exists()


def test_nothing_is_kept_where_no_file_is_named(corpus: FakeCorpus) -> None:
    with Running(corpus) as running:
        sent = httpx.post(f"{running.url}gradio_api/call/judge", json={"data": ["{}"]})
        assert sent.status_code == 404


def test_buttons_tell_what_they_stand_below() -> None:
    plain, asking = (
        Parsed(render_answer(ANSWERED, Shown(feedback=kept))) for kept in (False, True)
    )
    assert "here" not in plain.by_name
    assert asking.by_name["here"] == [*["The answer is here"] * 2, "The documents do not say"]
    html = render_answer(ANSWERED, Shown(feedback=True))
    right = json.dumps({"question": "why?", "spans": [["a.txt", 14, 19], ["b.txt", 14, 19]]})
    assert right.replace('"', "&quot;") in html
