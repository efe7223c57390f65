"""The names of a figure's curves, each beside a sample of its line or its mark."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import plotly.graph_objects as go

from rnnviz.plots.still.curves import colour_of, dashes, mark
from rnnviz.plots.still.ink import Ink
from rnnviz.plots.still.markup import html


def entries(figure: go.Figure, ink: Ink) -> Iterator[str]:
    """One for each curve and each line that is named in the legend."""
    for trace in figure.data:
        if trace.showlegend is not False and trace.name:
            yield _entry(_sample(trace, ink), trace.name)
    for shape in figure.layout.shapes:
        if shape.showlegend and shape.name:
            yield _entry(_rule(shape.line, ink), shape.name)


def _entry(sample: str, name: str) -> str:
    return f'<li><svg viewBox="0 0 30 12" aria-hidden="true">{sample}</svg>{html(name)}</li>'


def _sample(trace: Any, ink: Ink) -> str:
    if trace.type == "bar":
        colours = trace.marker.line.color or trace.marker.color
        return f'<rect x="4" y="2" width="22" height="8" fill="{ink(colours)}"/>'
    mode = trace.mode or "lines"
    said = _rule(trace.line, ink) if "lines" in mode else ""
    if "markers" in mode:
        symbol = str(trace.marker.symbol or "circle")
        size = min(10.0, float(trace.marker.size or 6))
        at = ' transform="translate(15 6)"'
        said += mark(symbol, size, ink(colour_of(trace)), (0.0, ""), at)
    return said


def _rule(line: Any, ink: Ink) -> str:
    wide = 2 if line.width is None else line.width
    return (
        f'<path d="M1 6H29" stroke="{ink(line.color)}" stroke-width="{wide:g}" fill="none"'
        f"{dashes(line.dash)}/>"
    )
