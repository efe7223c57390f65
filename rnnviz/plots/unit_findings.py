"""One finding closer: what values its unit takes, what changes them, its score over training."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any

import numpy as np
import plotly.graph_objects as go

from rnnviz.analysis.units.changes import Changes
from rnnviz.analysis.units.distribution import Distribution
from rnnviz.analysis.units.finding import Finding
from rnnviz.analysis.units.finding_words import score_words
from rnnviz.plots.findings import unit_name
from rnnviz.plots.frame import empty, frame
from rnnviz.plots.iterations import BOTTOM, axis, places
from rnnviz.plots.theme import LIGHT, Theme
from rnnviz.records import Floats
from rnnviz.text.marks import marked, marks

_HEIGHT = 340
_MOST = 40  # characters beside each other
_CHANGES = (
    "Dot: mean of the unit's value after reading the character less that before. Line: the middle "
    "half of these changes, so a long line says that more than the character decides. "
    "{} characters, each read 20 times or more, on another part of the text than the unit was "
    "chosen on."
)
_OVER_TRAINING = (
    "Scores without their sign, all measured on one part of the text, another than the unit was "
    "chosen on. That of the best unit is of whichever was best then, so chance raises it."
)


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
            y=[100 * share for share in (*shares, shares[-1])],
            mode="lines",
            line={"shape": "hv", "width": 2, "color": theme.series[place]},
            name=f"{name} ({int(found.characters[place]):,} characters)",
            hovertemplate="value %{x:.3f}<br>%{y:.1f} % of them<extra></extra>",
        )
    figure.update_yaxes(ticksuffix="\u00a0%", rangemode="tozero")
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
    figure = frame(title, _CHANGES.format(len(kept)), y="change", height=_HEIGHT, theme=theme)
    names = marks("".join(found.characters[place] for place in kept))
    _add_halves(figure, found.low[kept], found.high[kept], theme)
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
    title = "Score over training"
    figure = frame(title, _OVER_TRAINING, y=measure, height=_HEIGHT, theme=theme)
    alone = max(abs(finding.current_character), abs(finding.two_characters))
    curves = (
        (unit_name(finding.place, layers), np.abs(unit), "solid", "lines+markers"),
        ("best unit of all", np.abs(best), "dot", "lines+markers"),
        ("two characters alone", np.full(len(iterations), alone), "dash", "lines"),
    )
    for (name, scores, dash, mode), colour in zip(curves, theme.series, strict=False):
        said = [score_words(finding, score) for score in scores]
        figure.add_scatter(
            x=places(iterations, log=True),
            y=scores,
            mode=mode,
            name=name,
            line={"width": 2, "color": colour, "dash": dash},
            customdata=[*zip(map("{:,}".format, iterations), said, strict=True)],
            hovertemplate="iteration %{customdata[0]}: %{customdata[1]}<extra></extra>",
        )
    figure.update_yaxes(_score_axis(measure))
    figure.update_xaxes(axis(min(iterations), max(iterations), log=True))
    figure.update_layout(margin={"b": BOTTOM})
    return figure


def _score_axis(measure: str) -> dict[str, Any]:
    """An axis of scores without their sign, from what guessing has to what is perfect."""
    ticks = np.linspace(0, 1, 6)
    shown = ticks if measure == "rho" else (1 + ticks) / 2
    return {"range": [0, 1.04], "tickvals": ticks, "ticktext": [f"{each:.1f}" for each in shown]}


def _add_halves(figure: go.Figure, low: Floats, high: Floats, theme: Theme) -> None:
    """A line for each character, over the middle half of its changes."""
    figure.add_scatter(
        x=np.repeat(np.arange(len(low)), 3),
        y=np.stack([low, high, np.full(len(low), np.nan)], axis=1).ravel(),
        mode="lines",
        line={"color": theme.series[0], "width": 2},
        name="middle half",
        hoverinfo="skip",
    )
