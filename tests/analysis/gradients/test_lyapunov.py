"""Lyapunov exponents: closed forms, conservation, and the order of the product."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from rnnviz.analysis.gradients.jacobian import step_jacobians
from rnnviz.analysis.gradients.jacobian_records import LyapunovSpectrum
from rnnviz.analysis.gradients.lyapunov import lyapunov, lyapunov_by_block
from tests.analysis.gradients.trajectories import Matrices, normal, stretched
from tests.networks import CELLS, make_network

TEXT = "facadebeadfeedface" * 9


def test_products_of_normal_matrices_have_the_exponents_of_theory() -> None:
    """Newman (1986): ln g + (ln(2/N) + psi((N - i + 1) / 2)) / 2."""
    size, timesteps, gain = 13, 2000, 1.7
    found = lyapunov(normal(timesteps, size, gain), warm_up=0)
    freedom = torch.arange(size, 0, -1, dtype=torch.float64) / 2
    theory = np.log(gain) + (np.log(2 / size) + torch.digamma(freedom).numpy()) / 2
    error = torch.polygamma(1, freedom).sqrt().numpy() / 2 / timesteps**0.5
    assert (np.abs(found.exponents - theory) < 4 * error).all()
    assert (found.error < 2.5 * error).all() and (found.error > error / 2.5).all()


@pytest.mark.parametrize("cell", [cell for cell in CELLS if cell[1] != "relu"])
def test_their_sum_is_the_mean_logarithm_of_the_determinant(cell: tuple[str, str]) -> None:
    steps = step_jacobians(make_network(cell), "abcdef", TEXT)
    found = lyapunov(steps, warm_up=12)
    measured = range(12, 12 + 10 * found.timesteps)
    logs = [torch.linalg.slogdet(steps.of(t))[1].item() for t in measured]
    assert found.exponents.sum() == pytest.approx(np.mean(logs), abs=2e-5)


def test_under_a_drive_of_period_3_they_are_eigenvalues_of_the_product_in_its_order() -> None:
    """J_3 J_2 J_1: with transposed Jacobians it would be J_1 J_2 J_3, of other eigenvalues."""
    network = make_network(CELLS[3])
    steps = step_jacobians(network, "abcdef", "abc" * 300)
    first, second, third = (steps.of(t) for t in (600, 601, 602))
    logs = _logs_of_eigenvalues(third @ second @ first)
    found = lyapunov(steps, warm_up=600).exponents
    np.testing.assert_allclose(found, logs, atol=0.01)
    transposed = _logs_of_eigenvalues(first @ second @ third)
    assert np.abs(logs - transposed).max() > 0.1
    wrong = Matrices(torch.stack([steps.of(t).T for t in range(len(steps))]))
    np.testing.assert_allclose(lyapunov(wrong, warm_up=600).exponents, transposed, atol=0.01)


def _logs_of_eigenvalues(matrix: torch.Tensor) -> np.ndarray:
    return np.sort(torch.linalg.eigvals(matrix).abs().log().numpy())[::-1] / 3


def test_being_told_apart_seldom_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    steps = step_jacobians(make_network(CELLS[4]), "abcdef", TEXT)
    seldom = lyapunov(steps)
    monkeypatch.setattr("rnnviz.analysis.gradients.lyapunov._MOST_AT_ONCE", 1)
    np.testing.assert_allclose(lyapunov(steps).exponents, seldom.exponents, atol=5e-6)


def test_directions_that_part_faster_than_before_are_told_apart_all_the_same() -> None:
    """Ten timesteps at once suit the first; of the last that would be 60 nats: 64 bits know 37."""
    calm, wild = torch.tensor([[0.9, 0.5, 0.12], [0.9, 0.5, 1e-3]], dtype=torch.float64)
    steps = Matrices(torch.cat([stretched(110, calm).each, stretched(10, wild).each]))
    found = lyapunov(steps, warm_up=0)
    logs = torch.linalg.slogdet(steps.each)[1].view(10, found.timesteps)
    np.testing.assert_allclose(found.by_block.sum(1), logs.mean(1), atol=1e-5)


def test_directions_in_the_order_of_their_stretch_and_blocks_one_by_one() -> None:
    stretches = torch.tensor([0.2, 0.999, 1.2], dtype=torch.float64)
    parts = list(lyapunov_by_block(stretched(200, stretches)))
    assert [len(part.by_block) for part in parts] == list(range(1, 11))
    last = parts[-1]
    assert (last.timesteps, last.warm_up) == (16, 40)
    np.testing.assert_allclose(last.exponents, np.log([1.2, 0.999, 0.2]), atol=1e-7)
    np.testing.assert_allclose(last.error, 0, atol=1e-7)
    assert np.isnan(parts[0].error).all()
    assert [last.surviving(), last.surviving(2000)] == [2, 1]
    assert last.surviving_by_block() == (2, 2)
    two = lyapunov(stretched(200, stretches), directions=2)
    np.testing.assert_allclose(two.exponents, np.log([1.2, 0.999]), atol=1e-7)


def test_what_is_lost_at_once_is_minus_infinity() -> None:
    """A unit of relu below zero has a Jacobian with a row of zeros."""
    matrices = stretched(60, torch.tensor([0.9, 0.8, 0.7, 0.6], dtype=torch.float64)).each
    matrices[:, [1, 3]] = 0.0
    found = lyapunov(Matrices(matrices))
    assert np.isfinite(found.exponents).tolist() == [True, True, False, False]
    assert found.exponents[-1] == -np.inf
    assert np.isnan(found.error).tolist() == [False, False, True, True]


def test_a_text_that_is_too_short_is_said() -> None:
    steps = step_jacobians(make_network(CELLS[0]), "abcdef", "fa")
    assert isinstance(lyapunov(steps), LyapunovSpectrum)
    with pytest.raises(ValueError, match="the text has 2 characters, 2 of them warm-up"):
        lyapunov(steps, warm_up=2)
