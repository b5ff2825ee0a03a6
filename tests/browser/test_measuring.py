"""The measuring panel, and saying whether an answer is right."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from qa import Corpus
from qa.evaluation.datasets import load_questions
from qa.web.options import Options
from qa.web.serving import Running
from tests.browser.browsing import ask, serious, wait_for_replies

Visit = Callable[..., Page]
QUESTIONS = Path(__file__).parents[1] / "questions.jsonl"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A few of the test questions, one of them with an answer that no one would give."""
    folder = tmp_path_factory.mktemp("measured")
    lines = QUESTIONS.read_text(encoding="utf-8").splitlines()[:6]
    wrong = json.loads(lines[0])
    wrong |= {"id": "wrong", "question": "Who <b>is</b> Lorne Craner?"}
    (folder / "questions.jsonl").write_text("\n".join([*lines, json.dumps(wrong)]))
    return folder


@pytest.fixture(scope="module")
def url(seeds: Corpus, folder: Path) -> Iterator[str]:
    kept = {"questions": folder / "questions.jsonl", "feedback": folder / "feedback.jsonl"}
    with Running(seeds, Options(port=0, **kept)) as running:
        yield running.url


def test_questions_are_asked_and_reported_each_miss_one_click_away(visit: Visit, url: str) -> None:
    page = visit(url)
    page.get_by_role("button", name="Menu").click()
    page.get_by_role("button", name="Measure how good").click()
    page.get_by_role("button", name="Ask them all").click()
    expect(page.get_by_role("progressbar")).to_be_visible()
    report = page.frame_locator("#report iframe")
    expect(
        report.get_by_role("heading", name="Reliability of confidence", exact=True)
    ).to_be_visible(timeout=120_000)
    for name in ("Error against coverage", "Recall at k", "Time a question"):
        expect(report.get_by_role("heading", name=name, exact=True)).to_be_visible()
    inside = report.locator("html").evaluate("e => e.scrollHeight")
    assert page.locator("#report iframe").evaluate("e => e.clientHeight") >= inside
    assert serious(page) == []
    report.get_by_role("link", name="Who <b>is</b> Lorne Craner?").click()
    wait_for_replies(page, 1)
    expect(page.locator(".question")).to_have_text("Who <b>is</b> Lorne Craner?")
    assert page.url == url, "the page was not loaded anew"


def test_what_is_said_of_an_answer_is_measured_later(
    visit: Visit, url: str, folder: Path, seeds: Corpus
) -> None:
    page = visit(url)
    reply = ask(page, "Who is Lorne Craner?")
    reply.get_by_role("button", name="Right").click()
    expect(reply).to_contain_text("Thank you. It is kept here")
    reply = ask(page, "Where did Chen Guangcheng take refuge?")
    reply.locator(".card summary").first.click()
    expect(reply.locator("[name=told].here").first).to_be_hidden()
    reply.get_by_role("button", name="Wrong").click()
    reply.get_by_role("button", name="The answer is here").first.click()
    expect(reply).to_contain_text("Thank you. It is kept here")
    reply = ask(page, "Who is the president of Peru?")
    reply.get_by_role("button", name="Wrong").click()
    reply.get_by_role("button", name="The documents do not say").click()
    expect(reply).to_contain_text("Thank you. It is kept here")
    who, where, none = load_questions(folder / "feedback.jsonl")
    assert [q.text for q in (who, where)] == [
        "Who is Lorne Craner?",
        "Where did Chen Guangcheng take refuge?",
    ]
    assert who.answers and where.answers and not none.answers
    for answer in (*who.answers, *where.answers):
        assert seeds.documents[answer.document].text[answer.start : answer.end] == answer.text
