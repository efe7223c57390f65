"""Forecasts: what is computed, and that nothing can be known of a random walk."""

from __future__ import annotations

import re
from functools import cache

import numpy as np
import pytest

from rnnviz.lessons.tasks import forecast
from rnnviz.lessons.tasks.forecast import DAYS, HORIZON, TRAINED_DAYS, simulate
from rnnviz.lessons.tasks.settings import CURVES

learn = cache(forecast.learn)


@pytest.mark.parametrize("kind", CURVES)
def test_errors_are_those_of_the_forecasts(kind: str) -> None:
    found = learn(kind, 0)
    first = TRAINED_DAYS - 1
    starts = np.arange(first, first + len(found.rolled))
    assert starts[-1] + HORIZON == DAYS - 1
    assert np.array_equal(found.curve, simulate(kind, seed=0))
    one_day = found.one_step[starts + 1]
    assert np.allclose(found.rolled[:, 0], one_day)
    error = np.sqrt(np.mean((one_day - found.curve[starts + 1]) ** 2))
    assert found.network_error[0] == pytest.approx(error)
    naive = np.sqrt(np.mean((found.curve[starts + 1] - found.curve[starts]) ** 2))
    assert found.naive_error[0] == pytest.approx(naive)
    assert np.isfinite(found.rolled).all()
    one_day, far, _ = found.sentences()
    shown = float(re.findall(r"off by (\d+\.\d+)", one_day)[0])
    later, grown = map(float, re.findall(r"\d+\.\d+", far)[:2])
    assert grown == pytest.approx(later / shown, abs=0.051)


def test_a_rhythm_is_learned_and_a_random_walk_is_not() -> None:
    rhythm, walk = learn("rhythm with a little noise", 0), learn("random walk", 0)
    assert rhythm.network_error[0] < 0.3 * rhythm.naive_error[0]
    assert rhythm.network_error[-1] < rhythm.naive_error[-1]
    assert "knows something" in rhythm.sentences()[0]
    assert walk.network_error[0] > 0.95 * walk.naive_error[0]
    assert "knows nothing" in walk.sentences()[0]
    assert walk.network_error[-1] > 2 * walk.network_error[0]
