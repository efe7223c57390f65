"""The fitted factor and the means by lag, on norms whose decay is known."""

from __future__ import annotations

import numpy as np
import pytest

from rnnviz.analysis.gradients.decay import fit_decay, mean_by_lag

LAGS = np.arange(65.0)


def test_a_fit_without_enough_lags_is_not_a_number() -> None:
    for norms in (np.array([]), np.array([1.0]), np.zeros(5), np.array([1.0, 0.0, 0.0])):
        fit = fit_decay(norms)
        assert np.isnan(fit.factor) and np.isnan(fit.half_life) and not fit.straight


def test_lags_below_the_noise_are_left_out_of_the_fit() -> None:
    norms = np.concatenate([0.1 ** np.arange(6.0), np.full(30, 1e-9)])
    fit = fit_decay(norms)
    np.testing.assert_allclose(fit.factor, 0.1)
    assert fit.lags == (0, 5) and fit.straight


@pytest.mark.parametrize("factor", [0.7, 1.0, 1.2])
def test_a_geometric_curve_is_its_line(factor: float) -> None:
    fit = fit_decay(3 * factor**LAGS)
    np.testing.assert_allclose([fit.factor, fit.norm, fit.most_off], [factor, 3, 1])
    np.testing.assert_allclose(fit.r_squared, 1)
    assert fit.straight
    expected = np.log(2) / -np.log(factor) if factor < 1 else np.inf
    np.testing.assert_allclose(fit.half_life, expected)


@pytest.mark.parametrize(("share", "slow"), [(0.5, 0.9), (0.17, 0.98), (0.01, 0.9)])
def test_two_exponentials_have_no_single_factor(share: float, slow: float) -> None:
    """How LSTM and GRU fall: steeply at first, then slowly."""
    fit = fit_decay((1 - share) * 0.2**LAGS + share * slow**LAGS)
    assert not fit.straight
    assert fit.most_off > 1.5


def test_it_says_how_far_the_line_is_off() -> None:
    """Log norms of 0, 0, 3, 0: the line is 0.3 + 0.3 lag; residuals -0.3, -0.6, 2.1, -1.2."""
    fit = fit_decay(np.exp([0.0, 0.0, 3.0, 0.0]))
    np.testing.assert_allclose(np.log([fit.factor, fit.norm, fit.most_off]), [0.3, 0.3, 2.1])
    np.testing.assert_allclose(fit.r_squared, 1 - 6.3 / 6.75)


def test_too_few_lags_are_no_line() -> None:
    assert not fit_decay(np.array([4.0, 2.0, 1.0])).straight
    assert fit_decay(np.array([8.0, 4.0, 2.0, 1.0])).straight


def test_mean_by_lag_of_a_matrix_that_depends_on_the_lag_alone() -> None:
    t, k = np.indices((9, 9))
    matrix = np.where(t >= k, 0.7 ** (t - k).clip(0), 0.0)[None]
    np.testing.assert_allclose(mean_by_lag(matrix)[0], 0.7 ** np.arange(9))
