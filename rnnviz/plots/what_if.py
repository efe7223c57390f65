"""A network as it is and with something changed: gradients by lag, eigenvalues of its Jacobian."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import plotly.graph_objects as go

from rnnviz.notation import significant
from rnnviz.plots.definitions import BY_LAG, DASHES, defined
from rnnviz.plots.frame import empty, frame
from rnnviz.plots.log_axis import beyond, finite, log_axis, not_finite
from rnnviz.plots.theme import LIGHT, Theme, path_colours
from rnnviz.plots.unit_circle import Complex, add_circle, add_points, complex_frame
from rnnviz.records import Floats

AS_IT_IS, CHANGED = "as it is", "changed"


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
    hint = defined(f"{BY_LAG}.{grey}", before) + beyond(every)
    hint += not_finite(every)
    x = "lag (characters from the loss back to the state)"
    figure = frame(title, hint, x=x, y="gradient norm", theme=theme)
    for norms, called in ((before, AS_IT_IS), (after or {}, CHANGED)):
        back = after is not None and called == AS_IT_IS
        for path, curve in norms.items():
            colour = theme.muted if back else path_colours(theme, path)[0]
            name = called + f", path {path}" * (len(norms) > 1)
            _add_curve(figure, curve, name, {"color": colour, "dash": DASHES[path], "width": 2})
    log_axis(figure, every)
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
        ['changed', 'as it is', 'unit circle']
    """
    title = "Eigenvalues of the mean Jacobian of a timestep"
    every = np.concatenate([before, *([] if after is None else [after])])
    if not len(every):
        return empty(title, "The states are no longer finite numbers.", theme)
    hint = (
        "What a small change of the state, of an LSTM h and c together, becomes one character "
        "later, on average over the text. "
        "A direction whose eigenvalue lies outside the circle grows, one inside it fades."
    )
    figure = complex_frame(title, hint, float(np.abs(every).max()), theme)
    filled = {"size": 7, "line": {"color": theme.background, "width": 1}}
    filled["color"] = theme.series[0]
    ring = {"size": 8, "color": theme.muted, "symbol": "circle-open", "line": {"width": 1.5}}
    if after is not None:
        add_points(figure, after, CHANGED, filled)
    add_points(figure, before, AS_IT_IS, filled if after is None else ring)
    add_circle(figure, 1.0, theme.text)
    return figure


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
