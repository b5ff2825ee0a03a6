"""What a page keeps, and what it says when the server is away; on a phone, what Back does."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from qa import Corpus
from qa.web.options import Options
from qa.web.serving import Running
from tests.browser.browsing import ask, open_page, serious, wait_for_replies
from tests.web.answers import FakeCorpus

Visit = Callable[..., Page]
PHONE = {"width": 390, "height": 844}
READABLE_MS = 6_000  # at 50 KB/s
TOUCH = 44  # pixels, of what a finger can hit


@pytest.fixture(scope="module")
def url(seeds: Corpus) -> Iterator[str]:
    with Running(seeds, Options(port=0)) as running:
        yield running.url


def test_a_conversation_survives_reload_back_and_a_restart(visit: Visit) -> None:
    with Running(FakeCorpus("a.txt", "b.txt")) as running:
        page = visit(running.url)
        port = int(running.url.rstrip("/").rpartition(":")[2])
        for n in range(6):
            ask(page, f"question {n}?")
        page.locator("#scroll").evaluate("e => e.scrollTo(0, 100)")
        page.wait_for_timeout(300)
        page.reload()
        expect(page.locator(".question")).to_have_count(6)
        expect(page.locator(".reply strong").first).to_have_text("Answered")
        assert abs(page.locator("#scroll").evaluate("e => e.scrollTop") - 100) < 40
        page.goto("about:blank")
        page.go_back()
        expect(page.locator(".question")).to_have_count(6)
    page.get_by_label("Your question").fill("away?")
    page.keyboard.press("Enter")
    expect(page.locator(".question").last).to_have_text("away?")
    expect(page.locator(".reply").last).to_contain_text("No connection to the server.")
    with Running(FakeCorpus("a.txt", "b.txt"), Options(port=port)):
        page.get_by_role("button", name="Try again").click()
        wait_for_replies(page, 8)
        expect(page.locator(".reply").last).to_contain_text("Answered")
        page.reload()
        expect(page.locator(".question")).to_have_count(8)


def test_what_a_browser_has_kept_is_shown_as_text(visit: Visit) -> None:
    with Running(FakeCorpus("a.txt")) as running:
        page = visit(running.url)
        ask(page, "why?")
        page.evaluate(
            """() => {
                const key = Object.keys(localStorage).find(k => k.includes(":conversation:"));
                const [place, id] = key.split("conversation:");
                const html = `<section class="reply"><p onclick="window.hacked=1">kept</p>
                    <img src=x onerror="window.hacked=1"><script>window.hacked=1</scr` + `ipt>
                    <a class="open" href="javascript:window.hacked=1">x</a></section>`;
                const evil = { id: "evil", title: "evil", turns: [{ question: "?", html }] };
                localStorage[`${place}conversation:evil`] = JSON.stringify(evil);
                localStorage[`${place}conversations`] = JSON.stringify([{ id: "evil" }, { id }]);
            }"""
        )
        other = page.context.new_page()
        open_page(other, running.url)
        expect(other.locator(".reply")).to_contain_text("kept")
        expect(other.locator(".answer :is(img, script, [onclick], [href])")).to_have_count(0)
        other.get_by_text("kept", exact=True).click()
        assert other.evaluate("'hacked' in window") is False


def test_a_follow_up_is_understood_after_a_restart(visit: Visit, seeds: Corpus) -> None:
    with Running(seeds) as running:
        page = visit(running.url)
        port = int(running.url.rstrip("/").rpartition(":")[2])
        ask(page, "Who is Lorne Craner?")
    with Running(seeds, Options(port=port)):
        ask(page, "what did he say about the resolution?")
        expect(page.locator(".read").first).to_contain_text("Craner")


def test_a_link_carries_which_documents_were_asked(visit: Visit, url: str) -> None:
    page = visit(url, permissions=["clipboard-read", "clipboard-write"])
    page.get_by_label("Ask CHINA-US").check()
    ask(page, "What did Charter 08 call for?").get_by_role("button", name="Copy link").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    link = page.evaluate("navigator.clipboard.readText()")
    other = visit(link)
    wait_for_replies(other, 1)
    expect(other.locator(".only")).to_contain_text("Asked only of: “CHINA-US")
    expect(other.locator("#limit")).to_contain_text("Asking only “CHINA-US")
    assert "?" not in other.url, "a reload does not ask again"


def test_on_a_phone_sheets_are_closed_by_back_and_all_can_be_touched(
    visit: Visit, url: str
) -> None:
    page = visit(url, viewport=PHONE, has_touch=True, is_mobile=True)
    reply = ask(page, "Who is Lorne Craner?")
    for shown in (".question", "blockquote", ".level", ".card .title"):
        expect(page.locator(shown).first).to_be_in_viewport(ratio=1)
    small = """() => [...document.querySelectorAll("button, a, summary, select, input")]
        .filter(e => e.checkVisibility() && !e.closest(".unseen") && e.type !== "checkbox")
        .filter(e => e.type !== "file" && e.type !== "radio")
        .map(e => [e.getBoundingClientRect(), e])
        .filter(([box]) => box.width > 2 && (box.height < %d - 0.5))
        .map(([box, e]) => `${e.outerHTML.slice(0, 80)} ${box.width}x${box.height}`)"""
    assert page.evaluate(small % TOUCH) == []
    reply.locator("a.number").first.click()
    expect(page.frame_locator("#reading iframe").locator("mark")).to_be_in_viewport()
    assert serious(page) == []
    page.go_back()
    expect(page.locator("#reading")).to_be_hidden()
    expect(page.locator(".question")).to_have_count(1)
    page.get_by_role("button", name="Documents").click()
    expect(page.get_by_label("Find a document")).to_be_visible()
    assert page.evaluate(small % TOUCH) == []
    assert serious(page) == []
    page.go_back()
    expect(page.get_by_label("Find a document")).to_be_hidden()
    page.locator(".confidence").focus()
    box = page.locator(".meaning").bounding_box()
    assert box["x"] >= 0 and box["x"] + box["width"] <= PHONE["width"]
    assert page.locator("html").evaluate("e => e.scrollWidth <= innerWidth")


def test_a_slow_network_brings_the_text_first_and_nothing_jumps(visit: Visit, url: str) -> None:
    page = visit(url)
    ask(page, "Who is Lorne Craner?")
    slow = {"offline": False, "latency": 100, "downloadThroughput": 50_000, "uploadThroughput": -1}
    page.context.new_cdp_session(page).send("Network.emulateNetworkConditions", slow)
    page.reload(wait_until="commit")
    expect(page.get_by_text("Every answer is a quote")).to_be_attached(timeout=READABLE_MS)
    first = page.get_by_label("Your question").bounding_box()
    expect(page.locator(".reply strong")).to_have_text("Answered", timeout=READABLE_MS)
    expect(page.locator("#counts")).to_have_text("5 documents")
    assert page.get_by_label("Your question").bounding_box() == first


def test_answers_have_numbers_that_show_what_they_lead_to(visit: Visit, url: str) -> None:
    page = visit(url)
    reply = ask(page, "Who is Lorne Craner?")
    reply.locator("a.number").first.hover()
    expect(page.locator("#preview")).to_contain_text("assistant secretary of state")
    page.mouse.move(0, 0)
    expect(page.locator("#preview")).to_be_hidden()


def test_the_server_keeps_conversations_where_it_is_told_to(visit: Visit, tmp_path: Path) -> None:
    with Running(FakeCorpus("a.txt"), Options(port=0, history=tmp_path / "kept")) as running:
        page = visit(running.url)
        with page.expect_response("**/history_save"):
            ask(page, "first?")
        page.locator("#menu").click()
        assert serious(page) == []
        page.evaluate("navigator.clipboard.writeText = text => { window.copied = text; }")
        page.get_by_role("button", name="Copy their key").click()
        key = page.evaluate("window.copied")
        assert len(key) >= 32
        assert not any(key in str(file) for file in (tmp_path / "kept").rglob("*"))

        other = visit(running.url)
        other.locator("#past").click()
        expect(other.locator("#conversations li")).to_have_text("None yet.")
        other.locator("#menu").click()
        other.get_by_label("Key from another browser").fill(key)
        other.get_by_role("button", name="Use this key").click()
        expect(other.locator("#told")).to_contain_text("among the past ones now")
        other.locator("#past").click()
        other.get_by_role("button", name="first?", exact=True).click()
        expect(other.locator(".reply")).to_contain_text("Answered")
        other.locator("#past").click()
        with other.expect_response("**/history_delete"):
            other.get_by_role("button", name="Delete first?").click()
        other.wait_for_timeout(500)
        assert not list((tmp_path / "kept").glob("*/*.json"))


def test_a_link_says_what_its_answer_quoted_and_is_not_there(visit: Visit) -> None:
    with Running(FakeCorpus("a.txt")) as running:
        page = visit(f"{running.url}?q=why%3F&quoted=a.txt&quoted=uploads%2Fmine.pdf")
        expect(page.locator("#told")).to_contain_text("quoted “uploads/mine.pdf”, which is not")
        wait_for_replies(page, 1)
