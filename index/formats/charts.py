"""Charts and diagrams of Office files: what they show as rows and lines of text."""

from collections.abc import Iterator

from lxml import etree

from index.formats.grid import grid
from index.formats.number_formats import shown
from index.formats.office import named

CHART, DIAGRAM = "chart", "diagramData"  # how a part is related to the one that shows it


def read_drawing(kind: str, label: str, root: etree._Element) -> Iterator[tuple[str, str]]:
    """Yield (label, text) of what a chart or a diagram shows; nothing for other kinds of parts.

    A chart is its title, and a row for each category with the values of its series.
    """
    if kind == DIAGRAM:
        yield f"{label}, diagram", "\n".join(_texts(root))
    if kind != CHART:
        return
    heading = next((" ".join(_texts(node)) for node in named(root, "title")), "")
    yield f"{label}, chart", heading
    series = list(named(root, "ser"))
    points = [_points(one, "val", "yVal", "bubbleSize") for one in series]
    categories: dict[int, str] = {}
    for one in reversed(series):
        categories |= _points(one, "cat", "xVal")
    names = [next(iter(_points(one, "tx").values()), "") for one in series]
    numbers = sorted(set(categories).union(*points)) if points else []
    rows = [["", *names]]
    rows += [[categories.get(n, ""), *(p.get(n, "") for p in points)] for n in numbers]
    for number, row in grid(enumerate(rows), named=True).lines() if any(names) else ():
        yield f"{label}, chart, row {number}", row


def _texts(root: etree._Element) -> list[str]:
    paragraphs = ("".join(t.text or "" for t in named(p, "t")) for p in named(root, "p"))
    return [text.strip() for text in paragraphs if text.strip()]


def _points(series: etree._Element, *kinds: str) -> dict[int, str]:
    """Return what the first of these parts of a series holds, by the number of its points."""
    part = next((node for kind in kinds for node in series.iterchildren(f"{{*}}{kind}")), None)
    if part is None:
        return {}
    code = next((node.text or "" for node in named(part, "formatCode")), "General")
    found: dict[int, str] = {}
    for point in named(part, "pt"):
        number, value = point.get("idx", ""), next(iter(named(point, "v")), None)
        if number.isdecimal() and value is not None and value.text:
            found.setdefault(int(number), shown(value.text, code))
    return found
