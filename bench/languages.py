"""What the readers make of other languages than English: `python -m bench.languages [--reader R]`.

The same two texts and twelve questions, written in each language. A question counts as found if the
first quote holds the answer, sure or not; as wrong if it is `answered` with another.
"""

import argparse

from rich.console import Console
from rich.table import Table

from index.types import Document
from qa import Corpus
from qa.types import Status

Asked = tuple[str, str]  # a question, and what its answer holds

TEXTS: dict[str, tuple[str, str]] = {
    "English": (
        "The ferry between Holm and Skarv was built in 1931 by the shipwright Arne Vik. It carries "
        "forty passengers and two carts. Because the old chain broke in the great storm, the "
        "crossing was closed for three weeks. A ticket costs two crowns, and children travel free "
        "of charge. The ferryman today is called Mona Lund.",
        "The library of Skarv opens at nine o'clock in the morning, except on Mondays. Its "
        "director, Jonas Feld, bought eight hundred new books last year. Readers may keep a book "
        "for four weeks. The reading room was painted green after the fire of 1968. The money for "
        "it came from the Halden Foundation.",
    ),
    "German": (
        "Die Fähre zwischen Holm und Skarv wurde 1931 vom Schiffbauer Arne Vik gebaut. Sie trägt "
        "vierzig Fahrgäste und zwei Karren. Weil die alte Kette im großen Sturm riss, war die "
        "Überfahrt drei Wochen lang gesperrt. Eine Fahrkarte kostet zwei Kronen, und Kinder fahren "
        "umsonst. Der Fährmann heißt heute Mona Lund.",
        "Die Bücherei von Skarv öffnet um neun Uhr morgens, außer montags. Ihr Leiter, Jonas Feld, "
        "kaufte im letzten Jahr achthundert neue Bücher. Leser dürfen ein Buch vier Wochen "
        "behalten. Der Lesesaal wurde nach dem Brand von 1968 grün gestrichen. Das Geld dafür kam "
        "von der Halden-Stiftung.",
    ),
    "French": (
        "Le bac entre Holm et Skarv a été construit en 1931 par le charpentier Arne Vik. Il porte "
        "quarante passagers et deux charrettes. Comme la vieille chaîne s'était rompue pendant la "
        "grande tempête, la traversée fut fermée trois semaines. Un billet coûte deux couronnes, "
        "et les enfants voyagent gratuitement. Le passeur s'appelle aujourd'hui Mona Lund.",
        "La bibliothèque de Skarv ouvre à neuf heures du matin, sauf le lundi. Son directeur, "
        "Jonas Feld, a acheté huit cents livres l'an dernier. Les lecteurs peuvent garder un livre "
        "quatre semaines. La salle de lecture a été peinte en vert après l'incendie de 1968. "
        "L'argent venait de la fondation Halden.",
    ),
    "Spanish": (
        "El transbordador entre Holm y Skarv fue construido en 1931 por el carpintero Arne Vik. "
        "Lleva cuarenta pasajeros y dos carros. Como la vieja cadena se rompió en la gran "
        "tormenta, el paso estuvo cerrado tres semanas. Un billete cuesta dos coronas, y los niños "
        "viajan gratis. El barquero se llama hoy Mona Lund.",
        "La biblioteca de Skarv abre a las nueve de la mañana, salvo los lunes. Su director, Jonas "
        "Feld, compró ochocientos libros el año pasado. Los lectores pueden quedarse con un libro "
        "cuatro semanas. La sala de lectura se pintó de verde tras el incendio de 1968. El dinero "
        "vino de la fundación Halden.",
    ),
}

