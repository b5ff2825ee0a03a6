from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.errors import CorpusError, FilterError, QuestionError, StoreError
from index.filters import Filter
from index.hybrid import HybridIndex
from index.types import Document, Hit
from qa import parts
from qa.answering import Answerer
from qa.confidence import Calibration
from qa.corpus import Corpus
from qa.readers import load_reader
from qa.types import Answer, Candidate, Span, Status
from tests.tiny import TinyEncoder, document

TEXTS = {
    "a.txt": "The minister resigned in March. Prices rose by six percent.",
    "b.txt": "The session opens in Geneva.\n\nNothing else is known.",
    "c.txt": "The minister resigned in March.",
}


READER = load_reader()  # loads its models once, for all that are asked here


def from_texts(texts: dict[str, str], encoder: TinyEncoder | None = None) -> Corpus:
    return Corpus.from_documents(
        [document(text, name) for name, text in texts.items()],
        encoder=encoder if encoder is not None else TinyEncoder(),
        reader=READER,
    )


def candidates(corpus: Corpus, question: str) -> tuple[Candidate, ...]:
    answerer = corpus.snapshot()
    return answerer.read(answerer.retrieve(question)).candidates


def check(answer: Answer, documents: dict[str, Document]) -> None:
    """Every quote and snippet is where the citation says."""
    for citation in (*answer.citations, *answer.others, *answer.nearest):
        text = documents[citation.document].text
        assert text[citation.start : citation.end] == citation.quote != ""
        at = citation.snippet_start
        assert text[at : at + len(citation.snippet)] == citation.snippet
        assert at <= citation.start and citation.end <= at + len(citation.snippet)
        assert 0 <= citation.score <= 1
    assert 0 <= answer.confidence <= 1
    assert (answer.answer is None) == (answer.status is Status.NOT_FOUND)
    assert bool(answer.citations) == (answer.status is not Status.NOT_FOUND)
    if not answer.note:  # in our own words, such as what could be asked
        assert bool(answer.nearest) == (answer.status is not Status.ANSWERED)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(parts, "load_encoder", TinyEncoder)
    docs = tmp_path / "docs"
    docs.mkdir()
    for name, text in TEXTS.items():
        (docs / name).write_text(text, newline="")
    return docs


def test_equal_answers_from_two_documents_are_one_with_two_citations() -> None:
    best = candidates(from_texts(TEXTS), "Which minister resigned in March?")[0]
    assert best.text == "The minister"
    assert {s.hit.passage.document_id for s in best.spans} == {"a.txt", "c.txt"}


class MarkingReader:
    """Marks the words it is told to in any passage that has them, with their scores."""

    calibration = Calibration(score=1.0, margin=0.0, bias=0.0, answered=0.9, unsure=0.5)
    max_passages = 8

    def __init__(self, marked: dict[str, float]) -> None:
        self.marked = marked

    def read(self, question: str, hits: Sequence[Hit]) -> list[Span]:
        spans = []
        for hit in hits:
            for words, score in self.marked.items():
                if (at := hit.passage.text.find(words)) >= 0:
                    start = hit.passage.start + at
                    spans.append(Span(hit, start, start + len(words), score))
        return sorted(spans, key=lambda s: -s.score)


def read_by(marked: dict[str, float]) -> Answerer:
    documents = [document(text, name) for name, text in TEXTS.items()]
    return Answerer(HybridIndex.build(documents, TinyEncoder()), MarkingReader(marked))


def test_documents_that_disagree_are_cited_as_such() -> None:
    answer = read_by({"Geneva": 5.0, "in March": 3.0, "Prices": 2.0}).ask("Where?")
    assert (answer.status, answer.answer) == (Status.ANSWERED, "Geneva")
    assert [c.document for c in answer.citations] == ["b.txt"]
    assert [(c.document, c.quote) for c in answer.others] == [("a.txt", "in March")]
    assert all(0.9 < c.score < answer.confidence for c in answer.others)


def test_what_is_not_worth_showing_alone_is_no_other_answer() -> None:
    assert read_by({"Geneva": 5.0, "in March": -3.0}).ask("Where?").others == ()


def test_another_answer_of_a_document_that_agrees_is_no_disagreement() -> None:
    answer = read_by({"resigned": 5.0, "Prices": 4.0}).ask("What?")
    assert {c.document for c in answer.citations} == {"a.txt", "c.txt"}
    assert answer.others == ()


def test_the_answer_has_the_fields_of_the_contract() -> None:
    found = from_texts(TEXTS).ask("Which minister resigned in March?").to_dict()
    assert list(found) == [
        *("question", "status", "answer", "confidence", "citations", "others", "nearest"),
        *("timings_ms", "calibrated", "note", "promise", "caution"),
    ]
    assert list((found["citations"] or found["nearest"])[0]) == [
        *("document", "title", "date", "start", "end", "quote", "snippet", "snippet_start"),
        *("score", "place", "page", "dense_rank", "lexical_rank"),
    ]
    assert list(found["timings_ms"]) == ["search", "read", "total"]


questions = st.text(min_size=1, max_size=200).filter(str.strip)


@settings(max_examples=60)
@given(questions, st.dictionaries(st.sampled_from("abc"), st.text(min_size=1), min_size=1))
def test_any_question_to_any_documents_is_answered_exactly_or_not_at_all(
    question: str, texts: dict[str, str]
) -> None:
    texts = {name: text for name, text in texts.items() if text.strip()} or {"a": "Something."}
    corpus = from_texts(texts)
    check(corpus.ask(question), dict(corpus.documents))


