"""What is read off curves by lag: closed forms, and intervals that hold the truth as often as said.

Losses of text are alike where they are neighbours: planted noise is, too.
"""

from __future__ import annotations

import math

import numpy as np
import pytest
from numpy.typing import NDArray

from rnnviz.analysis.gradients import reach as reach_module
from rnnviz.analysis.gradients.bootstrap import block_draws
from rnnviz.analysis.gradients.reach import by_loss, reaches, read_curve, read_mean
from rnnviz.records import LagNorms

LAGS = np.arange(65.0)


def noisy(truth: NDArray[np.float64], losses: int, seed: int, alike: float) -> NDArray[np.float64]:
    """Norms of losses whose mean is the truth; neighbours' logarithms correlate so much."""
    drawn = np.random.default_rng(seed).normal(size=(losses, len(truth)))
    for t in range(1, losses):
        drawn[t] = alike * drawn[t - 1] + math.sqrt(1 - alike**2) * drawn[t]
    return truth * np.exp(0.8 * drawn - 0.32)


@pytest.mark.parametrize("factor", [0.3, 0.7, 0.9, 0.95])
def test_a_geometric_curve_falls_where_its_logarithm_says(factor: float) -> None:
    reach = read_curve(7 * factor**LAGS * np.ones((64, 1)))
    for fall, share in ((reach.half, 1 / 2), (reach.hundredth, 1 / 100)):
        lag = math.ceil(math.log(share) / math.log(factor))
        within = lag if lag <= 64 else None
        assert (fall.lag, fall.interval, fall.again) == (within, (within, within), None)
    assert reach.norm == pytest.approx(7)
    assert reach.edge.lag == 64 and reach.edge.value == pytest.approx(factor**64)
    assert reach.edge.interval == pytest.approx((factor**64, factor**64))
    assert reach.peak.lag == 0 and reach.fit.straight and reach.finite


def test_a_share_that_is_not_reached_is_no_lag() -> None:
    reach = read_curve(0.995**LAGS * np.ones((64, 1)))
    assert reach.half.lag is None and reach.half.interval == (None, None)
    assert reach.edge.value == pytest.approx(0.995**64)


def test_a_growing_curve_says_by_how_much() -> None:
    reach = read_curve(1.1**LAGS * np.ones((64, 1)))
    assert reach.half.lag is reach.hundredth.lag is None
    assert reach.edge.value == reach.peak.value == pytest.approx(1.1**64)
    first = np.where(LAGS <= 5, 1.5**LAGS, 1.5**5 * 0.5 ** (LAGS - 5))
    assert read_mean(first, np.full(65, 9)).peak.lag == 5


def test_a_curve_that_rises_again_says_where() -> None:
    half = read_mean(np.array([1.0, 0.4, 0.6, 0.3, 0.2]), np.full(5, 9)).half
    assert (half.lag, half.again) == (1, 2)


def test_zeros_and_what_is_not_finite_are_normal() -> None:
    zero = read_curve(np.zeros((64, 5)))
    assert zero.norm == 0 and zero.half.lag is zero.hundredth.lag is None
    assert math.isnan(zero.edge.value) and math.isnan(zero.fit.factor)
    ends = read_curve(np.array([1.0, 0.5, 0.0, 0.0]) * np.ones((64, 1)))
    assert (ends.half.lag, ends.hundredth.lag, ends.edge.value) == (1, 2, 0)
    unknown = read_curve(np.full((64, 5), math.nan))
    assert math.isnan(unknown.norm) and not unknown.finite and not len(unknown.curve)
    overflown = read_curve(np.array([1.0, 1e30, math.inf, math.nan]) * np.ones((64, 1)))
    assert not overflown.finite and overflown.edge.lag == 1
    assert overflown.edge.value == pytest.approx(1e30)
    assert not len(read_curve(np.zeros((0, 5))).curve)


