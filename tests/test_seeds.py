"""The product as it is shipped, on the corpus that it comes with."""

import json
import subprocess
import sys
from pathlib import Path

from qa import Corpus, Status
from qa.evaluation.datasets import load_questions

ROOT = Path(__file__).parents[1]
EXAMPLE = "why did the US skip the 2003 resolution?"


# The reasons that the articles 000 and 001 give.
REASONS = ("significant steps on human rights", "positive human rights moves")


def test_the_example_is_answered_with_the_reason(seeds: Corpus) -> None:
    answer = seeds.ask(EXAMPLE)
    assert answer.status is not Status.NOT_FOUND
    assert answer.citations[0].document[:3] in ("000", "001")
    assert any(reason in answer.citations[0].quote for reason in REASONS)


def test_every_citation_of_every_question_is_what_the_file_says(seeds: Corpus) -> None:
    files = {f.name: f.read_bytes().decode("utf-8") for f in (ROOT / "seeds").iterdir()}
    answerer = seeds.snapshot()
    cited = 0
    for question in load_questions(ROOT / "tests" / "questions.jsonl"):
        answer = answerer.ask(question.text)
        for citation in (*answer.citations, *answer.others, *answer.nearest):
            text = files[citation.document]
            assert text[citation.start : citation.end] == citation.quote != ""
            assert text.startswith(citation.snippet, citation.snippet_start)
            cited += 1
    assert cited > len(files)


def test_without_any_socket_a_folder_is_indexed_and_asked(tmp_path: Path) -> None:
    """Runs the real thing in a process in which every use of a socket is an error."""
    program = f"""
import sys
def refuse(event, args):
    if event.startswith("socket."):
        raise RuntimeError(f"{{event}} {{args}}")
sys.addaudithook(refuse)
import json
from qa import Corpus
corpus = Corpus.open({str(ROOT / "seeds")!r}, index={str(tmp_path / "index")!r})
print(json.dumps(corpus.ask({EXAMPLE!r}).to_dict()))
"""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, cwd=ROOT, check=False
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["citations"]
