"""Ticks of logarithmic axes are few, inside, and evenly apart."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from rnnviz import plots
from rnnviz.plots.log_axis import decade_axis, decades, log_axis, whole_ticks


@given(st.floats(-300, 300), st.floats(0, 700))
@example(5e-324, 7.0)
def test_decades_are_inside_evenly_apart_and_at_most_seven(low: float, reach: float) -> None:
    found = decades(low, low + reach)
    assert all(low <= power <= low + reach for power in found) and len(found) <= 7
    assert len(set(np.diff(found))) <= 1
    assert len(found) >= 2 or reach < 2 or reach > 6  # wide ranges are parted into whole steps
    assert found or reach < 1


@given(st.integers(1, 10**6), st.integers(0, 10**7))
def test_whole_ticks_are_one_two_and_five_by_powers_of_ten(first: int, more: int) -> None:
    found = whole_ticks(first, first + more)
    assert found == sorted(found) and all(first <= tick <= first + more for tick in found)
    assert all(str(tick).rstrip("0") in ("1", "2", "5") for tick in found)
    assert set(whole_ticks(first, first + more, leading=[1])) <= set(found)
    if more >= 1.5 * first:  # from a number to 2.5 times it there always is one
        assert found


def test_decades_kept_as_logarithms_are_named_as_powers() -> None:
    axis = decade_axis(np.array([-3.0, 0.0, math.inf]))
    assert dict(zip(axis["tickvals"], axis["ticktext"], strict=True)) == {
        -3: "10<sup>−3</sup>",
        -2: "10<sup>−2</sup>",
        -1: "10<sup>−1</sup>",
        0: "1",
        1: "10",
        2: "10<sup>2</sup>",
    }


def test_the_path_through_c_is_dashed_in_every_picture() -> None:
    curves = {f"LSTM, path through {path}": np.ones(3) for path in "hc"}
    dashes = [curve.line.dash for curve in plots.lag_comparison(curves, "By lag").data]
    assert dashes == ["solid", "dash"]


@pytest.mark.parametrize(("longest", "last"), [(1, 1), (7, 5), (600, 500)])
def test_the_windows_named_are_among_those_tried(longest: int, last: int) -> None:
    figure = plots.truncation_cost([1, longest], [1.0, 0.0], "cosine", "", 1)
    assert figure.layout.xaxis.tickvals[-1] == last


@pytest.mark.parametrize(
    ("low", "high", "plain"), [(1e-3, 0.2, True), (3e-7, 2e-5, False), (40, 3e5, False)]
)
def test_ticks_of_one_axis_are_written_alike(low: float, high: float, plain: bool) -> None:
    figure = plots.Figure()
    log_axis(figure, np.array([low, high]))
    assert (figure.layout.yaxis.tickformat == "~g") == plain
    assert (figure.layout.yaxis.exponentformat == "power") == (not plain)
