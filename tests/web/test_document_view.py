"""The document view: the text around a quote, or its page as a picture."""

import hashlib
import io
import os
import time
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Lock

import httpx
import pytest
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from index.errors import CorpusError
from index.formats import extract
from index.types import Document, Place
from qa.originals import original
from qa.picture import Picture, draw
from qa.web import document_view
from qa.web.document_view import WINDOW, View, render_text
from qa.web.options import Options
from qa.web.serving import Running, make_app
from tests.index.formats.making import FILLER, pdf
from tests.web.answers import FakeCorpus
from tests.web.parsing import Parsed, texts

QUOTE = "The gauge at Lorne bridge stood at seven feet."


def document(text: str, *places: Place) -> Document:
    return Document("a.txt", "A title", "2003-04-12", text, "", places=places)


def view(of: Document, start: int, end: int) -> View:
    return View.of(of, start, end, -1, -1, "")


@given(texts, texts.filter(bool), texts, st.data())
def test_the_text_is_shown_as_it_is_with_the_quote_marked(
    before: str, quote: str, after: str, data: st.DataObject
) -> None:
    text = before + quote + after
    cut = data.draw(st.integers(0, len(text)))
    places = (Place(0, cut, "page 1", 1), Place(cut, len(text), "<b>page 2", 2))
    start, end = len(before), len(before) + len(quote)
    shown = Parsed(render_text(view(document(text, *places), start, end)))
    assert "".join(shown.by_name["text"]) == text
    assert "".join(shown.by_name["mark"]) == quote
    assert shown.by_name["h1"] == ["A title"]
    assert "b" not in shown.tags


def test_a_long_text_is_shown_around_the_quote_and_further_on_demand() -> None:
    text = "".join(f"Line {n} of a long report.\n" for n in range(100_000))
    start = text.index("Line 50000 ")
    found = view(document(text), start, start + 10)
    html = render_text(found)
    assert len(html) < 3 * WINDOW
    shown = Parsed(html)
    (part,) = shown.by_name["text"]
    assert part in text and part.startswith("Line ")
    before, after = shown.links
    assert "low=" in before and before.endswith("#before")
    assert "high=" in after and after.endswith("#quote")
    whole = View.of(found.document, start, start + 10, 0, len(text), "")
    assert Parsed(render_text(whole)).by_name["text"] == [text]


@given(*[st.integers(-5, 200)] * 4)
def test_any_offsets_in_an_address_will_do(start: int, end: int, low: int, high: int) -> None:
    text = "One line.\nAnd another.\n"
    found = View.of(document(text), start, end, low, high, "")
    assert 0 <= found.low <= found.start <= found.end <= found.high <= len(text)
    render_text(found)


@pytest.fixture
def report(tmp_path: Path) -> Document:
    """A PDF of three pages in an archive, the quote on the second."""
    raw = pdf([[FILLER] * 4, [FILLER, QUOTE, FILLER], [FILLER]], title="Rivers")
    with zipfile.ZipFile(tmp_path / "reports.zip", "w") as archive:
        archive.writestr("2003/rivers.pdf", raw)
    found = extract(".pdf", raw)
    digest = hashlib.sha256(raw).hexdigest()
    name = "reports.zip/2003/rivers.pdf"
    return Document(
        name, "Rivers", None, found.text, digest, places=found.places, boxes=found.boxes
    )


def test_the_original_is_found_in_its_archive_while_it_is_the_same(
    report: Document, tmp_path: Path
) -> None:
    assert original(tmp_path, report).startswith(b"%PDF")
    with zipfile.ZipFile(tmp_path / "reports.zip", "w") as archive:
        archive.writestr("2003/rivers.pdf", b"another")
    with pytest.raises(CorpusError, match="has changed since"):
        original(tmp_path, report)
    (tmp_path / "reports.zip").unlink()
    with pytest.raises(CorpusError, match="is not there any more"):
        original(tmp_path, report)


