"""What a layer's Jacobians do to small changes: singular values by lag, Lyapunov exponents."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import plotly.graph_objects as go

from rnnviz.analysis.gradients.jacobian_records import (
    LARGEST,
    MEDIAN,
    SMALLEST,
    SURVIVED,
    LyapunovSpectrum,
    SingularValues,
)
from rnnviz.notation import counted, significant
from rnnviz.plots import iterations
from rnnviz.plots.frame import empty, frame
from rnnviz.plots.log_axis import log_axis, whole_ticks
from rnnviz.plots.theme import LIGHT, Theme
from rnnviz.records import Array, Ids

_VALUES = "What becomes of small changes of the state, by lag"
_EXPONENTS = "Lyapunov exponents"
_LARGEST = "The largest Lyapunov exponent over training"
_SHOWN = 2.0  # nats a character below the largest: zooming out shows the rest
_ABOVE = 100  # times the largest value measured: so far up a bound is shown
_NOW, _BEFORE = "now", "before training"
_CURVES = {
    "largest": (LARGEST, "solid", 0),
    "median": (MEDIAN, "dash", 0),
    "smallest": (SMALLEST, "dot", 0),
}


def singular_values(
    found: SingularValues, bound: float | None, state: str, *, theme: Theme = LIGHT
) -> go.Figure:
    """The largest, the median and the smallest against the lag, and the bound where there is one.

    Args:
        found: what was measured.
        bound: the most a timestep multiplies any change by; drawn as bound^lag.
        state: what s is, such as "h".
        theme: the colours.

    Example:
        >>> values = np.array([[2.0, 1.0, 0.5], [4.0, 1.0, 0.25]])
        >>> figure = singular_values(SingularValues(np.array([1, 2]), values, 3), 2.5, "h")
        >>> [trace.name for trace in figure.data]
        ['largest', 'median', 'smallest', 'bound 2.5<sup>lag</sup>']
    """
    with np.errstate(over="ignore"):
        powers = (bound or 0.0) ** found.lags.astype(float)
    hint = _values_hint(found, state, None if bound is None else powers)
    figure = frame(_VALUES, hint, x="lag (characters)", y="multiplied by", theme=theme)
    for name, (column, dash, colour) in _CURVES.items():
        values = found.values[:, column]
        if np.isnan(values).all():
            continue
        line = {"color": theme.series[colour], "dash": dash, "width": 2.2}
        _add_curve(figure, found, np.where(values > 0, values, np.nan), name, line)
    shown = found.values[np.isfinite(found.values)]
    if bound is not None:
        line = {"color": theme.series[1], "dash": "longdash", "width": 1.5}
        name = f"bound {significant(bound)}<sup>lag</sup>"
        _add_curve(
            figure, found, np.where((powers > 0) & np.isfinite(powers), powers, np.nan), name, line
        )
        shown = np.concatenate([shown, powers[powers <= _ABOVE * shown.max()]])
    log_axis(figure, shown)
    figure.update_xaxes(rangemode="tozero")
    return figure


def _values_hint(found: SingularValues, state: str, powers: Array | None) -> str:
    """What the curves are, and where they end; what the bound is, where there is one."""
    said = (
        f"Singular values of ∂s<sub>t</sub>/∂s<sub>t−lag</sub>, s being {state}: by what a small "
        "change of the state is multiplied over so many characters, in the direction that is "
        "stretched most, in the middle one of all, and in the one that is stretched least; "
        f"geometric means over {counted(found.passages, 'passage')} of the text."
    )
    if np.isnan(found.values).any():
        said += (
            f" A curve ends where it falls below 10<sup>−12</sup> of the largest{_in_one(found)}: "
            "that cannot be told from rounding."
        )
    if np.isnan(found.values[:, SMALLEST]).all():
        said += " The smallest do so at every lag, and have no curve."
    if powers is not None:
        said += (
            " Bound: the largest singular value of W<sub>hh</sub> times the largest slope of φ, to "
            "the power of the lag; no curve can lie above it."
        )
        if powers.max() > _ABOVE * np.nanmax(found.values):
            said += (
                " It leaves the picture at the top: so far above the curves it says little of them."
            )
    return said


def _in_one(found: SingularValues) -> str:
    """That one passage is enough for that, where there are several."""
    return " in one passage or more" * (found.passages > 1)


def lyapunov_exponents(
    now: LyapunovSpectrum, before: LyapunovSpectrum | None, *, theme: Theme = LIGHT
) -> go.Figure:
    """Every exponent, the largest first, beside those of the network before training.

    Args:
        now: of the network.
        before: of the network before training, over the same text; None where it is not known.
        theme: the colours.

    Example:
        >>> figure = lyapunov_exponents(LyapunovSpectrum(np.array([[0.0, -1.0]]), 9, 1), None)
        >>> figure.data[-1].x.tolist(), figure.data[-1].y.tolist()
        ([1, 2], [0.0, -1.0])
    """
    blocks = counted(len(now.by_block), "block")
    lost = int(np.isinf(now.exponents).sum())
    low = now.exponents[np.isfinite(now.exponents)].min(initial=0.0) < -_SHOWN
    hint = (
        "A small change along the i-th direction is multiplied by exp(exponent) a character: the "
        "mean of ln |R<sub>ii</sub>| of Q R = J<sub>t</sub> Q, with J<sub>t</sub> = "
        "∂s<sub>t</sub>/∂s<sub>t−1</sub>, "
        f"over {blocks} of {counted(now.timesteps, 'character')} after a warm-up of "
        f"{now.warm_up:,}. Band: two standard errors, from how blocks differ. Above the dotted "
        f"line, −1/{SURVIVED}, directions survive {SURVIVED} characters."
        + " Zooming out shows lower exponents." * bool(low)
        + f" Of {lost:,} directions nothing is left at once: −∞." * bool(lost)
    )
    figure = frame(_EXPONENTS, hint, x="direction", y="nats a character", theme=theme)
    if before is not None:
        _add_exponents(figure, before, _BEFORE, theme)
    _add_exponents(figure, now, _NOW, theme)
    _add_survival(figure, theme)
    _begin_with_the_first(figure, [now.exponents, *([] if before is None else [before.exponents])])
    return figure


def largest_exponents(found: Mapping[int, LyapunovSpectrum], *, theme: Theme = LIGHT) -> go.Figure:
    """The largest exponent of every snapshot measured, by iteration.

    Args:
        found: by iteration.
        theme: the colours.

    Example:
        >>> largest_exponents({}).layout.annotations[0].text
        'No snapshot has been measured yet.'
    """
    if not found:
        return empty(_LARGEST, "No snapshot has been measured yet.", theme)
    hint = (
        "By exp(exponent) a small change is multiplied a character, in the direction that lasts "
        "longest: above 0 it grows, far below 0 it is gone soon. Bars: two standard errors. Above "
        f"the dotted line, −1/{SURVIVED}, it survives {SURVIVED} characters."
    )
    figure = frame(_LARGEST, hint, x="iteration", y="nats a character", theme=theme)
    numbers = sorted(found)
    figure.add_scatter(
        x=iterations.places(numbers, log=True),
        y=[_finite(found[at].exponents)[0] for at in numbers],
        customdata=numbers,
        error_y={
            "array": [np.nan_to_num(2 * found[at].error[0]) for at in numbers],
            "width": 0,
            "thickness": 1.5,
        },
        mode="lines+markers",
        line={"color": theme.accent, "width": 2.2},
        name="largest exponent",
        hovertemplate="iteration %{customdata:,}<br>%{y:.4f}<extra></extra>",
    )
    _add_survival(figure, theme)
    figure.update_layout(margin_b=iterations.BOTTOM)
    figure.update_xaxes(iterations.axis(numbers[0], numbers[-1], log=True))
    return figure


def _begin_with_the_first(figure: go.Figure, shown: list[Array]) -> None:
    """Axes on which the first directions, which last longest, have room."""
    count = max(map(len, shown))
    ticks = whole_ticks(1, count)
    figure.update_xaxes(type="log", tickvals=ticks, ticktext=[f"{tick:,}" for tick in ticks])
    known = np.concatenate([each[np.isfinite(each)] for each in shown])
    if known.size:
        high = max(0.0, float(known.max()))
        low = max(float(known.min()), high - _SHOWN)
        pad = 0.06 * max(high - low, 0.1)
        figure.update_yaxes(range=[low - pad, high + pad])


def _add_curve(
    figure: go.Figure, found: SingularValues, values: Array, name: str, line: dict[str, object]
) -> None:
    figure.add_scatter(
        x=found.lags,
        y=values,
        mode="lines+markers",
        name=name,
        line=line,
        marker={"size": 5},
        customdata=[significant(float(value)) for value in values],
        hovertemplate=f"{name}, lag %{{x}}: %{{customdata}}<extra></extra>",
    )


def _add_exponents(figure: go.Figure, found: LyapunovSpectrum, name: str, theme: Theme) -> None:
    past = name == _BEFORE
    colour = theme.muted if past else theme.accent
    place, exponents = np.arange(1, len(found.exponents) + 1), _finite(found.exponents)
    if not past:
        _add_band(figure, place, exponents, 2 * np.nan_to_num(found.error), colour)
    few = len(place) <= 64
    figure.add_scatter(
        x=place,
        y=exponents,
        mode="lines+markers" if few else "lines",
        name=name,
        showlegend=True,
        line={"color": colour, "width": 1.5 if past else 2.2, "dash": "dash" if past else "solid"},
        marker={"size": 5},
        hovertemplate=f"direction %{{x}}, {name}<br>%{{y:.4f}}<extra></extra>",
    )


def _add_band(figure: go.Figure, place: Ids, middle: Array, half: Array, colour: str) -> None:
    figure.add_scatter(
        x=np.concatenate([place, place[::-1]]),
        y=np.concatenate([middle + half, (middle - half)[::-1]]),
        fill="toself",
        fillcolor=colour,
        opacity=0.25,
        line={"width": 0},
        mode="lines",
        hoverinfo="skip",
        showlegend=False,
    )


def _add_survival(figure: go.Figure, theme: Theme) -> None:
    figure.add_hline(y=-1 / SURVIVED, line={"dash": "dot", "width": 1.5, "color": theme.series[1]})


def _finite(exponents: Array) -> Array:
    """NaN, which is not drawn, where one is not finite."""
    return np.where(np.isfinite(exponents), exponents, np.nan)
