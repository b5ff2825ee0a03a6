"""Evidence from the page: packets of what a browser has kept, answers asked again, and audits."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import pytest

from index.errors import AuditError, PacketError, QuotewellError
from index.filters import Filter
from index.types import Document, Rectangle
from qa.audit import check
from qa.packets.exporting import FORMATS, read_packet
from qa.packets.plain import to_plain
from qa.packets.records import Record, record_of
from qa.types import Answer
from qa.web import evidence
from qa.web.callers import CALLER, Caller
from qa.web.options import Options, parse
from qa.web.serving import Running
from qa.web.visitors import Visitors
from tests.packets.making_packets import answer, by_id, cited
from tests.web.answers import FakeCorpus

NOTE = Document.of("It rained. The lamp was lit by Marta Lind on 4 March 2012.", id="note.txt")
ASKED = answer("Who lit the lamp?", cited(NOTE, "Marta Lind"))
MOMENT = datetime(2026, 3, 1, tzinfo=UTC)
REQUEST: Any = SimpleNamespace(scope={CALLER: Caller("10.0.0.9", "v", False, "token", "ada")})


class Quoting(FakeCorpus):
    """Answers in the words that its note has in the place of a name."""

    def __init__(self, note: Document) -> None:
        self.documents = by_id(note)

    def ask(self, question: str, within: Filter | None = None) -> Answer:
        (note,) = self.documents.values()
        said = note.text.partition("by ")[2].partition(" on")[0]
        return replace(answer(question, cited(note, said)), question=question)


def visitors(note: Document = NOTE, **options: Any) -> Visitors:
    return Visitors(Quoting(note), Options(**options))


def record() -> Record:
    return replace(record_of(ASKED, by_id(NOTE), None, MOMENT), question="Who did?")


def records(*kept: Record) -> Sequence[Record]:
    return evidence._records(json.dumps([to_plain(one) for one in kept]), 10)


@pytest.mark.parametrize("format", list(FORMATS))
def test_what_a_browser_has_kept_is_exported(format: str) -> None:
    data = evidence._exported(visitors(), format, records(record()), REQUEST)
    assert data
    if format in ("json", "html", "md", "docx"):
        packet = read_packet(data)
        assert packet.records == (record(),) and packet.versions == {"Quotewell": "0"}


def test_what_is_no_record_is_refused() -> None:
    plain = to_plain(record())
    for sent in ("", "{}", "[]", "null", "[" * 100_000, "[1]", json.dumps([plain] * 11)):
        with pytest.raises(PacketError):
            evidence._records(sent, 10)
    plain["quotes"][0]["quote"] = "Olga"
    with pytest.raises(PacketError, match="answer 1"):
        evidence._records(json.dumps([plain]), 10)
    many = replace(record(), quotes=record().quotes * 501)
    with pytest.raises(PacketError, match="500 quotes"):
        records(many)


def test_pictures_end_where_drawing_them_takes_too_long(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(evidence, "_DRAWING_SECONDS", -1)
    (quote,) = record().quotes
    on_page = replace(quote, rectangles=(Rectangle(1, 0.0, 0.0, 9.0, 9.0),))
    kept = records(replace(record(), quotes=(on_page,)))
    packet = read_packet(evidence._exported(visitors(), "json", kept, REQUEST))
    assert packet.records[0].quotes[0].no_picture.startswith("too many pages")


def test_an_answer_that_changed_is_told_with_what_it_is_now() -> None:
    same = evidence._asked_again(visitors(), record(), REQUEST)
    assert same["changed"] == () and same["record"]["question"] == "Who did?"
    edited = Document.of(NOTE.text.replace("Marta Lind", "Olga Strand"), id=NOTE.id)
    other = evidence._asked_again(visitors(edited), record(), REQUEST)
    assert other["changed"] == ("answer", "sources")
    assert other["record"]["quotes"][0]["quote"] == "Olga Strand"


def test_an_audit_has_a_line_for_each_answer(tmp_path: Path) -> None:
    file = tmp_path / "audit.jsonl"
    asked = visitors(audit=file)
    asked.ask("Who lit the lamp?", REQUEST)
    asked.ask("Who lit it?", REQUEST)
    first, second = map(json.loads, file.read_text().splitlines())
    assert (first["visitor"], first["user"]) == ("10.0.0.9", "ada")
    assert (first["question"], second["question"]) == ("Who lit the lamp?", "Who lit it?")
    assert first["quotes"][0]["quote"] == "Marta Lind"
    assert "token" not in file.read_text()
    evidence._asked_again(asked, record(), REQUEST)
    assert check(file).wrong is None and check(file).lines == 3


def test_what_cannot_be_recorded_is_not_answered(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    asked = visitors(audit=folder / "audit.jsonl")
    (folder / "audit.jsonl").unlink()
    folder.rmdir()
    with pytest.raises(AuditError) as raised:
        asked.ask("Who lit the lamp?", REQUEST)
    assert str(tmp_path) not in str(raised.value)


def test_an_audit_needs_the_word_that_questions_may_be_kept(tmp_path: Path) -> None:
    file = str(tmp_path / "audit.jsonl")
    with pytest.raises(QuotewellError, match="--log-questions"):
        parse(["--audit", file])
    assert parse(["--audit", file, "--log-questions"]).options.audit == Path(file)
    assert parse(["--log-questions"]).options.audit is None
    assert parse([]).options.history is None


@pytest.mark.parametrize("option", ["--audit", "--history", "--feedback"])
def test_what_is_written_is_not_among_the_documents(tmp_path: Path, option: str) -> None:
    (tmp_path / "docs").mkdir()
    command = ["--log-questions", "--corpus", str(tmp_path / "docs"), option]
    with pytest.raises(QuotewellError, match="would be indexed itself"):
        parse([*command, str(tmp_path / "docs" / "inside.jsonl")])
    parse([*command, str(tmp_path / "docs-2.jsonl")])


def test_a_format_that_is_no_string_is_told() -> None:
    """Programs send anything: it is refused in words, and nothing is in the log."""
    with Running(FakeCorpus("a.txt")) as running, httpx.Client(base_url=running.url) as client:
        for format in ({}, ["html"], 7, None, "exe"):
            sent = client.post("gradio_api/call/export", json={"data": [format, "[]"]})
            told = client.get(f"gradio_api/call/export/{sent.json()['event_id']}").text
            assert "event: error" in told and "there are the formats" in told
        named = client.post("gradio_api/call/v2/export", json={"format": "x", "records": "[]"})
        assert named.status_code == 404  # Gradio knows only listed ones by their parameters' names
