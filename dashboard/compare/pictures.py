"""The charts of Compare: how the runs learned, and how far back their gradients reach."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import streamlit as st

from dashboard import appearance, cache, charts
from dashboard.compare.choice import Chosen
from rnnviz import plots
from rnnviz.analysis.gradients.reach import Reach, read_mean
from rnnviz.cells import CELLS
from rnnviz.records import Curve
from rnnviz.runs.compared import courses
from rnnviz.runs.compared.compared_words import lives_sentence, reach_words
from rnnviz.runs.compared.courses import Along, Read, Side
from rnnviz.runs.run import Run

_OWN = (
    "Lags count the characters that a network reads: where it reads jamo, two or three of them are "
    "a syllable, and the same lag is less of the text."
)


def losses(chosen: Chosen, along: Along) -> None:
    """Validation and training losses of all, and the numbers to beat."""
    found = [
        (courses.validation(side, along), courses.training(side, along)) for side in chosen.sides
    ]
    figure = partial(
        plots.compared_losses,
        _there([judged for judged, _ in found]),
        _there([trained for _, trained in found]),
        along=along,
        baselines=courses.baselines(chosen.sides),
        judged_as=courses.judged_words(chosen.sides),
        theme=appearance.theme(),
    )
    charts.show(figure, key="losses compared")


def lags(chosen: Chosen, at: Sequence[int | None], path: str) -> str:
    """How much of the gradient is left by lag, at the snapshots chosen; and what that says."""
    chosen_at = dict(zip([run.id for run in chosen.moments], at, strict=True))
    curves, shown = [], {}
    for side in chosen.sides:
        found = [_read(run).get((chosen_at[run.id] or 0, path)) for run in side.runs]
        known = [reach for reach in found if reach is not None]
        curve = courses.shares_by_lag(side, known)
        if curve is not None:
            curves.append(curve)
            shown[side.place] = _marks(curve, known)
    figure = partial(plots.compared_lags, curves, shown, path=path, theme=appearance.theme())
    charts.show(figure, key="lags compared")
    _say_without(chosen, curves, path)
    if len({run.alphabet.hangul for run in chosen.moments}) > 1:
        st.caption(_OWN)
        return ""
    read = {
        (run.id, its): reach
        for run in chosen.moments
        for (iteration, its), reach in _read(run).items()
        if iteration == (chosen_at[run.id] or 0)
    }
    return reach_words(chosen.sides, read)


def over_training(chosen: Chosen, along: Along, path: str) -> None:
    """Half-way lag, half-life and norm over training, and at how many snapshots there is which."""
    half, norms, lives, counts = [], [], [], []
    for side in chosen.sides:
        read: list[Read] = [_read(run) for run in side.runs]
        half.append(courses.half_way_lags(side, read, path, along))
        norms.append(courses.norms(side, read, path, along))
        lives.append(courses.half_lives(side, read, path, along))
        known = [each for one in read for (_, its), each in one.items() if its == path]
        have = sum(each.half_life is not None for each in known)
        counts += [(side.label, have, len(known))] * bool(known)
    figure = partial(
        plots.compared_reach,
        _there(half),
        _there(norms),
        _there(lives),
        along=along,
        path=path,
        theme=appearance.theme(),
    )
    charts.show(figure, key="reach compared")
    if counts:
        st.caption(appearance.plain(lives_sentence(counts, path)))


def _read(run: Run) -> dict[tuple[int, str], Reach]:
    """What is read off the curves of the top layer."""
    return cache.reaches(run, run.model_config.num_layers - 1)


def _marks(curve: Curve, known: Sequence[Reach]) -> list[int]:
    """Where a half and 1 % are left: of several runs, that of their mean."""
    own = known[0] if len(known) == 1 else read_mean(curve.y, known[0].losses[: len(curve.y)])
    return [fall.lag for fall in (own.half, own.hundredth) if fall.lag is not None]


def _there(found: Sequence[Curve | None]) -> list[Curve]:
    return [curve for curve in found if curve is not None]


def _say_without(chosen: Chosen, curves: Sequence[Curve], path: str) -> None:
    """Which have no curve, and why."""
    shown = {curve.place for curve in curves}
    missing = [side for side in chosen.sides if side.place not in shown]
    for side in missing:
        st.caption(appearance.plain(f"{side.label}: {_why(side, path)}."))


def _why(side: Side, path: str) -> str:
    if path == "c" and any(not CELLS[run.model_config.cell].has_cell_state for run in side.runs):
        return "has no cell state c, through which a gradient could go"
    return "has no gradient norms by lag at that snapshot"
