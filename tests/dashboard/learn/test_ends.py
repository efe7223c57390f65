"""Every slider and number of the Learn pages at both of its ends: no exception, no NaN."""

from __future__ import annotations

import re
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.learn import lesson
from dashboard.learn.tanh import own as tanh_own
from rnnviz.runs.run import Run
from tests.dashboard.conftest import Open, words

# The page of types has tests of its own for each task.
PAGES = ("learn_cell", "learn_hello", "learn_bptt", "learn_vanishing", "learn_tanh")
NO_NUMBER = re.compile(r"\b(nan|inf)\b", re.IGNORECASE)


def widgets(app: AppTest) -> list[Any]:
    return [*app.slider, *app.number_input]


@pytest.mark.parametrize("page", PAGES)
def test_every_slider_and_number_at_both_ends(page: str, finished_run: Run, open_app: Open) -> None:
    app = open_app(page, run=finished_run.id)
    found = [(widget.type, widget.key) for widget in widgets(app)]
    assert found
    for kind, key in found:
        widget = getattr(app, kind)(key=key)
        for value in (widget.min, widget.max):
            getattr(app, kind)(key=key).set_value(value).run()
            assert not app.exception, (key, value)
            assert not NO_NUMBER.search(words(app)), (key, value)
        getattr(app, kind)(key=key).set_value(widget.value)  # with the next


@pytest.mark.parametrize("page", PAGES)
def test_a_cell_that_is_not_taught_is_said_to_be_another(
    page: str, finished_run: Run, open_app: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lesson, "TAUGHT", ("rnn", "gru"))
    monkeypatch.setattr(tanh_own, "TAUGHT", ("rnn", "gru"))
    app = open_app(page, run=finished_run.id)
    assert not app.exception
    asks = page in ("learn_cell", "learn_hello", "learn_bptt")
    assert ("does not take apart (it does these: RNN, GRU)." in words(app)) == asks
    assert "Where your network works" not in words(app)
