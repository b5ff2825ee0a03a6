"""Whatever bytes come: a document with right offsets, or one clear error. Nothing else, ever.

A smaller share than `python -m bench.fuzz`, but one that finds the smallest example.
"""

import io
import warnings
import zipfile
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index.archives import ARCHIVES, members
from index.errors import CorpusError
from index.formats import FORMATS, extract
from index.passages import split_document
from index.types import Document, Place
from tests.index.formats import making
from tests.index.formats.fuzzing import check_offsets, whole

KINDS = (*FORMATS, *ARCHIVES)
slow = settings(
    max_examples=14,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@st.composite
def mutated(draw: st.DrawFn, raw: bytes) -> bytes:
    """Change, cut out, double or insert a few pieces of a file."""
    for _ in range(draw(st.integers(1, 6))):
        at = draw(st.integers(0, len(raw)))
        end = min(len(raw), at + draw(st.integers(0, 40)))
        piece = draw(st.sampled_from([b"", raw[at:end] * 2]) | st.binary(max_size=8))
        raw = raw[:at] + piece + raw[end:]
    return raw


def texts_of(suffix: str, raw: bytes) -> Iterator[Document]:
    """Yield what a file holds as documents."""
    if suffix not in ARCHIVES:
        found = extract(suffix, raw)
        yield Document("d", "t", None, found.text, "", {}, found.places, found.boxes)
        return
    for source in members(suffix, raw):
        try:
            yield Document("d", "t", None, extract(".txt", source.read()).text, "")
        except CorpusError:
            continue


def check(suffix: str, raw: bytes) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            documents = list(texts_of(suffix, raw))
        except CorpusError as error:
            assert str(error) and "\n" not in str(error)
            return
    for document in documents:
        check_offsets(document)


@pytest.mark.parametrize("suffix", KINDS)
@slow
@given(data=st.data())
def test_any_bytes(suffix: str, data: st.DataObject) -> None:
    check(suffix, data.draw(st.binary(max_size=2_000)))


@pytest.mark.parametrize(
    ("suffix", "part"),
    [
        (".docx", "word/document.xml"),
        (".docx", "word/styles.xml"),
        (".xlsx", "xl/worksheets/sheet1.xml"),
        (".xlsx", "xl/styles.xml"),
        (".pptx", "ppt/slides/slide1.xml"),
        (".odt", "content.xml"),
        (".ods", "content.xml"),
        (".epub", "OEBPS/book.opf"),
        (".epub", "OEBPS/text/c 0.xhtml"),
    ],
)
@slow
@given(data=st.data())
def test_mistakes_inside_what_is_packed(suffix: str, part: str, data: st.DataObject) -> None:
    with zipfile.ZipFile(io.BytesIO(whole(suffix))) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    check(suffix, making.zipped({**files, part: data.draw(mutated(files[part]))}))


@pytest.mark.parametrize("suffix", KINDS)
@slow
@given(data=st.data())
def test_good_files_with_mistakes_in_them(suffix: str, data: st.DataObject) -> None:
    check(suffix, data.draw(mutated(whole(suffix))))


@given(st.text(max_size=300), st.lists(st.integers(1, 60), max_size=6))
def test_passages_are_exact_whatever_the_places(text: str, lengths: list[int]) -> None:
    at, places = 0, []
    for n, length in enumerate(lengths):
        end = min(at + length, len(text))
        if at < end:
            places.append(Place(at, end, f"row {n}"))
        at = end
    document = Document("d", "t", None, text, "", places=places)
    covered = set[int]()
    for passage in split_document(document):
        assert text[passage.start : passage.end] == passage.text
        assert document.place_at(passage.start) == document.place_at(passage.end - 1)
        covered |= set(range(passage.start, passage.end))
    assert all(not text[i].strip() for i in range(len(text)) if i not in covered)
