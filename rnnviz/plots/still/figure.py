"""A figure as SVG that stands still, and what stands around it in words."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from html import escape

import plotly.graph_objects as go

from rnnviz.plots.frame import has_legend
from rnnviz.plots.still.around import axes, shapes, written
from rnnviz.plots.still.curves import drawn
from rnnviz.plots.still.ink import BOTH, Ink, Palette
from rnnviz.plots.still.legend import entries
from rnnviz.plots.still.markup import html, words
from rnnviz.plots.still.plot import WIDTH, plot_of
from rnnviz.plots.still.pointing import strips
from rnnviz.plots.theme import SANS

# What is said of a chart that can be zoomed into.
_STIRS = re.compile(r"; a double click[^.]*\.")


@dataclass(frozen=True, slots=True)
class Still:
    """A figure, drawn.

    Attributes:
        title: in HTML.
        hint: what the picture shows, in HTML; "" where nothing is said.
        svg: the drawing.
        legend: a name for each curve that has one, with a sample of its line, in HTML; "" for none.
    """

    title: str
    hint: str
    svg: str
    legend: str


def still(draw: Callable[..., go.Figure], palette: Palette) -> Still:
    """A figure of one panel as it would stand on a page, light or dark as the page is.

    Args:
        draw: makes it, as the functions of `plots` do: `partial(plots.loss, ...)`.
        palette: of the page, which has to declare what it gathers.

    Example:
        >>> from rnnviz.plots.frame import empty
        >>> found = still(lambda theme: empty("Loss", "Nothing yet.", theme), Palette())
        >>> found.title, "Nothing yet." in found.svg, "#" in found.svg
        ('Loss', True, False)
    """
    figures = [draw(theme=theme) for theme in BOTH]
    svg = palette.one(*(_drawing(figure) for figure in figures))
    legend = palette.one(*(_legend(figure) for figure in figures))
    title, _, hint = str(figures[0].layout.title.text).partition("<br>")
    return Still(html(title), html(_STIRS.sub(".", hint.replace("<br>", " "))), svg, legend)


def _drawing(figure: go.Figure) -> tuple[str, Ink]:
    plot, ink = plot_of(figure), Ink()
    inside = shapes(figure, plot, ink, below=True)
    inside += "".join(drawn(t, plot, ink) for t in figure.data if t.cliponaxis is not False)
    inside += shapes(figure, plot, ink, below=False)
    outside = "".join(drawn(t, plot, ink) for t in figure.data if t.cliponaxis is False)
    size = f'width="{plot.width:.1f}" height="{plot.height:.1f}"'
    title = words(str(figure.layout.title.text).partition("<br>")[0])
    svg = (
        f'<svg class="chart" viewBox="0 0 {WIDTH:g} {plot.whole:.0f}" role="img" tabindex="0" '
        f'aria-label="{escape(title)}" font-family="{SANS}">'
        f'<g transform="translate({plot.left:.1f} {plot.top:.1f})">{axes(figure, plot, ink)}'
        f"<svg {size}>{inside}</svg>{outside}{written(figure, plot, ink)}"
        f"{strips(figure, plot)}</g></svg>"
    )
    return svg, ink


def _legend(figure: go.Figure) -> tuple[str, Ink]:
    ink = Ink()
    found = "".join(entries(figure, ink)) if has_legend(figure) else ""
    return (f'<ul class="legend">{found}</ul>' if found else ""), ink
