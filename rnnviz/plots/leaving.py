"""Losses that leave a picture at its top: they do not rule its axis, and are named on it."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from rnnviz.notation import bits_words, counted, listed, loss_words
from rnnviz.plots import iterations
from rnnviz.plots.theme import Theme

_HUGE = 10  # times as high as what is too high
_TRAINING = "training"  # the loss of iterations; all others are of snapshots


def leaving(tables: Mapping[str, pd.DataFrame], highest: float) -> dict[str, pd.DataFrame]:
    """Of the losses of iterations and of snapshots, those that are too high for the picture.

    Where half of either or more are, the axis has to show them; but for those that are more than
    ten times as high, beside which all else would lie on 0.

    Args:
        tables: of iteration and nats, by what they are of.
        highest: from what on a loss is too high, in nats.

    Example:
        >>> table = pd.DataFrame({"iteration": [1, 2, 3], "nats": [3.0, 20.0, 2.0]})
        >>> found = leaving({"training": table}, 4.0)
        >>> found["training"]["iteration"].tolist(), leaving({"training": table}, 2.5)
        ([2], {})
    """
    known = {name: table for name, table in tables.items() if len(table)}
    high = {name: table["nats"] >= highest for name, table in known.items()}
    if any(2 * found.sum() >= len(found) for found in high.values()):
        high = {name: table["nats"] > _HUGE * highest for name, table in known.items()}
    return {name: tables[name][found] for name, found in high.items() if found.any()}


def lowest_leaving(left: Mapping[str, pd.DataFrame]) -> float:
    """The lowest loss that leaves the picture, in nats; infinity where none does."""
    return min((float(table["nats"].min()) for table in left.values()), default=np.inf)


def leaving_words(left: Mapping[str, pd.DataFrame]) -> str:
    """How many leave the picture, and how high they are; "" where none does."""
    if not left:
        return ""
    return (
        f"Triangles at the top: {listed(_words(*one) for one in left.items())} lie "
        "above the axis; a double click on the chart shows them too."
    )


def add_leaving(
    figure: go.Figure, left: Mapping[str, pd.DataFrame], top: float, log: bool, theme: Theme
) -> None:
    """A triangle at the top of the axis for each, with its loss where one points at it.

    Args:
        figure: the figure.
        left: see `leaving`.
        top: of the axis, in bits.
        log: whether the axis of iterations is logarithmic.
        theme: the colours.
    """
    for name, table in left.items():
        numbers = table["iteration"].to_numpy()
        figure.add_scatter(
            x=iterations.places(numbers, log),
            y=np.full(len(table), top),
            text=[loss_words(nats) for nats in table["nats"]],
            customdata=numbers,
            mode="markers",
            marker={
                "symbol": "triangle-up",
                "size": 10,
                "color": theme.muted if name == _TRAINING else theme.series[1],
            },
            cliponaxis=False,
            name=f"{name} above the axis, up to {bits_words(table['nats'].max())}/char",
            hovertemplate=f"iteration %{{customdata:,d}}<br>{_loss(name)} %{{text}}<extra></extra>",
        )


def _words(name: str, table: pd.DataFrame) -> str:
    worst = table.loc[table["nats"].idxmax()]
    places = counted(len(table), "iteration" if name == _TRAINING else "snapshot")
    loss = f"{_loss(name)} of {places}, up to {bits_words(worst['nats'])}/char"
    return f"the {loss} at iteration {int(worst['iteration']):,},"


def _loss(name: str) -> str:
    """What a loss is called in a sentence.

    Example:
        >>> _loss("validation"), _loss("loss on the given text")
        ('validation loss', 'loss on the given text')
    """
    return name if "loss" in name else f"{name} loss"
