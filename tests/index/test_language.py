import tempfile

import pytest

from index import language
from index.errors import ModelError
from index.language import find_language, is_foreign

TEXTS = {
    "en": "The keeper of the lock wrote down each morning how many herons stood by the water. "
    "In the spring of that year there were more of them than anybody in the village could"
    " remember, and the children counted them on their way to school.",
    "de": "Der Wärter der Schleuse schrieb jeden Morgen auf, wie viele Reiher am Wasser "
    "standen. Im Frühling jenes Jahres waren es mehr, als sich irgendjemand im Dorf "
    "erinnern konnte, und die Kinder zählten sie auf dem Weg zur Schule.",
    "fr": "Le gardien de l'écluse notait chaque matin combien de hérons se tenaient au bord de "
    "l'eau. Au printemps de cette année, il y en avait plus que personne au village ne se"
    " le rappelait, et les enfants les comptaient en allant à l'école.",
    "es": "El guardián de la esclusa apuntaba cada mañana cuántas garzas estaban junto al agua."
    " En la primavera de aquel año hubo más de las que nadie en el pueblo podía recordar,"
    " y los niños las contaban de camino a la escuela.",
    "ru": "Смотритель шлюза каждое утро записывал, сколько цапель стоит у воды. Весной того "
    "года их было больше, чем кто-либо в деревне мог припомнить.",
    "zh": "看守水闸的人每天早上都记下有多少只苍鹭站在水边。那一年的春天，苍鹭比村里任何人记得的"
    "都要多，孩子们放学以后都跑到河边去看，老人们说这是好兆头，今年的收成一定会很好。",
}


@pytest.mark.parametrize("language", TEXTS)
def test_a_paragraph_is_enough(language: str) -> None:
    assert find_language(TEXTS[language]) == language


@pytest.mark.parametrize(
    "text",
    [
        *("", "ok", "The heron stood.", "\ud800 " * 300, " \n" * 500, "x" * 500, "0 1 2 3 " * 100),
        TEXTS["en"] + TEXTS["de"] + TEXTS["fr"] + TEXTS["es"],
        "id;name;amount\n" + "".join(f"{n};A{n};{n * n}\n" for n in range(60)),
    ],
)
def test_what_is_short_or_mixed_or_no_prose_has_none(text: str) -> None:
    assert find_language(text) is None


def test_a_full_folder_for_temporary_files_is_said_in_one_line(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def full(**_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(tempfile, "TemporaryFile", full)
    language._identifier.cache_clear()
    with pytest.raises(ModelError, match=r"^the folder for temporary files cannot be used: No sp"):
        find_language(TEXTS["en"])


@pytest.mark.parametrize(
    ("question", "foreign"),
    [
        *(("Wann wurde die Brücke gebaut?", True), ("Qui dirige le comité ?", True)),
        *(
            ("¿Cuánto cuesta la entrada?", True),
            ("Кто смотритель маяка?", True),
            ("谁是馆长？", True),
        ),
        *(("Who is Angela Merkel?", False), ("Berlin Senat budget 2023", False)),
        *(("phone of Oona Brack", False), ("Marit Haugen phone number", False), ("2023?", False)),
    ],
)
def test_a_question_is_foreign_where_that_is_likely(question: str, foreign: bool) -> None:
    assert is_foreign(question) is foreign
