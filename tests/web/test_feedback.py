"""What visitors say of answers, kept as test questions."""

import json
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from index.types import Document
from qa.evaluation.datasets import check_spans, load_questions
from qa.web.answer_html import Shown, render_answer
from qa.web.options import Options
from qa.web.serving import make_app
from tests.web.answers import ANSWERED, FakeCorpus
from tests.web.parsing import Parsed

TEXT = "Rivers of the North. The gauge at Lorne bridge stood at seven feet."


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "kept" / "feedback.jsonl"


@pytest.fixture
def corpus() -> FakeCorpus:
    found = FakeCorpus()
    found.documents = {"a.txt": Document("a.txt", "", None, TEXT, "")}
    return found


def send(corpus: FakeCorpus, file: Path | None, told: Any, **headers: str) -> int:
    client = TestClient(make_app(corpus, Options(feedback=file)), "http://127.0.0.1")
    headers = {"Content-Type": "application/json"} | headers
    return client.post("/feedback", content=json.dumps(told), headers=headers).status_code


def test_what_is_said_is_a_test_question(corpus: FakeCorpus, file: Path) -> None:
    start = TEXT.index("seven")
    assert (
        send(corpus, file, {"question": "How high?", "spans": [["a.txt", start, start + 10]]})
        == 200
    )
    assert send(corpus, file, {"question": "How deep?", "spans": []}) == 200
    high, deep = load_questions(file)
    check_spans([high, deep], corpus.documents)
    assert (high.text, high.answers[0].text) == ("How high?", "seven feet")
    assert (deep.text, deep.answers) == ("How deep?", ())


@pytest.mark.parametrize(
    "told",
    [
        None, [], {}, {"question": "?"}, {"question": " ", "spans": []},
        {"question": "x" * 1_001, "spans": []}, {"question": 1, "spans": []},
        {"question": "?", "spans": [["a.txt", 0, 1]] * 11},
        {"question": "?", "spans": [["other.txt", 0, 1]]},
        {"question": "?", "spans": [["a.txt", 0, 1_000]]},
        {"question": "?", "spans": [["a.txt", 5, 5]]},
        {"question": "?", "spans": [["a.txt", -1, 5]]},
        {"question": "?", "spans": [["a.txt", "0", 5]]},
        {"question": "?", "spans": ["a.txt"]},
    ],
)  # fmt: skip
def test_what_is_no_question_is_refused(corpus: FakeCorpus, file: Path, told: Any) -> None:
    assert send(corpus, file, told) == 400
    assert not file.exists()


def test_only_the_page_itself_may_send(corpus: FakeCorpus, file: Path) -> None:
    told = {"question": "?", "spans": []}
    assert send(corpus, file, told, **{"Content-Type": "text/plain"}) == 415
    assert send(corpus, file, told, **{"Sec-Fetch-Site": "cross-site"}) == 403
    assert send(corpus, file, {"question": "x" * 60_000, "spans": []}) == 413
    assert send(corpus, None, told) in (404, 405)
    assert not file.exists()


def test_buttons_tell_what_they_stand_below() -> None:
    plain, asking = (
        Parsed(render_answer(ANSWERED, Shown(feedback=kept))) for kept in (False, True)
    )
    assert "here" not in plain.by_name
    assert asking.by_name["here"] == [*["The answer is here"] * 2, "The documents do not say"]
    html = render_answer(ANSWERED, Shown(feedback=True))
    right = json.dumps({"question": "why?", "spans": [["a.txt", 14, 19], ["b.txt", 14, 19]]})
    assert right.replace('"', "&quot;") in html
