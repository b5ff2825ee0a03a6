"""New questions in a conversation about something else: `python -m bench.topic_changes FILE`.

Pairs of questions of two articles of a SQuAD file, the second asked after the first, which has the
file's own answer. How many second questions are read in context, too, how many are then answered
otherwise than by themselves, and how many name whom they are about: "Where did he study?" does not.
"""

import argparse
import random
from collections.abc import Iterator
from pathlib import Path

from index.sentences import sentences
from index.types import Document
from qa.conversation import Turn, surest
from qa.corpus import Corpus
from qa.evaluation.datasets import Squad, load_squad
from qa.parts import cache_folder
from qa.pronouns import pronouns
from qa.types import Answer, Citation, Question, Status


def pairs(squad: Squad, count: int, seed: int = 0) -> Iterator[tuple[Question, Question]]:
    """Yield pairs of answerable questions of different articles, drawn at random."""
    title = {document.id: document.title for document in squad.documents}
    asked = [question for question in squad.questions if question.answers]
    draw = random.Random(seed)
    while count:
        one, two = draw.sample(asked, 2)
        if title[squad.given[one.id]] != title[squad.given[two.id]]:
            count -= 1
            yield one, two


def turn(question: Question, document: Document) -> Turn:
    """Return the turn in which a question got its accepted answer."""
    said = question.answers[0]
    around = [(a, b) for a, b in sentences(document.text) if a <= said.start < b]
    low, high = around[0] if around else (said.start, said.end)
    cited = Citation(
        document=document.id,
        title=document.title,
        date=None,
        start=said.start,
        end=said.end,
        quote=said.text,
        snippet=document.text[low:high],
        snippet_start=low,
        score=1.0,
    )
    answer = Answer(question.text, Status.ANSWERED, said.text, 1.0, (cited,), (), (), {})
    return Turn(question.text, question.text, answer)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path, help="of SQuAD's form")
    parser.add_argument("--pairs", type=int, default=200)
    args = parser.parse_args()
    squad = load_squad(args.file)
    documents = {document.id: document for document in squad.documents}
    index = cache_folder(args.file, "topic changes")
    corpus = Corpus.from_documents(squad.documents, index=index)
    read = changed = pointing = pointed = 0
    for one, two in pairs(squad, args.pairs):
        chat = corpus.chat([turn(one, documents[one.answers[0].document])])
        readings = chat.readings(two.text)
        leans = next(pronouns(two.text), None) is not None
        pointing += leans
        if readings == (two.text,):
            continue
        read += 1
        _, answer = surest(readings, corpus.ask)
        if answer.answer != corpus.ask(two.text).answer:
            changed += 1
            pointed += leans
    said = f"{read} of {args.pairs} read in context, too; {changed} answered otherwise"
    print(f"{said}, {pointed} of these among the {pointing} that point to something not named")


if __name__ == "__main__":
    main()
