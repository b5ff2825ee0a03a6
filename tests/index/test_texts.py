"""Texts that stay in their file: any part of them is read exactly, and little is kept."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import store
from index.local import LocalEngine
from index.texts import SavedDocument, StoredText, TextCache, encoded
from tests.tiny import TinyEncoder, document

LONG = st.lists(st.sampled_from(["a" * 900, "é\n", "日本", "😀", "\ud800", " b"]), max_size=12).map(
    "".join
)


def stored(texts: Sequence[str]) -> list[SavedDocument]:
    """Return documents whose texts are one after the other in a file."""
    parts = [encoded(document(text)) for text in texts]
    data, end, saved = b"".join(raw for raw, _ in parts), 0, []
    for (raw, marks), text in zip(parts, texts, strict=True):
        at = StoredText(data, end, end + len(raw), np.array(marks, np.int64))
        end += len(raw)
        saved.append(SavedDocument("a.txt", "a.txt", None, document(text).sha256, stored=at))
    return saved


@given(st.lists(LONG, min_size=1, max_size=3), st.data())
def test_any_part_of_a_text_is_what_a_slice_of_it_is(texts: list[str], data: st.DataObject) -> None:
    for text, saved in zip(texts, stored(texts), strict=True):
        assert saved.text == text and saved == document(text)
        at = st.integers(0, len(text) + 2_000)
        start, end = sorted((data.draw(at), data.draw(at)))
        assert saved.part(start, end) == document(text).part(start, end) == text[start:end]
        assert encoded(saved) == encoded(document(text))


def test_a_new_name_leaves_the_text_in_its_file() -> None:
    (saved,) = stored(["The text."])
    renamed = replace(saved, id="b.txt")
    assert (renamed.id, renamed.text) == ("b.txt", "The text.")
    assert isinstance(renamed, SavedDocument) and renamed != saved
    assert saved != "The text." and document("Another.") != saved


def test_the_cache_keeps_the_last_texts_up_to_its_limit() -> None:
    texts = [f"{n}" * 10_000 for n in range(9)]
    documents, cache = stored(texts), TextCache(35_000)
    assert [cache.read(saved.stored) for saved in documents] == texts
    assert cache.bytes <= 35_000
    assert cache.read(documents[-1].stored) is cache.read(documents[-1].stored)
    assert cache.read(documents[0].stored) is not texts[0]
    (big,) = stored(["x" * 100_000])
    assert cache.read(big.stored) == "x" * 100_000 and cache.bytes <= 35_000


def test_threads_may_share_the_cache() -> None:
    texts = [f"{n % 10}" * 5_000 for n in range(40)]
    documents, cache = stored(texts), TextCache(20_000)
    with ThreadPoolExecutor(8) as threads:
        for _ in range(5):
            assert list(threads.map(lambda d: cache.read(d.stored), documents)) == texts
    assert 0 < cache.bytes <= 20_000


def test_searching_and_updating_read_only_the_passages(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = LocalEngine(TinyEncoder())
    documents = [document(f"Ship {n} came from Ferrol. " * 300, f"{n}.txt") for n in range(60)]
    store.save(engine.build(documents), engine, tmp_path)
    saved = store.load(tmp_path, engine)
    monkeypatch.setattr(StoredText, "read", lambda _: pytest.fail("a whole text was read"))
    hits = saved.index.search("Which ship came from Ferrol?", 50)
    assert len({hit.passage.document_id for hit in hits}) > 1
    assert len(engine.build(saved.state.documents[1:], saved.index).documents) == 59
