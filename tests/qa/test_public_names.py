"""What programs import: every name is there, and costs nothing before it is used."""

import subprocess
import sys
from pathlib import Path

import pytest

import qa
from qa import Corpus, CorpusError, Document
from tests.tiny import TinyEncoder

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("name", qa.__all__)
def test_every_public_name_is_there(name: str) -> None:
    assert getattr(qa, name) is not None
    assert name in dir(qa)


def test_no_other_name_is() -> None:
    with pytest.raises(AttributeError, match="no attribute 'Corpsu'"):
        _ = qa.Corpsu
    with pytest.raises(ImportError):
        from qa import nothing  # noqa: F401, PLC0415


def test_importing_the_package_loads_no_library() -> None:
    program = "import sys, qa; print(*{name.split('.')[0] for name in sys.modules})"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, cwd=ROOT, check=True
    )
    assert not {"numpy", "faiss", "onnxruntime", "tokenizers"} & set(done.stdout.split())


def test_types_are_shipped() -> None:
    assert (ROOT / "qa" / "py.typed").exists() and (ROOT / "index" / "py.typed").exists()


def test_a_document_needs_a_text_and_an_id() -> None:
    found = Document.of("The port opened.", id="harbour/report.txt", date="2009-08")
    assert (found.title, found.titled, found.date) == ("report", False, "2009-08")
    assert len(found.sha256) == 64 and found.sha256 != Document.of("Other.", id="b").sha256
    named = Document.of("a", id="a", title="A title", metadata={"author": "Byron"})
    assert (named.title, named.titled, named.metadata) == ("A title", True, {"author": "Byron"})
    corpus = Corpus.from_documents([found], encoder=TinyEncoder())
    assert corpus.search("Which port?", 1)[0].passage.text == "The port opened."


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"id": " "}, "needs an id"),
        ({"id": "a.txt", "date": "soon"}, "a.txt: 'soon' is not a date"),
    ],
)
def test_a_document_that_cannot_be_is_refused(given: dict[str, str], why: str) -> None:
    with pytest.raises(CorpusError, match=why):
        Document.of("text", **given)
