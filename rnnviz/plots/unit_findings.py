"""One finding closer: what values its unit takes, what changes them, its score over training."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import numpy as np
import plotly.graph_objects as go

from rnnviz.analysis.units.changes import Changes
from rnnviz.analysis.units.distribution import Distribution
from rnnviz.analysis.units.finding import Finding
from rnnviz.analysis.units.finding_words import score_words
from rnnviz.plots.characters import marked, marks
from rnnviz.plots.findings import unit_name
from rnnviz.plots.frame import empty, frame
from rnnviz.plots.iterations import BOTTOM, axis, places
from rnnviz.plots.theme import LIGHT, Theme

_HEIGHT = 340
_MOST = 40  # characters beside each other


def unit_distribution(
    finding: Finding, found: Distribution, *, layers: int = 1, theme: Theme = LIGHT
) -> go.Figure:
    """Histograms of a finding's unit: where its property holds and where it does not.

    Args:
        finding: of the unit.
        found: its histograms.
        layers: of the network.
        theme: the colours.
    """
    asked = escape(marked(finding.followed))
    counter = finding.kind == "counter"
    hint = (
        f"Of the characters where “{asked}” "
        + ("lies in a range" if counter else "holds, and of all others")
        + ", the share at which the unit has each value; on another part of the text than it was "
        "chosen on."
    )
    unit = unit_name(finding.place, layers)
    if not found.names:
        return empty(f"Values of {unit}", "None of them is a finite number.", theme)
    figure = frame(
        f"Values of {unit}", hint, x=f"value of {unit}", y="share", height=_HEIGHT, theme=theme
    )
    for place, (name, shares) in enumerate(zip(found.names, found.shares, strict=True)):
        figure.add_scatter(
            x=found.edges,
            y=[*shares, shares[-1]],
            mode="lines",
            line={"shape": "hv", "width": 2, "color": theme.series[place]},
            name=f"{name} ({int(found.characters[place]):,} characters)",
            hovertemplate="value %{x:.3f}<br>share %{y:.3f}<extra></extra>",
        )
    figure.update_yaxes(tickformat=".0%", rangemode="tozero")
    return figure


def unit_changes(
    finding: Finding, found: Changes, *, layers: int = 1, theme: Theme = LIGHT
) -> go.Figure:
    """What the reading of each character does to a finding's unit: mean change, and its spread.

    Of more than 40 characters the most frequent are shown.

    Args:
        finding: of the unit.
        found: its changes.
        layers: of the network.
        theme: the colours.
    """
    unit = unit_name(finding.place, layers)
    title = f"What each character does to {unit}"
    if not found.characters:
        return empty(title, "No character is read 20 times.", theme)
    kept = np.sort(np.argsort(-found.times, kind="stable")[:_MOST])
    hint = (
        "Dot: mean of the unit's value after reading the character less that before. Line: the "
        "middle half of these changes, so a long line says that more than the character decides. "
        f"{len(kept)} characters, each read 20 times or more, on another part of the text than the "
        "unit was chosen on."
    )
    figure = frame(title, hint, y="change", height=_HEIGHT, theme=theme)
    names = marks("".join(found.characters[place] for place in kept))
    low, high = found.low[kept], found.high[kept]
    colour = {"color": theme.series[0], "width": 2}
    ends = np.stack([low, high, np.full(len(kept), np.nan)], axis=1).ravel()
    places = np.repeat(np.arange(len(kept)), 3)
    figure.add_scatter(
        x=places, y=ends, mode="lines", line=colour, name="middle half", hoverinfo="skip"
    )
    figure.add_scatter(
        x=np.arange(len(kept)),
        y=found.mean[kept],
        mode="markers",
        name="mean",
        marker={"size": 7, "color": theme.series[0]},
        customdata=[
            [name, int(times)] for name, times in zip(names, found.times[kept], strict=True)
        ],
        hovertemplate="%{customdata[0]}: %{y:.3f} on average, read %{customdata[1]:,} times"
        "<extra></extra>",
    )
    figure.update_xaxes(tickvals=np.arange(len(kept)), ticktext=names, tickangle=0)
    figure.update_yaxes(zeroline=True, zerolinecolor=theme.muted)
    figure.update_layout(showlegend=False)
    return figure


def score_over_training(
    finding: Finding,
    iterations: Sequence[int],
    unit: Sequence[float],
    best: Sequence[float],
    *,
    layers: int = 1,
    theme: Theme = LIGHT,
) -> go.Figure:
    """How well a finding's unit, and the best unit then, followed its property at snapshots.

    Beside them what the characters alone explain, which no training changes.

    Args:
        finding: of the unit.
        iterations: of the snapshots.
        unit: scores of the finding's unit.
        best: the largest of any unit, without its sign.
        layers: of the network.
        theme: the colours.
    """
    measure = "rho" if finding.measure == "rho" else "AUC"
    hint = (
        "Scores without their sign, all measured on one part of the text, another than the unit "
        "was chosen on. That of the best unit is of whichever was best then, so chance raises it."
    )
    figure = frame("Score over training", hint, y=measure, height=_HEIGHT, theme=theme)
    x = places(iterations, log=True)
    alone = max(abs(finding.current_character), abs(finding.two_characters))
    curves = {
        unit_name(finding.place, layers): np.abs(unit),
        "best unit of all": np.abs(best),
        "two characters alone": np.full(len(iterations), alone),
    }
    for place, (name, scores) in enumerate(curves.items()):
        figure.add_scatter(
            x=x,
            y=scores,
            mode="lines+markers" if place < 2 else "lines",
            name=name,
            line={
                "width": 2,
                "color": theme.series[place],
                "dash": ("solid", "dot", "dash")[place],
            },
            customdata=[
                [f"{iteration:,}", score_words(finding, score)]
                for iteration, score in zip(iterations, scores, strict=True)
            ],
            hovertemplate="iteration %{customdata[0]}: %{customdata[1]}<extra></extra>",
        )
    ticks = np.linspace(0, 1, 6)
    shown = ticks if measure == "rho" else (1 + ticks) / 2
    figure.update_yaxes(range=[0, 1.04], tickvals=ticks, ticktext=[f"{tick:.1f}" for tick in shown])
    figure.update_xaxes(axis(min(iterations), max(iterations), log=True))
    figure.update_layout(margin={"b": BOTTOM})
    return figure
