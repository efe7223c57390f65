"""Matrices whose eigenvalues and norms are known; clipping keeps directions."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnviz.analysis.gradients.clipping import clip
from rnnviz.analysis.gradients.matrix_spectrum import (
    eigenvalues,
    largest_singular_value,
    log_power_norms,
    recurrent_blocks,
    spectral_radius,
)
from rnnviz.lessons.pages.vanishing.example_matrices import KINDS, Kind, example_matrix


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("units", [1, 2, 16, 64])
@pytest.mark.parametrize("radius", [0.2, 1.0, 1.5])
def test_every_example_has_the_radius_asked_for(kind: Kind, units: int, radius: float) -> None:
    matrix = example_matrix(kind, units, radius)
    rho, sigma = spectral_radius(matrix), largest_singular_value(matrix)
    assert rho == pytest.approx(radius, rel=1e-6)
    assert abs(eigenvalues(matrix)[0]) == pytest.approx(rho)
    assert sigma >= rho * (1 - 1e-9)
    if kind in ("rotation", "symmetric"):
        assert sigma == pytest.approx(radius)
    logs = log_power_norms(matrix, 100)
    k = np.arange(101)
    assert np.isfinite(logs).all()
    assert (logs <= k * np.log10(sigma) + 1e-9).all()
    assert (logs >= k * np.log10(rho) - 1e-5).all()


def test_a_non_normal_matrix_grows_before_it_falls() -> None:
    logs = log_power_norms(example_matrix("non-normal", 2, 0.9), 100)
    assert logs.max() > 1 and 5 < logs.argmax() < 15
    assert logs[-1] < -1


def test_powers_of_a_shear_by_hand() -> None:
    shear = np.array([[1.0, 1.0], [0.0, 1.0]])
    power = np.array([[1.0, 50.0], [0.0, 1.0]])
    assert log_power_norms(shear, 50)[-1] == pytest.approx(np.log10(np.linalg.norm(power, 2)))


def test_powers_neither_overflow_nor_end_in_nan() -> None:
    assert log_power_norms(np.eye(2) * 1e200, 3).tolist() == pytest.approx([0, 200, 400, 600])
    assert log_power_norms(np.array([[0.0, 1.0], [0.0, 0.0]]), 3).tolist() == [
        0.0,
        0.0,
        -np.inf,
        -np.inf,
    ]


def test_gates_are_taken_apart_in_the_order_of_torch() -> None:
    blocks = recurrent_blocks(np.arange(32.0).reshape(8, 4)[:, :2], "lstm")
    assert list(blocks) == ["input gate i", "forget gate f", "candidate g", "output gate o"]
    assert blocks["forget gate f"][0, 0] == 8.0
    assert recurrent_blocks(np.eye(2), "rnn")["W_hh"].tolist() == [[1.0, 0.0], [0.0, 1.0]]


@given(st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=5), st.floats(0.1, 5.0))
def test_clipping_shortens_and_keeps_the_direction(values: list[float], limit: float) -> None:
    gradient = np.array(values)
    found = clip(gradient, limit)
    norm = np.linalg.norm(gradient)
    assert np.linalg.norm(found) == pytest.approx(min(norm, limit))
    assert gradient @ found == pytest.approx(norm * np.linalg.norm(found))


def test_what_cannot_be_is_refused() -> None:
    with pytest.raises(ValueError, match="positive"):
        clip(np.ones(2), 0.0)
    with pytest.raises(ValueError, match="must be one of"):
        example_matrix("identity", 2, 1.0)  # type: ignore[arg-type]
