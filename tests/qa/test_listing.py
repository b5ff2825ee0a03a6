from collections.abc import Sequence

from index.types import Hit, Passage
from qa.confidence import Calibration
from qa.listing import collect
from qa.types import Span

CALIBRATION = Calibration(score=0.3, margin=0.2, bias=-2.0, answered=0.66, unsure=0.05)


def hit(text: str, document: str) -> Hit:
    return Hit(Passage(f"{document}:0", document, 0, len(text), text), 0.0, 1, 1)


def reader(scores: dict[str, float]) -> tuple[list[str], object]:
    seen: list[str] = []

    def read(hits: Sequence[Hit]) -> list[Span]:
        seen.extend(h.passage.document_id for h in hits)
        return [
            Span(h, 0, len(h.passage.text.split()[0]), scores[h.passage.text.split()[0]])
            for h in hits
        ]

    return seen, read


def test_all_answers_are_found_once_and_reading_ends_where_none_are_added() -> None:
    scores = {"Ida": 9.0, "Bo": 8.0, "Una": 8.0, "rain": -9.0}
    texts = ["Ida rows", "Bo rows", "Ida rests", "rain falls", "Una rows", *["rain falls"] * 30]
    hits = [hit(text, str(n)) for n, text in enumerate(texts)]
    seen, read = reader(scores)
    groups, done, missed = collect("Who are the rowers?", hits, read, CALIBRATION)
    assert sorted((g[0].text, len(g)) for g, _ in groups) == [("Bo", 1), ("Ida", 2), ("Una", 1)]
    assert done == len(seen) == 16
    assert 0 <= missed < 1


def test_doubtful_answers_are_counted_as_missed_not_listed() -> None:
    _, read = reader({"Ida": 9.0, "Bo": 1.0})
    found, _, missed = collect(
        "Who are they?", [hit("Ida a", "a"), hit("Bo b", "b")], read, CALIBRATION
    )
    assert [g[0].text for g, _ in found] == ["Ida"] and missed > 0.05
