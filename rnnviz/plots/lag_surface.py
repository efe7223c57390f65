"""Gradient norms by lag at every snapshot: a surface over iteration and lag."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from rnnviz.plots.definitions import BY_LAG
from rnnviz.plots.frame import empty, frame
from rnnviz.plots.iterations import chosen_iterations
from rnnviz.plots.log_axis import not_finite
from rnnviz.plots.log_colour import colour_ends, faintest_words, log_colours, logarithms
from rnnviz.plots.theme import LIGHT, Theme
from rnnviz.records import Floats

MAX_COLUMNS = 60
_NAMED = 8


def lag_surface(
    norms: pd.DataFrame, *, path: Literal["h", "c"] = "h", layer: int = 0, theme: Theme = LIGHT
) -> go.Figure:
    """The mean norm by lag (upwards) of every snapshot (to the right), as a colour.

    A column is a snapshot, as wide as any other, however far apart they lie; of more than 60, 60
    are shown. Colours are logarithmic, and the same for both paths of an LSTM.

    Args:
        norms: as `Run.gradient_norms_by_lag` gives it: iteration, path, layer, lag, gradient_norm.
        path: "h", or "c" of an LSTM.
        layer: which.
        theme: the colours.

    Example:
        >>> import itertools
        >>> rows = [(at, "h", 0, lag, 0.1**lag) for at, lag in itertools.product([0, 50], range(3))]
        >>> names = ["iteration", "path", "layer", "lag", "gradient_norm"]
        >>> figure = lag_surface(pd.DataFrame(rows, columns=names))
        >>> figure.data[0].z[:, 1].round(3).tolist()
        [0.0, -1.0, -2.0]
    """
    title = f"Gradient norm by lag at every snapshot, path {path}"
    own = norms[norms["layer"] == layer]
    numbers = chosen_iterations(own["iteration"].to_numpy(), MAX_COLUMNS) if len(own) else []
    own = own[own["iteration"].isin(numbers)]
    every = own["gradient_norm"].to_numpy(float)
    if not np.any((every > 0) & np.isfinite(every)):
        return empty(title, "No snapshot has gradient norms by lag that are not zero.", theme)
    table = own[own["path"] == path].pivot_table(
        index="lag", columns="iteration", values="gradient_norm", dropna=False
    )
    figure = frame(title, _hint(own, norms, path), x="snapshot", y="lag", theme=theme)
    _add_columns(figure, table, colour_ends(_logs(every)), path, theme)
    figure.update_xaxes(_columns(table.columns.tolist()))
    figure.update_yaxes(title_text="lag (characters)", showgrid=False)
    return figure


def _logs(norms: Floats) -> Floats:
    return logarithms(np.where(np.isfinite(norms), norms, 0))


def _hint(own: pd.DataFrame, norms: pd.DataFrame, path: str) -> str:
    shown, there = own["iteration"].nunique(), norms["iteration"].nunique()
    some = f" {shown} of {there} snapshots are shown." * (shown < there)
    every = own["gradient_norm"].to_numpy(float)
    definition = BY_LAG.replace("{state}", path)
    hint = (
        f"{definition}, colours logarithmic. A column is a snapshot, as wide as any other, however "
        "far apart they lie"
    )
    return (
        f"{hint}.{some} {faintest_words(_logs(every))}{not_finite(every, 'norm').strip()}".strip()
    )


def _columns(numbers: list[int]) -> dict[str, object]:
    """An axis of snapshots, of which every one is named, every other, or as many as have room.

    Example:
        >>> _columns([0, 10, 50, 100, 200, 500, 1_000, 1_750, 2_500])["ticktext"]
        ['0', '50', '200', '1,000', '2,500']
    """
    places = range(0, len(numbers), -(-len(numbers) // _NAMED))
    text = [f"{numbers[place]:,}" for place in places]
    return {
        "title": {"text": "snapshot (iteration)"},
        "tickvals": list(places),
        "ticktext": text,
        "tickangle": 0,
        "showgrid": False,
    }


def _add_columns(
    figure: go.Figure, table: pd.DataFrame, ends: tuple[float, float], path: str, theme: Theme
) -> None:
    values = table.to_numpy(float)
    numbers = np.broadcast_to(table.columns.to_numpy(), values.shape)
    figure.add_heatmap(
        z=_logs(values),
        y=table.index.to_numpy(),
        customdata=np.stack([numbers, values], axis=2),
        **log_colours(ends, path, theme),
        hovertemplate="iteration %{customdata[0]:,d}<br>lag %{y}"
        "<br>gradient norm %{customdata[1]:.3g}<extra></extra>",
    )
