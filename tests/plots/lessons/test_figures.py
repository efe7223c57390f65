"""Figures of the lessons: the numbers are in them, whatever the numbers are."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest

from rnnviz import plots
from rnnviz.cells import LARGEST_SLOPE
from rnnviz.plots.lessons import nonlinearities
from rnnviz.plots.lessons.forecast import forecast, forecast_errors
from rnnviz.plots.lessons.reading import reading
from rnnviz.plots.theme import DARK, LIGHT, THEMES, Theme

BOTH = pytest.mark.parametrize("theme", THEMES.values(), ids=lambda theme: theme.name)


@BOTH
def test_a_reading_shows_inputs_below_and_outputs_above(theme: Theme) -> None:
    h = np.linspace(-1, 1, 6).reshape(2, 3)
    figure = reading(["<x>", " "], ["", "\n"], h, np.array([np.nan, 0.5]), theme=theme)
    assert figure.layout.xaxis.ticktext == ("<br>&lt;x&gt;", "␣")
    assert figure.layout.xaxis2.ticktext == ("", "↵")
    assert np.allclose(figure.data[0].z, h.T)
    assert figure.data[0].customdata[0].tolist() == ["no output", "\n: 50 %"]
    assert reading([], [], np.zeros((0, 3)), np.zeros(0)).layout.annotations


def test_labels_of_a_reading_stand_apart_over_their_columns() -> None:
    h, sure = np.zeros((6, 2)), np.full(6, 0.5)
    words, digits = ["이", "십", "오", "<start>", "2", "5"], ["", "", "", "2", "5", "<end>"]
    layout = reading(words, digits, h, sure, second_from=3).layout
    assert layout.xaxis.ticktext[2:5] == ("오", "<br>&lt;start&gt;", "2")
    assert layout.xaxis2.ticktext[4:] == ("5", "&lt;end&gt;<br> ")
    assert layout.shapes[0].x0 == 3.5 and layout.xaxis2.title.text == "output"
    tags = reading(["planned"] * 6, ["NOUN"] * 6, h, sure).layout
    assert tags.xaxis.tickangle == -90 and not tags.shapes
    once = reading(["a"] * 6, [""] * 5 + ["positive"], h, sure).layout
    assert once.xaxis.tickangle == once.xaxis2.tickangle == 0


def test_a_reading_counts_timesteps_from_one_and_units_from_zero() -> None:
    figure = reading(["a", "b"], ["b", "c"], np.zeros((2, 3)), np.full(2, 0.5))
    heatmap = figure.data[0]
    assert list(heatmap.x) == [1, 2] == list(figure.layout.xaxis.tickvals)
    assert heatmap.y is None and "timestep %{x}, unit %{y}" in heatmap.hovertemplate


def test_the_windows_tried_have_ticks_that_can_be_read() -> None:
    figure = plots.truncation_cost([1, 7, 60], [0.1, 0.9, 1.0], "cosine", "1: same", chosen=7)
    assert figure.layout.xaxis.ticktext == ("1", "2", "5", "10", "20", "50")


def test_forecasts_begin_where_reading_ends() -> None:
    curve = np.arange(100.0)
    figure = forecast(curve, curve, np.full(10, 7.0), start=50, shown=20)
    rolled = figure.data[2]
    assert (rolled.x[0], rolled.y[0]) == (50, 50.0)
    assert len(forecast_errors(np.ones(4), np.ones(4)).data) == 2


@BOTH
def test_states_and_gradients_are_drawn_at_the_extremes(theme: Theme) -> None:
    calm = dict.fromkeys(LARGEST_SLOPE, np.array([1.0, 0.5, 0.0]))
    wild = {**calm, "relu": 3.0 ** np.arange(100)}
    assert nonlinearities.repeated_states(calm, theme=theme).layout.yaxis.type is None
    assert nonlinearities.repeated_states(wild, theme=theme).layout.yaxis.type == "log"
    dead = nonlinearities.repeated_gradients(
        dict.fromkeys(LARGEST_SLOPE, np.array([1.0, 0.0])), theme=theme
    )
    assert "not shown: tanh, relu, sigmoid" in dead.layout.title.text
    assert np.isnan(dead.data[0].y[1])


def test_maxima_are_marked() -> None:
    curves = {"sigmoid": (np.zeros(2), np.zeros(2))}
    figure = nonlinearities.derivatives(curves, {"sigmoid": (0.0, 0.25)}, z=1.0)
    assert (figure.data[1].x, figure.data[1].y) == ((0.0,), (0.25,))
    assert figure.layout.annotations[0].text == "sigmoid<br>0.25"
    curve, point = nonlinearities.functions(curves, z=6.0).data
    assert curve.mode == "lines" and (point.x, point.y) == ((6.0,), (curve.y[-1],))


def test_networks_without_numbers_give_a_sentence() -> None:
    nothing = pd.DataFrame({"iteration": [], "validation_loss_nats": []})
    assert nonlinearities.losses({"tanh": nothing}).layout.annotations
    columns = ["iteration", "path", "layer", "lag", "gradient_norm"]
    empty = pd.DataFrame([], columns=columns)
    assert nonlinearities.reaches({"tanh": empty}).layout.annotations
    rows = [[7, "h", 0, lag, 0.5**lag] for lag in range(3)]
    figure = nonlinearities.reaches({"relu": pd.DataFrame(rows, columns=columns)})
    assert figure.data[0].y.tolist() == [1.0, 0.5, 0.25]


def test_the_chosen_window_is_marked() -> None:
    figure = plots.truncation_cost([1, 7, 20], [0.8, 0.3, 0.0], "relative error", "0: same", 7)
    assert figure.data[0].marker.color == (LIGHT.series[0], LIGHT.series[1], LIGHT.series[0])
    assert figure.data[0].y == (0.8, 0.3, 0.0)
    assert figure.layout.yaxis.title.text == "relative error"


@pytest.mark.parametrize("end", [-np.inf, np.nan, 400.0, -4000.0, 0.0])
def test_products_beyond_all_numbers_are_drawn(end: float) -> None:
    logs = np.array([0.0, 1.0, end])
    figure = plots.scalar_recurrence(np.array([0.0, 1.0, np.inf]), logs[1:], logs, logs)
    low, high = figure.layout.yaxis3.range
    assert low < high and np.isfinite([low, high]).all()
    assert np.isfinite(end) == np.isfinite(figure.data[2].y[2])


@pytest.mark.parametrize("radius", [0.0, 0.5, 1.5])
def test_eigenvalues_stand_apart_from_the_singular_value(radius: float) -> None:
    figure = plots.complex_plane(np.array([radius * 1j, 0.1]), 2.5, theme=DARK)
    assert figure.data[0].name == "largest singular value 2.5"
    assert (figure.data[1].name, figure.data[1].marker.color) == ("eigenvalues", DARK.series[0])
    outside = [(each.name, each.marker.color, each.y.tolist()) for each in figure.data[2:-1]]
    assert figure.data[-1].name == "unit circle"  # above the points
    red = ("outside the unit circle", DARK.positive, [1.5])
    assert outside == ([red] if radius > 1 else [])
    # Whatever plane was drawn before, this one is drawn as it is from the first.
    assert figure.layout.xaxis.constrain == figure.layout.yaxis.constrain == "domain"
    norms = plots.power_norms(np.array([0.0, 0.4]), radius, 2.5)
    assert norms.data[0].y[1] == pytest.approx(np.log10(2.5))
    assert np.isfinite(norms.layout.yaxis.range).all()


def test_rims_of_many_eigenvalues_do_not_hide_those_beside_them() -> None:
    few, many = (plots.complex_plane(np.linspace(0, 1, count), 1.0) for count in (16, 256))
    assert few.data[1].marker.line.width == 1 and few.data[1].marker.opacity == 1
    assert many.data[1].marker.line.width == 0 and many.data[1].marker.opacity < 1


def test_clipping_ends_on_the_line() -> None:
    figure = plots.clipping(np.array([300.0, 400.0]), np.array([0.6, 0.8]), 1.0)
    point = figure.data[-1]
    assert (point.x[0], point.y[0]) == pytest.approx((500.0, 1.0))


@pytest.mark.parametrize("length", [0.0, 0.01, 1.0, 3.16])
def test_arrowheads_point_the_way_of_their_arrow_and_are_shorter(length: float) -> None:
    gradient = 3.16 * np.array([0.8, 0.6])
    figure = plots.clipping(gradient, length * np.array([0.8, 0.6]), 1.0)
    numbers = re.findall(r"[-+.e0-9]+", figure.layout.shapes[1].path)
    tip, left, right = np.array(numbers, float).reshape(3, 2)
    along = tip - (left + right) / 2
    assert tip == pytest.approx(length * np.array([0.8, 0.6]))
    assert np.linalg.norm(along) <= 0.5 * length + 1e-12
    assert along @ [0.6, -0.8] == pytest.approx(0)
    assert figure.layout.xaxis.range[1] == pytest.approx(1.15 * 3.16)
    assert (figure.layout.xaxis.constrain, figure.layout.yaxis.scaleanchor) == ("domain", "x")


def test_networks_are_compared_by_lag() -> None:
    curves = {"RNN": np.array([1.0, 0.5]), "LSTM": np.array([1.0, 0.0])}
    figure = plots.lag_comparison(curves, "By lag", mark_lag=1, mark="here", theme=DARK)
    assert [curve.name for curve in figure.data] == ["RNN", "LSTM"]
    assert [curve.marker.symbol for curve in figure.data] == ["square-open", "circle"]
    assert figure.layout.annotations[0].text == "here"
