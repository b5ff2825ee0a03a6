"""Made-up facts, each in a sentence of its own and with the question that asks for it."""

from dataclasses import dataclass

_TOWNS = (
    "Ashbury",
    "Dunmere",
    "Elmford",
    "Glenport",
    "Kingswick",
    "Langdale",
    "Marworth",
    "Oakham",
    "Penrith",
    "Quarley",
    "Rushmore",
    "Selwick",
    "Thornbury",
    "Upwell",
    "Wexcombe",
    "Yarmley",
)
_FIRST = (
    *("Agnes", "Bertram", "Cecily", "Duncan", "Esther", "Fergus", "Gwendolen", "Humphrey"),
    *("Imogen", "Jasper", "Kenneth", "Lavinia", "Mortimer", "Nora", "Oswald", "Philippa"),
)
_DEEDS = (
    ("clockmaker", "repaired the tower clock", "Abbott"),
    ("baker", "won the prize for rye bread", "Barlow"),
    ("doctor", "cured the great fever", "Cartwright"),
    ("painter", "painted the chapel ceiling", "Dalton"),
    ("mayor", "opened the glass museum", "Eastwood"),
    ("engineer", "drew the plans of the iron bridge", "Farrell"),
    ("teacher", "founded the school for sailors", "Goddard"),
    ("astronomer", "saw the green comet first", "Hartley"),
    ("gardener", "bred a blue tulip", "Ingram"),
    ("printer", "printed the first newspaper", "Jarvis"),
    ("lawyer", "defended the smugglers in court", "Kendrick"),
    ("fisherman", "caught the giant sturgeon", "Lockwood"),
    ("composer", "wrote an opera about bees", "Merriman"),
    ("librarian", "catalogued the monks' maps", "Norwood"),
    ("miner", "found silver under the hill", "Osgood"),
    ("pilot", "landed a balloon on the market", "Pemberton"),
    ("chemist", "invented a purple dye", "Quimby"),
    ("shepherd", "guarded the royal flock", "Radcliffe"),
    ("tailor", "sewed the coronation robe", "Stanhope"),
    ("swimmer", "crossed the strait in winter", "Thackeray"),
    ("brewer", "brewed beer from nettles", "Underhill"),
    ("judge", "abolished the window tax", "Vaughan"),
    ("surveyor", "measured the northern glacier", "Whitlock"),
)


@dataclass(frozen=True, slots=True)
class Fact:
    sentence: str
    question: str
    answer: str


def fact(number: int) -> Fact:
    """Return one of 368 facts; IndexError for another number."""
    at, kind = number % len(_TOWNS), number // len(_TOWNS)
    trade, _, last = _DEEDS[kind]
    deed = _DEEDS[(kind + at) % len(_DEEDS)][1]  # so that no two facts share more than one part
    town, name = _TOWNS[at], f"{_FIRST[at]} {last}"
    return Fact(
        sentence=f"In {town} the {trade} {name} {deed}.",
        question=f"Which {trade} {deed} in {town}?",
        answer=name,
    )