def test_a_page_is_drawn_with_the_quote_where_its_words_stand(
    report: Document, tmp_path: Path
) -> None:
    start = report.text.index(QUOTE)
    rectangles = report.rectangles(start, start + len(QUOTE))
    found = draw(original(tmp_path, report), 2, rectangles)
    page = Image.open(io.BytesIO(found.jpeg)).convert("L")
    assert page.size == (found.width, found.height)
    assert found.pages == 3
    ((x, y, width, height),) = found.marks
    left, top, w, h = (
        round(part * whole)
        for part, whole in zip((x, y, width, height), page.size * 2, strict=True)
    )
    assert min(page.crop((left, top, left + w, top + h)).getdata()) < 100, "no ink there"
    beside = page.crop((left + w + 5, top, page.width, top + h))
    assert min(beside.getdata()) > 200, "the line goes on beside it"


@pytest.mark.parametrize("page", [0, 4])
def test_what_cannot_be_drawn_is_said(report: Document, tmp_path: Path, page: int) -> None:
    with pytest.raises(CorpusError, match="cannot be drawn"):
        draw(original(tmp_path, report), page, [])
    with pytest.raises(CorpusError, match="cannot be drawn"):
        draw(b"%PDF-1.4 no more", 1, [])


def client(*documents: Document, originals: Path | None = None) -> TestClient:
    corpus = FakeCorpus()
    corpus.documents = {found.id: found for found in documents}
    return TestClient(make_app(corpus, Options(originals=originals)), "http://127.0.0.1")


def test_a_pdf_opens_at_the_page_of_the_quote(report: Document, tmp_path: Path) -> None:
    start = report.text.index(QUOTE)
    asked = {"name": report.id, "start": start, "end": start + len(QUOTE)}
    here = client(report, originals=tmp_path)
    page = here.get("/document", params=asked).text
    assert "Page 2 of 3" in page and 'id=quote style="left:' in page
    assert f"marked on it: {QUOTE}" in page
    other = here.get("/document", params={**asked, "page": 3}).text
    assert "Page 3 of 3" in other and "id=quote" not in other
    text = here.get("/document", params={**asked, "text": 1}).text
    assert f'<mark id="quote" dir="auto">{QUOTE}</mark>' in text
    (tmp_path / "reports.zip").unlink()
    gone = here.get("/document", params=asked).text
    assert "its file is not there any more" in gone
    assert f'<mark id="quote" dir="auto">{QUOTE}</mark>' in gone


def test_a_document_comes_without_any_script() -> None:
    here = client(document("<script>alert(1)</script>"))
    policy = here.get("/document", params={"name": "a.txt"}).headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "script" not in policy
    assert here.get("/document", params={"name": "../app.py"}).status_code == 404


def test_pages_are_drawn_by_turns_and_the_rest_is_shown_as_text(
    report: Document, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As many at once as there are cores; the server answers meanwhile."""
    lock, now, most = Lock(), 0, 0

    def slow(*_: object) -> Picture:
        nonlocal now, most
        with lock:
            now += 1
            most = max(most, now)
        time.sleep(0.3)
        with lock:
            now -= 1
        return Picture(b"", 1, 1, 3, ())

    monkeypatch.setattr(document_view, "draw", slow)
    monkeypatch.setattr(document_view, "_WAITING", 4)
    corpus = FakeCorpus()
    corpus.documents = {report.id: report}
    with Running(corpus, Options(port=0, originals=tmp_path)) as running:
        asked = f"{running.url}document?name={report.id}"
        with ThreadPoolExecutor(20) as pool:
            pages = [pool.submit(httpx.get, asked, timeout=30) for _ in range(20)]
            began = time.monotonic()
            assert httpx.get(f"{running.url}health").status_code == 200
            assert time.monotonic() - began < 5
            shown = [page.result().text for page in pages]
    assert 1 <= most <= (os.cpu_count() or 1)
    assert any("too many pages" in page for page in shown)
    assert any("Page 1 of 3" in page for page in shown)
