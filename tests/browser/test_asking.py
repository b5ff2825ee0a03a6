"""The page in a real browser: driven as people do, and fed what people should never see run."""

import re
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from index.errors import QuestionError
from index.filters import Filter
from index.types import Document, Hit, Passage
from qa import Corpus
from qa.types import Answer, Citation, Retrieval, Status
from qa.web.examples import SEED_QUESTIONS as EXAMPLES
from qa.web.options import Options
from qa.web.serving import Running
from tests.browser.browsing import ask, serious, wait_for_replies
from tests.index.formats.making import FILLER, pdf

SEEDS = Path(__file__).parents[2] / "seeds"
EXAMPLE = next(iter(EXAMPLES))
DESKTOP = {"width": 1200, "height": 900}
PHONE = {"width": 390, "height": 844}
HOSTILE = " ".join(
    [
        "<script>window.hacked = 1; alert(1)</script>",
        '<img src="x" onerror="window.hacked = 1">',
        '<img src="http://elsewhere.example/a.png"> ![](http://elsewhere.example/b.png)',
        "<svg onload='window.hacked = 1'> <style>* { display: none }</style> <think>hidden</think>",
        "</bdi></p></details></section><h1>out</h1> &lt;b&gt; &amp; &#65;",
        "**bold** _it_ $x$ $$y$$ \\(z\\) `code` [a](javascript:window.hacked=1) {{7*7}} ${7*7}",
        "\u202eright to left \u2067and isolated",
        "x" * 10_000,
    ]
)

Visit = Callable[..., Page]


class FakeCorpus:
    """Answers by what a question says; waits with the answer to "wait" until told to go on."""

    def __init__(self) -> None:
        self.documents = {n: Document(n, "", None, "", "") for n in EXAMPLES.values()}
        for text in ("plain words", HOSTILE):
            self.documents[text] = Document(text, text, "2003-04-12", around(text), "")
        self.passages = list(self.documents)
        self.go_on = threading.Event()

    def snapshot(self) -> "FakeCorpus":
        return self

    def search(self, question: str, k: int, within: Filter | None = None) -> list[Hit]:
        return [Hit(Passage(d, d, 0, 1, "x"), 1.0, 1, None) for d in list(self.documents)[-2:]]

    def retrieve(self, question: str, within: Filter | None = None) -> Retrieval:
        return Retrieval(question, tuple(self.search(question, 2)), 2, 0.0)

    def answer(self, retrieval: Retrieval) -> Answer:
        question = retrieval.question
        if "wait" in question:
            self.go_on.wait(timeout=30)
        if "bad" in question:
            raise QuestionError("the question is bad; ask another")
        if "broken" in question:
            raise RuntimeError("secret")
        text = HOSTILE if question == HOSTILE else "plain words"
        cited = citation(text)
        if "unsure" in question:
            return Answer(question, Status.UNSURE, text, 0.4, (cited,), (cited,), (cited,), {})
        if "nothing" in question:
            return Answer(question, Status.NOT_FOUND, None, 0.1, (), (), (cited, cited), {})
        return Answer(question, Status.ANSWERED, text, 0.9, (cited, cited), (), (), {})


def around(text: str) -> str:
    """Return a document of three lines: each of them `text`, the second the quote."""
    return f"{text}\n{text}\n{text}"


def citation(text: str) -> Citation:
    """Cite the second line of its document."""
    start, end = len(text) + 1, 2 * len(text) + 1
    return Citation(text, text, "2003-04-12", start, end, text, around(text), 0, 0.9)


@pytest.fixture(scope="module")
def fake() -> FakeCorpus:
    return FakeCorpus()


@pytest.fixture(scope="module")
def url(fake: FakeCorpus) -> Iterator[str]:
    with Running(fake) as running:
        yield running.url


def style(reply: Locator, name: str) -> str:
    return reply.evaluate("(e, name) => getComputedStyle(e)[name]", name)


