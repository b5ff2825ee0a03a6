"""A folder with files of every format: each planted sentence is found, where it stands."""

import hashlib
import json
from dataclasses import dataclass
from glob import escape
from pathlib import Path

import pytest

from index.filters import Filter
from index.loading import load
from index.passages import split_document
from index.source_state import SourceState
from qa import Corpus
from tests.index.formats import making, office_files
from tests.index.formats.facts import Fact, fact
from tests.index.formats.making import FILLER

FILES_OF_EACH = 4
_HEADINGS = ("Beginnings", "Measures", "Ends")


@dataclass(frozen=True, slots=True)
class Planted:
    document: str
    fact: Fact
    place: str | None
    page: int | None = None


class Gardener:
    """Writes files and remembers what is planted where."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.planted: list[Planted] = []

    def sentence(self, document: str, place: str | None = None, page: int | None = None) -> str:
        """Return a sentence that stands nowhere else, with filler around it."""
        planted = fact(len(self.planted))
        self.planted.append(Planted(document, planted, place, page))
        return 2 * FILLER + planted.sentence + " " + FILLER

    def write(self, name: str, data: bytes) -> None:
        (self.folder / name).write_bytes(data)


def plant(folder: Path) -> Gardener:
    g = Gardener(folder)
    for n in range(FILES_OF_EACH):
        g.write(f"plain{n}.txt", ("A title\n\n" + g.sentence(f"plain{n}.txt")).encode())
        for name in (f"marked{n}.md", f"marked{n}.mdx"):
            text = g.sentence(name, "section A title")
            g.write(name, f"---\ndate: 2003-04-12\n---\n# A title\n\n{text}".encode())
        name = f"report{n}.pdf"
        pages = [[g.sentence(name, f"page {p}", p) for _ in range(4)] for p in range(1, n + 3)]
        g.write(name, making.pdf(pages, running=bool(n % 2)))
        name = f"letter{n}.docx"
        parts = {h: [g.sentence(name, f"section {h}") for _ in range(2)] for h in _HEADINGS}
        g.write(name, making.docx_file(parts))
        name = f"site{n}.{'html' if n % 2 else 'htm'}"
        g.write(name, making.html([g.sentence(name, "section A title") for _ in range(4)]))
        name = f"book{n}.epub"
        parts = {h: [g.sentence(name, f"chapter {h}") for _ in range(2)] for h in _HEADINGS}
        g.write(name, making.epub(parts))
        name = f"mail{n}.eml"
        page = [[FILLER], [g.sentence(f"{name}/memo.pdf", "page 2", 2)]]
        attached = {"memo.pdf": making.pdf(page)}
        paragraphs = [g.sentence(name) for _ in range(3)]
        g.write(name, making.eml(paragraphs, markup=bool(n % 2), attached=attached))
        write_notations(g, n)
        write_mailboxes(g, n)
        name = f"table{n}.csv"
        texts = [g.sentence(name, f"row {row}") for row in range(2, 6)]
        g.write(name, making.csv_file(texts, ",;\t,"[n]))
        name = f"lines{n}.jsonl"
        g.write(name, making.jsonl([g.sentence(name, f"row {row}") for row in range(1, 5)]))
        name = f"rows{n}.json"
        entries = [{"n": k, "body": g.sentence(name, f"row {k}")} for k in (1, 2)]
        g.write(name, json.dumps(entries).encode())
        name = f"sheet{n}.{'ods' if n % 2 else 'xlsx'}"
        rows = [("Name", "Body", "Paid")]
        rows += [("Ole", g.sentence(name, f"sheet A, row {row}"), "1") for row in (2, 3)]
        g.write(name, (office_files.ods if n % 2 else office_files.xlsx)({"A": rows}))
        name = f"slides{n}.pptx"
        g.write(
            name,
            office_files.pptx_file(
                [
                    ("A", [g.sentence(name, f"slide {k}")], g.sentence(name, f"notes of slide {k}"))
                    for k in (1, 2)
                ]
            ),
        )
        name = f"slides{n}.odp"
        g.write(name, office_files.odp([("a", [g.sentence(name, "slide 1")])]))
        name = f"text{n}.odt"
        g.write(name, office_files.odt({h: [g.sentence(name, f"section {h}")] for h in _HEADINGS}))
        name = f"rich{n}.rtf"
        g.write(name, office_files.rtf([g.sentence(name) for _ in range(2)]))
        name = f"packed{n}" + (".zip", ".tar", ".tar.gz", ".tgz")[n]
        inner = {
            "deep/notes.txt": g.sentence(f"{name}/deep/notes.txt").encode(),
            "a.pdf": making.pdf([[FILLER], [g.sentence(f"{name}/a.pdf", "page 2", 2)]]),
        }
        pack = making.zipped(inner) if n == 0 else making.tarred(inner, "w" if n == 1 else "w:gz")
        g.write(name, pack)
    return g


def write_notations(g: Gardener, n: int) -> None:
    """Write a file in each notation of text."""
    for name, mark in (
        (f"notes{n}.rst", "A title\n=======\n\n"),
        (f"notes{n}.adoc", "= A title\n\n"),
    ):
        g.write(name, (mark + g.sentence(name, "section A title")).encode())
    g.write(f"run{n}.log", f"2003-04-12 10:00 {g.sentence(f'run{n}.log')}".encode())
    g.write(f"notes{n}.yaml", making.yaml([g.sentence(f"notes{n}.yaml")]))
    name = f"note{n}.ipynb"
    g.write(name, making.ipynb([g.sentence(name, f"cell {cell}") for cell in (3, 4)]))
    name = f"doc{n}.xml"
    g.write(name, making.xml([g.sentence(name, "section A title") for _ in range(2)]))
    name = f"saved{n}.mhtml"
    g.write(name, making.mhtml([g.sentence(name, "section A title") for _ in range(3)]))


def write_mailboxes(g: Gardener, n: int) -> None:
    """Write a message as Outlook saves it, and a mailbox."""
    name = f"outlook{n}.msg"
    body = "\n\n".join(g.sentence(name) for _ in range(2))
    g.write(name, making.msg({0x0037: "A title", 0x1000: body}))
    name = f"box{n}.mbox"
    message = f"{name}/message 2.eml"
    g.write(name, making.mbox([making.eml([FILLER]), making.eml([g.sentence(message)])]))


@pytest.fixture(scope="module")
def garden(tmp_path_factory: pytest.TempPathFactory) -> Gardener:
    return plant(tmp_path_factory.mktemp("every"))


@pytest.fixture(scope="module")
def loaded(garden: Gardener) -> SourceState:
    return load(garden.folder)


def test_there_are_at_least_a_hundred_files_and_none_is_skipped(
    garden: Gardener, loaded: SourceState
) -> None:
    assert len(list(garden.folder.iterdir())) == 104
    assert loaded.skipped == ()


def test_every_planted_sentence_is_in_its_place_and_whole_in_a_passage(
    garden: Gardener, loaded: SourceState
) -> None:
    documents = {document.id: document for document in loaded.documents}
    passages = {name: split_document(document) for name, document in documents.items()}
    assert len(garden.planted) >= 150
    for planted in garden.planted:
        document = documents[planted.document]
        start = document.text.find(planted.fact.sentence)
        assert start >= 0, planted
        place = document.place_at(start)
        found = (place.label, place.page) if place is not None else (None, None)
        assert found == (planted.place, planted.page), planted
        end = start + len(planted.fact.sentence)
        assert any(p.start <= start and end <= p.end for p in passages[document.id]), planted


def test_offsets_are_right_and_no_passage_leaves_a_place_but_a_page(loaded: SourceState) -> None:
    for document in loaded.documents:
        for passage in split_document(document):
            assert document.text[passage.start : passage.end] == passage.text
            first, last = (document.place_at(i) for i in (passage.start, passage.end - 1))
            if first is not None and first.page is None:
                assert first == last


def test_what_a_file_says_of_itself_is_kept(garden: Gardener, loaded: SourceState) -> None:
    found = {document.id: document for document in loaded.documents}
    html, book, mail, word = (
        found[n] for n in ("site1.html", "book0.epub", "mail1.eml", "letter0.docx")
    )
    report = found["report0.pdf"]
    assert {d.title for d in (html, book, mail, word)} == {"A title"}
    assert [d.date for d in (html, book, mail, word, report)] == [
        *("2012-07-24", "1843-09", "2012-04-03", None, None)
    ]
    assert html.metadata["url"] == "https://example.org/rivers"
    assert {d.metadata["author"] for d in (html, book, word, report)} == {"Ada Byron"}
    assert mail.metadata["author"] == "Ada Byron <ada@example.org>"
    assert {d.metadata["language"] for d in (html, book, report)} == {"en-GB"}
    # Who does not state it has the language that the text is in.
    assert {d.metadata["language"] for n, d in found.items() if n.endswith((".txt", ".csv"))} == {
        "en"
    }
    for name, document in found.items():
        if "/" not in name:
            raw = (garden.folder / name).read_bytes()
            assert document.metadata["size"] == str(len(raw))
            assert document.sha256 == hashlib.sha256(raw).hexdigest()


def test_navigation_and_running_headers_are_left_out(loaded: SourceState) -> None:
    found = {document.id: document.text for document in loaded.documents}
    assert "Section number" not in found["site1.html"] and "Imprint" not in found["site1.html"]
    assert found["report3.pdf"].count("Rivers of the North") == 1
    assert found["report3.pdf"].count("of 5") == 1


@pytest.fixture(scope="module")
def corpus(loaded: SourceState) -> Corpus:
    return Corpus.from_documents(loaded.documents, reader="small")


def test_search_finds_every_planted_sentence(garden: Gardener, corpus: Corpus) -> None:
    for planted in garden.planted:
        hits = corpus.search(planted.fact.question, 10)  # up to sixteen facts share a deed
        assert any(
            hit.passage.document_id == planted.document
            and planted.fact.sentence in hit.passage.text
            for hit in hits
        ), planted


def test_asking_a_document_answers_with_the_planted_fact_in_its_place(
    garden: Gardener, corpus: Corpus
) -> None:
    for planted in garden.planted:
        within = Filter(documents=(escape(planted.document),))
        first = corpus.ask(planted.fact.question, within).citations[0]
        assert planted.fact.answer in first.quote, planted
        assert (first.document, first.page) == (planted.document, planted.page)
        column = {"body", "text"}.intersection((first.place or "").lower().split(", "))
        place = first.place if not column else (first.place or "").rpartition(", ")[0]
        assert place == planted.place


def test_an_answer_cites_the_page(tmp_path: Path) -> None:
    """The real encoder and reader over a small folder of several formats."""
    (tmp_path / "docs").mkdir()
    gardener = Gardener(tmp_path / "docs")
    fact = "The bridge over the river Elm was opened by Margaret Holloway in 1931."
    gardener.write("bridge.pdf", making.pdf([[FILLER], [FILLER + fact], [FILLER]]))
    gardener.write("mail.eml", making.eml(["The meeting about taxes is on Friday."]))
    gardener.write("table.csv", making.csv_file(["Apples cost two crowns.", "Pears cost three."]))
    corpus = Corpus.open(gardener.folder, index=tmp_path / "index")
    for opened in (corpus, Corpus.open(tmp_path / "index")):
        answer = opened.ask("Who opened the bridge over the river Elm?")
        first = answer.citations[0]
        assert "Margaret Holloway" in first.quote
        assert (first.document, first.place, first.page) == ("bridge.pdf", "page 2", 2)
        document = opened.documents["bridge.pdf"]
        assert document.text[first.start : first.end] == first.quote
        assert {r.page for r in document.rectangles(first.start, first.end)} == {2}