def test_lags_are_read_that_stand_on_half_of_the_losses() -> None:
    """One passage of 9 losses reaches back 8 lags, the last of them once."""
    t, k = np.indices((9, 9))
    matrix = np.where(t >= k, (1.0 + t) * 0.7 ** (t - k).clip(0), 0.0)
    reach = read_curve(*by_loss(matrix))
    assert reach.losses.tolist() == [9, 8, 7, 6, 5] and reach.block is None
    means = [np.diagonal(matrix, -lag).mean() for lag in range(5)]
    np.testing.assert_allclose(reach.curve, means)
    old = read_mean(np.array([np.diagonal(matrix, -lag).mean() for lag in range(9)]), 9 - t[:, 0])
    np.testing.assert_allclose(old.curve, means)
    assert (old.half, old.edge, old.block) == (reach.half, reach.edge, None)


def test_passages_are_blocks() -> None:
    norms = noisy(0.9**LAGS, 32 * 8, seed=1, alike=0.9).reshape(1, 32, 8, 65).mean(2)
    found = reaches([LagNorms(7, "h", norms, np.full(65, 256))])[7, "h"]
    assert found.block == 8 and found.losses.tolist() == [256] * 65
    np.testing.assert_allclose(found.curve, norms[0].mean(0))
    low, high = found.edge.interval or (0, 0)
    assert low < found.edge.value < high
    few = reaches([LagNorms(7, "h", norms[:, :7], np.full(65, 56))])[7, "h"]
    assert few.block is None and few.edge.interval is few.half.interval is None


def test_blocks_are_neighbours_and_every_row_is_drawn_as_often() -> None:
    drawn = block_draws(rows=40, block=5, seed=3, draws=4000)
    assert (drawn.sum(1) == 40).all()
    np.testing.assert_allclose(drawn.mean(0), 1, atol=0.07)
    together = np.corrcoef(drawn.T)
    assert together[10, 11] > 0.7 and abs(together[10, 20]) < 0.2 and together[0, 39] > 0.7
    assert (drawn == block_draws(rows=40, block=5, seed=3, draws=4000)).all()
    assert (drawn != block_draws(rows=40, block=5, seed=4, draws=4000)).any()


def covered(alike: float, block: int, trials: int = 120) -> tuple[float, float, float]:
    """How often the intervals of 1 % lag, share at lag 20 and factor hold the truth."""
    truth = 0.78 ** LAGS[:21]
    lag, held = math.ceil(math.log(0.01) / math.log(0.78)), [0, 0, 0]
    for seed in range(trials):
        reach = read_curve(noisy(truth, 256, seed, alike), block=block, seed=seed)
        low, high = reach.hundredth.interval or (None, None)
        held[0] += (low or 99) <= lag <= (high or 99)
        low_share, high_share = reach.edge.interval or (1.0, 0.0)
        held[1] += low_share <= truth[-1] <= high_share
        low_factor, high_factor = reach.fit.interval or (1.0, 0.0)
        held[2] += low_factor <= 0.78 <= high_factor
    return held[0] / trials, held[1] / trials, held[2] / trials


def test_intervals_hold_the_truth_as_often_as_they_say() -> None:
    lag, share, factor = covered(alike=0.0, block=1)
    assert (share, factor) == (pytest.approx(0.95, abs=0.04), pytest.approx(0.95, abs=0.04))
    assert lag >= 0.93  # a lag is a whole number: its interval can only be too wide


def test_blocks_are_needed_where_neighbours_are_alike() -> None:
    _, *blocks = covered(alike=0.7, block=8)
    _, *singly = covered(alike=0.7, block=1)
    assert min(blocks) > 0.85
    assert all(one < together - 0.1 for one, together in zip(singly, blocks, strict=True))


def test_curves_of_many_snapshots_are_drawn_again_by_the_same_draws_made_once() -> None:
    curves = [noisy(0.9**LAGS, losses=32, seed=seed, alike=0.5) for seed in range(3)]
    losses = np.full(len(LAGS), 256)
    reach_module._draws.cache_clear()
    found = reaches([LagNorms(n, "h", curve[None], losses) for n, curve in enumerate(curves)])
    assert reach_module._draws.cache_info().misses == 1
    all_reached = np.ones(curves[0].shape, bool)
    for number, curve in enumerate(curves):
        alone = read_curve(curve, all_reached, each=8, block=8)
        assert (found[number, "h"].half, found[number, "h"].edge) == (alone.half, alone.edge)
        assert found[number, "h"].fit.interval == alone.fit.interval
