"""What is saved, exported and watched."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from playwright.sync_api import Page, expect

from index.types import Document
from qa.packets.exporting import open_packet
from qa.types import Answer, Retrieval
from qa.web.serving import Running
from tests.browser.browsing import ask, serious
from tests.web.answers import ANSWERED, FakeCorpus

Visit = Callable[..., Page]
TEXT = "The Here is a quote."


class Quoted(FakeCorpus):
    """Holds what its answer quotes; another answer once it is told so."""

    answer_now: Answer = ANSWERED

    def __init__(self) -> None:
        self.documents = {n: Document(n, n, None, TEXT, "") for n in ("a.txt", "b.txt")}

    def changed(self) -> Answer:
        """Return another answer, of the same sentence."""
        first = replace(ANSWERED.citations[0], quote="a quote", start=12)
        return replace(ANSWERED, answer="a quote", citations=(first,))

    def answer(self, retrieval: Retrieval) -> Answer:
        return replace(self.answer_now, question=retrieval.question)


def test_answers_are_saved_exported_and_watched(visit: Visit, tmp_path: Path) -> None:
    corpus = Quoted()
    with Running(corpus) as running:
        page = visit(running.url)
        ask(page, "why?").get_by_role("button", name="Save", exact=True).click()
        ask(page, "and?").get_by_role("button", name="Save", exact=True).click()
        page.locator("#saved").click()
        assert serious(page) == []
        expect(page.locator("#keeping li")).to_have_count(2)
        page.get_by_role("button", name="Remove and?").click()
        page.get_by_label("Export as").select_option("json")
        with page.expect_download(timeout=60_000) as download:
            page.get_by_role("button", name="Export").click()
        download.value.save_as(tmp_path / "packet.json")
        packet = open_packet(tmp_path / "packet.json")
        assert [(r.question, r.quotes[0].quote) for r in packet.records] == [("why?", "quote")]
        assert json.loads((tmp_path / "packet.json").read_bytes())["sha256"] == packet.sha256

        page.get_by_label("Tell me when this changes").check()
        page.wait_for_timeout(500)
        corpus.documents["c.txt"] = Document("c.txt", "C", None, TEXT, "")
        corpus.answer_now = corpus.changed()
        page.reload()
        expect(page.get_by_text("1 saved answer has changed")).to_be_visible()
        page.get_by_role("button", name="Saved (1 changed)").click()
        changed = "Before: “quote” (a.txt). Now: “a quote” (a.txt)"
        expect(page.locator("#keeping .changed")).to_contain_text(changed)
        page.get_by_role("button", name="Seen").click()
        expect(page.locator("#saved")).to_have_text("Saved (1)")
