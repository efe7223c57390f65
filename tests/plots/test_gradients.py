"""Pictures of gradients hold the recorded norms, under the right definition."""

from __future__ import annotations

import math
import re

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest

from rnnviz import plots
from rnnviz.analysis.gradients.decay import half_lives, lag_fits
from rnnviz.plots.theme import LIGHT
from rnnviz.records import GradientFlow, GradientPath, LagFit
from tests.plots.records import make_flow, make_history, make_norms


def subtitle(figure: go.Figure) -> str:
    return str(figure.layout.title.text.replace("<br>", " "))


def shown(figure: go.Figure) -> list[int]:
    """The iterations that have curves."""
    named = [re.findall(r"iteration (\d+), path h", trace.name or "") for trace in figure.data]
    return [int(numbers[0]) for numbers in named if numbers]


def test_window_gradients_are_curves_of_the_top_layer() -> None:
    figure = plots.gradient_norms_by_timestep(make_norms("timestep", [30, 1]))
    assert [trace.name for trace in figure.data] == [
        f"iteration {iteration}, path {path}" for iteration in (1, 30) for path in "hc"
    ]
    h, c, late, _ = figure.data
    np.testing.assert_allclose(h.y, 2 * 0.5 ** np.arange(6))
    np.testing.assert_allclose(c.y, 3 * 0.5 ** np.arange(6))
    assert (h.line.dash, c.line.dash) == ("solid", "dash")
    assert (h.line.color, late.line.color) == (LIGHT.early, LIGHT.late)
    assert all(trace.showlegend for trace in figure.data)
    assert (
        "∂(sum of l<sub>t</sub>)" in figure.layout.title.text
        and "right edge" in figure.layout.title.text
    )
    lower = plots.gradient_norms_by_timestep(make_norms("timestep", [1]), layer=0)
    assert lower.data[0].y[0] == 20
    with pytest.raises(ValueError, match="the layer is 2"):
        plots.gradient_norms_by_timestep(make_norms("timestep", [1]), layer=2)


def test_many_iterations_are_thinned_and_counted() -> None:
    figure = plots.gradient_norms_by_timestep(make_norms("timestep", list(range(1, 12))))
    assert shown(figure) == [1, 3, 5, 7, 9, 11]
    assert "6 of the 11 iterations chosen" in subtitle(figure)


def test_the_iteration_looked_at_stays_among_the_shown() -> None:
    norms = make_norms("lag", list(range(8)))
    for looked_at in range(8):
        figure = plots.by_lag(norms, {}, bound_iteration=looked_at)
        assert looked_at in shown(figure) and len(shown(figure)) == plots.MAX_CURVES
        assert (shown(figure)[0], shown(figure)[-1]) == (0, 7)
        assert "6 of the 8 iterations chosen" in subtitle(figure)
    with pytest.raises(ValueError, match="8 is not among the iterations of the table"):
        plots.by_lag(norms, {}, bound_iteration=8)


def test_by_lag_names_the_half_lives_it_is_given() -> None:
    norms = make_norms("lag", [0, 200], factor=0.5)
    names = [trace.name for trace in plots.by_lag(norms, lag_fits(norms)).data if trace.showlegend]
    assert names[:2] == [
        "iteration 0, path h: half-life 1.00 characters over lags 0 to 5",
        "iteration 0, path c: half-life 1.00 characters over lags 0 to 5",
    ]
    rises, unknown = LagFit(1.1, 1.0, (0, 5)), LagFit(math.nan, math.nan, (0, 0))
    fits = {(0, "h"): LagFit(0.5**0.25, 2.0, (1, 4)), (0, "c"): unknown, (200, "h"): rises}
    names = [trace.name for trace in plots.by_lag(norms, fits).data if trace.showlegend]
    assert names == [
        "iteration 0, path h: half-life 4.00 characters over lags 1 to 4",
        "iteration 0, path c: half-life unknown",
        "iteration 200, path h: half-life without end (the norm does not fall) over lags 0 to 5",
        "iteration 200, path c",
    ]


def test_a_half_life_beyond_the_lags_fitted_is_no_number() -> None:
    norms = make_norms("lag", [0]).query("path == 'h'")
    figure = plots.by_lag(norms, {(0, "h"): LagFit(0.99, 1.0, (0, 5))})
    assert figure.data[0].name == "iteration 0: half-life beyond 5 characters over lags 0 to 5"


