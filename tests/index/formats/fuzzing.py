"""Good files of every format to put mistakes in, and what must hold of all that is read."""

import io
import json
import random
from functools import cache

import numpy as np
from PIL import Image

from index.passages import split_document
from index.types import Document, Hit
from qa.citing import cite, cite_passage
from qa.types import Span
from tests.index.formats import making, office_files
from tests.index.formats.making import FILLER

_TEXTS = [f"The heron said “{n}”, and it stood still. {FILLER}" for n in range(3)]
_CITED = 5  # passages of a document


@cache
def whole(suffix: str) -> bytes:
    """Return a good file of a format, small enough that a change often matters."""
    inner = {"a.txt": _TEXTS[0].encode(), "b/c.csv": making.csv_file(_TEXTS)}
    makers = {
        ".txt": lambda: "\n\n".join(_TEXTS).encode("utf-16"),
        ".nfo": lambda: "░▒▓█▓▒░\n\n".join(_TEXTS).encode("cp437", "replace"),
        ".md": lambda: _marked("<!-- A comment -->"),
        ".markdown": lambda: _marked("~~~\n# Code\n~~~"),
        ".mdx": lambda: _marked('import x from "y"\n\n<Note>\n\n{/* A comment */}'),
        ".pdf": lambda: making.pdf([_TEXTS, _TEXTS], running=True),
        **{
            suffix: lambda kind=kind: _picture(kind)
            for suffix, kind in (
                *((".png", "PNG"), (".jpg", "JPEG"), (".jpeg", "JPEG")),
                *((".tif", "TIFF"), (".tiff", "TIFF")),
            )
        },
        ".docx": lambda: making.docx_file({"One": _TEXTS, "Two": _TEXTS}),
        ".epub": lambda: making.epub({"One": _TEXTS, "Two": _TEXTS}),
        ".html": lambda: making.html(_TEXTS),
        ".htm": lambda: making.html(_TEXTS),
        ".eml": lambda: making.eml(_TEXTS, markup=True, attached=inner),
        ".rst": lambda: "\n\nTitle\n=====\n\n::\n\n  code\n\n.. note\n\n".join(_TEXTS).encode(),
        ".adoc": lambda: "\n\n== Title\n\n----\n== code\n----\n\n// no\n".join(_TEXTS).encode(),
        ".yaml": lambda: making.yaml(_TEXTS),
        ".yml": lambda: making.yaml(_TEXTS),
        ".log": lambda: "".join(f"2021-03-04 10:00:00 INFO {text}\n" for text in _TEXTS).encode(),
        ".ipynb": lambda: making.ipynb(_TEXTS),
        ".xml": lambda: making.xml(_TEXTS),
        ".xhtml": lambda: making.html(_TEXTS),
        ".mhtml": lambda: making.mhtml(_TEXTS),
        ".mht": lambda: making.mhtml(_TEXTS),
        ".msg": lambda: making.msg({0x0037: "A", 0x1000: "", 0x1013: f"<p>{_TEXTS[0]}"}),
        ".mbox": lambda: making.mbox([making.eml(_TEXTS[:1]), making.eml(_TEXTS[1:])]),
        ".csv": lambda: making.csv_file(_TEXTS),
        ".tsv": lambda: making.csv_file(_TEXTS, "\t"),
        ".jsonl": lambda: making.jsonl(_TEXTS),
        ".json": lambda: json.dumps({"a": {"b": _TEXTS}, "c": [{"d": 1}]}).encode(),
        ".xlsx": lambda: office_files.xlsx({"A": [("One", "Two"), *((t, 1) for t in _TEXTS)]}),
        ".pptx": lambda: office_files.pptx_file([("A title", _TEXTS, "A note.")]),
        ".rtf": lambda: office_files.rtf(_TEXTS),
        ".doc": lambda: office_files.rtf(_TEXTS),
        ".odt": lambda: office_files.odt({"One": _TEXTS}, (("A", "B", "C"), ("d", "", "1"))),
        ".ods": lambda: office_files.ods({"A": [("One", "Two"), *((t, 1) for t in _TEXTS)]}),
        ".odp": lambda: office_files.odp([("a", _TEXTS)]),
        ".zip": lambda: making.zipped(inner),
        ".tar": lambda: making.tarred(inner, "w"),
        ".tar.gz": lambda: making.tarred(inner),
        ".tgz": lambda: making.tarred(inner),
    }
    return makers[suffix]()


def _picture(kind: str) -> bytes:
    stream = io.BytesIO()
    Image.linear_gradient("L").save(stream, kind)
    return stream.getvalue()


def _marked(odd: str) -> bytes:
    """Return Markdown with front matter, headings, and `odd` between them."""
    return ("---\ntitle: A\ntags: [b, c]\n---\n" + f"# A title\n\n{odd}\n\n".join(_TEXTS)).encode()


def check_offsets(document: Document, chance: random.Random | None = None) -> None:
    """Raise AssertionError for an offset that is wrong: of places, boxes, passages, citations."""
    text = document.text
    ends = [0, *(end for place in document.places for end in (place.start, place.end))]
    assert ends == sorted(ends) and ends[-1] <= len(text)
    for place in document.places:
        assert text[place.start : place.end].strip()
    spans = document.boxes[:, :2].ravel()
    assert (np.diff(spans) >= 0).all() and (spans <= len(text)).all()
    document.rectangles(0, len(text))
    passages = split_document(document)
    for passage in passages:
        assert text[passage.start : passage.end] == passage.text
    chance = chance if chance is not None else random.Random(len(text))
    for passage in chance.sample(passages, min(_CITED, len(passages))):
        start = chance.randrange(passage.start, passage.end)
        end = chance.randint(start + 1, passage.end)
        span = Span(Hit(passage, 0.0, None, None), start, end, 0.0)
        for citation in (cite(document, span, 0.5), cite_passage(document, span.hit, 0.5)):
            assert text[citation.start : citation.end] == citation.quote != ""
            at = citation.snippet_start
            assert text[at : at + len(citation.snippet)] == citation.snippet
            assert at <= citation.start and citation.end <= at + len(citation.snippet)
            place = document.place_at(citation.start)
            label = place.label if place is not None else ""
            assert (citation.place or "").startswith(label)
