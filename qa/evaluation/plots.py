"""Plots as inline SVG that takes its colours from the page around it.

The same figures give the same bytes: no date, no random ids. Colours are drawn as placeholders and
become CSS (`currentColor`, `--accent`, `--soft`), so one plot serves a light and a dark page.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from io import StringIO

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from qa.evaluation.metrics import Bin, Estimate, Point

INK, ACCENT, SOFT = "#010203", "#040506", "#070809"
_GROUP_ID = re.compile(r' id="[\w.]+_\d+"')
_CSS = {INK: "currentColor", ACCENT: "var(--accent)", SOFT: "var(--soft)"}


def reliability(bins: Sequence[Bin]) -> str:
    """Draw the share that is right against confidence, a bar a bin, its count above it."""

    def draw(axes: Axes) -> None:
        axes.plot([0, 1], [0, 1], color=INK, linewidth=0.8, linestyle=":")
        for b in bins:
            if b.accuracy is not None:
                axes.bar((b.low + b.high) / 2, b.accuracy, (b.high - b.low) * 0.9, color=ACCENT)
                axes.annotate(
                    f"{b.n:,}",
                    ((b.low + b.high) / 2, b.accuracy),
                    xytext=(0, 2),
                    textcoords="offset points",
                    ha="center",
                    fontsize=7,
                )
        axes.set(xlim=(0, 1), ylim=(0, 1.08), xlabel="confidence", ylabel="share right")

    return _svg("Reliability: share of right answers by confidence", draw)


def risk_coverage(points: Sequence[Point]) -> str:
    """Draw the share wrong against the share answered."""

    def draw(axes: Axes) -> None:
        coverage = [0.0, *(point.coverage for point in points)]
        risk = [point.risk for point in points]
        axes.step(coverage, [*risk[:1], *risk], where="pre", color=ACCENT)
        axes.set(xlim=(0, 1), ylim=(0, None), xlabel="share answered", ylabel="share wrong")

    return _svg("Risk-coverage: share of wrong answers by share answered", draw)


def recall(measures: Mapping[str, Estimate | None]) -> str:
    """Draw every recall@k with its 95% interval."""

    def draw(axes: Axes) -> None:
        found = {
            name.removeprefix("recall@"): estimate
            for name, estimate in measures.items()
            if name.startswith("recall@") and estimate is not None
        }
        values = [estimate.value for estimate in found.values()]
        below = [estimate.value - estimate.low for estimate in found.values()]
        above = [estimate.high - estimate.value for estimate in found.values()]
        places = range(len(found))
        axes.errorbar(places, values, [below, above], fmt="o-", color=ACCENT, capsize=3)
        axes.set_xticks(places, list(found))
        axes.set(ylim=(0, 1.02), xlabel="k", ylabel="recall@k")

    return _svg("Recall at k, with 95% intervals", draw)


def times(milliseconds: Mapping[str, Sequence[float]]) -> str:
    """Draw the share of questions done within a time, a line for each part of the work."""

    def draw(axes: Axes) -> None:
        share = np.arange(101)
        looks = [(SOFT, "-"), (INK, ":"), (ACCENT, "-")]
        for (name, values), (colour, line) in zip(milliseconds.items(), looks, strict=False):
            axes.plot(
                np.percentile(values, share), share / 100, color=colour, linestyle=line, label=name
            )
        axes.set(xlim=(0, None), ylim=(0, 1.02), xlabel="milliseconds", ylabel="share of questions")
        axes.legend(loc="lower right")

    return _svg("Time: share of questions done within so many milliseconds", draw)


def _svg(label: str, draw: Callable[[Axes], None]) -> str:
    with mpl.rc_context(
        {
            "svg.hashsalt": label,  # one page holds several plots: same bytes, different ids
            "svg.fonttype": "none",  # text stays text, in the page's font
            "font.size": 9,
            "text.color": INK,
            "axes.edgecolor": INK,
            "axes.labelcolor": INK,
            "axes.spines.top": False,
            "axes.spines.right": False,
            "xtick.color": INK,
            "ytick.color": INK,
            "legend.frameon": False,
        }
    ):
        figure = Figure(figsize=(4.4, 3.0), layout="constrained")
        axes = figure.subplots()
        draw(axes)
        written = StringIO()
        nothing = dict.fromkeys(("Creator", "Date", "Format", "Type"))
        figure.savefig(written, format="svg", transparent=True, metadata=nothing)
    drawing = written.getvalue()
    drawing = drawing[drawing.index("<svg") :]  # no XML prologue inside HTML
    drawing = _GROUP_ID.sub("", drawing)  # the same in every plot, and used by none
    for placeholder, css in _CSS.items():
        drawing = drawing.replace(placeholder, css)
    return drawing.replace("<svg", f'<svg role="img" aria-label="{label}"', 1)
