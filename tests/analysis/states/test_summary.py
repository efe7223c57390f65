"""What is said of a unit is what its values are, and the ends are those of its signal."""

from __future__ import annotations

import numpy as np
import pytest

from rnnviz.analysis.states.summary import unit_summary


def test_a_summary_is_of_the_numbers_themselves() -> None:
    values = np.tanh(3 * np.random.default_rng(1).normal(size=501))
    found = unit_summary(values, (-1.0, 1.0))
    assert (found.least, found.most) == (min(values), max(values))
    assert (values[found.at_least], values[found.at_most]) == (found.least, found.most)
    assert found.mean == pytest.approx(sum(values) / 501)
    assert found.saturated == sum(abs(value) >= 0.95 for value in values) / 501 > 0.2


def test_a_gate_is_saturated_where_it_is_shut_or_open() -> None:
    found = unit_summary(np.array([0.0, 0.02, 0.5, 0.96, 1.0]), (0.0, 1.0))
    assert found.ends == pytest.approx((0.025, 0.975))
    assert found.saturated == pytest.approx(3 / 5)


def test_what_nothing_bounds_is_never_saturated() -> None:
    found = unit_summary(np.array([0.0, 99.0], np.float32), None)
    assert (found.ends, found.saturated) == (None, 0.0)
    with pytest.raises(ValueError, match="one character or more"):
        unit_summary(np.zeros(0), None)
