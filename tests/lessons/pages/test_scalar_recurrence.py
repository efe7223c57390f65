"""One unit: closed forms, finite differences, and every corner of the sliders."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rnnviz.lessons.pages.vanishing.scalar_recurrence import (
    INPUTS,
    PHIS,
    Phi,
    Recurrence,
    example_inputs,
    outcome,
    read_inputs,
    recur,
)
from rnnviz.lessons.pages.vanishing.scalar_sentence import explain

ENDS = {"w_hh": (0.2, 3.0), "w_xh": (-3.0, 3.0), "b": (-3.0, 3.0), "h_0": (-1.0, 1.0)}


@pytest.mark.parametrize("w_hh", [0.2, 1.0, 3.0])
@pytest.mark.parametrize("length", [2, 30, 100])
def test_the_linear_product_is_exactly_the_power(w_hh: float, length: int) -> None:
    found = recur(Recurrence(w_hh=w_hh, phi="linear"), np.ones(length))
    expected = np.arange(length + 1) * math.log10(w_hh)
    np.testing.assert_allclose(found.log_product, expected, atol=1e-10)
    np.testing.assert_allclose(found.log_power, expected, atol=1e-12)


def test_a_linear_state_sums_a_geometric_series() -> None:
    found = recur(Recurrence(w_hh=0.5, phi="linear"), np.ones(3))
    assert found.h.tolist() == [0.0, 1.0, 1.5, 1.75]


@pytest.mark.parametrize("phi", PHIS)
def test_the_product_is_the_derivative_by_the_first_state(phi: Phi) -> None:
    inputs, step = example_inputs("random", 6, seed=4) + 0.5, 1e-6
    ends = [recur(Recurrence(1.3, 0.7, 0.1, phi, 0.2 + way), inputs).h[-1] for way in (step, -step)]
    found = recur(Recurrence(1.3, 0.7, 0.1, phi, 0.2), inputs)
    slope = (ends[0] - ends[1]) / (2 * step)
    assert np.prod(found.factor) == pytest.approx(slope, rel=1e-6)
    assert 10 ** found.log_product[-1] == pytest.approx(abs(slope), rel=1e-6)


def test_with_tanh_the_product_can_vanish_or_explode_for_the_same_weight() -> None:
    unit = Recurrence(w_hh=3.0, phi="tanh")
    saturated, resting = recur(unit, np.ones(30)), recur(unit, np.zeros(30))
    assert saturated.log_product[-1] < -30 and resting.log_product[-1] == pytest.approx(
        30 * math.log10(3)
    )
    assert "saturated" in explain(unit, saturated) and "vanished" in explain(unit, saturated)
    assert "exploded" in explain(unit, resting) and "near 0" in explain(unit, resting)


def test_a_sigmoid_never_passes_a_quarter_of_the_weight() -> None:
    found = recur(Recurrence(w_hh=3.0, phi="sigmoid"), example_inputs("random", 100))
    assert found.factor.max() <= 0.75
    assert outcome(float(found.log_product[-1])) == "vanished"


def test_a_closed_relu_passes_exactly_nothing() -> None:
    unit = Recurrence(w_hh=2.0, phi="relu", h_0=1.0)
    found = recur(unit, np.array([0.0, -9.0, 1.0]))
    assert found.h.tolist() == [1.0, 2.0, 0.0, 1.0]
    assert found.log_product[-1] == -math.inf
    assert "At $t = 2$ the relu is closed" in explain(unit, found)


@pytest.mark.parametrize(
    ("unit", "inputs", "said"),
    [
        (Recurrence(1.0, phi="relu"), np.ones(30), "from $h_0 = 0$ to $h_{30} = 30$."),
        (Recurrence(1.5, b=-0.5, phi="relu", h_0=1.0), np.zeros(9), "= 1$ to $h_{9} = 1$."),
        (Recurrence(0.5, b=2.5, phi="relu", h_0=-1.0), np.zeros(1), "= -1$ to $h_{1} = 2$."),
    ],
)
def test_of_an_open_relu_the_states_there_are_are_told(
    unit: Recurrence, inputs: np.ndarray, said: str
) -> None:
    sentence = explain(unit, recur(unit, inputs))
    assert "open at every timestep" in sentence and said in sentence
    assert "bound" not in sentence


@pytest.mark.parametrize(
    ("w_hh", "h_0", "inputs", "said"),
    [
        (1.05, 0.4, np.zeros(100), "lie where tanh's slope is below $1 / |w_{hh}| = 0.952$"),
        (-1.2, 0.5, np.zeros(80), "although $|w_{hh}| = 1.2$ is above 1"),
        (3.0, 0.0, np.ones(30), "are saturated"),
        (2.5, -0.65, 2.4 * (-1.0) ** np.arange(20), "stay where tanh's slope is above"),
        (1.5, 0.0, np.zeros(30), "stay near 0"),
    ],
)
def test_the_states_are_said_to_be_where_they_are(
    w_hh: float, h_0: float, inputs: np.ndarray, said: str
) -> None:
    unit = Recurrence(w_hh=w_hh, phi="tanh", h_0=h_0)
    assert said in explain(unit, recur(unit, inputs))


def check(unit: Recurrence, inputs: np.ndarray) -> None:
    found = recur(unit, inputs)
    assert np.isfinite(found.h).all() and np.isfinite(found.factor).all()
    assert not np.isnan(found.log_product).any()
    assert (found.log_product < math.inf).all()
    sentence = explain(unit, found)
    sizes = np.abs(found.h[1:])
    assert "saturated" not in sentence or 1 - sizes.mean() ** 2 < 0.2
    assert "near 0" not in sentence or (1 - sizes**2).min() > 0.9
    assert "nan" not in sentence and "inf" not in sentence.replace(r"\infty", "")


@pytest.mark.parametrize("phi", PHIS)
@pytest.mark.parametrize("kind", INPUTS)
def test_every_corner_of_the_sliders(phi: Phi, kind: str) -> None:
    for corner in itertools.product(*ENDS.values()):
        unit = Recurrence(phi=phi, **dict(zip(ENDS, corner, strict=True)))
        for length in (2, 100):
            check(unit, example_inputs(kind, length))  # type: ignore[arg-type]


@settings(deadline=None)
@given(
    st.sampled_from(PHIS),
    st.fixed_dictionaries({name: st.floats(low, high) for name, (low, high) in ENDS.items()}),
    st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=100),
)
def test_every_place_of_the_sliders(
    phi: Phi, chosen: dict[str, float], inputs: list[float]
) -> None:
    check(Recurrence(phi=phi, **chosen), np.array(inputs))


@pytest.mark.parametrize("phi", PHIS)
@pytest.mark.parametrize("sign", [1, -1])
def test_the_largest_inputs_that_can_be_typed(phi: Phi, sign: int) -> None:
    for corner in itertools.product(*ENDS.values()):
        unit = Recurrence(phi=phi, **dict(zip(ENDS, corner, strict=True)))
        check(unit, np.full(100, sign * 1e6))


def test_a_weight_of_zero_cuts_everything() -> None:
    found = recur(Recurrence(w_hh=0.0), np.ones(2))
    assert found.log_product.tolist() == [0.0, -math.inf, -math.inf]
    assert found.log_power.tolist() == [0.0, -math.inf, -math.inf]
    assert "exactly zero" in explain(Recurrence(w_hh=0.0), found)


@pytest.mark.parametrize("typed", ["1, x", "nan", "1e9", "inf"])
def test_what_is_no_input_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match=r"no number|out of range"):
        read_inputs(typed, 4)


def test_inputs_that_are_typed_are_cut_or_filled() -> None:
    assert read_inputs("", 2).tolist() == [0.0, 0.0]
    assert read_inputs("1;2".replace(";", ","), 1).tolist() == [1.0]
    with pytest.raises(ValueError, match="must be one of"):
        example_inputs("noise", 3)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="must be one of"):
        Recurrence(1.0, phi="step")  # type: ignore[arg-type]
