"""Pure: characters that nobody sees, but that part words, are dropped from what was read."""

import re
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from index.formats.extracted import Extracted
from index.types import Place

# Soft hyphens, with the line end that they break a word at; zero-width spaces and byte order marks;
# marks of direction; and joiners in Latin words. Persian, Indic scripts and emoji need theirs.
_INVISIBLE = re.compile(
    r"\u00ad(?:[^\S\r\n]*+(?:(?:\r\n|\r|\n)[^\S\r\n]*+)?(?=\w))?"
    r"|[\u180e\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]"
    r"|(?<=[a-zA-Z\u00c0-\u024f])[\u200c\u200d](?=[a-zA-Z\u00c0-\u024f])"
)


def without_invisible(found: Extracted) -> Extracted:
    """Return what was read without invisible characters, its places and boxes moved along."""
    title = _INVISIBLE.sub("", found.title or "") or None
    metadata = {name: _INVISIBLE.sub("", value) for name, value in found.metadata.items()}
    spans = np.array([m.span() for m in _INVISIBLE.finditer(found.text)], np.int64).reshape(-1, 2)
    if not len(spans):
        return replace(found, title=title, metadata=metadata)
    dropped = np.concatenate([[0], np.cumsum(spans[:, 1] - spans[:, 0])])

    def moved(offsets: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return where these offsets are now; one in what is dropped is where that was."""
        before = np.searchsorted(spans[:, 0], offsets, side="left")
        ends = np.concatenate([[0], spans[:, 1]])[before]
        found: NDArray[np.int64] = np.maximum(offsets, ends) - dropped[before]
        return found

    edges = np.array([(p.start, p.end) for p in found.places], np.int64).reshape(-1, 2)
    text = _INVISIBLE.sub("", found.text)
    places = tuple(
        Place(start, end, _INVISIBLE.sub("", place.label), place.page)
        for place, (start, end) in zip(found.places, moved(edges).tolist(), strict=True)
        if text[start:end].strip()
    )
    boxes = found.boxes.copy()
    boxes[:, :2] = moved(boxes[:, :2].astype(np.int64))
    return replace(
        found,
        text=text,
        title=title,
        metadata=metadata,
        places=places,
        boxes=boxes[boxes[:, 0] < boxes[:, 1]],
    )