def test_the_fitted_line_is_drawn_over_its_lags() -> None:
    norms = make_norms("lag", [0], factor=0.5).query("path == 'h'")
    figure = plots.by_lag(
        norms, {(0, "h"): LagFit(0.8, 3.0, (1, 4)), (9, "h"): LagFit(1, 1, (0, 5))}
    )
    assert figure.data[0].name == "iteration 0: half-life 3.11 characters over lags 1 to 4"
    (line,) = figure.data[1:]
    assert line.x.tolist() == [1, 4] and line.legendgroup == figure.data[0].legendgroup
    np.testing.assert_allclose(line.y, [3 * 0.8, 3 * 0.8**4])


def test_the_window_is_marked_only_within_the_lags() -> None:
    norms = make_norms("lag", [5])
    assert plots.by_lag(norms, {}, sequence_length=4).layout.shapes[0].x0 == 4
    assert not plots.by_lag(norms, {}, sequence_length=6).layout.shapes


def test_the_bound_starts_at_the_last_iterations_norm_at_lag_0() -> None:
    norms = pd.concat([make_norms("lag", [1]), make_norms("lag", [9]).assign(gradient_norm=7.0)])
    bound = plots.by_lag(norms, {}, bound=0.9).data[-1]
    np.testing.assert_allclose(bound.y, 7 * 0.9 ** np.arange(6))
    assert bound.name == "at most ×0.9 a timestep, iteration 9"


def test_the_bound_starts_at_the_iteration_it_belongs_to() -> None:
    norms = pd.concat([make_norms("lag", [1]), make_norms("lag", [9]).assign(gradient_norm=7.0)])
    bound = plots.by_lag(norms, {}, bound=0.9, bound_iteration=1).data[-1]
    np.testing.assert_allclose(bound.y, 2 * 0.9 ** np.arange(6))
    assert bound.name.endswith("iteration 1")


@pytest.mark.parametrize("number", [math.inf, math.nan])
def test_norms_that_are_not_finite_are_left_out_and_counted(number: float) -> None:
    norms = make_norms("lag", [3]).query("path == 'h'").reset_index(drop=True)
    own = norms.index[norms["layer"] == 1]
    norms.loc[own[2:4], "gradient_norm"] = number
    figure = plots.by_lag(norms, lag_fits(norms), bound=0.9)
    assert np.isnan(figure.data[0].y).tolist() == [False, False, True, True, False, False]
    assert "2 norms are not finite" in subtitle(figure) and "12 decades" not in subtitle(figure)
    norms.loc[own, "gradient_norm"] = number  # a bound has nothing to begin at
    figure = plots.by_lag(norms, lag_fits(norms), bound=0.0)
    assert len(figure.data) == 1 and np.isnan(figure.data[0].y).all()
    assert "6 norms are not finite" in subtitle(figure)


@pytest.mark.parametrize("number", [math.inf, math.nan])
def test_paths_leave_out_and_count_what_is_not_finite(number: float) -> None:
    path = make_flow(5).h
    path.last_loss[0, :1] = number
    figure = plots.paths(path)
    assert np.isnan(figure.data[0].y).tolist() == [True] + [False] * 4
    assert "1 norm is not finite" in subtitle(figure) and "12 decades" not in subtitle(figure)
    path.last_loss[:] = number
    assert "5 norms are not finite" in subtitle(plots.paths(path))


@pytest.mark.parametrize("number", [math.inf, math.nan])
@pytest.mark.parametrize("timesteps", [5, 801])
def test_the_matrix_leaves_out_and_counts_what_is_not_finite(number: float, timesteps: int) -> None:
    flow = make_flow(timesteps)
    flow.h.matrix[0, 4, :3] = number
    figure = plots.matrix(flow)
    heat = figure.data[0]
    assert "3 cells are not finite" in subtitle(figure)
    assert heat.zmax == 0 and math.isfinite(heat.zmin)
    if timesteps == 5:
        assert np.isnan(heat.z[4]).tolist() == [True] * 3 + [False] * 2
    else:  # of block (1, 0), t from 3 and k up to 2, row 4 alone is missing: t = 3, k = 2 is there
        assert heat.z[1, 0] == pytest.approx(math.log10(0.5))
    flow.h.matrix[:] = number
    nothing = plots.matrix(flow)
    assert not nothing.data
    assert "no finite gradient" in nothing.layout.annotations[0].text.replace("<br>", " ")


