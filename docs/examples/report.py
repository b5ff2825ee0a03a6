"""Ask a list of questions, and write the answers with their quotes as Markdown.

python docs/examples/report.py seeds questions.txt --after 2003 > report.md
"""

import argparse
from collections.abc import Iterable, Iterator
from pathlib import Path

from qa import Answer, Citation, Corpus, Filter, Status

SAID = {
    Status.ANSWERED: "",
    Status.UNSURE: "*Not sure:* ",
    Status.NOT_FOUND: "*The documents do not say.* ",
}


def report(answers: Iterable[Answer]) -> Iterator[str]:
    """Yield the lines of the report."""
    for answer in answers:
        yield f"## {answer.question}\n"
        yield f"{SAID[answer.status]}{answer.answer or ''}\n"
        yield from (quoted(citation) for citation in (*answer.citations, *answer.others))


def quoted(citation: Citation) -> str:
    """Return a citation with its sentence, the quote in bold."""
    start = citation.start - citation.snippet_start
    end = start + len(citation.quote)
    before, after = citation.snippet[:start], citation.snippet[end:]
    sentence = " ".join(f"{before}**{citation.quote}**{after}".split())
    where = ", ".join(filter(None, (citation.title, citation.date, citation.place)))
    return f"> {sentence}\n>\n> {where} (`{citation.document}`)\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder")
    parser.add_argument("questions", type=Path)
    parser.add_argument("--after")
    parser.add_argument("--before")
    given = parser.parse_args()
    corpus = Corpus.open(given.folder)
    within = Filter(after=given.after, before=given.before)
    questions = given.questions.read_text(encoding="utf-8").splitlines()
    asked = (corpus.ask(question, within) for question in questions if question.strip())
    print(*report(asked), sep="\n")


if __name__ == "__main__":
    main()
