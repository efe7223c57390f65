"""Orders of units: every unit once, planted groups together, opposites apart."""

from __future__ import annotations

import numpy as np
import pytest

from rnnviz.analysis.units.order import ORDERS, unit_order
from rnnviz.records import Floats


def test_an_order_that_is_none_is_named() -> None:
    with pytest.raises(ValueError, match="order is 'size'; it must be one of index"):
        unit_order(np.zeros((2, 2)), "size")


@pytest.mark.parametrize("by", ORDERS)
def test_an_order_holds_every_unit_once(by: str) -> None:
    values = np.random.default_rng(0).normal(size=(20, 7))
    values[:, 3] = 0.25  # never changes
    assert sorted(unit_order(values, by)) == list(range(7))
    assert unit_order(np.zeros((4, 3)), by).tolist() == [0, 1, 2]


def test_similarity_puts_planted_groups_together() -> None:
    generator = np.random.default_rng(1)
    causes: Floats = generator.normal(size=(400, 4))
    group = generator.integers(0, 4, size=40)
    values = causes[:, group] + 0.1 * generator.normal(size=(400, 40))
    found = group[unit_order(values, "similarity")]
    assert np.count_nonzero(np.diff(found)) == 3
    assert np.count_nonzero(np.diff(group)) > 20


def test_variance_falls() -> None:
    values = np.random.default_rng(2).normal(size=(50, 9)) * np.arange(9)
    ordered = values.var(axis=0)[unit_order(values, "variance")]
    assert (np.diff(ordered) <= 0).all()


def test_similarity_keeps_opposites_apart() -> None:
    generator = np.random.default_rng(3)
    cause = generator.normal(size=(300, 1))
    noise = 0.2 * generator.normal(size=(300, 5))
    values = np.hstack([3 * cause, -2.5 * cause, cause, -cause, 0.5 * cause]) + noise
    chain = unit_order(values, "similarity").tolist()
    assert chain[0] == 0
    assert set(chain[1:3]) == {2, 4}
    assert set(chain[3:]) == {1, 3}
