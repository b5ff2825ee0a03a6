"""Reading test questions, and refusing what is broken with words that help."""

import hashlib
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.errors import DatasetError
from index.types import Document
from qa.evaluation.datasets import (
    check_spans,
    halve,
    load_beir,
    load_questions,
    load_squad,
    question_kind,
)
from qa.types import Accepted, Question

no_deadline = settings(deadline=None)  # the disk can take long

GOOD = {
    "id": "q1",
    "kind": "fact",
    "question": "Who?",
    "answers": [{"document": "a.txt", "start": 2, "end": 5, "text": "Ada"}],
}

FIRST = GOOD | {"id": "q0"}


@pytest.fixture
def write(tmp_path):
    def write(*lines, name="questions.jsonl"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        encoded = [line if isinstance(line, bytes) else json.dumps(line).encode() for line in lines]
        path.write_bytes(b"\n".join(encoded))
        return path

    return write


def with_answer(**changes):
    return GOOD | {"answers": [GOOD["answers"][0] | changes]}


class TestQuestions:
    def test_a_question_and_one_without_an_answer(self, write):
        path = write(GOOD, b"", GOOD | {"id": "q2", "answers": []}, b"")
        assert load_questions(path) == [
            Question("q1", "fact", "Who?", (Accepted("a.txt", 2, 5, "Ada"),)),
            Question("q2", "fact", "Who?", ()),
        ]

    def test_windows_line_ends_and_byte_order_mark(self, write):
        line = json.dumps(GOOD).encode()
        path = write(b"\xef\xbb\xbf" + line + b"\r")
        assert [question.id for question in load_questions(path)] == ["q1"]

    @pytest.mark.parametrize(
        ("line", "words"),
        [
            (b'{"id": "q2",', "not JSON"),
            (b"[" * 100_000, "not JSON"),
            (b"[]", "must be an object"),
            (b'{"id": "\xff"}', "not UTF-8"),
            ({k: v for k, v in GOOD.items() if k != "kind"}, '"kind" is missing'),
            (GOOD | {"id": 7}, '"id" must be a text'),
            (GOOD | {"question": "  "}, '"question" is blank'),
            (GOOD | {"question": "\ud800"}, "surrogate"),
            (GOOD | {"answers": None}, '"answers" must be a list'),
            (GOOD | {"answers": ["Ada"]}, "answer 1: this must be an object"),
            (with_answer(start="2"), '"start" must be a whole number'),
            (with_answer(start=True), '"start" must be a whole number'),
            (with_answer(end=9), "cannot be the place of a text of 3 characters"),
            (with_answer(start=-3, end=0), "cannot be the place"),
            (with_answer(text=""), '"text" is blank'),
            (FIRST, "line 1 has the id"),
        ],
    )
    def test_a_broken_line_is_named(self, write, line, words):
        path = write(FIRST, line)
        with pytest.raises(DatasetError) as raised:
            load_questions(path)
        message = str(raised.value)
        assert f"{path}, line 2" in message
        assert words in message
        assert message.endswith(".")
        assert len(message) < 400

    def test_empty_and_missing_files(self, write, tmp_path):
        with pytest.raises(DatasetError, match="holds no questions"):
            load_questions(write(b""))
        for path in (tmp_path / "missing.jsonl", tmp_path):
            with pytest.raises(DatasetError, match=r"cannot be read: .*Check the path"):
                load_questions(path)

    @no_deadline
    @given(st.binary(max_size=200))
    def test_junk_gives_questions_or_a_dataset_error(self, tmp_path_factory, junk):
        path = tmp_path_factory.getbasetemp() / "junk.jsonl"
        path.write_bytes(junk)
        with pytest.raises(DatasetError):
            load_questions(path)


class TestSpans:
    DOCUMENT = Document("a.txt", "A", None, "x Ada y", "0")

    def question(self, *answer):
        return Question("q1", "fact", "Who?", (Accepted(*answer),))

    def test_a_span_that_stands_there(self):
        check_spans([self.question("a.txt", 2, 5, "Ada")], {"a.txt": self.DOCUMENT})

    def test_a_span_that_does_not(self):
        with pytest.raises(DatasetError, match=r'"q1".*"a.txt" has \'Ada\' at 2 to 5, not \'Eve\''):
            check_spans([self.question("a.txt", 2, 5, "Eve")], {"a.txt": self.DOCUMENT})

    def test_a_document_that_is_missing(self):
        with pytest.raises(DatasetError, match=r'"q1".*"b.txt"'):
            check_spans([self.question("b.txt", 2, 5, "Ada")], {"a.txt": self.DOCUMENT})


def qa(id, text="Ada", start=0, **more):
    return {
        "id": id,
        "question": "Who wrote it?",
        "answers": [{"text": text, "answer_start": start}],
    } | more


def squad(*articles):
    return {
        "version": "1.1",
        "data": [
            {"title": title, "paragraphs": [{"context": c, "qas": q} for c, q in paragraphs]}
            for title, paragraphs in articles
        ],
    }


class TestSquad:
    def test_every_distinct_paragraph_is_a_document(self, write):
        path = write(
            squad(
                ("Apollo", [("Ada wrote.", [qa("1")]), ("It flew.", [qa("2", "flew", 3)])]),
                ("Bees", [("Ada wrote.", [qa("3")]), ("Bees buzz.", [])]),
                ("Apollo", [("Third.", [])]),
            )
        )
        documents, questions, given = load_squad(path)
        assert [(document.id, document.title) for document in documents] == [
            ("Apollo/1", "Apollo"),
            ("Apollo/2", "Apollo"),
            ("Bees/1", "Bees"),
            ("Apollo/3", "Apollo"),
        ]
        assert documents[1].sha256 == hashlib.sha256(b"It flew.").hexdigest()
        assert questions[1].answers == (Accepted("Apollo/2", 3, 7, "flew"),)
        assert given == {"1": "Apollo/1", "2": "Apollo/2", "3": "Apollo/1"}
        check_spans(questions, {document.id: document for document in documents})

    def test_no_answers_and_impossible_ones(self, write):
        impossible = qa("2", is_impossible=True)
        entries = [qa("1", answers=[]), impossible, qa("3", is_impossible=False)]
        questions = load_squad(write(squad(("A", [("Ada.", entries)])))).questions
        assert [len(question.answers) for question in questions] == [0, 0, 1]

    def test_the_same_span_marked_twice_is_one(self, write):
        twice = qa("1", answers=[{"text": "Ada", "answer_start": 0}] * 2)
        questions = load_squad(write(squad(("A", [("Ada.", [twice])])))).questions
        assert len(questions[0].answers) == 1

    @pytest.mark.parametrize(
        ("content", "words"),
        [
            (b"{", "not JSON"),
            (b"[]", "must be an object"),
            ({"data": []}, "holds no questions"),
            ({"data": [{"title": "A"}]}, 'article 1: the field "paragraphs" is missing'),
            (squad(("A", [("Ada.", [qa("1"), qa("1")])])), "question 1 has the id '1', too"),
            (squad(("A", [("Ada.", [qa("1", start=1)])])), "does not have 'Ada' at 1"),
            (squad(("A", [("Ada.", [qa("1", start=-4)])])), "does not have 'Ada' at -4"),
            (squad(("A", [("Ada.", [qa("1", is_impossible="no")])])), "must be a boolean"),
        ],
    )
    def test_malformed(self, write, content, words):
        path = write(content)
        with pytest.raises(DatasetError) as raised:
            load_squad(path)
        assert str(path) in str(raised.value)
        assert words in str(raised.value)

    @pytest.mark.parametrize(
        ("question", "kind"),
        [
            ("Why did it fail?", "why"),
            ("In which year was it, and why?", "which"),
            ("HOW MANY bees?", "how many"),
            ("How much is it?", "how much"),
            ("However, what is it?", "what"),
            ("To whom?", "who"),
            ("Name it.", "other"),
        ],
    )
    def test_kind(self, question, kind):
        assert question_kind(question) == kind


def test_halving_leaves_out_every_second_article(write):
    documents, questions, _ = load_squad(
        write(
            squad(
                ("C", [("Ada c.", [qa("c")])]),
                ("A", [("Ada a.", [qa("a")]), ("Ada a2.", [])]),
                ("B", [("Ada b.", [qa("b"), qa("none", answers=[])])]),
            )
        )
    )
    kept, halved = halve(documents, questions)
    assert [document.id for document in kept] == ["C/1", "A/1", "A/2"]
    assert {q.id: bool(q.answers) for q in halved} == {
        "c": True,
        "a": True,
        "b": False,
        "none": False,
    }


class TestBeir:
    @pytest.fixture
    def folder(self, write):
        def folder(qrels, name="qrels.tsv"):
            write(
                {"_id": "d1", "title": "Bees", "text": "They buzz."},
                {"_id": "d2", "title": "", "text": "Untitled."},
                {"_id": "d3", "text": "No title."},
                name="corpus.jsonl",
            )
            write(
                {"_id": "q1", "text": "buzz?"},
                {"_id": "q2", "text": "of another split"},
                name="queries.jsonl",
            )
            return write(*[line.encode() for line in qrels], name=name).parent

        return folder

    def test_a_folder(self, folder):
        documents, queries, qrels = load_beir(
            folder(["query-id\tcorpus-id\tscore", "q1\td1\t2", "q1\td2\t0"])
        )
        assert [(d.id, d.title, d.text) for d in documents] == [
            ("d1", "Bees", "Bees\nThey buzz."),
            ("d2", "d2", "Untitled."),
            ("d3", "d3", "No title."),
        ]
        assert queries == {"q1": "buzz?"}
        assert qrels == {"q1": {"d1": 2, "d2": 0}}

    def test_judgements_in_a_folder_of_splits(self, folder):
        path = folder(["query-id\tcorpus-id\tscore", "q2\td3\t1\r"], name="qrels/test.tsv").parent
        assert load_beir(path).qrels == {"q2": {"d3": 1}}

    @pytest.mark.parametrize(
        ("line", "words"),
        [
            ("q1 d1 1", "tabs"),
            ("q9\td1\t1", "no query 'q9'"),
            ("q1\td9\t1", "no document 'd9'"),
            ("q1\td1\thigh", "must be a whole number"),
        ],
    )
    def test_a_broken_judgement(self, folder, line, words):
        with pytest.raises(DatasetError, match=words) as raised:
            load_beir(folder(["query-id\tcorpus-id\tscore", line]))
        assert "qrels.tsv, line 2" in str(raised.value)

    def test_missing_parts(self, folder, tmp_path):
        with pytest.raises(DatasetError, match=r"corpus\.jsonl cannot be read"):
            load_beir(tmp_path / "nowhere")
        with pytest.raises(DatasetError, match="judges no query"):
            load_beir(folder([""]))
