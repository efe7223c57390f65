"""How the reach of gradients grows or shrinks while training."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from rnnviz.analysis.gradients.reach import Fall, Reach, Share
from rnnviz.analysis.gradients.reach_words import range_words
from rnnviz.notation import are, listed, share_words, significant
from rnnviz.plots import iterations
from rnnviz.plots.definitions import DASHES, path_name, paths_words
from rnnviz.plots.frame import empty, panels
from rnnviz.plots.log_axis import finite, log_axis
from rnnviz.plots.theme import LIGHT, Theme, path_colours
from rnnviz.records import Floats

_HINT = (
    "Top: the first lag at which the mean norm |∂l<sub>t</sub>/∂state<sub>t−lag</sub>| is a half "
    "(filled) and 1 % (open) of that at lag 0; a triangle at the upper edge: not within the lags "
    "read. Middle: what is left at the last lag read. Bottom: the norm at lag 0, that is by the "
    "state that the character is predicted from. Thin bars: 95 % intervals over losses."
)
_TOTAL = (
    " Grey: the gradient norm of all weights together at an iteration, before clip_norm: what one "
    "update of training begins with."
)

# Where a lag stands that lies beyond those read.
_BEYOND = 1.25

Points = Sequence[tuple[int, Reach]]


@dataclass(frozen=True, slots=True)
class _Point:
    """A place on an axis, what is said of it, and its interval where it has one."""

    value: float
    said: str
    ends: tuple[float, ...] = ()
    symbol: str = "circle"


def over_training(
    found: Mapping[tuple[int, str], Reach],
    history: pd.DataFrame | None = None,
    *,
    theme: Theme = LIGHT,
) -> go.Figure:
    """What is read off the curves by lag, by iteration, in three panels on log axes.

    Above: the half-way lag and the 1 % lag. In the middle: the share left at the last lag read.
    Below: the norm at lag 0, and the total gradient norm of all parameters before clipping where a
    history is given.

    Args:
        found: by (iteration, path), as `analysis.gradients.reach.reaches` gives it.
        history: as `Run.history` gives it: iteration, total_gradient_norm.
        theme: the colours.

    Example:
        >>> from rnnviz.analysis.gradients.reach import read_mean
        >>> found = {(7, "h"): read_mean(np.array([1.0, 0.5]), np.array([9, 9]))}
        >>> over_training(found).data[2].y.tolist()  # of lag 0, what is left at lag 1
        [0.5]
    """
    title = "How far gradients of a loss reach back, over training"
    if not found:
        return empty(title, "No snapshot has gradient norms by lag yet.", theme)
    recorded = history is not None and len(history) > 0
    figure = _panels(title, found, _TOTAL * recorded, theme)
    if history is not None and recorded:
        _add_total(figure, history, theme)
    for path in DASHES:
        own = [(at, reach) for (at, its), reach in sorted(found.items()) if its == path]
        if own:
            _add_path(figure, own, path, *path_colours(theme, path))
    _axes(figure, found, history)
    return figure


def _axes(
    figure: go.Figure, found: Mapping[tuple[int, str], Reach], history: pd.DataFrame | None
) -> None:
    last = max(reach.edge.lag for reach in found.values())
    log_axis(figure, np.array([1.0, max(2, last) * _BEYOND]), row=1, col=1)
    log_axis(figure, np.array([reach.edge.value for reach in found.values()]), row=2, col=1)
    total = np.zeros(0) if history is None else history["total_gradient_norm"].to_numpy(float)
    norms = [*(reach.norm for reach in found.values()), *total]
    log_axis(figure, np.array(norms), row=3, col=1)
    numbers = [at for at, _ in found]
    newest = max(numbers) if history is None or history.empty else int(history["iteration"].max())
    figure.update_xaxes(iterations.axis(min(numbers), max(newest, *numbers, 0), log=True))
    for row in (1, 2):
        figure.update_xaxes(title_text="", row=row, col=1)


def _panels(
    title: str, found: Mapping[tuple[int, str], Reach], more: str, theme: Theme
) -> go.Figure:
    hint = _HINT + more + paths_words({path for _, path in found})
    hint += _unmeasured(found)
    figure = panels(title, hint, height=680, theme=theme, rows=3, vertical_spacing=0.05)
    figure.update_layout(margin_b=iterations.BOTTOM)
    figure.update_yaxes(title_text="lag (characters)", row=1, col=1)
    figure.update_yaxes(title_text="left of that at lag 0", row=2, col=1)
    figure.update_yaxes(title_text="gradient norm", row=3, col=1)
    return figure


def _unmeasured(found: Mapping[tuple[int, str], Reach]) -> str:
    """Curves that nothing is read off, in words."""
    zero = sum(reach.norm == 0 for reach in found.values())
    unknown = sum(math.isnan(reach.norm) for reach in found.values())
    said = [f"{zero} of {len(found)} curves {are(zero)} exactly zero"] * bool(zero)
    said += [f"{unknown} of {len(found)} curves {are(unknown)} not finite"] * bool(unknown)
    return f" {listed(said)}: not shown." if said else ""


def _add_total(figure: go.Figure, history: pd.DataFrame, theme: Theme) -> None:
    shown = history.iloc[iterations.chosen_rows(history["total_gradient_norm"], log=True)]
    figure.add_scatter(
        x=shown["iteration"].to_numpy(float),
        y=shown["total_gradient_norm"].to_numpy(float),
        mode="lines",
        line={"color": theme.muted, "width": 1},
        opacity=0.75,
        name="total gradient norm of all weights" + iterations.of_all(len(shown), len(history)),
        hovertemplate="iteration %{x:,d}<br>total gradient norm %{y:.3g}<extra></extra>",
        row=3,
        col=1,
    )


def _add_path(figure: go.Figure, own: Points, path: str, colour: str) -> None:
    """Its four curves: they come and go together."""
    numbers = [at for at, _ in own]
    for row, points, width, name in _curves([reach for _, reach in own]):
        values = finite(np.array([point.value for point in points]))
        figure.add_scatter(
            x=iterations.places(numbers, log=True),
            y=values,
            error_y=_bars(points, values),
            customdata=[[at, point.said] for at, point in zip(numbers, points, strict=True)],
            mode="lines+markers",
            line={"color": colour, "dash": DASHES[path], "width": width},
            marker={"size": 6, "symbol": [one.symbol + "-open" * (width == 1) for one in points]},
            name=path_name(path),
            legendgroup=path,
            showlegend=name == "half-way lag",
            hovertemplate=f"iteration %{{customdata[0]:,d}}, path {path}<br>{name}: "
            "%{customdata[1]}<extra></extra>",
            row=row,
            col=1,
        )


def _curves(own: list[Reach]) -> Iterator[tuple[int, list[_Point], int, str]]:
    """Panel, points, width and name of each."""
    yield 1, [_place(reach.half, reach) for reach in own], 2, "half-way lag"
    yield 1, [_place(reach.hundredth, reach) for reach in own], 1, "1 % lag"
    yield 2, [_left(reach.edge) for reach in own], 2, "share left"
    norms = [_Point(reach.norm or math.nan, significant(reach.norm)) for reach in own]
    yield 3, norms, 2, "norm at lag 0"


def _place(fall: Fall, reach: Reach) -> _Point:
    """Where a lag stands, and its interval; beyond the lags read, at the upper edge."""
    if not reach.norm > 0:
        return _Point(math.nan, "")
    edge = reach.edge.lag
    ends = [edge * _BEYOND if end is None else float(end) for end in fall.interval or ()]
    if fall.lag is None:
        return _Point(edge * _BEYOND, f"not within {edge}", (), "triangle-up")
    between = f" (95 % interval {_lag(fall.interval)})" if fall.interval else ""
    return _Point(fall.lag, f"{fall.lag}{between}", tuple(ends))


def _lag(interval: tuple[int | None, int | None]) -> str:
    return " to ".join("beyond" if end is None else str(end) for end in interval)


def _left(share: Share) -> _Point:
    between = f" (95 % interval {range_words(*share.interval)})" if share.interval else ""
    return _Point(
        share.value, f"{share_words(share.value)} at lag {share.lag}{between}", share.interval or ()
    )


def _bars(points: Sequence[_Point], values: Floats) -> dict[str, Any]:
    """The intervals as thin bars."""
    ends = np.array(
        [point.ends or (value, value) for point, value in zip(points, values, strict=True)]
    )
    return {
        "array": ends[:, 1] - values,
        "arrayminus": values - ends[:, 0],
        "thickness": 1,
        "width": 0,
    }
