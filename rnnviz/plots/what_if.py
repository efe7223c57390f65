"""A network as it is and with something changed: gradients by lag, eigenvalues of its Jacobian."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import plotly.graph_objects as go

from rnnviz.notation import significant
from rnnviz.plots.definitions import BY_LAG, DASHES, defined
from rnnviz.plots.frame import empty, frame
from rnnviz.plots.log_axis import MAX_DECADES, finite, log_axis, not_finite
from rnnviz.plots.theme import LIGHT, Theme, path_colours
from rnnviz.plots.unit_circle import Complex, add_circle, add_points, complex_frame
from rnnviz.records import Floats

AS_IT_IS, CHANGED = "as it is", "changed"
_UNDER = 82  # pixels for the axis and a row of legend
_BEYOND = f" The axis begins {MAX_DECADES} powers of ten below the largest norm of a curve."


def changed_by_lag(
    before: Mapping[str, Floats], after: Mapping[str, Floats] | None, *, theme: Theme = LIGHT
) -> go.Figure:
    """Gradient norms by lag (definition C) of a network and of its changed copy.

    Args:
        before: mean norms by path (lag), as it is.
        after: likewise, changed; None where nothing is.
        theme: the colours.

    Example:
        >>> figure = changed_by_lag({"h": np.array([1.0, 0.5])}, {"h": np.array([1.0, 0.9])})
        >>> [trace.name for trace in figure.data]
        ['as it is', 'changed']
    """
    title = "Gradient of a loss by lag"
    every = np.concatenate([*before.values(), *(after or {}).values()])
    if not (every > 0).any():
        return empty(title, "Every gradient is zero.", theme)
    grey = " Grey: the network as it is." * (after is not None)
    least = min(_least(curve) for norms in (before, after or {}) for curve in norms.values())
    hint = defined(f"{BY_LAG}.{grey}", before) + _BEYOND * bool((every < least)[every > 0].any())
    hint += not_finite(every)
    x = "lag (characters from the loss back to the state)"
    figure = frame(title, hint, x=x, y="gradient norm", height=420, theme=theme)
    figure.update_layout(margin_b=_UNDER)  # as high as the plane beside it
    for norms, called in ((before, AS_IT_IS), (after or {}, CHANGED)):
        back = after is not None and called == AS_IT_IS
        for path, curve in norms.items():
            colour = theme.muted if back else path_colours(theme, path)[0]
            name = called + f", path {path}" * (len(norms) > 1)
            _add_curve(figure, curve, name, {"color": colour, "dash": DASHES[path], "width": 2})
    log_axis(figure, every, least=least)
    return figure


def changed_eigenvalues(
    before: Complex, after: Complex | None, *, theme: Theme = LIGHT
) -> go.Figure:
    """Eigenvalues of the mean Jacobian of a timestep, as it is and changed, and the unit circle.

    Args:
        before: of the network as it is.
        after: of its changed copy; None where nothing is changed.
        theme: the colours.

    Example:
        >>> figure = changed_eigenvalues(np.array([0.5 + 0j]), np.array([1.5 + 0j]))
        >>> [trace.name for trace in figure.data]
        ['as it is', 'changed', 'unit circle']
    """
    title = "Eigenvalues of the mean Jacobian of a timestep"
    every = np.concatenate([before, *([] if after is None else [after])])
    if not len(every):
        return empty(title, "The states are no longer finite numbers.", theme)
    hint = (
        "What a small change of the state (h, or h and c together) becomes one character later, on "
        "average over the text. Again and again by this average alone, a direction whose "
        "eigenvalue lies outside the circle grows, and one inside it fades; no character is the "
        "average, so that gradients by lag may do otherwise."
    )
    figure = complex_frame(title, hint, float(np.abs(every).max()), theme, under=_UNDER)
    filled = {"size": 7, "line": {"color": theme.background, "width": 1}}
    filled["color"] = theme.series[0]
    ring = {"size": 11, "color": theme.muted, "symbol": "circle-open", "line": {"width": 1.5}}
    add_points(figure, before, AS_IT_IS, filled if after is None else ring)
    if after is not None:  # last, so that no ring lies over them
        add_points(figure, after, CHANGED, filled)
    add_circle(figure, 1.0, theme.text)
    return figure


def _least(curve: Floats) -> float:
    """The smallest norm of a curve that is to be seen beside its largest."""
    there = curve[np.isfinite(curve) & (curve > 0)].astype(np.float64)
    if not len(there):
        return math.inf
    return float(max(there.min(), there.max() / 10.0**MAX_DECADES))


def _add_curve(figure: go.Figure, curve: Floats, name: str, line: dict[str, Any]) -> None:
    figure.add_scatter(
        x=np.arange(len(curve)),
        y=finite(curve),
        mode="lines",
        name=name,
        line=line,
        showlegend=True,
        customdata=[significant(norm) for norm in curve.tolist()],
        hovertemplate=f"lag %{{x}}, {name}: norm %{{customdata}}<extra></extra>",
    )