def test_the_axis_spans_at_most_12_decades_and_says_so() -> None:
    figure = plots.by_lag(make_norms("lag", [1], factor=1e-4), {})
    low, high = figure.layout.yaxis.range
    assert high - low == pytest.approx(12 * 1.1)
    assert "12 decades below" in figure.layout.title.text.replace("<br>", " ")


def test_half_lives_over_training() -> None:
    table = half_lives(make_norms("lag", [0, 10], factor=0.25))
    figure = plots.over_training(table, make_history(12))
    total, half, norm, *_ = figure.data
    assert total.y.tolist() == make_history(12)["total_gradient_norm"].tolist()
    assert half.x.tolist() == norm.x.tolist() == [0.5, 10]
    assert half.yaxis == "y" and total.yaxis == norm.yaxis == "y2"
    assert figure.layout.xaxis2.ticktext[0].startswith("0<br>")
    rising = plots.over_training(table.assign(half_life=math.inf))
    assert "4 of 4 norms do not fall" in subtitle(rising)
    unknown = plots.over_training(table.assign(half_life=[math.inf, math.nan, math.nan, 1.0]))
    assert "1 of 4 norms do not fall with the lag" in subtitle(unknown)
    assert "2 of 4 half-lives are unknown" in subtitle(unknown)


def test_paths_show_the_definition_asked_for() -> None:
    flow = make_flow(5)
    other = GradientPath(*[3 * field for field in (flow.h.matrix, flow.h.by_lag)] * 2)
    last = plots.paths(flow.h, text="a<b d\n")
    np.testing.assert_allclose(last.data[0].y, 0.5 ** np.arange(4, -1, -1))
    assert last.layout.xaxis.ticktext == ("a", "&lt;", "b", "␣", "d")
    assert "∂l<sub>T</sub>" in last.layout.title.text.replace("<br>", " ")
    window = plots.paths(flow.h, other, "window")
    np.testing.assert_allclose(window.data[0].y, 2 - 0.5 ** np.arange(4, -1, -1))
    assert [curve.line.dash for curve in window.data] == ["solid", "dash"]
    assert plots.paths(make_flow(121).h, text="x" * 122).layout.xaxis.ticktext is None
    with pytest.raises(ValueError, match="must be window or last_loss"):
        plots.paths(flow.h, which="matrix")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="layer is 1"):
        plots.paths(flow.h, layer=1)


def test_the_matrix_is_triangular_with_logarithms() -> None:
    heat = plots.matrix(make_flow(5)).data[0]
    assert heat.z[4, 1] == pytest.approx(3 * math.log10(0.5))
    assert np.isnan(heat.z[1, 4]) and np.isnan(heat.z).sum() == 10
    assert (heat.zmin, heat.zmax) == (pytest.approx(4 * math.log10(0.5)), 0)
    with pytest.raises(ValueError, match="'c'; this network has h"):
        plots.matrix(make_flow(5), "c")


def test_a_large_matrix_is_pooled_by_the_largest_and_says_so() -> None:
    figure = plots.matrix(make_flow(801))
    heat = figure.data[0]
    assert heat.z.shape == (267, 267) and heat.dx == 3 and heat.x0 == 2
    # Block (5, 2) holds t from 15 and k up to 8: the largest is 2^-(15 - 8).
    assert heat.z[5, 2] == pytest.approx(7 * math.log10(0.5))
    text = figure.layout.title.text.replace("<br>", " ")
    assert "every 3 × 3 cells" in text and "Palest" in text
    assert heat.zmin == -10


def test_nothing_to_show() -> None:
    norms = make_norms("lag", [])
    flat = make_flow(2).h
    zero = GradientPath(*[0 * flat.matrix, flat.by_lag, flat.last_loss, flat.window])
    figures = [
        plots.gradient_norms_by_timestep(make_norms("timestep", [])),
        plots.by_lag(norms, lag_fits(norms)),
        plots.over_training(half_lives(norms)),
        plots.matrix(GradientFlow("aaa", zero, None, None)),
    ]
    for figure in figures:
        assert not figure.data and figure.layout.title.text and figure.layout.annotations