def test_a_filter_holds_before_search_so_that_as_many_hits_come_back() -> None:
    corpus = from_texts({f"{n % 2}/{n}.txt": f"The minister {n} resigned." for n in range(40)})
    hits = corpus.search("Which minister resigned?", 20, Filter(documents=("1",)))
    assert {hit.passage.document_id[:2] for hit in hits} == {"1/"} and len(hits) == 20
    answer = corpus.ask("Which minister resigned?", Filter(documents=("*/7.txt",)))
    assert {c.document for c in (*answer.citations, *answer.nearest)} == {"1/7.txt"}
    with pytest.raises(FilterError, match="none of the 40 documents matches 2"):
        corpus.ask("Which minister resigned?", Filter(documents=("2",)))


@pytest.mark.parametrize("blank", ["", "   ", "\n\t", "\u2003"])
def test_an_empty_question_is_refused(blank: str) -> None:
    with pytest.raises(QuestionError, match="the question is empty"):
        from_texts(TEXTS).ask(blank)


def test_a_question_that_is_too_long_is_refused_with_its_length() -> None:
    with pytest.raises(QuestionError, match="100,000 characters; ask in at most 1,000"):
        from_texts(TEXTS).ask("w" * 100_000)


@pytest.mark.parametrize("question", ["谁辞职了？", "кто ушел?", "؟من استقال", "😀", "\ud800?"])
def test_questions_in_other_scripts_get_an_answer_or_none(question: str) -> None:
    corpus = from_texts(TEXTS)
    check(corpus.ask(question), dict(corpus.documents))


def test_a_corpus_with_more_documents_leaves_the_first_alone() -> None:
    encoder = TinyEncoder()
    base = from_texts(TEXTS, encoder)
    more = base.with_documents(
        [document("The queen abdicated.", "q.txt"), document("No.", "b.txt")]
    )
    assert list(more.documents) == ["a.txt", "b.txt", "c.txt", "q.txt"]
    assert more.documents["b.txt"].text == "No."
    assert base.documents.keys() == TEXTS.keys()
    assert encoder.encoded[-2:] == ["No.", "The queen abdicated."]
    assert more.search("Who abdicated?", 1)[0].passage.document_id == "q.txt"


def test_opening_a_folder_again_encodes_nothing(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert Corpus.open(folder).changes.added == ("a.txt", "b.txt", "c.txt")
    monkeypatch.setattr(TinyEncoder, "encode_passages", lambda *_: pytest.fail("encoded again"))
    assert Corpus.open(folder).changes.unchanged == ("a.txt", "b.txt", "c.txt")


def test_the_index_follows_the_folder(folder: Path) -> None:
    Corpus.open(folder)
    (folder / "a.txt").write_text("The queen resigned.")
    (folder / "b.txt").unlink()
    (folder / "d.md").write_text("Something new.")
    (folder / "e.txt").write_bytes(b"")
    corpus = Corpus.open(folder)
    assert corpus.changes.added == ("d.md",)
    assert corpus.changes.changed == ("a.txt",)
    assert corpus.changes.removed == ("b.txt",)
    assert corpus.changes.unchanged == ("c.txt",)
    assert [s.path for s in corpus.changes.skipped] == ["e.txt"]
    assert not any("Geneva" in p.text for p in corpus.passages)
    documents = list(corpus.documents.values())
    fresh = Corpus.from_documents(documents, encoder=TinyEncoder(), reader=READER)
    asked = "Who resigned?"
    assert candidates(corpus, asked) == candidates(fresh, asked)


def test_a_damaged_index_is_rebuilt_and_said(folder: Path, tmp_path: Path) -> None:
    index = tmp_path / "index"
    Corpus.open(folder, index=index)
    next(index.glob("*.faiss")).write_bytes(b"")
    corpus = Corpus.open(folder, index=index)
    assert "damaged" in corpus.changes.note and "rebuilt" in corpus.changes.note
    assert len(corpus.changes.added) == 3
    assert Corpus.open(folder, index=index).changes.note == ""


def test_a_saved_index_is_a_corpus_without_its_folder(folder: Path, tmp_path: Path) -> None:
    index = tmp_path / "index"
    Corpus.open(folder, index=index)
    for file in folder.iterdir():
        file.unlink()
    assert sorted(Corpus.open(index).documents) == ["a.txt", "b.txt", "c.txt"]


def test_an_index_made_with_another_encoder_is_refused_and_kept(
    folder: Path, tmp_path: Path
) -> None:
    index = tmp_path / "index"
    Corpus.open(folder, index=index, encoder="one")
    with pytest.raises(StoreError, match="made with the encoder one, not two"):
        Corpus.open(folder, index=index, encoder="two")
    assert Corpus.open(folder, index=index, encoder="one").changes.unchanged


def test_two_encoders_do_not_share_an_index_by_default(folder: Path) -> None:
    Corpus.open(folder, encoder="one")
    assert Corpus.open(folder, encoder="two").changes.added == ("a.txt", "b.txt", "c.txt")
    assert Corpus.open(folder, encoder="one").changes.unchanged


def test_a_missing_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="no such folder or file"):
        Corpus.open(tmp_path / "nowhere")
