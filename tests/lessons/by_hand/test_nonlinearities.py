"""Values and slopes by hand, by finite differences, and over the whole range of the sliders."""

from __future__ import annotations

import math

import numpy as np
import pytest

from rnnviz.analysis.gradients.reach import read_mean
from rnnviz.lessons.by_hand.nonlinearities import NONLINEARITIES, FunctionAndSlope
from rnnviz.lessons.pages.tanh.repetition import least_fall, repeat
from rnnviz.lessons.pages.tanh.rules_of_thumb import Measured, verdicts
from rnnviz.lessons.pages.tanh.states import States, measure_states


@pytest.mark.parametrize("phi", NONLINEARITIES.values(), ids=lambda phi: phi.name)
def test_slopes_are_those_of_finite_differences(phi: FunctionAndSlope) -> None:
    z = np.linspace(-6.05, 6.05, 122)
    numeric = (phi.value(z + 1e-6) - phi.value(z - 1e-6)) / 2e-6
    assert np.allclose(phi.slope(z), numeric, atol=1e-8)
    assert phi.slope(z).max() <= phi.steepest
    assert phi.slope(np.array([phi.steepest_at]))[0] == phi.steepest


def test_maxima_are_one_a_quarter_and_one() -> None:
    steepest = {name: phi.steepest for name, phi in NONLINEARITIES.items()}
    assert steepest == {"tanh": 1.0, "sigmoid": 0.25, "relu": 1.0}


@pytest.mark.parametrize("name", NONLINEARITIES)
@pytest.mark.parametrize("weight", [0.1, 1.0, 3.0])
@pytest.mark.parametrize("start", [-3.0, 0.0, 3.0])
@pytest.mark.parametrize("timesteps", [1, 100])
def test_repetition_is_finite_everywhere_and_its_gradient_is_right(
    name: str, weight: float, start: float, timesteps: int
) -> None:
    found = repeat(name, weight, start, timesteps)
    assert np.isfinite(found.h).all()
    assert np.isfinite(found.gradient).all()
    if timesteps == 1 and start:
        above, below = (repeat(name, weight, start + d, 1).h[-1] for d in (1e-6, -1e-6))
        assert found.gradient[-1] == pytest.approx((above - below) / 2e-6, abs=1e-6)
    if name == "sigmoid":
        assert least_fall(found.gradient) >= 4 / weight - 1e-12
    if name == "tanh":
        assert np.abs(found.h[1:]).max() <= 1


def test_relu_grows_by_w_a_timestep() -> None:
    found = repeat("relu", 3.0, 1.0, 100)
    assert found.h[-1] == pytest.approx(3.0**100)
    assert found.gradient[-1] == pytest.approx(3.0**100)
    assert repeat("relu", 3.0, -1.0, 5).gradient[-1] == 0


def test_nothing_left_is_an_infinite_fall() -> None:
    assert least_fall(np.array([1.0, 0.0, 0.0])) == math.inf
    assert least_fall(np.array([0.0, 0.0])) == math.inf


def test_planted_units_are_found() -> None:
    h = np.full((5, 7), 0.5)
    h[:, 2] = 0.0
    h[:, 4] = -0.999
    tanh, relu = measure_states(h, "tanh"), measure_states(np.maximum(h, 0), "relu")
    assert (tanh.units, tanh.dead, tanh.always_saturated) == (7, 1, 1)
    assert tanh.saturated == pytest.approx(1 / 7)
    assert relu.dead == 2
    assert math.isnan(relu.saturated)
    assert measure_states(h, "sigmoid").always_saturated == 2


def found(loss: float, factor: float, largest: float = 1.0, dead: int = 0) -> Measured:
    """A network whose gradients fall by a factor a character."""
    reach = read_mean(factor ** np.arange(65.0), np.full(65, 256))
    return Measured(loss, reach, reach, States(8, 0.5, largest, dead, 0.2, 0))


def test_verdicts_follow_the_numbers_whichever_way_they_point() -> None:
    usual = {
        "tanh": found(1.0, 0.8),
        "sigmoid": found(2.0, 0.5),
        "relu": found(1.5, 0.99, largest=50.0, dead=3),
    }
    assert [verdict.agrees for verdict in verdicts(usual)] == [True, True, True, True, True]
    listed = "the fewest first: sigmoid 7, tanh 21, relu more than 64."
    assert listed in verdicts(usual)[1].measured
    assert "before training: 7." in verdicts(usual)[1].measured
    other = {
        "tanh": found(2.0, 0.5),
        "sigmoid": found(1.0, 1.1),
        "relu": found(1.5, 0.8, largest=2.0),
    }
    said = verdicts(other)
    assert [verdict.agrees for verdict in said] == [False, False, False, False, True]
    assert said[0].measured.startswith("Validation losses, the best first: sigmoid 1.443")
    assert "sigmoid more than 64" in said[1].measured
    assert "orthogonal times 4" in said[1].measured and "stretch no state" in said[2].measured
    assert "orthogonal" not in verdicts(usual)[1].measured


def test_lags_beyond_those_read_have_no_order() -> None:
    far = found(1.0, 0.99)
    verdict = verdicts(dict.fromkeys(("tanh", "sigmoid", "relu"), far))[1]
    assert verdict.agrees is None and "tanh more than 64" in verdict.measured


def test_what_cannot_be_measured_is_said() -> None:
    diverged = Measured(math.nan, None, None, None)
    said = verdicts({"tanh": found(1.0, 0.8), "sigmoid": found(2.0, 0.5), "relu": diverged})
    assert [verdict.agrees for verdict in said] == [None, None, True, None, True]
    zero = Measured(1.0, None, read_mean(np.zeros(5), np.full(5, 9)), None)
    assert verdicts({"tanh": zero, "sigmoid": found(2.0, 0.5), "relu": zero})[1].agrees is None
