"""Writes assets/screenshot.png: the seeds, asked the first example question.

python tests/browser/screenshot.py
"""

from pathlib import Path

from browsing import chromium, open_page, wait_for_replies

from qa import Corpus
from web.serving import Running

ROOT = Path(__file__).parents[2]


def main() -> None:
    with Running(Corpus.open(ROOT / "seeds")) as running, chromium() as browser:
        page = browser.new_page(viewport={"width": 1200, "height": 900}, color_scheme="light")
        open_page(page, running.url)
        page.locator(".example").first.click()
        wait_for_replies(page, 1)
        page.wait_for_timeout(500)
        page.screenshot(path=ROOT / "assets" / "screenshot.png")


if __name__ == "__main__":
    main()
