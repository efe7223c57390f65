"""What is read off a curve of gradient norms by lag: where it has halved, where 1 % is left."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from rnnviz.analysis.gradients.bootstrap import block_draws, ends
from rnnviz.analysis.gradients.decay import fit_decay, with_interval
from rnnviz.records import Array, Floats, Ids, LagFit, LagNorms
from rnnviz.showing import Record

HALF, HUNDREDTH = 1 / 2, 1 / 100

# Neighbouring losses that are drawn together.
BLOCK = 8
# Fewer blocks say nothing about how far their mean may be off.
LEAST_BLOCKS = 8


@dataclass(frozen=True, slots=True)
class Fall:
    """The first lag at which the mean norm is at most a share of that at lag 0.

    It is the first one only: behind it the curve may rise above the share again.

    Attributes:
        lag: None where the norm stays above the share at every lag read.
        interval: 95 % of the curves drawn again fall between these lags (None: at no lag read);
            None where nothing could be drawn.
        again: the first lag behind it at which the norm is above the share again, or None.
        alike: how many of the curves drawn again fall at the same lag; 0 where none were drawn.
    """

    lag: int | None
    interval: tuple[int | None, int | None] | None
    again: int | None
    alike: int = 0


@dataclass(frozen=True, slots=True)
class Share:
    """The mean norm at a lag over that at lag 0; above 1 where it has grown.

    Attributes:
        lag: which.
        value: the share.
        interval: 95 % of the curves drawn again have shares between these, or None.
    """

    lag: int
    value: float
    interval: tuple[float, float] | None


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Reach(Record):
    """What is read off one curve of mean gradient norms by lag.

    Attributes:
        curve: the mean norms (lag), as far as they are finite and stand on enough losses.
        losses: how many losses each of them is the mean of (lag).
        half: where the norm has fallen to a half of that at lag 0.
        hundredth: where it has fallen to 1 %.
        edge: what is left at the last lag read.
        peak: the largest share and its lag; lag 0 where the norm is nowhere larger than there.
        block: neighbouring losses that were drawn together for the intervals; None where there
            are none, because single losses are unknown or too few.
        finite: whether every norm was; else the curve ends before the first that was not.
        fit: the straight line on log norm.
    """

    curve: Array
    losses: Ids
    half: Fall
    hundredth: Fall
    edge: Share
    peak: Share
    block: int | None
    finite: bool
    fit: LagFit

    @property
    def norm(self) -> float:
        """The mean norm at lag 0; NaN where it is not finite."""
        return float(self.curve[0]) if len(self.curve) else math.nan

    @property
    def half_life(self) -> float | None:
        """Characters after which the fitted line has halved, where it describes the curve.

        The line has a height of its own: the curve must have halved there too, to the nearest lag.
        None where no factor per character is true of the curve.

        Example:
            >>> round(read_mean(0.8 ** np.arange(20.0), np.full(20, 64)).half_life, 3)
            3.106
            >>> read_mean(1 / (1 + np.arange(20.0)), np.full(20, 64)).half_life is None
            True
        """
        lag, life = self.half.lag, self.fit.half_life
        return life if self.fit.straight and lag is not None and abs(lag - life) <= 1 else None


def read_curve(
    norms: Floats,
    reached: NDArray[np.bool_] | None = None,
    *,
    each: int = 1,
    block: int = BLOCK,
    seed: int = 0,
) -> Reach:
    """Read a curve off the norms of single losses, with intervals over losses.

    The curve is the mean of the rows. Whole blocks of neighbouring rows are drawn again 1,000 times
    (`bootstrap`), and each such curve is read likewise: 95 % of what is found lies in the
    interval. Lags are read that stand on at least half as many losses as lag 0.

    Args:
        norms: of each loss in the order of time, or means of neighbouring losses (row, lag).
        reached: whether a row has a state so far back (row, lag); None: all have.
        each: losses that a row is the mean of.
        block: neighbouring losses drawn together, a multiple of `each`.
        seed: of what is drawn.

    Example:
        >>> reach = read_curve(np.array([8.0, 4.0, 2.0, 0.05]) * np.ones((64, 1)))
        >>> reach.half, reach.hundredth.lag
        (Fall(lag=1, interval=(1, 1), again=None, alike=1000), 3)
        >>> reach.edge.lag, round(reach.edge.value, 6), reach.losses.tolist(), reach.block
        (3, 0.00625, [64, 64, 64, 64], 8)
    """
    there = np.ones(norms.shape, bool) if reached is None else reached
    held = np.where(there, norms.astype(np.float64), 0.0)
    with np.errstate(invalid="ignore"):
        curve = held.sum(0) / there.sum(0)
    losses = each * there.sum(0)
    width = _width(curve, losses)
    drawn = None
    if len(norms) * each >= LEAST_BLOCKS * block and width:
        draws = _draws(len(norms), max(1, block // each), seed)
        taken = len(norms) if reached is None else draws @ there[:, :width]
        drawn = (draws @ held[:, :width]) / taken
    return _read(curve, losses, width, drawn, block)


def read_mean(curve: Floats, losses: Ids) -> Reach:
    """Read a curve whose single losses are unknown: there are no intervals.

    Args:
        curve: mean norms (lag).
        losses: how many each is the mean of (lag).

    Example:
        >>> reach = read_mean(np.array([2.0, 1.5, 1.2, 0.3]), np.array([4, 3, 2, 1]))
        >>> reach.half.lag, reach.edge.lag, reach.edge.value
        (None, 2, 0.6)
    """
    means = curve.astype(np.float64)
    return _read(means, losses, _width(means, losses), None, BLOCK)


def reaches(found: Iterable[LagNorms], layer: int | None = None) -> dict[tuple[int, str], Reach]:
    """What is read off the curves of snapshots, by iteration and path.

    Args:
        found: as `Run.lag_norms` gives it.
        layer: which; None takes the top layer.

    Example:
        >>> norms = 0.5 ** np.arange(4.0) * np.ones((1, 8, 1))
        >>> found = reaches([LagNorms(7, "h", norms, np.full(4, 64))])
        >>> found[7, "h"].half.lag, found[7, "h"].block
        (1, 8)
    """
    return {(each.iteration, each.path): _reach(each, layer) for each in found}


def counted_from(reach: Reach, first: int) -> Reach:
    """The same read-outs where the curve begins at another distance than 0.

    Args:
        reach: what was read.
        first: the distance at which its curve begins: 1 of characters before the predicted one.

    Example:
        >>> found = counted_from(read_mean(np.array([1.0, 0.5, 0.004]), np.full(3, 64)), 1)
        >>> found.half.lag, found.hundredth.lag, found.edge.lag
        (2, 3, 3)
    """
    half, hundredth = (_later(fall, first) for fall in (reach.half, reach.hundredth))
    edge, peak = (replace(share, lag=share.lag + first) for share in (reach.edge, reach.peak))
    return replace(reach, half=half, hundredth=hundredth, edge=edge, peak=peak)


@lru_cache(maxsize=1)
def _draws(rows: int, block: int, seed: int) -> Array:
    """The same for the curves of all snapshots, which are read one after the other."""
    return block_draws(rows, block, seed)


def _later(fall: Fall, first: int) -> Fall:
    """A fall with every lag of it so much later."""
    lag, again, *ends = (
        None if each is None else each + first
        for each in (fall.lag, fall.again, *(fall.interval or ()))
    )
    return replace(fall, lag=lag, again=again, interval=(ends[0], ends[1]) if ends else None)


def _reach(found: LagNorms, layer: int | None) -> Reach:
    norms = found.norms[-1 if layer is None else layer]
    if len(norms) == 1:
        return read_mean(norms[0], found.losses)
    each = int(found.losses[0]) // len(norms)
    return read_curve(norms, each=each, block=each)


def by_loss(matrix: Floats) -> tuple[Floats, NDArray[np.bool_]]:
    """The rows of one layer's matrix (t, k) by lag (t, lag), and whether they reach so far.

    Example:
        >>> norms, reached = by_loss(np.array([[4.0, 0.0], [1.0, 2.0]]))
        >>> norms.tolist(), reached.tolist()
        ([[4.0, 4.0], [2.0, 1.0]], [[True, False], [True, True]])
    """
    t, lag = np.indices(matrix.shape)
    norms: Floats = matrix[t, np.maximum(t - lag, 0)]
    return norms, np.less_equal(lag, t)


def _width(curve: Array, losses: Ids) -> int:
    """How many lags are read: those before the first whose mean is not finite or on too few."""
    good = np.isfinite(curve) & (2 * losses >= losses[:1].sum())
    return int(np.argmin(good)) if not good.all() else len(good)


def _read(curve: Array, losses: Ids, width: int, drawn: Array | None, block: int) -> Reach:
    own = curve[:width]
    shares = _shares(own[None])[0] if width else own
    found = None if drawn is None else _shares(drawn)
    peak = int(np.nanargmax(shares)) if np.isfinite(shares).any() else 0
    fit = fit_decay(own)
    return Reach(
        curve=own,
        losses=losses[:width],
        half=_fall(shares, found, HALF),
        hundredth=_fall(shares, found, HUNDREDTH),
        edge=_share(shares, found, max(0, width - 1)),
        peak=_share(shares, found, peak),
        block=None if drawn is None else block,
        finite=bool(np.isfinite(curve).all()),
        fit=fit if drawn is None else with_interval(fit, drawn),
    )


def _shares(curves: Array) -> Array:
    """Each curve over its norm at lag 0; NaN where that is zero (curve, lag)."""
    first = curves[:, :1]
    return np.divide(curves, first, out=np.full_like(curves, np.nan), where=first > 0)


def _fall(shares: Array, drawn: Array | None, share: float) -> Fall:
    lag = _first(shares <= share)
    behind = None if lag is None else _first(shares[lag:] > share)
    again = None if lag is None or behind is None else lag + behind
    if drawn is None:
        return Fall(lag, None, again)
    found = drawn <= share
    places = np.where(found.any(1), found.argmax(1), len(shares)).astype(np.float64)
    low, high = (None if end == len(shares) else int(end) for end in ends(places))
    alike = int((places == (len(shares) if lag is None else lag)).sum())
    return Fall(lag, (low, high), again, alike)


def _first(found: NDArray[np.bool_]) -> int | None:
    return int(found.argmax()) if found.any() else None


def _share(shares: Array, drawn: Array | None, lag: int) -> Share:
    value = float(shares[lag]) if len(shares) else math.nan
    return Share(lag, value, None if drawn is None else ends(drawn[:, lag]))
