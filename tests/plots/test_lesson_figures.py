"""Drawings of the lessons: escaped, finite, in both themes, for every value."""

from __future__ import annotations

from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest

from rnnviz.plots import nonlinearities
from rnnviz.plots.forecast import forecast, forecast_errors
from rnnviz.plots.pictures import film_strip, pixel_picture
from rnnviz.plots.reading import reading
from rnnviz.plots.theme import THEMES, Theme
from rnnviz.plots.unrolled import unrolled

BOTH = pytest.mark.parametrize("theme", THEMES.values(), ids=lambda theme: theme.name)


@BOTH
def test_a_drawing_is_an_svg_whatever_its_labels_hold(theme: Theme) -> None:
    drawing = unrolled(
        ["<b>", '"&', "", ""], ["", "x", "y", "z"], theme, fed_back=True, second_from=2
    )
    texts = [element.text for element in ElementTree.fromstring(drawing).iter() if element.text]
    assert texts == ["h", "<b>", "h", '"&', "x", "h", "y", "h", "z"]
    assert drawing.count("stroke-dasharray") == 2


@BOTH
def test_pictures_are_svg_whatever_was_typed(theme: Theme) -> None:
    for rows in (["b.o", "<&"], [""], []):
        squares = ElementTree.fromstring(pixel_picture(rows, "bogp", theme))
        assert len(squares) == sum(map(len, rows))
    assert len(ElementTree.fromstring(film_strip([(0, 0), (4, 4)], 5, theme))) == 4
    assert len(ElementTree.fromstring(film_strip([], 5, theme))) == 0


@BOTH
def test_a_reading_shows_inputs_below_and_outputs_above(theme: Theme) -> None:
    h = np.linspace(-1, 1, 6).reshape(2, 3)
    figure = reading(["<x>", " "], ["", "\n"], h, np.array([np.nan, 0.5]), theme=theme)
    assert figure.layout.xaxis.ticktext == ("&lt;x&gt;", "␣")
    assert figure.layout.xaxis2.ticktext == ("", "↵")
    assert np.allclose(figure.data[0].z, h.T)
    assert figure.data[0].customdata[0].tolist() == ["no output", "\n: 50%"]
    assert reading([], [], np.zeros((0, 3)), np.zeros(0)).layout.annotations


def test_forecasts_begin_where_reading_ends() -> None:
    curve = np.arange(100.0)
    figure = forecast(curve, curve, np.full(10, 7.0), start=50, shown=20)
    rolled = figure.data[2]
    assert (rolled.x[0], rolled.y[0]) == (50, 50.0)
    assert len(forecast_errors(np.ones(4), np.ones(4)).data) == 2


@BOTH
def test_states_and_gradients_are_drawn_at_the_extremes(theme: Theme) -> None:
    calm = dict.fromkeys(nonlinearities.NAMES, np.array([1.0, 0.5, 0.0]))
    wild = {**calm, "relu": 3.0 ** np.arange(100)}
    assert nonlinearities.repeated_states(calm, theme=theme).layout.yaxis.type is None
    assert nonlinearities.repeated_states(wild, theme=theme).layout.yaxis.type == "log"
    dead = nonlinearities.repeated_gradients(
        dict.fromkeys(nonlinearities.NAMES, np.array([1.0, 0.0])), theme=theme
    )
    assert "not shown: tanh, sigmoid, relu" in dead.layout.title.text
    assert np.isnan(dead.data[0].y[1])


def test_maxima_are_marked() -> None:
    curves = {"sigmoid": (np.zeros(2), np.zeros(2))}
    figure = nonlinearities.derivatives(curves, {"sigmoid": (0.0, 0.25)}, z=1.0)
    assert figure.data[1].text == ("sigmoid: 0.25",)
    assert len(nonlinearities.functions(curves, z=6.0).data) == 1


def test_networks_without_numbers_give_a_sentence() -> None:
    nothing = pd.DataFrame({"iteration": [], "validation_loss_nats": []})
    assert nonlinearities.losses({"tanh": nothing}).layout.annotations
    columns = ["iteration", "path", "layer", "lag", "gradient_norm"]
    empty = pd.DataFrame([], columns=columns)
    assert nonlinearities.reaches({"tanh": empty}).layout.annotations
    rows = [[7, "h", 0, lag, 0.5**lag] for lag in range(3)]
    figure = nonlinearities.reaches({"relu": pd.DataFrame(rows, columns=columns)})
    assert figure.data[0].y.tolist() == [1.0, 0.5, 0.25]
