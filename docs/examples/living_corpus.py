"""A corpus follows its files: what is added, changed and deleted is so in the next answer.

python docs/examples/living_corpus.py
"""

from pathlib import Path
from tempfile import TemporaryDirectory

from qa import Corpus, Document

QUESTION = "When was the ferry at Lorne replaced?"


def main() -> None:
    with TemporaryDirectory() as temporary:
        folder = Path(temporary) / "notes"
        folder.mkdir()
        note = folder / "ferry.txt"
        note.write_text("The ferry at Lorne was replaced by a bridge in 1931.\n", encoding="utf-8")
        corpus = Corpus.open(folder, index=Path(temporary) / "index")
        print("at first:", corpus.ask(QUESTION).answer)

        note.write_text("The ferry at Lorne was replaced by a bridge in 1936.\n", encoding="utf-8")
        print("changed:", *corpus.refresh().changed)
        print("now:", corpus.ask(QUESTION).answer)

        text = "The bridge at Lorne cost nine thousand pounds."
        corpus.add(Document.of(text, id="ledger", date="1936-05"))
        print("with a text that no file holds:", corpus.ask("What did the bridge cost?").answer)
        corpus.remove("ledger")
        print("documents:", *corpus.documents)


if __name__ == "__main__":
    main()
