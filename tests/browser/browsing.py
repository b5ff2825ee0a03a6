"""Debian's Chromium, as the browser tests and the screenshot use it."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page, sync_playwright

CHROMIUM = shutil.which("chromium")
# No graphics card, no root sandbox in a container, and nothing that the browser fetches on its own.
OPTIONS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update",
]  # fmt: skip


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start the browser, and stop it."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=OPTIONS)
        yield browser
        browser.close()


def open_page(page: Page, url: str) -> None:
    """Load the chat, ready to be asked."""
    page.goto(url)
    page.get_by_label("Your question").wait_for()


def wait_for_replies(page: Page, count: int) -> None:
    """Wait until so many questions have their replies."""
    page.wait_for_function(
        "count => document.querySelectorAll('.reply:not(.pending)').length === count",
        arg=count,
        timeout=120_000,  # a machine may be busy
    )


def ask(page: Page, question: str) -> Locator:
    """Type a question, press Enter, and return the reply."""
    asked = page.locator(".question").count()
    page.get_by_label("Your question").fill(question)
    page.keyboard.press("Enter")
    wait_for_replies(page, asked + 1)
    return page.locator(".reply").last


def serious(page: Page) -> list[str]:
    """Return what axe-core finds that keeps people out."""
    found = Axe().run(page).response["violations"]
    return [
        f"{violation['id']}: {node['html'][:200]}"
        for violation in found
        if violation["impact"] in ("serious", "critical")
        for node in violation["nodes"]
    ]
