"""Yearly reports of made-up mills that say alike things and, but for their date, not of when."""

from index.types import Document
from qa import Corpus

MILLS = ("Elmwater", "Harrowgate", "Northby", "Saltfen", "Thornbeck", "Wexcombe")
YEARS = range(2004, 2012)
_FIRST = ("Ada", "Bruno", "Clara", "Desmond", "Edith", "Felix", "Greta", "Hugo")
_LAST = ("Ashby", "Bellamy", "Crane", "Dunmore", "Ellery", "Fairfax")
_PLACES = ("Lisbon", "Oslo", "Riga", "Turin", "Ghent", "Cork", "Basel", "Split")


def chair(mill: int, year: int) -> str:
    return f"{_FIRST[(3 * mill + year) % 8]} {_LAST[(mill + 5 * year) % 6]}"


def office(mill: int, year: int) -> str:
    return _PLACES[(mill + 3 * year) % 8]


def reports(dated: bool = True) -> list[Document]:
    """Return a report of every mill for every year; those of 2010 tell how the mills began."""
    found = []
    for m, mill in enumerate(MILLS):
        for year in YEARS:
            text = (
                f"{mill} Mills, annual report. The board of {mill} Mills was chaired by "
                f"{chair(m, year)} this year. Revenue rose by {(7 * m + year) % 23} percent. "
                f"A new office was opened in {office(m, year)}, and the looms were renewed."
            )
            if year == 2010:
                text += f" {mill} Mills bought the old tannery in 2006 for {m + 3} million crowns."
            day = str(year) if dated else None
            found.append(
                Document(f"{mill}/{m}{year}.txt", f"{mill} Mills", day, text, f"{m}{year}")
            )
    return found


def yearly_questions() -> list[tuple[str, str]]:
    """Return (question, id): each asks for a year that only the date of its document tells."""
    return [
        (question, f"{mill}/{m}{year}.txt")
        for m, mill in enumerate(MILLS)
        for year in YEARS
        for question in (
            f"Who chaired the board of {mill} Mills in {year}?",
            f"Where did {mill} Mills open a new office in {year}?",
            f"What did the {year} report of {mill} Mills say about revenue?",
        )
    ]


def questions_of_another_year() -> list[tuple[str, str]]:
    """Return (question, id): each names 2006, of which only the report of 2010 tells."""
    return [
        (question, f"{mill}/{m}2010.txt")
        for m, mill in enumerate(MILLS)
        for question in (
            f"For how much did {mill} Mills buy the tannery in 2006?",
            f"What did {mill} Mills buy in 2006?",
        )
    ]


def answered_from(corpus: Corpus, question: str) -> str | None:
    """Return the document of the best span that is read, None where nothing is."""
    answerer = corpus.snapshot()
    candidates = answerer.read(answerer.retrieve(question)).candidates
    return candidates[0].spans[0].hit.passage.document_id if candidates else None
