"""What a year in the question is worth: `python -m training.years`.

Prints for each bonus the share of questions whose best answer is from the right document: those
about yearly reports whose year only their date tells, and those that name a year of which only the
report of another year tells (tests/reports.py). Then what the seeds' test questions come to.
"""

from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

from index import hybrid
from qa import Corpus
from qa.evaluation.datasets import load_questions
from qa.evaluation.runner import evaluate
from qa.evaluation.summary import summarise
from tests.reports import answered_from, questions_of_another_year, reports, yearly_questions

BONUSES = (0.0, 0.3, 0.6, 1.0, 1.5)
ROOT = Path(__file__).parents[1]


def right(corpus: Corpus, questions: Sequence[tuple[str, str]]) -> str:
    """Return the share of questions whose best answer is from the right document."""
    found = sum(answered_from(corpus, question) == document for question, document in questions)
    return f"{found / len(questions):.3f}"


def main() -> None:
    yearly, seeds = Corpus.from_documents(reports()), Corpus.open(ROOT / "seeds")
    asked = load_questions(ROOT / "tests" / "questions.jsonl")
    names = ("recall@5", "EM", "F1", "cited document", "cited answer", "abstained", "wrong")
    table = Table("bonus", "yearly", "another year", *(f"seeds\n{name}" for name in names))
    for bonus in BONUSES:
        hybrid.YEAR_BONUS = bonus
        found = summarise(evaluate(seeds, asked, granularity="passage"))
        estimates = (
            *(found.retrieval["recall@5"], found.guess.em, found.guess.f1, found.cited_document),
            *(found.cited_answer, found.abstained, found.wrong_of_answered),
        )
        table.add_row(
            f"{bonus:g}",
            right(yearly, yearly_questions()),
            right(yearly, questions_of_another_year()),
            *(f"{e.value:.3f}" if e is not None else "" for e in estimates),
        )
    Console(width=140).print(table)


if __name__ == "__main__":
    main()
