"""Half-lives and copies are what their definitions say, in closed form and by naive loops."""

from __future__ import annotations

import math

import numpy as np
import pytest

from rnnviz.analysis.units.copies import LINE, correlation, groups
from rnnviz.analysis.units.keeping import half_life, half_lives

GENERATOR = np.random.default_rng(3)


@pytest.mark.parametrize("gate", [0.01, 0.4, 0.5, 0.9, 0.99])
def test_a_constant_gate_has_the_half_life_of_its_logarithm(gate: float) -> None:
    assert half_life(np.full(400, gate)) == pytest.approx(math.log(0.5) / math.log(gate), rel=1e-5)


def test_the_mean_product_falls_under_a_half_at_the_half_life_and_not_before() -> None:
    gates = GENERATOR.beta([4, 9, 30, 1], [1, 1, 1, 3], size=(301, 4))
    for gate, found in zip(gates.T, half_lives(gates.astype(np.float32)), strict=True):
        starts = (len(gate) + 1) // 2
        means = [
            np.mean([np.prod(gate[t + 1 : t + 1 + lag]) for t in range(starts)])
            for lag in range(len(gate) - starts + 1)
        ]
        above = max(lag for lag, mean in enumerate(means) if mean >= 0.5)
        assert above <= found <= above + 1


def test_what_is_kept_for_a_line_and_then_forgotten_is_kept_for_half_of_it() -> None:
    gate = np.tile([0.0, *[1.0] * 19], 40)
    assert half_life(gate) == pytest.approx(10, abs=0.5)
    assert half_life(np.ones(40)) == math.inf
    assert half_life(np.zeros(40)) < 0.02
    assert math.isnan(half_life(np.ones(1)))


def test_correlations_are_pearsons_whatever_the_blocks() -> None:
    values = GENERATOR.normal(size=(500, 7)) * [1, 5, 1, 1, 0, 1, 1] + [0, 0, 300, 0, 3, 0, 0]
    values[:, 6] = -3 * values[:, 1] + 0.1 * values[:, 0]
    cut = np.split(values.astype(np.float32), [1, 160, 333])
    found = correlation(cut)
    moving = [0, 1, 2, 3, 5, 6]
    assert found[np.ix_(moving, moving)] == pytest.approx(
        np.corrcoef(values[:, moving].T), abs=1e-5
    )
    assert found[4].tolist() == np.eye(7)[4].tolist()  # of a constant there is none
    with pytest.raises(ValueError, match="there are no values"):
        correlation([])


def test_groups_are_chains_of_copies_whatever_the_order_of_units() -> None:
    angle = math.acos(LINE + 0.01)
    turned = angle * np.array([0, 1, 2, 8, 9, 5.5])
    directions = np.stack([np.cos(turned), np.sin(turned)]) * [1, -1, 1, 1, 1, 1]
    alike = directions.T @ directions
    found = groups(alike)
    assert [group.units for group in found] == [(0, 1, 2), (3, 4)]
    assert found[0].correlations == pytest.approx((1, -LINE - 0.01, math.cos(2 * angle)))
    order = [4, 2, 5, 1, 3, 0]
    members = [{order[unit] for unit in one.units} for one in groups(alike[np.ix_(order, order)])]
    assert members == [{3, 4}, {0, 1, 2}]
    assert groups(np.eye(3)) == ()
