"""Pictures of pages, as scanners write them: read by OCR, as the pages of a PDF are."""

import warnings
from dataclasses import replace
from io import BytesIO
from itertools import islice

from PIL import Image, ImageSequence, UnidentifiedImageError

from index.errors import CorpusError
from index.formats.extracted import Extracted
from index.formats.ocr import NO_OCR, Ocr
from index.formats.pdf import read as read_pdf
from index.types import no_boxes

# No others: Pillow has a program of the system draw some of them.
_FORMATS = ("PNG", "JPEG", "TIFF")
_DOTS = 100_000_000  # of a picture
_PAGES = 1_000
_RESOLUTION = 300.0  # dots an inch, where a file does not say
_LEAST = 50  # dots; a smaller picture is a mark or a rule


def read(raw: bytes, ocr: Ocr = NO_OCR) -> Extracted:
    """Read a picture; of a TIFF of several, each is a page. Its words are on no page of a PDF."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        try:
            with Image.open(BytesIO(raw), formats=_FORMATS) as picture:
                pages = [_page(one) for one in islice(ImageSequence.Iterator(picture), _PAGES)]
        except UnidentifiedImageError as error:
            raise CorpusError("damaged, or not a picture of its kind") from error
    if not pages or min(pages[0].size) < _LEAST:
        raise CorpusError("a picture too small to hold a text")
    stream = BytesIO()
    pages[0].save(stream, "PDF", save_all=True, append_images=pages[1:], resolution=_RESOLUTION)
    found = read_pdf(stream.getvalue(), ocr)
    several = len(pages) > 1
    places = tuple(replace(place, page=None) for place in found.places) if several else ()
    return replace(found, places=places, boxes=no_boxes())


def _page(picture: Image.Image) -> Image.Image:
    if picture.width * picture.height > _DOTS:
        raise CorpusError("a picture of too many dots; scan it at 300 dots an inch")
    return picture.convert("L")
