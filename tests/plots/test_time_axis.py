"""Whatever a picture shows of a text, its timesteps are counted from 1."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import plotly.graph_objects as go
import pytest

from rnnviz import plots
from rnnviz.plots.lessons.nonlinearities import repeated_states
from rnnviz.plots.lessons.reading import reading
from rnnviz.plots.time_axis import MAX_TICKS, hover, pools, time_axis, timesteps
from tests.plots.records import make_flow, make_norms, make_trace

PICTURES: dict[str, Callable[[int, str], go.Figure]] = {
    "heatmap": lambda n, text: plots.hidden_heatmap(make_trace(np.ones((1, n, 2)), text)),
    "strips": lambda n, text: plots.hidden_strips(make_trace(np.ones((1, n, 2)), text), [1]),
    "last loss": lambda n, text: plots.paths(make_flow(n).h, text=text + "x"),
    "window": lambda n, text: plots.paths(make_flow(n).h, which="window", text=text + "x"),
    "without text": lambda n, text: plots.paths(make_flow(n).h),
    "matrix": lambda n, text: plots.matrix(make_flow(n)),
    "reading": lambda n, text: reading(list(text), list(text), np.zeros((n, 2)), np.ones(n)),
}


def span(trace: Any) -> tuple[float, float]:
    """The first and the last timestep of a curve or of the columns of a heatmap."""
    if trace.x is not None:
        return float(min(trace.x)), float(max(trace.x))
    return float(trace.x0), float(trace.x0 + trace.dx * (trace.z.shape[1] - 1))


@pytest.mark.parametrize("count", [1, 7, MAX_TICKS, MAX_TICKS + 1])
@pytest.mark.parametrize("name", PICTURES)
def test_the_first_timestep_is_1_and_the_last_is_how_many_there_are(name: str, count: int) -> None:
    figure = PICTURES[name](count, "ab" * (count // 2) + "c" * (count % 2))
    assert span(figure.data[0]) == (1, count)
    ticks, words = figure.layout.xaxis.tickvals, figure.layout.xaxis.ticktext
    if ticks is not None:
        assert list(ticks) == list(range(1, count + 1)) and words[0] in "abc"


def test_both_ends_of_a_matrix_are_counted_alike() -> None:
    heat = plots.matrix(make_flow(5)).data[0]
    assert (heat.x0, heat.dx) == (heat.y0, heat.dy) == (1, 1)


def test_recorded_norms_are_shown_from_1_though_tables_count_from_0() -> None:
    norms = make_norms("timestep", [3])
    assert norms["timestep"].min() == 0
    assert plots.gradient_norms_by_timestep(norms).data[0].x.tolist() == [1, 2, 3, 4, 5, 6]
    assert norms["timestep"].min() == 0  # the table is left as it was
    lags = plots.by_lag(make_norms("lag", [3]), {}).data[0].x.tolist()
    assert lags == [0, 1, 2, 3, 4, 5]  # a distance begins at nothing


def test_the_state_before_the_first_timestep_is_that_of_0() -> None:
    figure = repeated_states({"tanh": np.array([1.0, 0.5, 0.25])})
    assert figure.data[0].x.tolist() == [0, 1, 2]


@pytest.mark.parametrize("size", [1, 2, 3, 10])
def test_pools_stand_in_the_middle_of_their_timesteps(size: int) -> None:
    first, apart = pools(size)
    middles = timesteps(6 * size).reshape(6, size).mean(axis=1)
    np.testing.assert_allclose(first + apart * np.arange(6), middles)


def test_a_hover_text_names_the_character_only_where_the_axis_does() -> None:
    short, long = "x" * MAX_TICKS, "x" * (MAX_TICKS + 1)
    assert ("ticktext" in time_axis(short), "ticktext" in time_axis(long)) == (True, False)
    assert (hover(short).endswith("%{x}"), hover(long).endswith("%{x}")) == (True, False)
    assert hover("").endswith("%{x:,d}")
