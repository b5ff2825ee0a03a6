"""What nobody sees parts no word, and all offsets move along."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.formats import extract
from index.formats.extracted import Extracted
from index.formats.invisible import without_invisible
from index.types import Place


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("munic\u00adi\u00adpal fund", "municipal fund"),
        ("the muni\u00ad\n  cipal fund", "the municipal fund"),
        ("hand\u00ad\n\nAnother", "hand\n\nAnother"),
        ("pass\u200bword\u200e, pass\u200dword", "password, password"),
        ("👩\u200d🚀 می\u200cخواهم", "👩\u200d🚀 می\u200cخواهم"),
    ],
)
def test_invisible_characters_are_dropped(text: str, seen: str) -> None:
    found = without_invisible(Extracted(text, title=text))
    assert (found.text, found.title) == (seen, seen)
    assert extract(".txt", text.encode()).text == seen


@given(st.lists(st.text("ab \u2060\u200b\n", min_size=1, max_size=8), max_size=8))
def test_places_and_boxes_hold_what_they_held(parts: list[str]) -> None:
    places, rows, at = [], [], 0
    for n, part in enumerate(parts):
        if part.strip():
            places.append(Place(at, at + len(part), f"row {n}"))
        rows.append((at, at + len(part), 1, n, 0, 0, 0))
        at += len(part)
    boxes = np.array(rows, np.int32).reshape(-1, 7)
    found = without_invisible(Extracted("".join(parts), places=tuple(places), boxes=boxes))
    visible = [part.replace("\u200b", "").replace("\u2060", "") for part in parts]
    assert found.text == "".join(visible)
    kept = {place.label: found.text[place.start : place.end] for place in found.places}
    assert kept == {f"row {n}": part for n, part in enumerate(visible) if part.strip()}
    boxed = [found.text[row[0] : row[1]] for row in found.boxes.tolist()]
    assert boxed == [part for part in visible if part]
    assert (np.diff(found.boxes[:, :2].ravel()) >= 0).all()
    assert (found.boxes[:, :2] <= len(found.text)).all()
