"""Ask a folder one question, and show where the answer is from.

python docs/examples/ask.py seeds "Where did Chen Guangcheng take refuge?"
"""

import sys

from qa import Corpus, QuotewellError


def main(folder: str, question: str) -> int:
    try:
        corpus = Corpus.open(folder)
        answer = corpus.ask(question)
    except QuotewellError as error:  # its message says what is wrong and what to do
        print(error, file=sys.stderr)
        return 2
    print(f"{answer.status} ({answer.confidence:.0%}): {answer.answer}")
    for citation in answer.citations:
        text = corpus.documents[citation.document].text
        assert text[citation.start : citation.end] == citation.quote  # always
        place = f", {citation.place}" if citation.place else ""
        print(f"  {citation.title} ({citation.date or 'no date'}){place}: “{citation.quote}”")
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
