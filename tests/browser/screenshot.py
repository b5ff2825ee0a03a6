"""Writes docs/images/screenshot*.png: the seeds asked, one as a PDF, on a desk and on a phone.

python tests/browser/screenshot.py
"""

import shutil
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from playwright.sync_api import Browser, Page

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from qa import Corpus  # noqa: E402
from qa.web.options import Options  # noqa: E402
from qa.web.serving import Running  # noqa: E402
from tests.browser.browsing import chromium, open_page, wait_for_replies  # noqa: E402
from tests.index.formats.making import pdf  # noqa: E402

DESK = {"width": 1280, "height": 860}
PHONE = {"width": 390, "height": 844}
LONGER = {"width": 1280, "height": 1400}


def main() -> None:
    with TemporaryDirectory() as folder:
        seeds = Path(folder) / "seeds"
        shutil.copytree(ROOT / "seeds", seeds)
        corpus = Corpus.open(seeds, index=Path(folder) / "index")
        text = (seeds / "004_be03dde77b7920fc.txt").read_text(encoding="utf-8")
        (Path(folder) / "refuge.pdf").write_bytes(pdf([text.splitlines()], "The refuge"))
        options = Options(
            port=0,
            originals=seeds,
            questions=ROOT / "tests" / "questions.jsonl",
            feedback=Path(folder) / "feedback.jsonl",
        )
        with Running(corpus, options) as running, chromium() as browser:
            shoot(browser, running.url, folder)


def shoot(browser: Browser, url: str, folder: str) -> None:
    page = opened(browser, url, viewport=DESK)
    asked(page, "why did the US skip the 2003 resolution?")
    keep(page, "screenshot")
    asked(page, "Who is Lorne Craner?")
    page.locator(".reply").last.locator("a.number").first.click()
    page.frame_locator("#reading iframe").locator("mark").wait_for()
    page.frame_locator("#reading iframe").locator("mark").scroll_into_view_if_needed()
    keep(page, "screenshot-document")
    keep(dark(browser, url), "screenshot-dark")
    page = opened(browser, url, viewport=PHONE)
    asked(page, "Who is Lorne Craner?")
    keep(page, "screenshot-phone")
    page = opened(browser, url, viewport=DESK)
    page.locator("#adding input[type=file]").set_input_files(Path(folder) / "refuge.pdf")
    page.locator(".outcomes .added").wait_for(timeout=60_000)
    page.get_by_label("Ask The refuge").check()
    page.get_by_label("Ask CHINA-US").check()
    keep(page, "screenshot-documents")
    page.locator("#limit button").click()
    asked(page, "Where did Chen Guangcheng take refuge?")
    page.locator(".answer .title", has_text="The refuge").first.click()
    page.frame_locator("#reading iframe").locator("img").wait_for(timeout=60_000)
    keep(page, "screenshot-pdf")
    page = opened(browser, url, viewport=LONGER)
    page.get_by_role("button", name="Menu").click()
    page.get_by_role("button", name="Measure how good").click()
    page.get_by_role("button", name="Ask them all").click()
    page.locator("#report iframe").wait_for(timeout=300_000)
    keep(page, "screenshot-measure")


def opened(browser: Browser, url: str, **options: Any) -> Page:
    page = browser.new_context(**{"color_scheme": "light", **options}).new_page()
    open_page(page, url)
    return page


def dark(browser: Browser, url: str) -> Page:
    page = opened(browser, url, viewport=DESK, color_scheme="dark")
    asked(page, "What did Charter 08 call for?")
    return page


def asked(page: Page, question: str) -> None:
    before = page.locator(".question").count()
    page.get_by_label("Your question").fill(question)
    page.keyboard.press("Enter")
    wait_for_replies(page, before + 1)


def keep(page: Page, name: str) -> None:
    page.wait_for_timeout(700)
    page.screenshot(path=ROOT / "docs" / "images" / f"{name}.png")


if __name__ == "__main__":
    main()