def too_wide(page: Page) -> list[str]:
    """Return what reaches beyond the window, be it scrolled to or cut off without saying so."""
    return page.evaluate(
        """[...document.querySelectorAll("body *")]
            .filter(e => e.getBoundingClientRect().right > window.innerWidth + 1)
            .filter(e => !e.parentElement.closest(".title, .place, .which, #list a"))
            .map(e => e.outerHTML.slice(0, 100))"""
    )


def test_an_example_is_asked_by_clicking_it(visit: Visit, seeds: Corpus) -> None:
    """The one test with the real corpus, all the way from the files to the page."""
    with Running(seeds) as running:
        page = visit(running.url, viewport=DESKTOP)
        page.get_by_text(EXAMPLE).click()
        wait_for_replies(page, 1)
        reply = page.locator(".reply")
        expect(page.locator(".question")).to_have_text(EXAMPLE)
        expect(reply.locator(".verdict")).to_contain_text("confidence")
        card = reply.locator(".card").first
        card.locator("summary").click()
        document = seeds.documents[card.locator(".file").inner_text()]
        quote = card.locator("mark").text_content()
        assert document.id.startswith(("000", "001"))
        assert card.locator(".title").text_content() == document.title
        assert quote == reply.locator("blockquote mark").text_content()
        assert quote in document.text
        card.locator(".title").click()
        opened = page.frame_locator("#reading iframe")
        expect(opened.locator("mark")).to_have_text(quote)
        expect(opened.locator("mark")).to_be_in_viewport()
        assert opened.locator(".text").text_content() == document.text


def test_replies_differ_by_more_than_colour(visit: Visit, url: str) -> None:
    page = visit(url)
    for question in ("plain", "unsure", "nothing"):
        ask(page, question)
    answered, unsure, not_found = replies = page.locator(".reply").all()
    expect(answered.locator("strong")).to_have_text("Answered")
    expect(unsure.locator("strong")).to_have_text("Not sure")
    expect(not_found.locator("strong")).to_have_text("Not found")
    assert len({style(reply, "borderLeftStyle") for reply in replies}) == 3
    assert len({style(reply, "borderLeftColor") for reply in replies}) == 3
    expect(not_found.get_by_text("Closest passages")).to_be_visible()
    expect(not_found.locator("mark")).to_have_count(0)
    expect(not_found.locator("blockquote")).to_have_count(0)
    icons = "e => getComputedStyle(e.querySelector('.verdict'), '::before').content"
    assert len({reply.evaluate(icons) for reply in replies}) == 3


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE])
def test_hostile_text_is_text(visit: Visit, url: str, viewport: dict[str, int]) -> None:
    page = visit(url, viewport=viewport)
    reply = ask(page, HOSTILE)
    shown = {
        ".title": HOSTILE,
        ".file": HOSTILE,
        "mark": HOSTILE,
        ".snippet": around(HOSTILE),
    }
    assert page.locator(".question").text_content() == HOSTILE
    for name, text in shown.items():
        assert set(reply.locator(name).all_text_contents()) == {text}
    messages = page.locator("#latest .answer")
    expect(messages.locator("script, img, svg, style, h1, code, .katex, think")).to_have_count(0)
    expect(messages.locator("a:not([href^='document?name=%3Cscript'])")).to_have_count(0)
    reply.locator(".title").first.click()
    opened = page.frame_locator("#reading iframe")
    expect(opened.locator("mark")).to_have_text(HOSTILE)
    assert opened.locator(".text").text_content() == around(HOSTILE)
    assert opened.locator("h1").text_content() == HOSTILE
    expect(opened.locator("script, img, svg, a, code")).to_have_count(0)
    assert opened.locator("html").evaluate("e => e.scrollWidth <= innerWidth")
    assert too_wide(page) == []


