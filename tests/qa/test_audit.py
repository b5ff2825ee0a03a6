"""An audit's lines, and that its chain tells what was done to it."""

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from index.errors import AuditError
from index.types import Document
from qa.audit import Audit, Who, check
from qa.types import Answer, Status
from tests.packets.making_packets import answer, by_id, cited

ROOT = Path(__file__).parents[2]
NOTE = Document.of("It was mended on 4 March 2012, at night.", id="note.txt")
ASKED = answer("When was it mended?", cited(NOTE, "4 March 2012"))


@pytest.fixture
def audit(tmp_path: Path) -> Audit:
    return Audit.at(tmp_path / "audit.jsonl")


def keep(audit: Audit, *questions: str) -> None:
    for question in questions:
        audit.keep(answer(question, cited(NOTE, "4 March 2012")), by_id(NOTE))


def test_a_line_says_who_asked_what_and_what_was_quoted(audit: Audit) -> None:
    audit.keep(ASKED, by_id(NOTE), Who("10.1.2.3", "ada"), "when?")
    (line,) = audit.file.read_text().splitlines()
    entry = json.loads(line)
    assert (entry["visitor"], entry["user"]) == ("10.1.2.3", "ada")
    assert (entry["question"], entry["searched_for"]) == ("when?", "When was it mended?")
    assert (entry["status"], entry["confidence"]) == ("answered", 0.87)
    (quote,) = entry["quotes"]
    assert (quote["document"], quote["quote"]) == ("note.txt", "4 March 2012")
    assert quote["file_sha256"] == NOTE.sha256 and len(quote["sha256"]) == 64
    assert entry["previous"] == "0" * 64 and entry["time"].endswith("Z")


def test_only_its_owner_may_read_it(audit: Audit) -> None:
    keep(audit, "one")
    assert audit.file.stat().st_mode & 0o077 == 0


def test_a_chain_holds_and_goes_on_when_it_is_opened_again(audit: Audit) -> None:
    assert check(audit.file).wrong is None
    keep(audit, "one", "two")
    keep(Audit.at(audit.file), "three")
    found = check(audit.file)
    assert (found.lines, found.cut, found.wrong) == (3, (), None)


@settings(max_examples=40)  # each writes to the disk and waits
@given(st.data())
def test_whatever_is_done_to_a_line_is_found(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    audit = Audit(tmp_path_factory.mktemp("audit") / "a.jsonl")
    keep(audit, "one", "two", "three", "four")
    lines = audit.file.read_bytes().splitlines(keepends=True)
    which = data.draw(st.integers(0, 3))
    match data.draw(st.sampled_from(["alter", "remove", "twice", "swap", "garbage"])):
        case "alter":
            at = data.draw(st.integers(0, len(lines[which]) - 2))
            put = data.draw(st.sampled_from(b"abc019").filter(lambda b: b != lines[which][at]))
            lines[which] = lines[which][:at] + bytes([put]) + lines[which][at + 1 :]
        case "remove":
            del lines[which % 3]  # not the last: that cannot be known
        case "twice":
            lines.insert(which, lines[which])
        case "swap":
            lines[which], lines[which - 1] = lines[which - 1], lines[which]
        case "garbage":
            lines.insert(which, b"{}\n")
    audit.file.write_bytes(b"".join(lines))
    found = check(audit.file)
    assert found.wrong is not None or found.cut == (4,)  # its end is gone: as if it were cut off


@settings(max_examples=30)
@given(st.lists(st.integers(1, 400), min_size=1, max_size=3))
@example([1, 1])  # killed when only the line's end before it was written
def test_a_writer_that_is_killed_breaks_nothing(
    tmp_path_factory: pytest.TempPathFactory, lengths: list[int]
) -> None:
    """Whatever part of a line is there, and however often."""
    audit = Audit(tmp_path_factory.mktemp("audit") / "a.jsonl")
    keep(audit, "one")
    for length in lengths:
        whole = audit.file.read_bytes()
        keep(audit, "cut")
        audit.file.write_bytes(audit.file.read_bytes()[: len(whole) + length])
    found = check(audit.file)
    assert (found.cut != (), found.wrong) == (True, None)
    keep(audit, "two")
    found = check(audit.file)
    assert (found.wrong, len(found.cut) >= 1) == (None, True)
    altered = audit.file.read_bytes().replace(b'"cut"', b'"CUT"', 1)
    if altered != audit.file.read_bytes():
        audit.file.write_bytes(altered)
        assert check(audit.file).wrong is not None


def test_threads_and_processes_share_a_file(audit: Audit) -> None:
    program = (
        "import sys; from pathlib import Path; from qa.audit import Audit; "
        "from tests.qa.test_audit import keep; "
        "keep(Audit(Path(sys.argv[1])), *['from a process'] * 25)"
    )
    command = [sys.executable, "-c", program, str(audit.file)]
    with subprocess.Popen(command, cwd=ROOT) as other, ThreadPoolExecutor(4) as threads:
        for done in [threads.submit(keep, audit, *["from a thread"] * 25) for _ in range(4)]:
            done.result()
        assert other.wait(60) == 0
    found = check(audit.file)
    assert (found.lines, found.cut, found.wrong) == (125, (), None)


def test_a_file_that_is_no_audit_is_left_alone(tmp_path: Path) -> None:
    other = tmp_path / "notes.txt"
    other.write_text("My notes.\nAnd more.\n")
    with pytest.raises(AuditError, match=r"notes\.txt: this is not an audit; name a new file"):
        Audit.at(other)
    assert other.read_text() == "My notes.\nAnd more.\n"
    with pytest.raises(AuditError, match="cannot be written"):
        Audit.at(tmp_path / "none" / "audit.jsonl")
    with pytest.raises(AuditError, match="cannot be read"):
        check(tmp_path / "none.jsonl")


def test_a_long_line_before_is_found(audit: Audit) -> None:
    keep(audit, "x" * 200_000, "two")
    audit.keep(Answer("?", Status.NOT_FOUND, None, 0.0, (), (), (), {}), {})
    assert check(audit.file).wrong is None and check(audit.file).lines == 3
