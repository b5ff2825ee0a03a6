"""What every format's reader returns, and how a text of several places is put together."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from index.types import Place, no_boxes


@dataclass(frozen=True, slots=True)
class Extracted:
    """The text of a file, and what the file itself says of it; fields as in `Document`.

    `left_out` names what of the file is not in the text, each with its reason, so that it reads
    well after the file's name: "pages 2-4: no text; install tesseract-ocr to read them".
    """

    text: str
    title: str | None = None
    date: str | None = None
    metadata: Mapping[str, str] = field(default_factory=dict)
    places: tuple[Place, ...] = ()
    boxes: NDArray[np.int32] = field(default_factory=no_boxes)
    left_out: tuple[str, ...] = ()


def join_places(parts: Iterable[tuple[str, str]]) -> tuple[str, tuple[Place, ...]]:
    """Put (label, text) pairs together as one text with a place for each; blank texts are left out.

    A part without a label belongs to no place.
    """
    texts: list[str] = []
    places: list[Place] = []
    at = 0
    for label, part in parts:
        if not (text := part.strip()):
            continue
        texts.append(text)
        if label:
            places.append(Place(at, at + len(text), label))
        at += len(text) + 2
    return "\n\n".join(texts), tuple(places)
