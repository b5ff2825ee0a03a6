"""`qa export`, `qa verify` and `qa watch-questions`, as a person runs them."""

import json
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from qa.audit import Audit
from tests import test_cli
from tests.qa.test_audit import NOTE, keep
from tests.test_cli import Run

SMALL = ("--reader", "small")
run = test_cli.run  # the fixture


@pytest.fixture
def logs(tmp_path: Path) -> Path:
    folder = tmp_path / "logs"
    folder.mkdir()
    (folder / "lamp.txt").write_text("The lamp of Lorne was lit by Marta Lind on 4 March 2012.\n")
    (folder / "fog.txt").write_text("The fog signal was mended by Peter Holm in May.\n")
    return folder


@pytest.fixture
def questions(tmp_path: Path) -> Path:
    file = tmp_path / "questions.txt"
    lamp = '{"question": "Who lit the lamp of Lorne?", "documents": ["lamp*"]}'
    fog = '{"question": "Who mended the fog signal?", "documents": ["fog*"]}'
    file.write_text(f"# what we watch\n\n{lamp}\n{fog}\n")
    return file


@pytest.mark.parametrize("format", ["json", "html", "md", "docx"])
def test_a_packet_holds_until_a_file_is_edited(
    run: Run, logs: Path, questions: Path, tmp_path: Path, format: str
) -> None:
    packet, corpus = tmp_path / f"packet.{format}", ("--corpus", str(logs), *SMALL)
    made = run("export", "--questions", str(questions), "--out", str(packet), *corpus)
    assert (made.code, made.out) == (0, "") and "2 answers" in made.err
    sha256 = made.err.split()[-1]
    held = run("verify", str(packet), "--corpus", str(logs))
    assert held.code == 0 and "0 moved, 0 changed, 0 gone" in held.out
    assert sha256 in held.out
    (logs / "lamp.txt").write_text("The lamp of Lorne was lit by Martha Lund on 4 March 2012.\n")
    (logs / "fog.txt").write_text("It rained. The fog signal was mended by Peter Holm in May.\n")
    after = run("verify", str(packet), "--corpus", str(logs))
    assert after.code == 1
    assert "is   The lamp of Lorne was lit by Martha Lund" in after.out
    assert "moved  2.1 fog.txt" in after.out
    found = json.loads(run("verify", str(packet), "--corpus", str(logs), "--json").out)
    assert {"changed", "moved"} <= {quote["outcome"] for quote in found["quotes"]}


def test_questions_of_the_command_line_go_to_standard_output(run: Run, logs: Path) -> None:
    said = run("export", "Who lit the lamp of Lorne?", "--corpus", str(logs), *SMALL)
    (record,) = json.loads(said.out)["records"]
    assert said.code == 0 and record["quotes"][0]["document"] == "lamp.txt"
    markdown = run("export", "Who?", "--format", "md", "--corpus", str(logs), *SMALL)
    assert markdown.out.startswith("# Evidence")


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (("export",), "no question is given"),
        (("export", "Who?", "--format", "odt"), "--format takes one of docx, html"),
        (("export", "Who?", "--format", "docx"), "say where to write it with --out"),
        (("export", " "), "the question is empty"),
        (("export", "--questions", "none.txt"), "none.txt: cannot be read"),
        (("verify",), "give either a packet or --audit"),
        (("verify", "none.json"), "none.json: cannot be read"),
        (("watch-questions", "none.txt"), "none.txt: cannot be read"),
    ],
)
def test_a_mistake_is_one_line(run: Run, arguments: tuple[str, ...], why: str) -> None:
    said = run(*arguments)
    assert said.code == 2 and why in said.err and said.err.count("\n") == 1


def test_a_tampered_packet_is_an_error(run: Run, logs: Path, tmp_path: Path) -> None:
    packet = tmp_path / "packet.json"
    run("export", "Who lit the lamp of Lorne?", "--out", str(packet), "--corpus", str(logs), *SMALL)
    packet.write_text(packet.read_text().replace("Who lit", "Who put out"))
    said = run("verify", str(packet), "--corpus", str(logs))
    assert said.code == 2 and "it was altered" in said.err


def test_a_broken_line_of_questions_is_named(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "questions.txt"
    for line, why in (
        ('{"question": 1}', "is missing"),
        ('{"question": "Who?", "from": "2009"}', "filter.from: not known"),
        ('{"question": "Who?", "after": "soon"}', "not a date"),
        ("{", "line 2"),
    ):
        file.write_text(f"Who?\n{line}\n")
        said = run("watch-questions", str(file))
        assert said.code == 2 and "questions.txt, line 2" in said.err and why in said.err


def test_answers_that_changed_are_told_once(
    run: Run, logs: Path, questions: Path, tmp_path: Path
) -> None:
    feed = tmp_path / "changes.xml"
    command = ("watch-questions", str(questions), "--corpus", str(logs), "--atom", str(feed))
    first = run(*command, *SMALL)
    assert (first.code, first.out) == (0, "") and "0 of 2 answers changed" in first.err
    assert len(ET.parse(feed).getroot().findall("{*}entry")) == 0
    (logs / "fog.txt").write_text("It rained.\nThe fog signal was mended by Peter Holm in May.\n")
    assert run(*command, *SMALL).code == 0  # it is elsewhere in its file, and the same
    (logs / "lamp.txt").write_text("The lamp of Lorne was lit by <Olga> Strand on 4 March 2012.\n")
    second = run(*command, *SMALL)
    (line,) = second.out.splitlines()
    change = json.loads(line)
    assert second.code == 1 and "1 of 2 answers changed" in second.err
    assert change["question"] == "Who lit the lamp of Lorne?"
    assert change["within"]["documents"] == ["lamp*"]
    assert {"answer", "sources"} <= set(change["changed"])
    assert "Marta Lind" in change["before"]["quotes"][0]["sentence"]
    assert "Strand" in change["now"]["quotes"][0]["sentence"]
    (entry,) = ET.parse(feed).getroot().findall("{*}entry")
    text = entry.findtext("{*}content") or ""
    assert "Marta Lind" in text and "<Olga> Strand" in text
    (logs / "lamp.txt").unlink()
    third = run(*command, *SMALL)
    assert third.code == 1 and json.loads(third.out)["now"]["status"] == "not_found"
    assert len(ET.parse(feed).getroot().findall("{*}entry")) == 2
    assert run(*command, *SMALL).code == 0


def test_kept_answers_that_are_none_are_left_alone(run: Run, logs: Path, questions: Path) -> None:
    answers = questions.with_name("questions.txt.answers")
    answers.write_text("{}")
    said = run("watch-questions", str(questions), "--corpus", str(logs), *SMALL)
    assert said.code == 2 and "these are no kept answers" in said.err
    assert answers.read_text() == "{}"


def test_the_chain_of_an_audit_is_checked(run: Run, tmp_path: Path) -> None:
    audit = Audit.at(tmp_path / "audit.jsonl")
    keep(audit, "one", "two")
    assert NOTE.sha256 in audit.file.read_text()
    held = run("verify", "--audit", str(audit.file))
    assert held.code == 0 and held.out.startswith("2 lines hold")
    audit.file.write_text(audit.file.read_text().replace('"one"', '"six"'))
    found = run("verify", "--audit", str(audit.file))
    assert found.code == 1 and "line 1 was altered" in found.out
    assert json.loads(run("verify", "--audit", str(audit.file), "--json").out)["wrong"]
