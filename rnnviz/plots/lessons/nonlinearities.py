"""tanh, sigmoid and relu: curves, repeated application, and trained networks beside each other."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from numpy.typing import NDArray

from rnnviz.cells import BOUNDS, Nonlinearity
from rnnviz.notation import bits
from rnnviz.plots.definitions import BY_LAG, defined
from rnnviz.plots.frame import empty, frame
from rnnviz.plots.log_axis import beyond, log_axis
from rnnviz.plots.theme import LIGHT, Theme
from rnnviz.records import Floats

_DASHES: Mapping[Nonlinearity, str] = MappingProxyType(
    {"tanh": "solid", "sigmoid": "dash", "relu": "dot"}
)

# Where the largest slopes are named: clear of all curves, and of the line at z = 1, at any width.
_LABELS: Mapping[Nonlinearity, dict[str, Any]] = MappingProxyType(
    {
        "tanh": {"x": -0.7, "y": 1.0, "xanchor": "right"},
        "sigmoid": {"x": -1.7, "y": 0.34, "xanchor": "right"},
        "relu": {"x": 2.0, "y": 0.87, "xanchor": "left"},
    }
)

_BINS = 40

Curves = Mapping[Nonlinearity, tuple[NDArray[Any], Floats]]


def functions(curves: Curves, z: float, *, theme: Theme = LIGHT) -> go.Figure:
    """phi(z) of each, with the place looked at marked.

    Args:
        curves: z and phi(z) by name.
        z: the place.
        theme: the colours.
    """
    figure = frame("φ(z)", "What a unit makes of its argument.", x="z", y="φ(z)", theme=theme)
    _add_all(figure, curves, theme)
    _mark(figure, curves, z, theme)
    figure.update_yaxes(range=[-1.3, 3.2])
    return figure


def derivatives(
    curves: Curves,
    maxima: Mapping[Nonlinearity, tuple[float, float]],
    z: float,
    *,
    theme: Theme = LIGHT,
) -> go.Figure:
    """phi'(z) of each, its maximum marked with its value.

    Args:
        curves: z and phi'(z) by name.
        maxima: place and value of the largest slope by name.
        z: the place looked at.
        theme: the colours.
    """
    hint = (
        "Times w, what a gradient is multiplied by on its way back. Rings: the largest values, "
        "relu's at every z above 0."
    )
    figure = frame("φ′(z)", hint, x="z", y="φ′(z)", theme=theme)
    _add_all(figure, curves, theme)
    for name, largest in maxima.items():
        _add_largest(figure, name, *largest, theme)
    _mark(figure, curves, z, theme)
    figure.update_yaxes(range=[-0.08, 1.2])
    return figure


def repeated_states(states: Mapping[Nonlinearity, Floats], *, theme: Theme = LIGHT) -> go.Figure:
    """h_t against t for each; the axis is logarithmic once a state is beyond 20.

    Args:
        states: h by name (timestep).
        theme: the colours.
    """
    largest = max(float(np.abs(h).max()) for h in states.values())
    title, hint = "States", "h<sub>t</sub> = φ(w h<sub>t−1</sub>)."
    if largest <= 20:
        figure = frame(title, hint, x="timestep", y="h", theme=theme)
        figure.update_yaxes(rangemode="tozero")
        shown = dict(states)
    else:
        hint += " The axis is logarithmic, so it shows the size |h| and no zero."
        shown = {name: np.abs(h) for name, h in states.items()}
        hint += beyond(np.concatenate(list(shown.values())))
        figure = frame(title, hint, x="timestep", y="|h|", theme=theme)
        log_axis(figure, np.concatenate(list(shown.values())))
    _add_all(figure, {name: (np.arange(len(h)), h) for name, h in shown.items()}, theme)
    return figure


def repeated_gradients(
    gradients: Mapping[Nonlinearity, Floats], *, theme: Theme = LIGHT
) -> go.Figure:
    """|d h_t / d h_0| against t for each, on a log axis; zeros are left out and named.

    Args:
        gradients: by name (timestep).
        theme: the colours.
    """
    everything = np.concatenate(list(gradients.values()))
    zero = [name for name, g in gradients.items() if (g == 0).any()]
    hint = "|∂h<sub>t</sub>/∂h<sub>0</sub>|: the product of w φ′(z) over t timesteps."
    hint += f" Exactly zero, so not shown: {', '.join(zero)}." if zero else ""
    figure = frame("Gradient", hint + beyond(everything), x="timestep", y="gradient", theme=theme)
    log_axis(figure, everything)
    shown = {name: np.where(g > 0, g, np.nan) for name, g in gradients.items()}
    _add_all(figure, {name: (np.arange(len(g)), g) for name, g in shown.items()}, theme)
    return figure


def losses(snapshots: Mapping[Nonlinearity, pd.DataFrame], *, theme: Theme = LIGHT) -> go.Figure:
    """Validation loss of each network by iteration, in bits per character.

    Args:
        snapshots: as `Run.snapshots` gives them, by nonlinearity.
        theme: the colours.
    """
    title = "Validation loss"
    curves = {
        name: (table["iteration"].to_numpy(), table["validation_loss_nats"].to_numpy(float))
        for name, table in snapshots.items()
        if len(table)
    }
    if not any(np.isfinite(nats).any() for _, nats in curves.values()):
        return empty(title, "No network has a validation loss yet.", theme)
    hint = "On text none of them was trained on; logarithmic axis."
    figure = frame(title, hint, x="iteration", y="bits per character", theme=theme)
    log_axis(figure, bits(np.concatenate([nats for _, nats in curves.values()])))
    _add_all(figure, {name: (x, bits(nats)) for name, (x, nats) in curves.items()}, theme)
    return figure


def reaches(norms: Mapping[Nonlinearity, pd.DataFrame], *, theme: Theme = LIGHT) -> go.Figure:
    """Gradient norm by lag of each network's last snapshot, as a share of its norm at lag 0.

    Args:
        norms: as `Run.gradient_norms_by_lag` gives them, by nonlinearity; the top layer is shown.
        theme: the colours.
    """
    title = "Gradient norm by lag"
    curves = {name: _share(table) for name, table in norms.items() if len(table)}
    curves = {name: curve for name, curve in curves.items() if len(curve[1])}
    if not curves:
        return empty(title, "No network has gradient norms by lag yet.", theme)
    everything = np.concatenate([share for _, share in curves.values()])
    hint = (
        f"{defined(BY_LAG, 'h')}, divided by what it is at lag 0, no character back, so that every "
        "curve begins with 1; last snapshot."
    )
    figure = frame(
        title,
        hint + beyond(everything),
        x="lag (characters)",
        y="left of that at lag 0",
        theme=theme,
    )
    log_axis(figure, everything)
    _add_all(figure, curves, theme)
    return figure


def histogram(values: Floats, name: Nonlinearity, words: str, *, theme: Theme = LIGHT) -> go.Figure:
    """How often phi gives which value.

    Args:
        values: of phi, finite, of any shape.
        name: of phi.
        words: what the values are.
        theme: the colours.

    Example:
        >>> figure = histogram(np.array([-1.0, 0.99, 1.0]), "tanh", "h")
        >>> [round(float(share), 2) for share in figure.data[0].y if share]
        [33.33, 66.67]
    """
    ends = BOUNDS[name] or (0.0, max(float(values.max()), 1e-3))
    counts, edges = np.histogram(values, _BINS, ends)
    hint = f"{words}, of all units of the top layer at every timestep."
    figure = frame(f"Values of {name}", hint, x="φ(z)", y="share (%)", height=320, theme=theme)
    figure.add_bar(
        x=(edges[:-1] + edges[1:]) / 2,
        y=100 * counts / values.size,
        width=0.92 * np.diff(edges),
        marker={"color": colour(name, theme), "line": {"width": 0}},
        customdata=np.stack([edges[:-1], edges[1:]], axis=1),
        hovertemplate="%{customdata[0]:.3g} to %{customdata[1]:.3g}: %{y:.2f} %<extra></extra>",
    )
    return figure


def colour(name: Nonlinearity, theme: Theme) -> str:
    """The same for a nonlinearity in every figure."""
    return theme.series[list(_DASHES).index(name)]


def _share(norms: pd.DataFrame) -> tuple[NDArray[Any], Floats]:
    top = norms[(norms["layer"] == norms["layer"].max()) & (norms["path"] == "h")]
    last = top[top["iteration"] == top["iteration"].max()].sort_values("lag")
    values = last["gradient_norm"].to_numpy(float)
    if not len(values) or not values[0] > 0:
        return np.zeros(0), np.zeros(0)
    return last["lag"].to_numpy(), values / values[0]


def _add_all(figure: go.Figure, curves: Curves, theme: Theme) -> None:
    for name, (x, y) in curves.items():
        figure.add_scatter(
            x=x,
            y=y,
            mode="lines",
            name=name,
            line={"color": colour(name, theme), "dash": _DASHES[name], "width": 2},
            hovertemplate=f"{name}<br>%{{x:.4g}}: %{{y:.4g}}<extra></extra>",
        )


def _add_largest(
    figure: go.Figure, name: Nonlinearity, place: float, value: float, theme: Theme
) -> None:
    """A ring where a slope is largest, and its value."""
    own = colour(name, theme)
    figure.add_scatter(
        x=[place],
        y=[value],
        mode="markers",
        marker={"symbol": "circle-open", "size": 12, "color": own, "line": {"width": 2}},
        showlegend=False,
        hovertemplate=f"largest slope of {name}: {value:g}<extra></extra>",
    )
    figure.add_annotation(
        **_LABELS[name],
        text=f"{name}<br>{value:g}",
        font={"color": own, "size": 12},
        align="center",
        showarrow=False,
    )


def _mark(figure: go.Figure, curves: Curves, z: float, theme: Theme) -> None:
    """A line at z, and a point where it meets each curve."""
    figure.add_vline(x=z, line={"color": theme.muted, "dash": "dash", "width": 1})
    for name, (x, y) in curves.items():
        figure.add_scatter(
            x=[z],
            y=[float(np.interp(z, x, y))],
            mode="markers",
            marker={"size": 9, "color": colour(name, theme)},
            showlegend=False,
            hovertemplate=f"{name}<br>%{{x:.4g}}: %{{y:.4g}}<extra></extra>",
        )
