"""Pictures of gradients hold the recorded norms, under the right definition."""

from __future__ import annotations

import math
import re

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest

from rnnviz import plots
from rnnviz.analysis.gradients.reach import Reach, read_curve
from rnnviz.notation import significant
from rnnviz.plots.theme import DARK, LIGHT, path_colours
from rnnviz.records import GradientFlow, GradientPath
from tests.plots.records import make_flow, make_history, make_norms, make_reaches


def subtitle(figure: go.Figure) -> str:
    return str(figure.layout.title.text.replace("<br>", " "))


def shown(figure: go.Figure) -> list[int]:
    """The iterations that have curves."""
    named = [re.findall(r"iteration (\d+), path h", trace.name or "") for trace in figure.data]
    return [int(numbers[0]) for numbers in named if numbers]


def test_window_gradients_are_curves_of_the_top_layer() -> None:
    figure = plots.gradient_norms_by_timestep(make_norms("timestep", [30, 1]))
    assert [trace.name for trace in figure.data] == [
        f"iteration {iteration}, path {path}" for path in "hc" for iteration in (1, 30)
    ]
    h, late, c, _ = figure.data
    np.testing.assert_allclose(h.y, 2 * 0.5 ** np.arange(6))
    np.testing.assert_allclose(c.y, 3 * 0.5 ** np.arange(6))
    assert (h.line.dash, c.line.dash) == ("solid", "dash")
    assert [h.line.color, late.line.color] == path_colours(LIGHT, "h", 2)
    assert all(trace.showlegend for trace in figure.data)
    assert (
        "∂(sum of l<sub>t</sub>)" in figure.layout.title.text
        and "fewer losses remain" in figure.layout.title.text
        and "loss is near zero" in figure.layout.title.text
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


def test_a_narrow_page_has_room_for_a_row_of_legend_for_every_curve() -> None:
    h = make_norms("lag", list(range(6)))
    figure = plots.by_lag(pd.concat([h, h.assign(path="c")]), {}, sequence_length=3)
    rows = sum(bool(each.showlegend) for each in (*figure.data, *figure.layout.shapes))
    assert rows == 13
    height = figure.layout.height - figure.layout.margin.t  # a page has the title above it
    assert 29 * rows < figure.layout.legend.maxheight * height and height - 29 * rows > 250


def test_by_lag_names_what_is_read_off_each_curve() -> None:
    norms = make_norms("lag", [0, 200], factor=0.5)
    figure = plots.by_lag(norms, make_reaches(norms))
    names = [trace.name for trace in figure.data if trace.showlegend]
    assert names == [
        f"iteration {at}, path {path}: half at lag 1, 1 % beyond lag 5, 3.1 % at lag 5"
        for path in "hc"
        for at in (0, 200)
    ]
    assert "Path h: " in subtitle(figure) and "path c: " in subtitle(figure)
    grown = make_norms("lag", [3], factor=1.5).query("path == 'h'")
    figure = plots.by_lag(grown, make_reaches(grown))
    assert figure.data[0].name == "iteration 3: half beyond lag 5, 7.59 times at lag 5"
    assert "Path h" not in subtitle(figure)


def test_rings_stand_on_the_curve_where_it_is_read() -> None:
    norms = make_norms("lag", [4], factor=0.3).query("path == 'h'")
    curve, rings, line = plots.by_lag(norms, make_reaches(norms)).data
    assert rings.x == (1, 4) and rings.text == ("a half", "1 %")
    np.testing.assert_allclose(rings.y, [curve.y[1], curve.y[4]])
    assert rings.legendgroup == line.legendgroup == curve.legendgroup


def test_a_line_is_drawn_only_where_it_describes_the_curve() -> None:
    straight = make_norms("lag", [0], factor=0.5).query("path == 'h'")
    line = plots.by_lag(straight, make_reaches(straight)).data[-1]
    assert line.x.tolist() == [0, 1, 2, 3, 4, 5] and line.line.dash == "dot"
    np.testing.assert_allclose(line.y, 2 * 0.5 ** np.arange(6))
    assert "straight line that describes it" in line.hovertemplate
    assert "Dotted: " in subtitle(plots.by_lag(straight, make_reaches(straight)))
    bent = straight.assign(gradient_norm=np.where(straight["lag"] > 0, 0.1, straight["lag"] + 1.0))
    dashes = [trace.line.dash for trace in plots.by_lag(bent, make_reaches(bent)).data]
    assert "dot" not in dashes
    assert "Dotted: " not in subtitle(plots.by_lag(bent, make_reaches(bent)))


def test_at_a_lag_the_share_left_of_every_curve_is_told() -> None:
    norms = make_norms("lag", [0, 9], factor=0.1)
    figure = plots.by_lag(norms, make_reaches(norms))
    curves = [trace for trace in figure.data if trace.showlegend]
    assert len(curves) == 4 and figure.layout.hovermode == "x unified"
    for curve in curves:
        first = [f"{share} % of lag 0" for share in ("100", "10", "1", "0.1", "0.01")]
        assert [said.partition(", ")[2] for said in curve.customdata[:5]] == first
        norms = [said.partition(", ")[0] for said in curve.customdata[:5]]
        assert norms == [significant(norm) for norm in curve.y[:5]]
        assert "%{customdata}" in curve.hovertemplate


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_each_path_has_its_colour_in_every_figure(theme: plots.Theme) -> None:
    """Of several iterations the last one has it, the others a shade of it."""
    norms, flow = make_norms("lag", [7]), make_flow(5)
    by_timestep = make_norms("timestep", [7])
    figures = [
        plots.by_lag(norms, make_reaches(norms), theme=theme),
        plots.gradient_norms_by_timestep(by_timestep, theme=theme),
        plots.over_training(make_reaches(norms), theme=theme),
        plots.paths(flow.h, flow.h, theme=theme),
        plots.lag_comparison(
            {f"LSTM, path through {path}": np.ones(3) for path in "hc"}, "", theme=theme
        ),
    ]
    for figure in figures:
        named = [trace for trace in figure.data if trace.showlegend]
        colours = {re.findall(r"path (?:through )?(h|c)", t.name)[0]: t.line.color for t in named}
        assert colours == {path: path_colours(theme, path)[0] for path in "hc"}


def test_the_window_is_marked_only_within_the_lags() -> None:
    norms = make_norms("lag", [5])
    assert plots.by_lag(norms, {}, sequence_length=4).layout.shapes[0].x0 == 4
    assert not plots.by_lag(norms, {}, sequence_length=6).layout.shapes


def test_the_bound_starts_at_the_last_iterations_norm_at_lag_0() -> None:
    norms = pd.concat([make_norms("lag", [1]), make_norms("lag", [9]).assign(gradient_norm=7.0)])
    bound = plots.by_lag(norms, {}, bound=0.9).data[-1]
    np.testing.assert_allclose(bound.y, 7 * 0.9 ** np.arange(6))
    assert bound.name == "bound: at most ×0.9 per character, iteration 9"


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
    figure = plots.by_lag(norms, make_reaches(norms), bound=0.9)
    assert np.isnan(figure.data[0].y).tolist() == [False, False, True, True, False, False]
    assert "2 norms are not finite" in subtitle(figure) and "12 decades" not in subtitle(figure)
    norms.loc[own, "gradient_norm"] = number  # a bound has nothing to begin at
    figure = plots.by_lag(norms, make_reaches(norms), bound=0.0)
    assert np.isnan(figure.data[0].y).all()
    assert not [trace for trace in figure.data[1:] if len(trace.x)]
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
    assert "12 powers of ten below" in figure.layout.title.text.replace("<br>", " ")


def reach_of(factor: float, noise: float = 0.3) -> Reach:
    """Of 128 losses."""
    drawn = np.exp(noise * np.random.default_rng(3).normal(size=(128, 6)))
    return read_curve(factor ** np.arange(6.0) * drawn)


def test_what_is_read_off_stands_over_training() -> None:
    found = {(at, path): reach_of(0.3) for at in (0, 10) for path in "hc"}
    figure = plots.over_training(found, make_history(12))
    total, half, hundredth, left, norm, *_ = figure.data
    assert total.y.tolist() == make_history(12)["total_gradient_norm"].tolist()
    reach = found[0, "h"]
    for curve, panel, value in (
        (half, "y", reach.half.lag),
        (hundredth, "y", reach.hundredth.lag),
        (left, "y2", reach.edge.value),
        (norm, "y3", reach.norm),
    ):
        assert curve.x.tolist() == [0.5, 10] and curve.yaxis == panel
        np.testing.assert_allclose(curve.y, [value, value])
    low, high = reach.edge.interval or (0, 0)
    np.testing.assert_allclose(left.y + left.error_y.array, high)
    np.testing.assert_allclose(left.y - left.error_y.arrayminus, low)
    assert figure.layout.xaxis3.ticktext[0].startswith("0<br>")


def test_a_lag_beyond_those_read_stands_at_the_upper_edge() -> None:
    figure = plots.over_training({(5, "h"): reach_of(0.99, 0.0)})
    half = figure.data[0]
    assert half.y.tolist() == [5 * 1.25] and half.marker.symbol == ("triangle-up",)
    assert half.customdata[0][1] == "not within 5"


def test_curves_that_nothing_is_read_off_are_counted() -> None:
    zero, unknown = read_curve(np.zeros((9, 6))), read_curve(np.full((9, 6), np.nan))
    figure = plots.over_training({(0, "h"): zero, (5, "h"): unknown, (9, "h"): reach_of(0.5)})
    assert "1 of 3 curves is exactly zero and 1 of 3 curves is not finite" in subtitle(figure)
    for curve in figure.data:
        assert np.isnan(curve.y).tolist() == [True, True, False]


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


def test_the_matrices_of_both_paths_have_one_scale_and_their_own_colours() -> None:
    flow = make_flow(5)
    c = GradientPath(100 * flow.h.matrix, flow.h.by_lag, flow.h.last_loss, flow.h.window)
    both = GradientFlow(flow.text, flow.h, c, None)
    for path, colour in zip("hc", LIGHT.series, strict=False):
        heat = plots.matrix(both, path).data[0]  # type: ignore[arg-type]
        assert (heat.zmin, heat.zmax) == (pytest.approx(4 * math.log10(0.5)), 2)
        assert heat.colorscale[-1] == (1.0, colour)


def test_a_large_matrix_is_pooled_by_the_largest_and_says_so() -> None:
    figure = plots.matrix(make_flow(801))
    heat = figure.data[0]
    assert heat.z.shape == (267, 267) and heat.dx == 3 and heat.x0 == 2
    # Block (5, 2) holds t from 15 and k up to 8: the largest is 2^-(15 - 8).
    assert heat.z[5, 2] == pytest.approx(7 * math.log10(0.5))
    text = figure.layout.title.text.replace("<br>", " ")
    assert "every 3 × 3 cells" in text and "The faintest colour: " in text
    assert heat.zmin == -10


def test_nothing_to_show() -> None:
    norms = make_norms("lag", [])
    flat = make_flow(2).h
    zero = GradientPath(*[0 * flat.matrix, flat.by_lag, flat.last_loss, flat.window])
    figures = [
        plots.gradient_norms_by_timestep(make_norms("timestep", [])),
        plots.by_lag(norms, make_reaches(norms)),
        plots.over_training(make_reaches(norms)),
        plots.matrix(GradientFlow("aaa", zero, None, None)),
    ]
    for figure in figures:
        assert not figure.data and figure.layout.title.text and figure.layout.annotations