def test_a_question_is_asked_by_keyboard_alone(visit: Visit, url: str) -> None:
    page = visit(url)
    expect(page.get_by_label("Your question")).to_be_focused()
    page.keyboard.type("plain")
    page.keyboard.press("Enter")
    wait_for_replies(page, 1)
    expect(page.get_by_label("Your question")).to_have_value("")
    number = page.locator("blockquote a.number").first
    for _ in range(3):
        page.keyboard.press("Tab")
    expect(number).to_be_focused()
    expect(page.locator("#preview mark")).to_have_text("plain words")
    page.keyboard.press("Enter")
    opened = page.frame_locator("#reading iframe")
    expect(opened.locator("mark")).to_be_in_viewport()
    expect(page.get_by_role("button", name="Close the source")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#reading")).to_be_hidden()
    expect(number).to_be_focused()
    page.keyboard.press("Enter")
    opened.locator("mark").click()
    page.keyboard.press("Escape")
    expect(page.locator("#reading")).to_be_hidden()


def test_an_example_is_asked_by_keyboard_alone(visit: Visit, url: str) -> None:
    page = visit(url)
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    wait_for_replies(page, 1)
    expect(page.locator(".question")).to_have_text(list(EXAMPLES)[-1])


def test_a_blank_question_does_nothing(visit: Visit, url: str) -> None:
    page = visit(url)
    ask(page, "plain")
    page.get_by_label("Your question").fill("   ")
    page.keyboard.press("Enter")
    page.wait_for_timeout(1000)
    expect(page.locator(".question")).to_have_count(1)


def test_conversations_are_found_again_renamed_and_deleted(visit: Visit, url: str) -> None:
    page = visit(url)
    ask(page, "first")
    ask(page, "second")
    expect(page.locator(".question")).to_have_text(["first", "second"])
    page.get_by_role("button", name="New conversation").click()
    expect(page.get_by_text(EXAMPLE)).to_be_visible()
    ask(page, "third")
    expect(page.locator(".question")).to_have_text("third")
    past = page.get_by_role("button", name="Past conversations")
    past.click()
    page.get_by_role("button", name="Rename first").click()
    page.keyboard.type("Rivers")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Rivers", exact=True).click()
    expect(page.locator(".question")).to_have_text(["first", "second"])
    past.click()
    page.get_by_role("button", name="Delete Rivers").click()
    expect(page.locator("#conversations li")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(page.locator("#conversations")).to_be_hidden()
    expect(page.locator(".question")).to_have_count(0)


def test_the_page_says_what_it_is_doing_and_can_be_stopped(
    visit: Visit, url: str, fake: FakeCorpus
) -> None:
    page, other = visit(url), visit(url)
    expect(other.locator("#counts")).to_have_text("6 documents")
    page.get_by_label("Your question").fill("wait")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Reading plain words and ")).to_be_visible()
    other.get_by_label("Your question").fill("wait as well")
    other.keyboard.press("Enter")
    expect(other.get_by_text("Searching 6 documents…")).to_be_visible()
    other.get_by_role("button", name="Stop").click()
    expect(other.locator(".reply")).to_contain_text("Stopped.")
    fake.go_on.set()
    wait_for_replies(page, 1)
    expect(page.locator(".pending")).to_have_count(0)
    expect(page.get_by_role("button", name="Ask", exact=True)).to_be_visible()
    expect(other.locator(".reply")).to_contain_text("Stopped.")
    other.get_by_role("button", name="Try again").click()
    wait_for_replies(other, 2)
    expect(other.locator(".question")).to_have_text(["wait as well", "wait as well"])


def test_a_follow_up_is_understood_shown_as_read_and_can_be_edited(
    visit: Visit, seeds: Corpus
) -> None:
    with Running(seeds) as running:
        page = visit(running.url)
        ask(page, "Who is Lorne Craner?")
        expect(page.locator(".read")).to_have_count(0)
        ask(page, "what did he say about the resolution?")
        read = page.locator(".read")
        expect(read).to_contain_text("Searched for: ")
        expect(read).to_contain_text("Craner")
        read.get_by_role("button", name="Edit").click()
        box = page.get_by_label("Your question")
        expect(box).to_be_focused()
        expect(box).to_have_value(re.compile("Craner"))
        as_is = page.get_by_label("Ask it as it is")
        expect(as_is).to_be_checked()
        ask(page, "what did he say?")
        expect(page.locator(".read")).to_have_count(1)
        expect(as_is).to_be_hidden()
        page.get_by_role("button", name="New conversation").click()
        ask(page, "what did he say about the resolution?")
        expect(page.locator(".read")).to_have_count(0)


def test_a_quote_is_copied_with_its_source_and_a_link_asks_again(visit: Visit, url: str) -> None:
    page = visit(url, permissions=["clipboard-read", "clipboard-write"])
    reply = ask(page, "plain & simple?")
    reply.get_by_role("button", name="Copy quote").first.click()
    expect(reply.get_by_role("button", name="Copied")).to_be_visible()
    copied = "“plain words” (plain words, 12 April 2003)"
    assert page.evaluate("navigator.clipboard.readText()") == copied
    reply.get_by_role("button", name="Copy link").click()
    expect(reply.get_by_role("button", name="Copied")).to_have_count(2)
    link = page.evaluate("navigator.clipboard.readText()")
    assert link == f"{url}?q=plain+%26+simple%3F&quoted=plain+words"
    again = visit(link)
    wait_for_replies(again, 1)
    expect(again.locator(".question")).to_have_text("plain & simple?")


def test_what_the_figure_means_is_told_to_pointer_and_keyboard(visit: Visit, url: str) -> None:
    page = visit(url)
    reply = ask(page, "plain")
    meaning = reply.get_by_text("Of 100 answers with this figure about 90 are right")
    expect(meaning).to_be_hidden()
    reply.locator(".confidence").hover()
    expect(meaning).to_be_visible()
    page.mouse.move(0, 0)
    expect(meaning).to_be_hidden()
    reply.locator(".confidence").focus()
    expect(meaning).to_be_visible()
    whole, part = (reply.locator(f".bar{inner}").bounding_box() for inner in ("", " span"))
    assert part["width"] / whole["width"] == pytest.approx(0.9, abs=0.02)


def test_errors_are_messages_and_the_chat_goes_on(visit: Visit, url: str) -> None:
    page = visit(url)
    assert ask(page, "bad").locator(".verdict").inner_text() == "the question is bad; ask another"
    assert "secret" not in ask(page, "broken").inner_text()
    # Sent from within the browser, because Playwright would mend it.
    page.evaluate(
        """() => {
            const box = document.querySelector("#question");
            box.value = "half a pair: \\ud83d";
            box.dispatchEvent(new Event("input", {bubbles: true}));
        }"""
    )
    page.keyboard.press("Enter")
    wait_for_replies(page, 3)
    expect(ask(page, "plain").locator("strong")).to_have_text("Answered")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_from_its_background(visit: Visit, url: str, scheme: str) -> None:
    page = visit(url, color_scheme=scheme)
    for question in ("plain", "unsure", "nothing", "bad"):
        ask(page, question)
    names = [
        "#top h1",
        "#top button",
        "#counts",
        "#list a",
        "#list .about",
        ".question",
        ".verdict",
        ".verdict strong",
        "mark",
        "blockquote",
        ".reply h3",
        ".title",
        ".level",
        ".date",
        "a.number",
        "span.number",
        ".score",
        ".actions button",
        ".snippet",
        ".file",
    ]
    low = {name: ratio for name in names for ratio in page.evaluate(CONTRASTS, name) if ratio < 4.5}
    assert low == {}


# The contrast of each element's text with what is painted behind it, as WCAG 2 defines it.
CONTRASTS = """name => {
    const parse = colour => colour.match(/[\\d.]+/g).map(Number);
    const light = ([r, g, b]) => [r, g, b].map(c => c / 255)
        .map(c => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
        .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
    const behind = e => {
        const colour = parse(getComputedStyle(e).backgroundColor);
        return colour[3] === 0 ? behind(e.parentElement) : colour;
    };
    return [...document.querySelectorAll(name)].map(e => {
        const [low, high] = [light(parse(getComputedStyle(e).color)), light(behind(e))].sort(
            (a, b) => a - b);
        return (high + 0.05) / (low + 0.05);
    });
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(visit: Visit, url: str, scheme: str) -> None:
    page = visit(url, color_scheme=scheme)
    assert serious(page) == []
    for question in ("plain", "unsure", "nothing", "bad"):
        ask(page, question)
    page.locator(".title").first.click()
    page.frame_locator("#reading iframe").locator("mark").wait_for()
    assert serious(page) == []


def test_a_pdf_opens_at_its_page_with_the_quote_marked(visit: Visit, tmp_path: Path) -> None:
    quote = "The gauge at Lorne bridge stood at seven feet."
    (tmp_path / "rivers.pdf").write_bytes(pdf([[FILLER] * 9, [FILLER] * 9 + [quote], [FILLER]]))
    corpus = Corpus.open(tmp_path, index=tmp_path / ".index", reader="small")
    with Running(corpus, Options(port=0, originals=tmp_path)) as running:
        page = visit(running.url, viewport=DESKTOP)
        ask(page, "How high did the gauge at Lorne bridge stand?")
        page.locator("blockquote a.number").click()
        opened = page.frame_locator("#reading iframe")
        expect(opened.get_by_text("Page 2 of 3")).to_be_visible()
        expect(opened.locator("#quote")).to_be_in_viewport()
        expect(opened.get_by_role("img")).to_have_attribute("alt", re.compile("marked on it: "))
        page.get_by_label("Page", exact=True).fill("1")
        page.keyboard.press("Enter")
        expect(opened.get_by_text("Page 1 of 3")).to_be_visible()
        page.get_by_label("Page", exact=True).fill("2")
        page.keyboard.press("Enter")
        expect(opened.get_by_text("Page 2 of 3")).to_be_visible()
        width = """document.querySelector("#reading iframe").contentDocument
            .querySelector("img").getBoundingClientRect().width"""
        before = page.evaluate(width)
        page.get_by_role("button", name="Larger").click()
        assert page.evaluate(width) > 1.2 * before
        page.get_by_role("button", name="Smaller").click()
        page.get_by_label("Find in this document").fill("GAUGE  at")
        expect(page.locator("#reading .found")).to_have_text("1 of 1")
        expect(opened.locator("#quote")).to_be_in_viewport()
        opened.get_by_role("link", name="Page 3").click()
        expect(opened.get_by_text("Page 3 of 3")).to_be_visible()
        opened.get_by_role("link", name="Show the text").click()
        expect(opened.locator("mark")).to_be_in_viewport()
        opened.get_by_role("link", name="Show its page").click()
        expect(opened.get_by_text("Page 2 of 3")).to_be_visible()


def test_a_phone_shows_everything_without_scrolling_sideways(visit: Visit, url: str) -> None:
    page = visit(url, viewport=PHONE)
    assert too_wide(page) == []
    for question in ("plain", "unsure", "nothing", "bad", "word " * 300, HOSTILE):
        ask(page, question)
        assert too_wide(page) == []
        expect(page.get_by_label("Your question")).to_be_in_viewport()
        expect(page.locator(".question").last).to_be_in_viewport()


def test_screen_readers_get_a_language_and_no_markup(visit: Visit, url: str) -> None:
    page = visit(url)
    ask(page, "plain")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.locator("#chat [aria-label*='<']")).to_have_count(0)
