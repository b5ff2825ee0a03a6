"""The documents tab: what a visitor adds, asks and removes."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from qa import Corpus
from qa.web.options import Options
from qa.web.serving import Running
from tests.browser.browsing import ask, serious
from tests.index.formats.making import FILLER, pdf

Visit = Callable[..., Page]
QUOTE = "The gauge at Lorne bridge stood at seven feet on Monday."
QUESTION = "At how many feet did the gauge at Lorne bridge stand?"
EVIL = "<img src=x onerror='window.hacked=1'>\u202e" + "x" * 10_000


@pytest.fixture(scope="module")
def url(seeds: Corpus) -> Iterator[str]:
    with Running(seeds, Options(port=0)) as running:
        yield running.url


def add(page: Page, *files: Path) -> None:
    page.get_by_role("tab", name="Documents").click()
    page.locator("#files input[type=file]").set_input_files(files)
    expect(page.get_by_text("Added by you")).to_be_visible(timeout=60_000)


def test_documents_are_added_asked_and_removed_by_their_visitor_alone(
    visit: Visit, url: str, tmp_path: Path
) -> None:
    (tmp_path / "rivers.pdf").write_bytes(pdf([[FILLER], [FILLER, QUOTE]], title="Rivers"))
    (tmp_path / "broken.pdf").write_bytes(b"nothing")
    page, other = visit(url), visit(url)
    add(page, tmp_path / "rivers.pdf", tmp_path / "broken.pdf")
    expect(page.locator(".outcomes .added")).to_have_text("rivers.pdf added")
    expect(page.locator(".outcomes .skipped")).to_contain_text("broken.pdf skipped: damaged")
    expect(page.locator("#overview")).to_contain_text("6 documents")
    expect(page.get_by_label("Documents by date")).to_be_visible()
    assert serious(page) == []

    page.get_by_role("tab", name="Ask").click()
    reply = ask(page, QUESTION)
    expect(reply.locator("blockquote")).to_contain_text("seven feet")
    reply.locator("a.number").first.click()
    opened = page.frame_locator("#reading iframe")
    expect(opened.get_by_text("Page 2 of 2")).to_be_visible()
    page.keyboard.press("Escape")

    elsewhere = ask(other, QUESTION)
    expect(elsewhere).not_to_contain_text("seven feet")
    other.get_by_role("tab", name="Documents").click()
    expect(other.locator("#overview")).to_contain_text("5 documents")

    page.get_by_role("tab", name="Documents").click()
    page.get_by_label("Rivers").check()
    page.get_by_role("button", name="Remove the chosen").click()
    expect(page.locator("#overview")).to_contain_text("5 documents")
    page.get_by_role("tab", name="Ask").click()
    expect(ask(page, QUESTION)).not_to_contain_text("seven feet")


def test_only_some_documents_are_asked(visit: Visit, url: str) -> None:
    page = visit(url)
    page.get_by_role("button", name="Ask only some of the documents").click()
    page.get_by_label("From").fill("2012")
    reply = ask(page, "Who is Lorne Craner?")
    expect(page.locator(".only")).to_have_text("Asked only of: after 2012")
    assert set(reply.locator(".file").all_text_contents()) == {"004_be03dde77b7920fc.txt"}
    page.get_by_label("From").fill("soon")
    expect(ask(page, "Who is Lorne Craner?")).to_contain_text("not a date")
    page.get_by_label("From").fill("")
    page.get_by_label("Documents, *").fill("000*")
    reply = ask(page, "Who is Lorne Craner?")
    assert set(reply.locator(".file").all_text_contents()) == {"000_5811de3c55823e19.txt"}


def test_what_uploads_hold_is_shown_as_text(visit: Visit, url: str, tmp_path: Path) -> None:
    name = "<img src=x onerror='window.hacked=1'>.txt"
    (tmp_path / name).write_text(f"{EVIL}\n\n{QUOTE}\n{EVIL}\n", encoding="utf-8")
    page = visit(url, viewport={"width": 390, "height": 844})
    add(page, tmp_path / name)
    expect(page.locator("#overview img, #added img")).to_have_count(0)
    assert page.locator("html").evaluate("e => e.scrollWidth <= innerWidth")
    page.locator("#overview a.open").last.click()
    opened = page.frame_locator("#reading iframe")
    expect(opened.locator(".text")).to_contain_text(QUOTE)
    expect(opened.locator("img")).to_have_count(0)
    assert opened.locator("html").evaluate("e => e.scrollWidth <= innerWidth")


def test_uploads_go_when_the_page_is_closed(visit: Visit, url: str, tmp_path: Path) -> None:
    (tmp_path / "rivers.txt").write_text(QUOTE, encoding="utf-8")
    page = visit(url)
    add(page, tmp_path / "rivers.txt")
    link = page.locator("#overview a.open").last.evaluate("e => e.href")
    assert page.request.get(link).status == 200
    page.goto("about:blank")
    watching = visit(url)
    for _ in range(60):
        if watching.request.get(link).status == 404:
            break
        watching.wait_for_timeout(500)
    assert watching.request.get(link).status == 404
