"""The fitted factor and the means by lag, on norms whose decay is known."""

from __future__ import annotations

import numpy as np
import pandas as pd

from rnnviz.analysis.gradients.decay import fit_decay, half_lives, lag_fits, mean_by_lag
from tests.plots.records import make_norms


def test_a_fit_without_enough_lags_is_not_a_number() -> None:
    for norms in (np.array([]), np.array([1.0]), np.zeros(5), np.array([1.0, 0.0, 0.0])):
        assert np.isnan(fit_decay(norms).factor)


def test_lags_below_the_noise_are_left_out_of_the_fit() -> None:
    norms = np.concatenate([0.1 ** np.arange(6.0), np.full(30, 1e-9)])
    np.testing.assert_allclose(fit_decay(norms).factor, 0.1)


def test_mean_by_lag_of_a_matrix_that_depends_on_the_lag_alone() -> None:
    t, k = np.indices((9, 9))
    matrix = np.where(t >= k, 0.7 ** (t - k).clip(0), 0.0)[None]
    np.testing.assert_allclose(mean_by_lag(matrix)[0], 0.7 ** np.arange(9))


def test_every_iteration_and_path_is_fitted() -> None:
    fits = lag_fits(make_norms("lag", [0, 200], factor=0.5))
    assert set(fits) == {(0, "h"), (0, "c"), (200, "h"), (200, "c")}
    np.testing.assert_allclose([fit.half_life for fit in fits.values()], 1)
    assert lag_fits(make_norms("lag", [])) == {}


def test_half_lives_of_the_layer_asked_for() -> None:
    norms = make_norms("lag", [0, 10], factor=0.25)
    table = half_lives(norms, layer=0)
    np.testing.assert_allclose(table["half_life"], 0.5)
    assert sorted(table["norm_at_lag_0"].unique()) == [20, 30]
    assert sorted(half_lives(norms)["norm_at_lag_0"].unique()) == [2, 3]


def test_the_paths_of_an_iteration_are_fitted_over_the_same_lags() -> None:
    lags = np.arange(40)
    straight, bent = 0.5**lags, np.where(lags < 15, 0.6**lags, 0.6**15 * 0.99 ** (lags - 15))
    norms = pd.DataFrame(
        [
            (3, path, 0, lag, curve[lag])
            for path, curve in (("h", straight), ("c", bent))
            for lag in lags
        ],
        columns=["iteration", "path", "layer", "lag", "gradient_norm"],
    )
    assert fit_decay(bent).lags == (0, 39)
    fits = lag_fits(norms)
    assert fits[3, "h"].lags == fits[3, "c"].lags == (0, 19)
    slope, start = np.polyfit(lags[:20], np.log(bent[:20]), 1)
    np.testing.assert_allclose(fits[3, "c"].factor, np.exp(slope))
    np.testing.assert_allclose(fits[3, "c"].norm, np.exp(start))
    table = half_lives(norms).set_index("path")["half_life"]
    np.testing.assert_allclose(table["c"], -np.log(2) / slope)
    np.testing.assert_allclose(table["h"], 1)
