"""What is said where one points at a figure: at all curves at once, strip by strip."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from itertools import pairwise
from typing import Any

import plotly.graph_objects as go

from rnnviz.plots.still.curves import places
from rnnviz.plots.still.hover import said
from rnnviz.plots.still.markup import seen
from rnnviz.plots.still.plot import Plot

_STRIP = 5.0


@dataclass(frozen=True, slots=True)
class Told:
    """One point, and what is said of it."""

    at: float
    curve: int
    words: str


def strips(figure: go.Figure, plot: Plot) -> str:
    """Strips over the plot, unseen, each with what is said of the points in it."""
    rows = plot.y.kind == "category"
    told = sorted(_told(figure, plot, rows), key=lambda one: one.at)
    found = list(_together(told, 0.5 if rows else _STRIP))
    whole = plot.height if rows else plot.width
    middles = [sum(one.at for one in group) / len(group) for group in found]
    edges = [0.0, *((a + b) / 2 for a, b in pairwise(middles)), whole]
    return "".join(
        _strip(group, (edges[place], edges[place + 1]), plot, rows)
        for place, group in enumerate(found)
    )


def _told(figure: go.Figure, plot: Plot, rows: bool) -> Iterator[Told]:
    for number, trace in enumerate(figure.data):
        if trace.hovertemplate is None or trace.hoverinfo == "skip":
            continue
        size = plot.height if rows else plot.width
        for place, point in enumerate(places(trace, plot)):
            at = point[1] if rows else point[0]
            if 0 <= at <= size and point[0] == point[0] and point[1] == point[1]:
                yield Told(at, number, said(trace.hovertemplate, _values(trace, place)))


def _values(trace: Any, place: int) -> dict[str, Any]:
    return {
        name: each[place]
        for name in ("x", "y", "text", "customdata")
        if (each := getattr(trace, name)) is not None and not isinstance(each, str)
    }


def _together(told: list[Told], apart: float) -> Iterator[list[Told]]:
    """Those of neighbouring places, of each curve the one in the middle of them."""
    group: list[Told] = []
    for one in told:
        if group and one.at - group[0].at > apart:
            yield _each_once(group)
            group = []
        group.append(one)
    if group:
        yield _each_once(group)


def _each_once(group: list[Told]) -> list[Told]:
    middle = (group[0].at + group[-1].at) / 2
    nearest = sorted(group, key=lambda one: abs(one.at - middle))
    kept = {one.curve: one for one in reversed(nearest)}
    return [kept[curve] for curve in sorted(kept)]


def _strip(group: list[Told], edges: tuple[float, float], plot: Plot, rows: bool) -> str:
    words = escape(seen("\n".join(dict.fromkeys(one.words for one in group))))
    low, size = edges[0], edges[1] - edges[0]
    x, y, wide, high = (0.0, low, plot.width, size) if rows else (low, 0.0, size, plot.height)
    box = f'x="{x:.1f}" y="{y:.1f}" width="{wide:.1f}" height="{high:.1f}"'
    return f'<rect class="strip" {box} fill="none"><title>{words}</title></rect>'
