"""Drawings and figures of the lessons: the numbers are in them, whatever the numbers are."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree

import numpy as np
import pytest

from rnnviz import plots
from rnnviz.plots.characters import mark
from rnnviz.plots.svg_shapes import Drawing, number
from rnnviz.plots.theme import DARK, LIGHT, THEMES, Theme


def words(drawing: Drawing) -> list[str]:
    """The texts of a drawing; it must be well formed."""
    root = ElementTree.fromstring(drawing.svg)
    found = root.iter("{http://www.w3.org/2000/svg}text")
    return ["".join(text.itertext()).replace("\u200b", "") for text in found]


def numbers(
    timesteps: int, units: int, scale: float = 1.0, text: str = ""
) -> plots.UnrolledNumbers:
    draw = np.random.default_rng(0)
    return plots.UnrolledNumbers(
        text=text or "x" * (timesteps + 1),
        h=np.tanh(draw.standard_normal((timesteps + 1, units))),
        dh=scale * draw.standard_normal((timesteps, units)),
        from_next=np.zeros((timesteps, units)),
        from_loss=np.ones((timesteps, units)),
        probability=np.full(timesteps, 0.25),
        loss=np.full(timesteps, np.log(4)),
        counted=[True] * timesteps,
    )


@pytest.mark.parametrize("theme", THEMES.values(), ids=THEMES)
@pytest.mark.parametrize(("timesteps", "units"), [(1, 1), (4, 3), (7, 4)])
def test_the_graph_shows_every_number(theme: Theme, timesteps: int, units: int) -> None:
    shown = numbers(timesteps, units)
    found = words(plots.unrolled_graph(shown, theme=theme))
    for value in [*shown.h[1:].ravel(), *shown.dh.ravel()]:
        assert number(float(value)) in found
    assert found.count("l1 = 1.39") == 1
    assert (f"t = {timesteps}" in found) and (f"t = {timesteps + 1}" not in found)


@pytest.mark.parametrize("text", ["<&>", "\"'x", "a\nb", "가나다", "\x00\x1b\x85", "🙂\u202ex"])
def test_any_characters_can_be_drawn(text: str) -> None:
    assert words(plots.unrolled_graph(numbers(2, 2, text=text[:3])))
    assert words(plots.bptt_windows(text, 2, 1))
    terms = plots.gradient_terms(np.ones((1, 1, 1)), "W_hh", ["h1"], ["h1"], [mark(text[0])])
    assert f"t = 1, reads {mark(text[0])}" in words(terms)


@pytest.mark.parametrize("scale", [0.0, 1e-300, 1e300])
def test_gradients_of_any_size_are_drawn(scale: float) -> None:
    assert "NaN" not in plots.unrolled_graph(numbers(3, 2, scale), theme=DARK).svg
    terms = plots.gradient_terms(np.full((2, 2, 3), scale), "W_xh", "ab", "cde", "xy")
    assert "nan" not in terms.svg


def test_the_terms_are_beside_their_sum() -> None:
    terms = np.array([[[0.5, -1.0]], [[0.25, 0.0]]])
    found = words(plots.gradient_terms(terms, "W_hy", ["e"], ["h1", "h2"], ["h", "e"]))
    assert found[0] == "∂L/∂Why"
    assert [word for word in found if word in ("0.75", "−1.00", "0.50", "0.25")] == [
        *("0.75", "−1.00"),
        *("0.50", "−1.00"),
        "0.25",
    ]
    with pytest.raises(ValueError, match="they must be"):
        plots.gradient_terms(terms, "W_hy", ["e"], ["h1"], ["h", "e"])


@pytest.mark.parametrize("length", [1, 2, 47, 48, 49, 600])
@pytest.mark.parametrize("window", [1, 7, 10, 100])
def test_windows_are_drawn_for_every_length(length: int, window: int) -> None:
    for timestep in {0, length // 2, length - 1}:
        found = words(plots.bptt_windows("x" * length, window, timestep, theme=DARK))
        assert found.count("x") == length
        assert f"gradient of the loss at t = {timestep + 1}" in found
    with pytest.raises(ValueError, match="the text has"):
        plots.bptt_windows("x" * length, window, length)


def test_the_chosen_window_is_marked() -> None:
    figure = plots.truncation_cost([1, 7, 20], [0.5, 0.9, 1.0], [0.8, 0.3, 0.0], 7)
    assert figure.data[0].marker.color == (LIGHT.series[0], LIGHT.series[1], LIGHT.series[0])
    assert figure.data[1].y == (0.8, 0.3, 0.0)


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
    assert figure.data[1].name == "largest singular value 2.5"
    assert figure.data[2].marker.color[0] == (DARK.positive if radius > 1 else DARK.series[0])
    norms = plots.power_norms(np.array([0.0, 0.4]), radius, 2.5)
    assert norms.data[0].y[1] == pytest.approx(np.log10(2.5))
    assert np.isfinite(norms.layout.yaxis.range).all()


def test_clipping_ends_on_the_line() -> None:
    figure = plots.clipping(np.array([300.0, 400.0]), np.array([0.6, 0.8]), 1.0)
    point = figure.data[-1]
    assert (point.x[0], point.y[0]) == pytest.approx((500.0, 1.0))


def test_networks_are_compared_by_lag() -> None:
    curves = {"RNN": np.array([1.0, 0.5]), "LSTM": np.array([1.0, 0.0])}
    figure = plots.lag_comparison(curves, "By lag", mark_lag=1, mark="here", theme=DARK)
    assert [curve.name for curve in figure.data] == ["RNN", "LSTM"]
    assert figure.layout.annotations[0].text == "here"
