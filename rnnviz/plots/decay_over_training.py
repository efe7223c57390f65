"""How the reach of gradients grows or shrinks while training."""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from rnnviz.plots import iterations
from rnnviz.plots.definitions import DASHES, HALF_LIFE, path_name
from rnnviz.plots.frame import empty, frame, style_axes
from rnnviz.plots.log_axis import finite, log_axis
from rnnviz.plots.theme import LIGHT, Theme
from rnnviz.records import Floats


def over_training(
    table: pd.DataFrame,
    history: pd.DataFrame | None = None,
    *,
    theme: Theme = LIGHT,
) -> go.Figure:
    """Half-lives and gradient norms by iteration, one above the other, on log axes.

    Above: the half-life of the norm by lag, in characters. Below: the norm at lag 0, and the total
    gradient norm of all parameters before clipping where a history is given.

    Args:
        table: as `analysis.gradients.decay.half_lives` gives it: iteration, path, half_life,
            norm_at_lag_0.
        history: as `Run.history` gives it: iteration, total_gradient_norm.
        theme: the colours.
    """
    title = "Reach of gradients over training"
    if table.empty:
        return empty(title, "No snapshot has gradient norms by lag yet.", theme)
    figure = _panels(title, _unmeasured(table), theme)
    if history is not None and len(history):
        _add_total(figure, history, theme)
    for path, colour in zip(DASHES, theme.series, strict=False):
        own = table[table["path"] == path].sort_values("iteration")
        if len(own):
            _add_path(figure, own, path, colour)
    log_axis(figure, table["half_life"].to_numpy(float), row=1, col=1)
    log_axis(figure, _norms(table, history), row=2, col=1)
    numbers = [table["iteration"]] + ([history["iteration"]] if history is not None else [])
    last = max(int(column.max()) for column in numbers if len(column))
    figure.update_xaxes(iterations.axis(int(table["iteration"].min()), last, log=True))
    figure.update_xaxes(title_text="", row=1, col=1)
    return figure


def _norms(table: pd.DataFrame, history: pd.DataFrame | None) -> Floats:
    """All that the lower panel shows."""
    total = [] if history is None else history["total_gradient_norm"].to_numpy(float)
    return np.concatenate([table["norm_at_lag_0"].to_numpy(float), total])


def _unmeasured(table: pd.DataFrame) -> str:
    """What cannot stand on a log axis, in words."""
    found = table["half_life"].to_numpy(float)
    rising, unknown = int(np.isinf(found).sum()), int(np.isnan(found).sum())
    half_life = HALF_LIFE.format(line="a straight line")
    hint = f"{half_life}; beyond the largest lag that line is drawn on."
    said = [f"{rising} of {len(table)} norms do not fall with the lag"] * bool(rising)
    said += [f"{unknown} of {len(table)} half-lives are unknown"] * bool(unknown)
    return f"{hint} {' and '.join(said)}: not shown." if said else hint


def _panels(title: str, hint: str, theme: Theme) -> go.Figure:
    figure = make_subplots(rows=2, cols=1, shared_xaxes=True, vertical_spacing=0.06)
    base = frame(title, hint, height=520, theme=theme).layout
    figure.update_layout({key: base[key] for key in base if not key.endswith("axis")})
    figure.update_layout(margin_b=iterations.BOTTOM)
    style_axes(figure, theme)
    figure.update_yaxes(title_text="half-life (characters)", row=1, col=1)
    figure.update_yaxes(title_text="gradient norm", row=2, col=1)
    return figure


def _add_total(figure: go.Figure, history: pd.DataFrame, theme: Theme) -> None:
    shown = history.iloc[iterations.chosen_rows(len(history), log=True)]
    figure.add_scatter(
        x=shown["iteration"].to_numpy(float),
        y=shown["total_gradient_norm"].to_numpy(float),
        mode="lines",
        line={"color": theme.muted, "width": 1},
        opacity=0.75,
        name="total gradient norm" + iterations.of_all(len(shown), len(history)),
        hovertemplate="iteration %{x:,d}<br>total gradient norm %{y:.3g}<extra></extra>",
        row=2,
        col=1,
    )


def _add_path(figure: go.Figure, own: pd.DataFrame, path: str, colour: str) -> None:
    at, numbers = iterations.places(own["iteration"].to_numpy(), log=True), own["iteration"]
    columns = [("half_life", "half-life %{y:.3g} characters")]
    columns += [("norm_at_lag_0", "gradient norm at lag 0: %{y:.3g}")]
    for row, (column, said) in enumerate(columns, start=1):
        values = own[column].to_numpy(float)
        figure.add_scatter(
            x=at,
            y=finite(values),
            customdata=numbers.to_numpy(),
            mode="lines+markers",
            line={"color": colour, "dash": DASHES[path], "width": 2},
            marker={"size": 6},
            name=f"{path_name(path)}: half-life, and norm at lag 0",
            legendgroup=path,
            showlegend=row == 1,
            hovertemplate=f"iteration %{{customdata:,d}}, path {path}<br>{said}<extra></extra>",
            row=row,
            col=1,
        )