QUESTIONS: dict[str, tuple[Asked, ...]] = {
    "English": (
        ("Who built the ferry?", "Arne Vik"),
        ("When was the ferry built?", "1931"),
        ("How many passengers does the ferry carry?", "forty"),
        ("Why was the crossing closed?", "chain broke"),
        ("How much does a ticket cost?", "two crowns"),
        ("Who is the ferryman today?", "Mona Lund"),
        ("When does the library open?", "nine"),
        ("Who is the director of the library?", "Jonas Feld"),
        ("How many books were bought last year?", "eight hundred"),
        ("How long may readers keep a book?", "four weeks"),
        ("What colour was the reading room painted?", "green"),
        ("Where did the money come from?", "Halden"),
    ),
    "German": (
        ("Wer baute die Fähre?", "Arne Vik"),
        ("Wann wurde die Fähre gebaut?", "1931"),
        ("Wie viele Fahrgäste trägt die Fähre?", "vierzig"),
        ("Warum war die Überfahrt gesperrt?", "Kette"),
        ("Was kostet eine Fahrkarte?", "zwei Kronen"),
        ("Wie heißt der Fährmann heute?", "Mona Lund"),
        ("Wann öffnet die Bücherei?", "neun"),
        ("Wer leitet die Bücherei?", "Jonas Feld"),
        ("Wie viele Bücher wurden im letzten Jahr gekauft?", "achthundert"),
        ("Wie lange dürfen Leser ein Buch behalten?", "vier Wochen"),
        ("In welcher Farbe wurde der Lesesaal gestrichen?", "grün"),
        ("Woher kam das Geld?", "Halden"),
    ),
    "French": (
        ("Qui a construit le bac ?", "Arne Vik"),
        ("Quand le bac a-t-il été construit ?", "1931"),
        ("Combien de passagers le bac porte-t-il ?", "quarante"),
        ("Pourquoi la traversée fut-elle fermée ?", "chaîne"),
        ("Combien coûte un billet ?", "deux couronnes"),
        ("Comment s'appelle le passeur aujourd'hui ?", "Mona Lund"),
        ("À quelle heure ouvre la bibliothèque ?", "neuf"),
        ("Qui est le directeur de la bibliothèque ?", "Jonas Feld"),
        ("Combien de livres ont été achetés l'an dernier ?", "huit cents"),
        ("Combien de temps peut-on garder un livre ?", "quatre semaines"),
        ("De quelle couleur la salle de lecture a-t-elle été peinte ?", "vert"),
        ("D'où venait l'argent ?", "Halden"),
    ),
    "Spanish": (
        ("¿Quién construyó el transbordador?", "Arne Vik"),
        ("¿Cuándo fue construido el transbordador?", "1931"),
        ("¿Cuántos pasajeros lleva el transbordador?", "cuarenta"),
        ("¿Por qué estuvo cerrado el paso?", "cadena"),
        ("¿Cuánto cuesta un billete?", "dos coronas"),
        ("¿Cómo se llama hoy el barquero?", "Mona Lund"),
        ("¿A qué hora abre la biblioteca?", "nueve"),
        ("¿Quién es el director de la biblioteca?", "Jonas Feld"),
        ("¿Cuántos libros se compraron el año pasado?", "ochocientos"),
        ("¿Cuánto tiempo se puede tener un libro?", "cuatro semanas"),
        ("¿De qué color se pintó la sala de lectura?", "verde"),
        ("¿De dónde vino el dinero?", "Halden"),
    ),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reader", help="small, large or both, by default what the machine has")
    args = parser.parse_args()
    table = Table("", "questions", "found", "of these answered", "wrong", "said to be foreign")
    for language, texts in TEXTS.items():
        documents = [Document.of(text, id=f"{n}.txt") for n, text in enumerate(texts)]
        corpus = Corpus.from_documents(documents, reader=args.reader)
        found = sure = wrong = said = 0
        for question, right in QUESTIONS[language]:
            answer = corpus.ask(question)
            holds = bool(answer.citations) and right in answer.citations[0].quote
            answered = answer.status is Status.ANSWERED
            found += holds
            sure += holds and answered
            wrong += answered and not holds
            said += answer.caution != ""
        count = len(QUESTIONS[language])
        table.add_row(language, *map(str, (count, found, sure, wrong, said)))
    Console().print(table)


if __name__ == "__main__":
    main()
