"""A page of a PDF as a picture, drawn in a separate process: if PDFium crashes, one page is lost.

The process reads the PDF from its standard input, and writes a line of JSON and the picture.
"""

import io
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from index.errors import CorpusError
from index.sandbox import limit_memory
from index.types import Rectangle

_SECONDS = 20
_MEMORY_BYTES = 2 << 30
_WIDTH, _PIXELS = 1400, 6_000_000  # sharp on a dense screen; no page of kilometres
_PEN, _MARGIN = "#ffe14d", 3  # of what marks a quote; in pixels
_FRAME = "#999999"


@dataclass(frozen=True, slots=True)
class Picture:
    """A page as JPEG, of how many; `marks` are (x, y, width, height) in fractions of it."""

    jpeg: bytes
    width: int
    height: int
    pages: int
    marks: tuple[tuple[float, float, float, float], ...]


def draw(raw: bytes, page: int, rectangles: Sequence[Rectangle], burnt: bool = False) -> Picture:
    """Draw a page (from 1) and find the rectangles on it; raises CorpusError where that fails.

    With `burnt` they are drawn into the picture, too.
    """
    wanted = [[r.x0, r.y0, r.x1, r.y1] for r in rectangles if r.page == page]
    try:
        done = subprocess.run(  # noqa: S603
            [sys.executable, "-P", "-m", "qa.picture", str(page), json.dumps(wanted), str(burnt)],
            input=raw,
            capture_output=True,
            timeout=_SECONDS,
            check=True,
            env={"PYTHONPATH": str(Path(__file__).parents[1])},
        )
    except (subprocess.SubprocessError, BrokenPipeError) as error:
        raise CorpusError("this page cannot be drawn") from error
    head, _, jpeg = done.stdout.partition(b"\n")
    about = json.loads(head)
    marks = tuple(tuple(mark) for mark in about["marks"])
    return Picture(jpeg, about["width"], about["height"], about["pages"], marks)


def main(page: int, wanted: Sequence[Sequence[float]], burnt: bool) -> None:
    """Do as `draw`, from standard input to standard output."""
    import pypdfium2 as pdfium  # noqa: PLC0415

    os.nice(10)  # what visitors wait for comes first
    limit_memory(_MEMORY_BYTES)
    document = pdfium.PdfDocument(sys.stdin.buffer.read())
    shown = document[page - 1]
    width, height = shown.get_size()
    scale = min(_WIDTH / width, (_PIXELS / (width * height)) ** 0.5)
    bitmap = shown.render(scale=scale)
    where = bitmap.get_posconv(shown)
    marks = []
    for x0, y0, x1, y1 in wanted:
        (ax, ay), (bx, by) = where.to_bitmap(x0, y0), where.to_bitmap(x1, y1)
        left, top = min(ax, bx) / bitmap.width, min(ay, by) / bitmap.height
        marks.append((left, top, abs(ax - bx) / bitmap.width, abs(ay - by) / bitmap.height))
    jpeg = io.BytesIO()
    image = bitmap.to_pil().convert("RGB")
    if burnt:
        image = _with_marks(image, marks)
    image.save(jpeg, "JPEG", quality=85)
    about = {"width": bitmap.width, "height": bitmap.height, "pages": len(document), "marks": marks}
    sys.stdout.buffer.write(json.dumps(about).encode() + b"\n" + jpeg.getvalue())


def _with_marks(image: Any, marks: Sequence[Sequence[float]]) -> Any:
    """Return an image with these parts of it as if a marker pen had gone over them."""
    from PIL import Image, ImageChops, ImageDraw  # noqa: PLC0415

    pen = Image.new("RGB", image.size, "white")
    for left, top, width, height in marks:
        edges = (left, top, left + width, top + height)
        box = [round(edge * image.size[n % 2]) for n, edge in enumerate(edges)]
        outer = (box[0] - _MARGIN, box[1] - _MARGIN, box[2] + _MARGIN, box[3] + _MARGIN)
        ImageDraw.Draw(pen).rectangle(outer, fill=_PEN)
    frame = (0, 0, image.size[0] - 1, image.size[1] - 1)
    ImageDraw.Draw(pen).rectangle(frame, outline=_FRAME)  # where the page ends
    return ImageChops.multiply(image, pen)


if __name__ == "__main__":
    main(int(sys.argv[1]), json.loads(sys.argv[2]), sys.argv[3] == str(True))
