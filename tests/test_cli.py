import hashlib
import io
import json
import sys
from functools import cache
from pathlib import Path

import pytest

from index import loading
from index.formats.extracted import Extracted
from qa import Status, cli, parts
from qa.commands import opening
from qa.confidence import Calibration
from qa.readers import load_reader
from tests.index.formats.making import FILLER
from tests.tiny import TinyEncoder


class Run:
    """What a command printed and how it ended."""

    def __init__(self, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
        self._capsys, self._monkeypatch = capsys, monkeypatch

    def __call__(self, *arguments: str) -> "Run":
        self._monkeypatch.setattr(sys, "argv", ["qa", *arguments])
        self.code = 0
        try:
            cli.main()
        except SystemExit as end:
            self.code = int(end.code or 0)
        self.out, self.err = self._capsys.readouterr()
        assert "Traceback" not in self.out + self.err
        return self


READERS = cache(load_reader)  # their models are loaded once, not for each command


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setattr(parts, "load_encoder", TinyEncoder)
    monkeypatch.setattr(opening, "load_reader", READERS)
    return Run(capsys, monkeypatch)


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    folder = tmp_path / "docs"
    folder.mkdir()
    (folder / "a.txt").write_text("The minister resigned in March. Prices rose by six percent.")
    (folder / "b.txt").write_text("The session opens in Geneva.")
    return folder


def typed(monkeypatch: pytest.MonkeyPatch, *lines: str) -> None:
    """Let these lines be what is typed."""
    monkeypatch.setattr(sys, "stdin", io.StringIO("".join(f"{line}\n" for line in lines)))


def test_index_says_what_was_added_changed_removed_and_skipped(run: Run, docs: Path) -> None:
    (docs / "c.mov").write_bytes(b"PNG")
    first = run("index", str(docs))
    assert first.code == 0
    assert "2 added, 0 changed, 0 renamed, 0 removed, 0 unchanged, 1 skipped" in first.out
    assert "skipped  c.mov: .mov is not among" in first.err
    (docs / "a.txt").write_text("The queen resigned.")
    (docs / "b.txt").unlink()
    again = run("index", str(docs))
    assert "0 added, 1 changed, 0 renamed, 1 removed, 0 unchanged, 1 skipped" in again.out
    assert "changed  a.txt" in again.out and "removed  b.txt" in again.out
    (docs / "a.txt").rename(docs / "d.txt")
    assert "renamed  a.txt -> d.txt" in run("index", str(docs)).out


def test_what_is_skipped_is_summed_up_by_reason(run: Run, docs: Path) -> None:
    for n in range(30):
        (docs / f"{n}.mov").write_bytes(b"PNG")
        (docs / f"z{n}.txt").write_bytes(b"")
    lines = [line.strip() for line in run("index", str(docs)).err.splitlines() if line.strip()]
    pictures, empty = lines
    assert pictures.startswith(
        "skipped  0.mov, 1.mov, 10.mov, 11.mov, 12.mov and 25 more: .mov is not among"
    )
    assert empty == (
        "skipped  z0.txt, z1.txt, z10.txt, z11.txt, z12.txt and 25 more: "
        "empty: there is no text in it"
    )


def test_what_is_left_out_of_files_is_said_once_by_index_and_counted_by_ask(
    run: Run, docs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def extract(suffix: str, raw: bytes) -> Extracted:
        what = ("page 2: no text", "comments") if raw.startswith(b"The minister") else ()
        return Extracted(raw.decode(), left_out=(*what, "page 9: no text"))

    monkeypatch.setattr(loading, "extract", extract)
    (docs / "c.mov").write_bytes(b"PNG")
    first = run("index", str(docs))
    lines = [line.strip() for line in first.err.splitlines() if line.strip()]
    assert lines[1:] == [
        "left out  a.txt (page 2), a.txt (page 9), b.txt (page 9): no text",
        "left out  a.txt: comments",
    ]
    assert "1 skipped, 2 read in part" in first.out
    said = {
        "a.txt": ["page 2: no text", "comments", "page 9: no text"],
        "b.txt": ["page 9: no text"],
    }
    assert json.loads(run("index", str(docs), "--json").out)["left_out"] == said
    run("index", str(docs), "--index", str(tmp_path / "saved"))
    for asked in (docs, tmp_path / "saved"):
        asking = ("ask", "Who resigned in March?", "--reader", "small", "--corpus", str(asked))
        shown = run(*asking, "--json")
        assert json.loads(shown.out)["left_out"] == said
        assert list(json.loads(shown.out)["skipped"]) == ["c.mov"]
        said_once = "1 file skipped, 2 files read in part; qa index says which, and why"
        assert shown.err.split("\n")[-2:] == [said_once, ""]
    assert "left out: comments" in run("show", "a.txt", "--corpus", str(docs)).out


def test_index_writes_where_it_is_told(run: Run, docs: Path, tmp_path: Path) -> None:
    assert run("index", str(docs), "--index", str(tmp_path / "here")).code == 0
    assert (tmp_path / "here" / "manifest.json").is_file()
    asked = run("ask", "Who resigned?", "--corpus", str(tmp_path / "here"), "--json")
    assert json.loads(asked.out)["question"] == "Who resigned?"


def test_ask_ends_like_grep(run: Run, docs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for status, code in (("answered", 0), ("unsure", 1), ("not_found", 1)):
        monkeypatch.setattr(Calibration, "status", lambda *_, s=status: Status(s))
        found = run("ask", "Who resigned in March?", "--corpus", str(docs), "--json")
        assert (found.code, json.loads(found.out)["status"]) == (code, status)
        assert json.loads(found.out)["citations" if code == 0 else "nearest"]
    shown = run("ask", "Who resigned in March?", "--corpus", str(docs))
    assert "The documents do not say" in shown.out and "Closest passages" in shown.out


def test_documents_cannot_drive_the_terminal(run: Run, docs: Path) -> None:
    (docs / "a.txt").write_text("The minister \x1b[2J resigned [bold]in March[/bold]. Yes.")
    shown = run("ask", "Which minister resigned in March?", "--corpus", str(docs))
    assert "\x1b" not in shown.out
    assert "[bold]in March[/bold]" in shown.out


def test_chat_answers_until_an_empty_line(
    run: Run, docs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    typed(monkeypatch, "Who resigned?", "x" * 2_000, "Where is Geneva?", "")
    shown = run("chat", "--corpus", str(docs))
    assert shown.code == 0
    assert shown.out.count("confidence") == 2
    assert "ask in at most 1,000" in shown.err


def test_chat_says_how_it_read_a_follow_up(
    run: Run, docs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    typed(monkeypatch, "When did the minister resign?", "why?", "Which \x1b[2J queen resigned?", "")
    shown = run("chat", "--corpus", str(docs)).out
    assert shown.count("searched for: ") == 1 and "\x1b" not in shown
    assert "searched for: Why did the minister resign?" in shown


def test_eval_holds_conversations(run: Run, docs: Path, tmp_path: Path) -> None:
    asked = {"kind": "opening", "question": "Which minister resigned?", "answers": []}
    turns = [asked | {"full": "Which?"}, asked | {"kind": "new", "full": "Which?"}]
    file = tmp_path / "dialogues.jsonl"
    file.write_text(json.dumps({"id": "d", "turns": turns}))
    found = run("eval", "--conversations", str(file), "--corpus", str(docs), "--json")
    assert json.loads(found.out)["summary"]["new"] == 1
    refused = run("eval", "--conversations", "--squad", str(file))
    assert refused.code == 2 and "--conversations goes with" in refused.err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["ask", "", "--corpus", "DOCS"], "the question is empty"),
        (["ask", "who?", "--corpus", "DOCS/none"], "no such folder or file"),
        (["index", "EMPTY"], "no document to index"),
        (["index", "DOCS", "--encoder", "/no/such/model"], "there is no such folder"),
        (["index", "DOCS", "--index", "DOCS"], "holds other files than an index"),
        (["ask", "who?", "--corpus", "DOCS", "--after", "May"], "write 2009, 2009-08 or"),
        (["ask", "who?", "--corpus", "DOCS", "--where", "x"], "write NAME=VALUE"),
        (["chat", "--corpus", "DOCS", "--documents", "*.pdf"], "none of the 2 documents"),
        (["eval", "DOCS/none.jsonl", "--corpus", "DOCS"], "none.jsonl"),
        (["eval", "BROKEN", "--corpus", "DOCS"], "broken.jsonl"),
        (["eval", "--given"], "--given and --half go with --squad"),
        (["eval", "--squad", "x", "--beir", "y"], "give one of"),
        (["eval", "--report", "DOCS/none/x.html", "--corpus", "DOCS"], "there is no folder"),
    ],
)
def test_a_mistake_is_one_line_and_exit_code_2(
    run: Run,
    docs: Path,
    tmp_path: Path,
    arguments: list[str],
    message: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if "--encoder" in arguments:
        monkeypatch.undo()
        monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    (tmp_path / "empty").mkdir()
    (tmp_path / "broken.jsonl").write_text('{"id": "1", "kind": "fact"')
    names = {"DOCS": docs, "EMPTY": tmp_path / "empty", "BROKEN": tmp_path / "broken.jsonl"}
    for name, path in names.items():
        arguments = [a.replace(name, str(path)) for a in arguments]
    ended = run(*arguments)
    assert ended.code == 2
    assert message in ended.err
    assert len(ended.err.strip().splitlines()) == 1
    assert ended.out == ""


def test_eval_reports_in_the_terminal_as_json_and_as_a_page(
    run: Run, docs: Path, tmp_path: Path
) -> None:
    line = {
        "id": "1",
        "kind": "fact",
        "question": "Which minister resigned?",
        "answers": [{"document": "a.txt", "start": 0, "end": 12, "text": "The minister"}],
    }
    file = tmp_path / "q.jsonl"
    file.write_text(json.dumps(line))
    page = tmp_path / "report.html"
    table = run("eval", str(file), "--corpus", str(docs), "--report", str(page))
    assert table.code == 0 and "recall@5" in table.out.lower()
    assert page.read_text().lstrip().lower().startswith("<!doctype html>")
    found = json.loads(run("eval", str(file), "--corpus", str(docs), "--json").out)
    assert found["summary"]


def test_show_prints_a_document_under_its_places(run: Run, docs: Path) -> None:
    (docs / "t.csv").write_text("text\nThe first \x1b[2J row.\nThe second.\n")
    shown = run("show", "t.csv", "--corpus", str(docs))
    assert shown.code == 0 and "\x1b" not in shown.out
    raw = (docs / "t.csv").read_bytes()
    assert shown.out.splitlines() == [
        "t",
        f"size {len(raw)}, sha256 {hashlib.sha256(raw).hexdigest()[:12]}",
        "[row 2]",
        "The first �[2J row.",
        "[row 3]",
        "The second.",
    ]
    (docs / "copy.txt").write_bytes((docs / "a.txt").read_bytes())
    shown = run("show", "copy.txt", "--corpus", str(docs))
    assert shown.out.splitlines()[2] == "the same file: copy.txt"
    assert "resigned in March" in run("show", "a.txt", "--corpus", str(docs)).out


def test_show_says_what_is_known_of_a_document(run: Run, docs: Path) -> None:
    (docs / "t.md").write_text(f"# Of rivers\n\nPosted 4 May 2009\n\n{FILLER}{FILLER}\n")
    title, said = run("show", "t.md", "--corpus", str(docs)).out.splitlines()[:2]
    assert title == "Of rivers" and said.startswith("date 2009-05-04, language en, size ")


def test_show_prints_what_stands_around_a_citation(run: Run, docs: Path) -> None:
    lines = [f"Line number {n}." for n in range(50)]
    (docs / "long.txt").write_text("\n".join(lines))
    at = "\n".join(lines).index("number 20")
    shown = run("show", "long.txt", "--at", str(at), "--corpus", str(docs))
    assert shown.out.splitlines()[1:] == lines[17:24]
    beyond = run("show", "b.txt", "--at", "999", "--corpus", str(docs))
    assert (beyond.code, beyond.out) == (2, "") and "there is none at 999" in beyond.err
    unknown = run("show", "lang.txt", "--corpus", str(docs))
    assert unknown.code == 2 and "no such document; is it long.txt?" in unknown.err


def test_an_answer_from_a_table_names_its_row(run: Run, docs: Path) -> None:
    (docs / "t.csv").write_text("text\nThe queen abdicated in May.\nThe king lives.\n")
    shown = run("ask", "Which queen abdicated in May?", "--corpus", str(docs))
    assert "t.csv, row 2 (" in shown.out


def test_index_leaves_out_larger_files_and_keeps_those_it_has(run: Run, docs: Path) -> None:
    (docs / "large.txt").write_text("The session was long. " * 100)
    small = run("index", str(docs), "--max-file-size", "0.001")
    assert "2 added" in small.out and "skipped  large.txt: 0.0 MB is over the limit" in small.err
    assert "1 added, 0 changed, 0 renamed, 0 removed, 2 unchanged" in run("index", str(docs)).out
    again = run("index", str(docs), "--max-file-size", "0.001")
    assert "0 removed, 3 unchanged, 0 skipped" in again.out


def test_ask_and_chat_keep_to_the_filters(
    run: Run, docs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (docs / "old.md").write_text("# Notes\n\nPosted 4 May 2009\n\nThe minister resigned in May.\n")
    filters = ("--after", "2009", "--before", "2009-05", "--documents", "*.md", "--where")
    asked = run("ask", "Who resigned?", "--corpus", str(docs), *filters, "title=notes", "--json")
    nearest = json.loads(asked.out)["nearest"] + json.loads(asked.out)["citations"]
    assert {citation["document"] for citation in nearest} == {"old.md"}
    undated = run("ask", "Who resigned?", "--corpus", str(docs), "--before", "2010")
    assert "left out for want of a date: 2 documents" in undated.err
    typed(monkeypatch, "Who resigned?", "")
    shown = run("chat", "--corpus", str(docs), "--documents", "b*")
    assert "b.txt" in shown.out and "a.txt" not in shown.out


def test_comparing_two_files_says_what_changed(run: Run, tmp_path: Path) -> None:
    for name, days in (("old.txt", 25), ("new.txt", 28)):
        (tmp_path / name).write_text(f"Leave\n\nEmployees get {days} days of leave a year.\n")
    sides = [str(tmp_path / name) for name in ("old.txt", "new.txt")]
    question = "How many days of leave do employees get?"
    shown = run("compare", *sides, question, "--reader", "small")
    assert shown.code == 1
    assert all(part in shown.out for part in ("Changed", "25", "28", "old.txt", "new.txt"))
    missing = run("compare", "nowhere.txt", sides[1], question)
    assert (missing.code, missing.err.count("\n")) == (2, 1)
    assert "nowhere.txt: there is no such file or folder" in missing.err
