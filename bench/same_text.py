"""Whether a text answers alike as plain text and as a PDF: `python -m bench.same_text`.

The seeds are written as PDFs of justified lines over several pages, and the first questions about
them asked of both folders. reportlab, which the tests need, writes them.
"""

import argparse
import json
import tempfile
from html import escape
from io import BytesIO
from pathlib import Path

from reportlab.lib.enums import TA_JUSTIFY
from reportlab.lib.pagesizes import A5
from reportlab.lib.styles import ParagraphStyle
from reportlab.platypus import Paragraph, SimpleDocTemplate
from rich.console import Console

from index.lines import lines
from qa import Corpus
from qa.types import Answer

_ROOT = Path(__file__).parents[1]


def as_pdf(text: str) -> bytes:
    """Return a PDF of a text's lines, each a paragraph."""
    style = ParagraphStyle("text", fontName="Times-Roman", alignment=TA_JUSTIFY, spaceAfter=6)
    stream = BytesIO()
    template = SimpleDocTemplate(stream, pagesize=A5)
    template.build([Paragraph(escape(text[a:b]), style) for a, b in lines(text)])
    return stream.getvalue()


def said(answer: Answer) -> tuple[str, str]:
    """Return an answer's status and text, the white space of lines folded."""
    return str(answer.status), " ".join((answer.answer or "").split())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--questions", type=int, default=50)
    parser.add_argument("--reader", help="small, large or both, by default what the machine has")
    args = parser.parse_args()
    console = Console()
    asked = [
        json.loads(line)["question"]
        for line in (_ROOT / "tests" / "questions.jsonl").read_text("utf-8").splitlines()
    ][: args.questions]
    with tempfile.TemporaryDirectory() as folder:
        found: list[list[tuple[str, str]]] = []
        for suffix in (".txt", ".pdf"):
            documents = Path(folder, suffix[1:])
            documents.mkdir()
            for seed in sorted((_ROOT / "seeds").glob("*.txt")):
                text = seed.read_text("utf-8")
                raw = as_pdf(text) if suffix == ".pdf" else text.encode()
                (documents / f"{seed.stem}{suffix}").write_bytes(raw)
            index = Path(folder, f"index-{suffix[1:]}")
            corpus = Corpus.open(documents, index=index, reader=args.reader)
            found.append([said(corpus.ask(question)) for question in asked])
    same = sum(one[1] == two[1] for one, two in zip(*found, strict=True))
    alike = sum(one == two for one, two in zip(*found, strict=True))
    for question, one, two in zip(asked, *found, strict=True):
        if one[1] != two[1]:
            console.print(f"{question}\n  .txt {' '.join(one)}\n  .pdf {' '.join(two)}")
    console.print(f"the same answer to {same} of {len(asked)} questions, as sure for {alike}")


if __name__ == "__main__":
    main()
