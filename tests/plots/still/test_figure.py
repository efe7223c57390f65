"""A figure that stands still shows the points of the figure, where its axes say, and no markup."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from functools import partial
from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest
from plotly.graph_objects import Figure

from rnnviz.plots.block_differences import block_differences
from rnnviz.plots.compared_training import compared_losses
from rnnviz.plots.frame import frame
from rnnviz.plots.still.figure import still
from rnnviz.plots.still.ink import Palette
from rnnviz.plots.still.plot import plot_of
from rnnviz.plots.theme import DARK, LIGHT, Theme
from rnnviz.plots.training import loss
from rnnviz.records import Curve

HOSTILE = "</svg><script>throw 1</script>&lt;\x00"


def curves(theme: Theme, log: bool = True) -> Figure:
    """Two lines of seven points, with all that stands around lines."""
    figure = frame("Title", "What <sub>t</sub> is.", x="time", y="size", theme=theme)
    x = np.arange(1.0, 8.0)
    figure.add_scatter(
        x=x,
        y=10.0**-x,
        name="falling",
        line={"color": theme.series[0]},
        text=[HOSTILE] * 7,
        hovertemplate="%{x}: %{y:.2g} %{text}<extra></extra>",
    )
    figure.add_scatter(
        x=x,
        y=2.0**x,
        name=HOSTILE.replace("<", "&lt;"),
        mode="lines+markers",
        line={"color": theme.series[1]},
        hovertemplate="%{x}<extra>rising</extra>",
        marker={"color": theme.series[1]},
    )
    figure.add_hline(0.5, line={"color": theme.muted})
    figure.add_annotation(
        x=1,
        y=0.5,
        xref="paper",
        yref="paper",
        text=HOSTILE,
        font={"color": theme.text},
        showarrow=False,
    )
    figure.update_yaxes(type="log" if log else "linear")
    return figure


def drawn(draw: Callable[..., Figure]) -> ElementTree.Element:
    """The drawing as XML, which it has to be."""
    return ElementTree.fromstring(still(draw, Palette()).svg)


@pytest.mark.parametrize("log", [True, False])
def test_every_point_stands_where_its_axes_say(log: bool) -> None:
    figure = curves(LIGHT, log)
    plot = plot_of(figure)
    paths = [path.get("d", "") for path in drawn(partial(curves, log=log)).iter("path")]
    for trace in figure.data:
        found = next(
            points
            for path in paths
            if len(points := re.findall(r"[ML](-?[\d.]+) (-?[\d.]+)", path)) == len(trace.x)
            and float(points[0][1]) == pytest.approx(plot.y.at(trace.y[0]), abs=0.06)
        )
        for (x, y), across, up in zip(found, trace.x, trace.y, strict=True):
            share = (math.log10(up) if log else up) - plot.y.low
            height = plot.height * (1 - share / (plot.y.high - plot.y.low))
            assert float(x) == pytest.approx(plot.x.at(across), abs=0.06)
            assert float(y) == pytest.approx(height, abs=0.06)


def test_words_are_words_in_it() -> None:
    found = still(curves, Palette())
    for said in (found.svg, found.legend):
        assert "<script" not in said and "\x00" not in said and "&lt;script&gt;" in said
    assert found.title == "Title" and "<sub>t</sub>" in found.hint
    strips = [rect for rect in drawn(curves).iter("rect") if rect.get("class") == "strip"]
    told = [strip.findtext("title") or "" for strip in strips]
    assert len(told) == 7 and told[2].startswith("3: 0.001 </svg>")
    assert [said.splitlines()[1] for said in told] == [f"rising: {x}" for x in range(1, 8)]
    assert float(strips[-1].get("x", 0)) + float(strips[-1].get("width", 0)) == pytest.approx(
        plot_of(curves(LIGHT)).width, abs=0.2
    )


def test_every_colour_is_named_in_both_appearances() -> None:
    palette = Palette()
    found = still(curves, palette)
    used = {*re.findall(r"var\((--ink-\d+)\)", found.svg + found.legend)}
    for theme in (LIGHT, DARK):
        named = dict(each.split(":") for each in palette.css(theme.name).split(";"))
        assert {*named} == used and {theme.series[0], theme.series[1]} <= {*named.values()}
    assert not re.search("#[0-9a-f]{6}", found.svg + found.legend)


@pytest.mark.parametrize("values", [[], [2.0], [0.0, 0.0], [math.nan, 1.0], [1e-300, 1e300]])
def test_any_losses_can_be_drawn(values: list[float]) -> None:
    at = np.arange(1, len(values) + 1)
    history = pd.DataFrame({"iteration": at, "loss_nats": np.array(values, float)})
    snapshots = pd.DataFrame({"iteration": [], "validation_loss_nats": [], "best": []})
    assert drawn(partial(loss, history, snapshots)).tag.endswith("svg")
    curve = Curve(0, "A <b>", at, at.astype(float), np.array(values, float))
    assert drawn(partial(compared_losses, [curve], [])).tag.endswith("svg")
    if values:
        blocks = partial(block_differences, np.array(values), 0.0, (-1.0, 1.0), ("A", "B"))
        assert drawn(blocks).tag.endswith("svg")
