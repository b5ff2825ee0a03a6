"""The documents on the left: what a visitor chooses, adds, asks and removes."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from index.types import Document
from qa import Corpus
from qa.web import visitors
from qa.web.options import Options
from qa.web.serving import Running
from tests.browser.browsing import ask, open_page, serious
from tests.index.formats.making import FILLER, pdf
from tests.web.answers import FakeCorpus

Visit = Callable[..., Page]
QUOTE = "The gauge at Lorne bridge stood at seven feet on Monday."
QUESTION = "At how many feet did the gauge at Lorne bridge stand?"
EVIL = "<img src=x onerror='window.hacked=1'>\u202e" + "x" * 10_000
KEY_MS = 100  # until a list of thousands follows a key


@pytest.fixture(scope="module")
def url(seeds: Corpus) -> Iterator[str]:
    with Running(seeds, Options(port=0)) as running:
        yield running.url


@pytest.fixture(scope="module")
def many() -> Iterator[str]:
    """A page over 5,000 documents in folders, of which every tenth is dated."""
    corpus = FakeCorpus()
    for n in range(5_000):
        name = f"folder {n % 7}/report {n}.txt"
        day = f"{2000 + n % 9}-01-02" if n % 10 == 0 else None
        title = "Clinton in Beijing" if n == 4_321 else f"Report number {n}"
        corpus.documents[name] = Document(name, title, day, "", str(n))
    with Running(corpus) as running:
        yield running.url


def add(page: Page, *files: Path) -> None:
    page.locator("#adding input[type=file]").set_input_files(files)
    expect(page.locator(".outcomes li:not(.waiting)")).to_have_count(len(files), timeout=60_000)


def titles(page: Page) -> list[str]:
    return page.locator("#list a.open").all_text_contents()


def test_documents_are_added_asked_and_removed_by_their_visitor_alone(
    visit: Visit, url: str, tmp_path: Path
) -> None:
    (tmp_path / "rivers.pdf").write_bytes(pdf([[FILLER], [FILLER, QUOTE]], title="Rivers"))
    (tmp_path / "broken.pdf").write_bytes(b"nothing")
    page, other = visit(url), visit(url)
    expect(page.locator("#counts")).to_have_text("5 documents")
    add(page, tmp_path / "rivers.pdf", tmp_path / "broken.pdf")
    expect(page.locator(".outcomes .added")).to_contain_text("rivers.pdf added")
    expect(page.locator(".outcomes .skipped")).to_contain_text("broken.pdf left out: damaged")
    expect(page.locator("#counts")).to_have_text("6 documents")
    assert serious(page) == []

    reply = ask(page, QUESTION)
    expect(reply.locator("blockquote")).to_contain_text("seven feet")
    reply.locator("a.number").first.click()
    opened = page.frame_locator("#reading iframe")
    expect(opened.get_by_text("Page 2 of 2")).to_be_visible()
    expect(ask(other, QUESTION)).not_to_contain_text("seven feet")
    expect(other.locator("#counts")).to_have_text("5 documents")

    open_page(page, url)
    expect(page.locator("#counts")).to_have_text("6 documents"), "they are kept over a reload"
    page.get_by_role("button", name="Remove Rivers").click()
    expect(page.locator("#counts")).to_have_text("5 documents")
    expect(ask(page, QUESTION)).not_to_contain_text("seven feet")


def test_what_is_ticked_is_asked_and_years_filter(visit: Visit, url: str) -> None:
    page = visit(url)
    page.get_by_role("button", name="2012: 1 document").click()
    expect(page.locator("#limit")).to_contain_text("Asking only “Rights Groups Call")
    reply = ask(page, "Who is Lorne Craner?")
    expect(page.locator(".only")).to_have_text("Asked only of: 2012")
    assert set(reply.locator(".file").all_text_contents()) == {"004_be03dde77b7920fc.txt"}
    page.get_by_role("button", name="2009: 1 document").click()
    expect(page.locator("#counts")).to_have_text("2 of 5 documents asked")
    page.locator("#limit").get_by_role("button", name="Ask all documents").click()
    expect(page.locator("#counts")).to_have_text("5 documents")
    expect(page.locator("#limit")).to_be_hidden()
    page.get_by_label("Find a document").fill("clinton")
    expect(page.locator("#counts")).to_have_text("1 found; 5 documents")
    page.get_by_role("button", name="Tick all found").click()
    page.get_by_label("Find a document").fill("")
    reply = ask(page, "Who is Lorne Craner?")
    assert set(reply.locator(".file").all_text_contents()) == {"003_877640d8ef749a0e.txt"}
    expect(page.locator(".only").last).to_contain_text("Asked only of: “CHINA-US: Clinton")
    open_page(page, url)
    expect(page.locator("#limit")).to_contain_text("Clinton"), "a reload keeps the filter"


def test_thousands_are_found_sorted_and_reached(visit: Visit, many: str) -> None:
    page = visit(many)
    expect(page.locator("#counts")).to_have_text("5,000 documents")
    page.get_by_label("Find a document").press_sequentially("clinton beij")
    expect(page.locator("#counts")).to_have_text("1 found; 5,000 documents")
    assert titles(page) == ["Clinton in Beijing"]
    page.get_by_label("Find a document").fill("")
    for typed in ("r", "re", "report 1", "clin"):
        took = min(
            page.evaluate(
                """typed => {
                const find = document.getElementById("find");
                const began = performance.now();
                find.value = typed;
                find.dispatchEvent(new Event("input", { bubbles: true }));
                document.getElementById("list").getBoundingClientRect();
                return performance.now() - began;
            }""",
                typed,
            )
            for _ in range(3)
        )
        assert took < KEY_MS, typed
    page.get_by_label("Find a document").fill("")
    page.get_by_label("Sort").select_option("newest")
    assert "2008" in page.locator("#list .about").first.inner_text()
    page.get_by_label("Sort").select_option("title")
    for _ in range(60):
        page.locator("#list").evaluate("e => e.scrollTo(0, e.scrollHeight)")
        if page.locator("#list a.open").count() == 5_000:
            break
        page.wait_for_timeout(50)
    assert page.locator("#list a.open").count() == 5_000
    page.get_by_label("Sort").select_option("name")
    page.get_by_label("Ask all in folder 3").check()
    expect(page.locator("#counts")).to_have_text("714 of 5,000 documents asked")
    expect(page.locator("#list li").nth(1)).to_have_class("folder"), "they are closed at first"
    page.get_by_role("button", name="Open folder 0").click()
    expect(page.locator("#list li").nth(1).locator("a.open")).to_be_visible()


def test_an_empty_corpus_begins_with_what_can_be_added(visit: Visit, tmp_path: Path) -> None:
    (tmp_path / "rivers.txt").write_text(QUOTE, encoding="utf-8")
    with Running(FakeCorpus()) as running:
        page = visit(running.url)
        expect(page.locator("#intro #adding")).to_be_visible()
        expect(page.get_by_text("There is nothing to ask yet")).to_be_visible()
        add(page, tmp_path / "rivers.txt")
        expect(page.locator("#documents #adding")).to_be_visible()
        expect(page.locator("#counts")).to_have_text("1 document")


def test_what_uploads_hold_is_shown_as_text(visit: Visit, url: str, tmp_path: Path) -> None:
    name = "<img src=x onerror='window.hacked=1'>.txt"
    (tmp_path / name).write_text(f"{EVIL}\n\n{QUOTE}\n{EVIL}\n", encoding="utf-8")
    page = visit(url, viewport={"width": 390, "height": 844})
    page.get_by_role("button", name="Documents").click()
    add(page, tmp_path / name)
    expect(page.locator("#documents img")).to_have_count(0)
    assert page.locator("html").evaluate("e => e.scrollWidth <= innerWidth")
    page.locator("#list a.open").last.click()
    opened = page.frame_locator("#reading iframe")
    expect(opened.locator(".text")).to_contain_text(QUOTE)
    expect(opened.locator("img")).to_have_count(0)
    assert opened.locator("html").evaluate("e => e.scrollWidth <= innerWidth")


def test_a_file_can_be_cancelled_while_it_is_sent(visit: Visit, url: str, tmp_path: Path) -> None:
    (tmp_path / "rivers.txt").write_text(QUOTE, encoding="utf-8")
    page = visit(url)
    page.route("**/gradio_api/upload", lambda route: None)  # never arrives
    page.locator("#adding input[type=file]").set_input_files(tmp_path / "rivers.txt")
    expect(page.get_by_role("progressbar", name="sent of rivers.txt")).to_be_visible()
    page.get_by_role("button", name="Cancel rivers.txt").click()
    expect(page.locator(".outcomes li")).to_have_text("rivers.txt cancelled")
    page.unroute("**/gradio_api/upload")
    page.locator("#adding input[type=file]").set_input_files(tmp_path / "rivers.txt")
    expect(page.locator(".outcomes .added")).to_have_count(1, timeout=60_000)


def test_uploads_go_a_while_after_the_page_is_closed(
    visit: Visit, url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "rivers.txt").write_text(QUOTE, encoding="utf-8")
    page = visit(url)
    add(page, tmp_path / "rivers.txt")
    link = page.locator("#list a.open", has_text="Lorne bridge").evaluate("e => e.href")
    assert page.request.get(link).status == 200
    page.goto("about:blank")
    monkeypatch.setattr(visitors, "KEPT_MINUTES", 0)
    for _ in range(60):
        page.wait_for_timeout(500)
        if page.request.get(link).status == 404:
            break
    assert page.request.get(link).status == 404
    monkeypatch.undo()
    open_page(page, url)
    expect(page.get_by_text("has deleted the files that you had added")).to_be_visible()
