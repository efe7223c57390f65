"""How training went: loss and total gradient norm by iteration."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from rnnviz.notation import bits, bits_words
from rnnviz.plots import iterations
from rnnviz.plots.frame import empty, frame
from rnnviz.plots.leaving import add_leaving, leaving, leaving_words, lowest_leaving
from rnnviz.plots.levels import add_level, add_levels, add_start
from rnnviz.plots.log_axis import beyond, log_axis
from rnnviz.plots.theme import LIGHT, Theme
from rnnviz.records import Floats

WARM_UP_ITERATIONS = 20  # as many as the learning rate takes to reach its peak

_RECENT = 20
_LOSS = "loss (bits per character)"
_LENGTH = (
    "How long the gradient is, all parameters taken as one vector: how steeply the loss changes "
    "with them."
)
_CLIPPING = "Shown before clipping, which scales down what is longer than clip_norm."
_LOSS_HOVER = (
    "iteration %{customdata[0]:,d}<br>%{y:.3f} bits per character"
    "<br>%{customdata[1]:.3f} nats per character"
)


def loss(
    history: pd.DataFrame,
    snapshots: pd.DataFrame,
    *,
    log_iterations: bool = True,
    baselines: Mapping[str, float] | None = None,
    untrained: float | None = None,
    validation_loss: float | None = None,
    judged_on: int | None = None,
    dropout: float = 0.0,
    held_out: bool = True,
    judged_as: str = "validation",
    highest: float = math.inf,
    theme: Theme = LIGHT,
) -> go.Figure:
    """Training and validation loss in bits per character, by iteration.

    Bits are nats / ln 2. Nothing is smoothed; over 2,000 iterations, about 1,000 are shown, of
    every stretch the lowest and the highest, which is said. The axes begin where the first tenth
    of the iterations, 20 of them at most, is over: what comes before falls so far that it would
    press the rest together. Where what comes after is no lower, they begin with the beginning.

    Args:
        history: as `Run.history` gives it: iteration, loss_nats.
        snapshots: as `Run.snapshots` gives it: iteration, validation_loss_nats, best.
        log_iterations: a logarithmic axis, on which iteration 0 stands at one half.
        baselines: losses to compare with in nats, by name; a line each, with its name beside it.
        untrained: the loss at iteration 0 in nats; a line where the axis reaches so far, and
            named at its top where it does not.
        validation_loss: that of the best snapshot once training has ended, in nats.
        judged_on: on how many characters that is, where snapshots are judged on fewer.
        dropout: the share of outputs dropped while the training loss was measured.
        held_out: whether a part of the text is held out, so that there is a validation loss to
            come.
        judged_as: what the curve of the snapshots is called.
        highest: from what on a loss leaves the picture, in nats: it does not rule the axis, and
            stands as a triangle at the top. Where half or more are so high, those alone do that are
            more than ten times as high.
        theme: the colours.

    Example:
        >>> history = pd.DataFrame({"iteration": [1, 2], "loss_nats": [math.log(4), math.log(2)]})
        >>> figure = loss(history, pd.DataFrame({"iteration": []}))
        >>> figure.data[0].y.tolist()
        [2.0, 1.0]
    """
    judged = _judged(snapshots)
    if history.empty and judged.empty:
        return empty("Loss", "No iteration has been recorded yet.", theme)
    trained = history.rename(columns={"loss_nats": "nats"})
    begin = _begin(trained, judged)
    first = begin if log_iterations else 0
    losses = {"training": trained, judged_as: judged}
    left = leaving(
        {of: table[table["iteration"] >= first] for of, table in losses.items()}, highest
    )
    shown = trained.iloc[iterations.chosen_rows(history["loss_nats"], log_iterations)]
    thinned = iterations.stretches_words(len(shown), len(history))
    hints = _how_measured(dropout, judged, held_out), _left_out(begin), leaving_words(left), thinned
    figure = frame("Loss", " ".join(filter(None, hints)), y=_LOSS, height=440, theme=theme)
    figure.update_layout(margin_b=iterations.BOTTOM)
    figure.update_xaxes(_span(log_iterations, history, judged, begin=begin))
    _add_training(figure, shown, len(history), log_iterations, theme)
    final = None if validation_loss is None else (validation_loss, judged_on)
    _add_validation(figure, judged, judged_as, log_iterations, final, theme)
    ruling = _ruling(losses.values(), begin, lowest_leaving(left))
    top = _add_compared(figure, ruling, dict(baselines or {}), untrained, begin, theme)
    add_leaving(figure, left, top, log_iterations, theme)
    return figure


def total_gradient_norm(
    history: pd.DataFrame,
    clip_norm: float | None,
    *,
    log_iterations: bool = True,
    after: bool = False,
    theme: Theme = LIGHT,
) -> go.Figure:
    """The norm of all parameters' gradients as one vector, before clipping, by iteration.

    Args:
        history: as `Run.history` gives it: iteration, total_gradient_norm, clip_factor; iterations
            with a factor below 1 were scaled down to `clip_norm`.
        clip_norm: shown as a line; None where nothing is clipped.
        log_iterations: a logarithmic axis of iterations.
        after: whether the norm after clipping is shown too.
        theme: the colours.

    Example:
        >>> columns = ["iteration", "total_gradient_norm", "clip_factor"]
        >>> history = pd.DataFrame([[1, 4.0, 0.25], [2, 0.5, 1.0]], columns=columns)
        >>> [curve.name for curve in total_gradient_norm(history, clip_norm=1.0).data]
        ['not clipped: 1 of 2 iterations', 'clipped: 1 of 2 iterations']
    """
    title = "Total gradient norm"
    if history.empty:
        return empty(title, "No iteration has been recorded yet.", theme)
    rows = iterations.chosen_rows(history["total_gradient_norm"], log_iterations)
    shown, clipped = history.iloc[rows], history["clip_factor"] < 1
    thinned = iterations.stretches_words(len(rows), len(history))
    hint = " ".join(filter(None, (_LENGTH, "" if clip_norm is None else _CLIPPING, thinned)))
    norms = history["total_gradient_norm"].to_numpy(float)
    figure = frame(title, hint + beyond(norms), y="gradient norm", theme=theme)
    groups = [("not clipped", ~clipped, theme.series[0]), ("clipped", clipped, theme.series[1])]
    for name, group, colour in groups:
        if group.any():
            label = f"{name}: {int(group.sum()):,} of {len(history):,} iterations"
            _add_norms(figure, shown[group.iloc[rows]], label, colour, log_iterations)
    if after and clipped.any():
        _add_after(figure, shown, log_iterations, theme)
    if clip_norm is not None:
        add_level(figure, clip_norm, f"clip_norm {clip_norm:g}", "dash", theme.text)
    log_axis(figure, norms if clip_norm is None else np.append(norms, clip_norm))
    figure.update_xaxes(_span(log_iterations, history))
    return figure


def characters_per_second(history: pd.DataFrame) -> float:
    """Characters learned from per second of training, over the last 20 iterations.

    NaN where nothing has been recorded.

    Args:
        history: as `Run.history` gives it: characters and seconds, both since the beginning.

    Example:
        >>> characters_per_second(pd.DataFrame({"characters": [10, 30], "seconds": [1.0, 3.0]}))
        10.0
    """
    recent = history[["characters", "seconds"]].to_numpy(float)[-_RECENT - 1 :]
    if not len(recent):
        return math.nan
    before = recent[0] if len(recent) > 1 else np.zeros(2)
    characters, seconds = recent[-1] - before
    return float(characters / seconds) if seconds > 0 else math.nan


def _judged(snapshots: pd.DataFrame) -> pd.DataFrame:
    """The snapshots with a validation loss."""
    if "validation_loss_nats" not in snapshots:
        return snapshots.iloc[:0].assign(nats=0.0)
    known = snapshots.dropna(subset=["validation_loss_nats"])
    return known.rename(columns={"validation_loss_nats": "nats"})


def _how_measured(dropout: float, judged: pd.DataFrame, held_out: bool) -> str:
    """What keeps the two losses from being compared as they stand."""
    nothing = "No validation loss yet." if held_out else "No validation loss: nothing is held out."
    if not dropout:
        return nothing if judged.empty else ""
    how = f"The training loss is that of an iteration's own windows, with dropout on ({dropout:g})"
    if judged.empty:
        return f"{how}. {nothing}"
    return f"{how}; the validation loss is measured without dropout, so it can be the lower one."


def _begin(*tables: pd.DataFrame) -> int:
    """The iteration from which on a loss rules the axes; 0 where none is lower from there on."""
    known = pd.concat([table[["iteration", "nats"]] for table in tables if len(table)])
    begin = min(WARM_UP_ITERATIONS, int(known["iteration"].max()) // 10)
    early = known["iteration"] < begin
    fell = known["nats"][~early].median() < known["nats"][early].median()
    return begin if fell else 0


def _left_out(begin: int) -> str:
    if begin <= 1:
        return ""
    return (
        f"The axes begin with iteration {begin}: the losses before it are higher, and would leave "
        "little room for the others; a double click on the chart shows them too."
    )


def _span(log: bool, *tables: pd.DataFrame, begin: int = 0) -> dict[str, object]:
    """The axis over the iterations of all the tables, from one of them on."""
    ends = [table["iteration"] for table in tables if len(table)]
    first, last = min(end.min() for end in ends), max(end.max() for end in ends)
    begins_later = log and begin > 1
    return iterations.axis(max(int(first), begin) if begins_later else int(first), int(last), log)


def _ruling(tables: Iterable[pd.DataFrame], begin: int, highest: float) -> Floats:
    """The losses that rule the axis: from an iteration on, and below the lowest that leaves it."""
    losses = pd.concat([table["nats"][table["iteration"] >= begin] for table in tables])
    found: Floats = losses[losses < highest].to_numpy(float)
    return found


def _add_compared(
    figure: go.Figure,
    ruling: Floats,
    levels: Mapping[str, float],
    untrained: float | None,
    begin: int,
    theme: Theme,
) -> float:
    """What the losses are compared with, on an axis that shows it beside them; its top."""
    beside = [*levels.values()] + [untrained] * (untrained is not None and not begin)
    top = _fit(figure, np.array([*ruling, *beside], float), several=len(beside) > 1)
    add_levels(figure, levels, theme)
    if untrained is not None:
        add_start(figure, bits(untrained), top, theme)
    return top


def _fit(figure: go.Figure, nats: Floats, *, several: bool) -> float:
    """Let losses rule the axis, with room for names below its lowest line; its top."""
    shown = bits(nats[np.isfinite(nats)])
    low, high = float(shown.min(initial=np.inf)), float(shown.max(initial=-np.inf))
    if high == low:  # nothing is learned: a loss of 0 is the lowest there is
        high = low + 1
    pad = 0.06 * max(high - low, 0.1)
    figure.update_yaxes(range=[low - (2 * pad if several else pad), high + pad])  # see `add_levels`
    return high + pad


def _add_losses(
    figure: go.Figure, table: pd.DataFrame, name: str, log: bool, **look: object
) -> None:
    """A curve of a table of iteration and nats, in bits."""
    nats, numbers = table["nats"].to_numpy(float), table["iteration"].to_numpy()
    figure.add_scatter(
        x=iterations.places(numbers, log),
        y=bits(nats),
        customdata=np.stack([numbers, nats], axis=1),
        name=name,
        showlegend=True,
        hovertemplate=f"{_LOSS_HOVER}<extra>{name}</extra>",
        **look,
    )


def _add_training(
    figure: go.Figure, shown: pd.DataFrame, count: int, log: bool, theme: Theme
) -> None:
    """The curve of some of so many iterations, where there are any."""
    if not count:
        return
    name = "training" + iterations.of_all(len(shown), count)
    line = {"color": theme.muted, "width": 1}
    _add_losses(figure, shown, name, log, mode="lines", line=line, opacity=0.75)


def _add_validation(
    figure: go.Figure,
    judged: pd.DataFrame,
    judged_as: str,
    log: bool,
    final: tuple[float, int | None] | None,
    theme: Theme,
) -> None:
    """Its curve, the best snapshot, and the validation loss of that at the end."""
    if judged.empty:
        return
    colour = theme.series[1]
    look = {"line": {"color": colour, "width": 2}, "marker": {"color": colour, "size": 6}}
    _add_losses(figure, judged, judged_as, log, mode="lines+markers", **look)
    best = judged[judged["best"].astype(bool)]
    if best.empty:
        return
    ring = {"symbol": "circle-open", "size": 13, "color": theme.text, "line": {"width": 2}}
    lowest = bits_words(float(best["nats"].iloc[0]))
    name = f"best snapshot, iteration {int(best['iteration'].iloc[0]):,}: {lowest}/char"
    _add_losses(figure, best, name, log, mode="markers", marker=ring)
    if final is not None:
        validation_loss, characters = final
        on = "" if characters is None else f" on {characters:,} held-out characters"
        name = f"that snapshot judged{on} after training: {bits_words(validation_loss)}/char"
        cross = {"symbol": "x-thin", "size": 9, "line": {"width": 2, "color": theme.text}}
        at = best.assign(nats=validation_loss)
        _add_losses(figure, at, name, log, mode="markers", marker=cross)


def _add_after(figure: go.Figure, table: pd.DataFrame, log: bool, theme: Theme) -> None:
    """What was left of each gradient, with which the weights were changed."""
    figure.add_scatter(
        x=iterations.places(table["iteration"].to_numpy(), log),
        y=(table["total_gradient_norm"] * table["clip_factor"]).to_numpy(float),
        mode="lines",
        line={"width": 1, "color": theme.muted},
        name="after clipping",
        hovertemplate="after clipping %{y:.4g}<extra></extra>",
    )


def _add_norms(figure: go.Figure, table: pd.DataFrame, name: str, colour: str, log: bool) -> None:
    numbers, factor = table["iteration"].to_numpy(), table["clip_factor"].to_numpy(float)
    figure.add_scatter(
        x=iterations.places(numbers, log),
        y=table["total_gradient_norm"].to_numpy(float),
        customdata=np.stack([numbers, factor], axis=1),
        mode="markers",
        marker={"size": 4, "color": colour},
        name=name,
        hovertemplate="iteration %{customdata[0]:,d}<br>gradient norm %{y:.4g}"
        "<br>clip factor %{customdata[1]:.3g}<extra></extra>",
    )
