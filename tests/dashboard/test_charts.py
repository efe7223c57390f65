"""Charts are drawn once for all who see the same, and again as soon as anything differs."""

from __future__ import annotations

import ast
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest
from streamlit.testing.v1 import AppTest

from dashboard.charts import digest_of
from rnnviz import plots
from rnnviz.config import SamplingConfig
from rnnviz.plots.frame import frame
from rnnviz.plots.theme import DARK, LIGHT
from rnnviz.records import Scale
from tests.law.imports import nodes_of, sources

_DRAWN: list[float] = []


def counted(height: float, title: str = "A chart") -> go.Figure:
    """A figure that says when it is drawn."""
    _DRAWN.append(height)
    return frame(title, "What it shows", x="place", y="size").add_scatter(
        x=[0], y=[height], name="height"
    )


def page() -> None:
    """One chart, of what the test has put into the session."""
    import streamlit as st

    from dashboard import charts
    from tests.dashboard.test_charts import counted

    with st.container():
        charts.show(partial(counted, st.session_state.height), key="a chart", of="a run")


def seen(height: float) -> tuple[list[str], str]:
    """What a new visitor sees."""
    app = AppTest.from_function(partial_page, default_timeout=60)
    app.session_state.height = height
    app.run()
    assert not app.exception
    chart = app.get("plotly_chart")[0].proto
    assert chart.alt == f"A chart, a run. Across: place. Upwards: size. height: {height} at 0."
    return [each.value for each in app.markdown], chart.spec


def partial_page() -> None:
    """`page` as a script: it imports what it needs."""
    from tests.dashboard.test_charts import page

    page()


def test_the_same_is_drawn_once_for_all_visitors() -> None:
    _DRAWN.clear()
    first, again, other = seen(0.25), seen(0.25), seen(0.75)
    assert _DRAWN == [0.25, 0.75]
    assert first == again and first[0] == other[0] == ["**A chart** · a run"]
    assert first[1] != other[1]


def test_every_chart_and_table_says_what_it_is_to_those_who_do_not_see_it() -> None:
    shown = [
        (path, {word.arg for word in node.keywords})
        for path, text in sources(("dashboard",)).items()
        for node in nodes_of(text)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in ("plotly_chart", "dataframe", "table", "image")
    ]
    assert len(shown) > 5
    assert [path for path, words in shown if "alt" not in words] == []


TABLE = pd.DataFrame({"iteration": [1, 2], "said": ["a", "b"]})


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (1.0, 1.5),
        (1, True),
        ("1", 1),
        ("a", "b"),
        (b"a", "a"),
        (None, ""),
        (1j, 2j),
        ([1, 2], [2, 1]),
        ([[1], 2], [[1, 2]]),
        (["a", "b"], ["a', 'b"]),
        ({"a": 1}, {"a": 2}),
        ({"a": 1}, {"b": 1}),
        (np.zeros(2), np.zeros(3)),
        (np.zeros(4), np.zeros((2, 2))),
        (np.zeros(2, np.float32), np.zeros(1, np.float64)),
        (np.array([0.0, 1.0]), np.array([0.0, np.nextafter(1.0, 2.0)])),
        (np.array(["a", None], object), np.array(["a", "None"], object)),
        (TABLE, TABLE.rename(columns={"said": "wrote"})),
        (TABLE, TABLE.assign(said=["a", "c"])),
        (TABLE, TABLE.iloc[:1]),
        (TABLE["iteration"], TABLE["iteration"] + 1),
        (LIGHT, DARK),
        (SamplingConfig(seed=0), SamplingConfig(seed=1)),
        (Scale("a", 0.0, np.ones(2)), Scale("a", 0.0, np.array([1.0, 2.0]))),
        (partial(counted, 1.0), partial(counted, 2.0)),
        (partial(counted, 1.0), partial(counted, 1.0, title="Another")),
        (partial(plots.paths, 1.0), partial(plots.matrix, 1.0)),
    ],
)
def test_what_differs_is_another_chart(one: Any, other: Any) -> None:
    assert digest_of(one) != digest_of(other)
    assert digest_of(one) == digest_of(one) and digest_of(other) == digest_of(other)


def test_equal_numbers_in_other_objects_are_the_same_chart() -> None:
    made = [digest_of(partial(counted, np.arange(3.0), TABLE.copy(), theme=LIGHT)) for _ in "ab"]
    assert made[0] == made[1]


def test_what_has_no_digest_is_refused() -> None:
    with pytest.raises(TypeError, match="a chart is made of a object; give numbers"):
        digest_of([object()])


def test_a_function_that_holds_more_than_its_name_says_is_refused() -> None:
    def draw() -> float:
        return held

    held = 1.0
    for each in (draw, lambda: held):
        with pytest.raises(TypeError, match="a chart is made of a function"):
            digest_of(partial(each))
