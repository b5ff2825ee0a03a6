"""Whatever comes in, nothing breaks: `python -m bench.fuzz [--inputs 20000] [--seed 1]`.

A fifth of the inputs to each loader are random bytes, the others a good file with mistakes in it;
"text" is text made of what is hard to cut. What is read is cut into passages and cited. A crash is
whatever is no CorpusError of one line, and the end of the process that parses.
"""

import argparse
import contextlib
import gzip
import io
import random
import sys
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator

from rich.console import Console
from rich.table import Table

from index.archives import ARCHIVES, members
from index.errors import CorpusError
from index.formats import FORMATS, extract
from index.formats.extracted import Extracted
from index.formats.worker import Worker
from index.language import find_language
from index.types import Document, Place
from tests.index.formats import making
from tests.index.formats.fuzzing import check_offsets, whole

_TEXT, _ATTACHED = "text", "attachments"
KINDS = (*FORMATS, *ARCHIVES, _ATTACHED, _TEXT)
_PACKED = (".docx", ".epub", ".zip", ".xlsx", ".pptx", ".odt", ".ods", ".odp")
_ZIPPED = (".tar.gz", ".tgz")
_PARTS = ("xml", "html", "opf", "rels", "txt", "csv")
_SECONDS = 30
_ENDED = ("took longer than", "its parser crashed")
_PIECES = (
    *("\n", "\n\n", "\r\n", "\r", " ", "\t", ". ", "! ", "U.S. ", "Mr. ", "“", "”", '"', "(", ")"),
    *(
        "# ",
        "- ",
        "1. ",
        "Posted July 24th, 2012",
        "2009",
        "Copyright (2009)",
        "http://a.b/c ",
        "…",
    ),
    *(
        "The heron stood still. ",
        "word ",
        "x" * 1_500,
        "中文。",
        "שלום ",
        "e\u0301",
        "👩‍👩‍👧",
        "\u200d",
    ),
    *(
        "\u2028",
        "\x85",
        "\ufeff",
        "\ufffd",
        "\x00",
        "\x1b[2J",
        "<b>",
        "&amp;",
        "ß",
        "İ",
        "\U0010ffff",
    ),
)


def mutated(chance: random.Random, raw: bytes) -> bytes:
    """Change, cut out, double or insert a few pieces of a file."""
    for _ in range(chance.randint(1, 6)):
        at = chance.randint(0, len(raw))
        end = min(len(raw), at + chance.randint(0, 40))
        piece = chance.choice([b"", 2 * raw[at:end], chance.randbytes(chance.randint(0, 8))])
        raw = raw[:at] + piece + raw[end:]
    return raw


def made(chance: random.Random, suffix: str) -> bytes:
    """Return random bytes, a good file with mistakes, or one with mistakes in what it packs."""
    way = chance.random()
    if way < 0.2:
        return chance.randbytes(chance.randint(0, 2_000))
    raw = whole(suffix)
    if suffix in _ZIPPED and way > 0.5:
        return gzip.compress(mutated(chance, gzip.decompress(raw)))
    if suffix not in _PACKED or way < 0.5:
        return mutated(chance, raw)
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    part = chance.choice([name for name in files if name.endswith(_PARTS)])
    return making.zipped({**files, part: mutated(chance, files[part])})


def made_text(chance: random.Random) -> Document:
    """Return a document of hard text, some of it in places."""
    pieces = chance.choices(_PIECES, k=chance.randint(0, 60))
    pieces += [chr(chance.randrange(0xD800)) for _ in range(chance.randint(0, 20))]
    chance.shuffle(pieces)
    text = "".join(pieces)
    places, at = [], 0
    while at < len(text) and chance.random() < 0.7:
        end = chance.randint(at + 1, len(text))
        if text[at:end].strip():
            page = chance.choice([None, len(places) + 1])
            places.append(Place(at, end, f"place {len(places)}", page))
        at = end + chance.randint(0, 3)
    return Document("d", "t", None, text, "", places=tuple(places))


def documents(chance: random.Random, kind: str, worker: Worker) -> Iterator[Document]:
    """Yield what comes of one input; raises CorpusError where nothing does."""
    if kind == _TEXT:
        document = made_text(chance)
        find_language(document.text)
        yield document
    elif kind == _ATTACHED:
        for name, data in worker.attachments(".eml", made(chance, ".eml")):
            yield from _read_member(name, lambda data=data: data)
    elif kind in ARCHIVES:
        for source in members(kind, made(chance, kind)):
            yield from _read_member(source.name, source.read)
    else:
        raw = made(chance, kind)
        read: Callable[[str, bytes], Extracted] = (
            extract if FORMATS[kind].trusted else worker.extract
        )
        yield _document(read(kind, raw), kind)


def _read_member(name: str, read: Callable[[], bytes]) -> Iterator[Document]:
    """Yield what a packed file holds, or nothing where it alone cannot be read."""
    with contextlib.suppress(CorpusError):
        yield _document(extract(".txt", read()), name)


def _document(found: Extracted, name: str) -> Document:
    metadata, title = found.metadata, found.title or ""
    return Document(name, title, found.date, found.text, "", metadata, found.places, found.boxes)


def outcome(seed: str, kind: str, worker: Worker) -> str:
    """Return what one input comes to: "read", "refused", "wrong offset", or a crash in words."""
    chance, came = random.Random(seed), "refused"
    try:
        for document in documents(chance, kind, worker):
            check_offsets(document, chance)
            came = "read"
    except CorpusError as error:
        why = str(error)
        return why if "\n" in why or any(words in why for words in _ENDED) else came
    except AssertionError:
        return "wrong offset"
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return came


def fuzz(inputs: int, seed: int, report: Callable[[str], None]) -> dict[str, Counter[str]]:
    """Try inputs of all kinds in turn; `report` is told of each that is a bug, and its seed."""
    found = {kind: Counter[str]() for kind in KINDS}
    with Worker(_SECONDS) as worker:
        for n in range(inputs):
            kind = KINDS[n % len(KINDS)]
            came = outcome(f"{seed} {n}", kind, worker)
            if came not in ("read", "refused"):
                report(f"{kind}, seed {seed!r} {n}: {came}")
                came = came if came == "wrong offset" else "crash"
            found[kind][came] += 1
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--inputs", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    console = Console()
    found = fuzz(args.inputs, args.seed, console.print)
    found["all"] = sum(found.values(), Counter())
    columns = ("read", "refused", "crash", "wrong offset")
    table = Table("", "inputs", *columns)
    for kind, came in found.items():
        table.add_row(kind, f"{came.total():,}", *(f"{came[name]:,}" for name in columns))
    console.print(table)
    return int(found["all"]["crash"] + found["all"]["wrong offset"] > 0)


if __name__ == "__main__":
    sys.exit(main())
