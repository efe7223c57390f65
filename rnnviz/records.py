"""What a picture needs: small frozen records of NumPy arrays, made without torch.

Axis order everywhere: recordings are (layer, time, unit).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

from rnnviz.arrays import np
from rnnviz.cells import Bounds
from rnnviz.showing import Record

if TYPE_CHECKING:
    from numpy.typing import NDArray

Floats: TypeAlias = "NDArray[np.floating[Any]]"  # as recorded
Array: TypeAlias = "NDArray[np.float64]"  # as computed
Ids: TypeAlias = "NDArray[np.integer[Any]]"


@dataclass(frozen=True, slots=True)
class Reading:
    """How a network read a text, and how far off its recorded states may be for that.

    Attributes:
        streams: parts of the text that were read side by side; 1 reads character by character.
        warm_up: characters before its own part that each stream but the first had read.
        error: the largest difference, in any h or c, between the state at the end of a stream and
            the one with which the next began; 0 where there is one stream.
        refused: the reading in streams that this one took the place of, for the network remembers
            too much; None where none was tried.
    """

    streams: int = 1
    warm_up: int = 0
    error: float = 0.0
    refused: Reading | None = None


EXACT = Reading()


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Trace(Record):
    """A network's states over one text, from the zero state.

    Attributes:
        text: the characters read.
        ids: their ids (time).
        h: hidden states after reading each character (layer, time, unit).
        c: cell states likewise; None where the cell has none, or they were not asked for.
        gates: each gate that was asked for by name (layer, time, unit).
        loss: loss of predicting the next character in nats (time); NaN at the end, where nothing
            follows, so that its mean is `mean_loss`, not `loss.mean()`.
        likeliest: ids of the likeliest next characters, best first (time, rank); no rank where they
            were not asked for.
        likeliest_probability: their probabilities (time, rank).
        bounds: between which values h, c and each gate must stay; None where nothing bounds it, or
            nobody knows.
        reading: how the text was read, and how far off the states may be.
        characters: the network's characters in the order of their ids; none where nobody said.
    """

    text: str
    ids: Ids
    h: Floats
    c: Floats | None
    gates: Mapping[str, Floats]
    loss: Floats
    likeliest: NDArray[np.int64]
    likeliest_probability: Floats
    bounds: Mapping[str, Bounds | None] = field(default_factory=dict)
    reading: Reading = EXACT
    characters: tuple[str, ...] = ()

    @property
    def mean_loss(self) -> float:
        """Mean loss in nats over all characters but the first; NaN where there is one alone.

        That is not `loss.mean()`, which is NaN by the last entry: nothing follows the end.

        Example:
            >>> nothing = np.zeros((1, 3, 0))
            >>> loss = np.array([0.5, 1.5, np.nan])
            >>> Trace("abc", np.arange(3), nothing, None, {}, loss, nothing, nothing).mean_loss
            1.0
        """
        return float(np.mean(self.loss[:-1], dtype=np.float64)) if len(self.loss) > 1 else math.nan


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Scale(Record):
    """How values become colours: none at the centre, full ones at centre - limit and + limit.

    Attributes:
        name: what pictures call it, numbers included.
        centre: the value shown as the page's background.
        limit: of each unit (unit); values further from the centre are clipped and marked.
        means: the name explained in a sentence.
    """

    name: str
    centre: float
    limit: Floats
    means: str = ""


def half_life_of(factor: float) -> float:
    """Characters after which what each multiplies by a factor has halved.

    Example:
        >>> half_life_of(0.25), half_life_of(1.0), half_life_of(math.nan)
        (0.5, inf, nan)
    """
    if math.isnan(factor):
        return math.nan
    if factor >= 1:
        return math.inf
    return -math.log(2) / math.log(factor) if factor else 0.0


@dataclass(frozen=True, slots=True, eq=False)
class LagFit:
    """A straight line through log gradient norm against lag: norm * factor^lag.

    Attributes:
        factor: the norm is multiplied by it per timestep; NaN where nothing could be fitted.
        norm: of the line at lag 0.
        lags: the first and the last lag it was fitted to.
        r_squared: the share of the variance of log norm that the line takes up, at most 1.
        most_off: by what factor the line is off where it is off most, 1 or more.
        straight: whether the line describes the curve, so that its factor means something.
        interval: 95 % of the lines through curves drawn again have factors between these, or None.
    """

    factor: float
    norm: float
    lags: tuple[int, int]
    r_squared: float
    most_off: float
    straight: bool
    interval: tuple[float, float] | None = None

    @property
    def half_life(self) -> float:
        """Characters after which the line has halved; infinite where it does not fall."""
        return half_life_of(self.factor)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class LagNorms(Record):
    """Gradient norms by lag along one path, as a snapshot keeps them.

    Attributes:
        iteration: of the snapshot.
        path: "h" or "c".
        norms: means of |d l_t / d state_{t-lag}| over the losses of each passage (layer, passage,
            lag); those of runs of old stand as one passage.
        losses: how many losses the mean over all passages stands on (lag).
    """

    iteration: int
    path: str
    norms: Floats
    losses: Ids

    @property
    def mean(self) -> Floats:
        """The mean over passages (layer, lag): definition C."""
        mean: Floats = self.norms.mean(axis=1)
        return mean


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Curve(Record):
    """What one of several runs did, or several that are alike but for their seed.

    Attributes:
        place: of the run among those compared, from 0: its colour and its dashes.
        label: what it is called.
        at: what the points are of: iterations, lags, distances (point).
        x: where they stand (point).
        y: their values, of several runs the means (point).
        low: of several runs the smallest (point); None of one.
        high: the largest, likewise.
        runs: how many.
    """

    place: int
    label: str
    at: Ids
    x: Array
    y: Array
    low: Array | None = None
    high: Array | None = None
    runs: int = 1

    @classmethod
    def of(cls, place: int, label: str, parts: Sequence[tuple[Ids, Floats, Floats]]) -> Curve:
        """Of the points that each run has: `at`, x and y (point).

        Args:
            place: as above.
            label: likewise.
            parts: of each run; of several, the points that all of them have are kept.

        Example:
            >>> one = np.array([0, 1, 2]), np.array([0.0, 1.0, 2.0]), np.array([8.0, 6.0, 5.0])
            >>> other = np.array([1, 2]), np.array([1.0, 2.0]), np.array([4.0, 5.0])
            >>> curve = Curve.of(0, "LSTM", [one, other])
            >>> curve.at.tolist(), curve.y.tolist(), curve.low.tolist(), curve.runs
            ([1, 2], [5.0, 5.0], [4.0, 5.0], 2)
        """
        at = parts[0][0]
        for other, _, _ in parts[1:]:
            at = np.intersect1d(at, other)
        kept = [np.isin(own, at) for own, _, _ in parts]
        x = np.array([own[1][keep] for own, keep in zip(parts, kept, strict=True)], np.float64)
        y = np.array([own[2][keep] for own, keep in zip(parts, kept, strict=True)], np.float64)
        if len(parts) == 1:
            return cls(place, label, at, x[0], y[0])
        return cls(place, label, at, x.mean(0), y.mean(0), y.min(0), y.max(0), len(parts))


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class GradientPath(Record):
    """Gradient norms along one path back through time, h or c.

    All are L2 norms over units, from losses in nats summed over timesteps, before clipping.
    Index k of a state is the state after reading character k.

    Attributes:
        matrix: |d l_t / d state_k| (layer, t, k); zero for k > t.
        by_lag: mean over t of |d l_t / d state_{t-lag}| (layer, lag): definition C.
        last_loss: |d l_T / d state_k| (layer, k): definition B, the textbook decay.
        window: |d (sum of l_t) / d state_k| (layer, k): definition A, what training uses.
    """

    matrix: Floats
    by_lag: Floats
    last_loss: Floats
    window: Floats


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class GradientFlow(Record):
    """How far gradients travel back through time over one text, from the zero state.

    Attributes:
        text: the characters; the loss at timestep t is that of predicting text[t + 1].
        h: the path through hidden states.
        c: the path through cell states; None where the cell has none.
        bound: (largest singular value of W_hh times the largest slope of phi) per layer: a
            timestep multiplies the h path of the top layer by at most this factor (lower layers
            are reached through the layers above them too); None for gated cells.
    """

    text: str
    h: GradientPath
    c: GradientPath | None
    bound: Floats | None


@dataclass(frozen=True, slots=True)
class Held:
    """A unit and the value it is held at, see `rnnviz.recurrent.holding`.

    Attributes:
        unit: from 0.
        value: any number; h of tanh, GRU and LSTM is between -1 and 1 where it is not held.
        layer: from 0, the lowest.
        signal: "h", "c" or a gate, as a trace names it.

    Example:
        >>> Held(15, 0.0)
        Held(unit=15, value=0.0, layer=0, signal='h')
    """

    unit: int
    value: float
    layer: int = 0
    signal: str = "h"


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Sample(Record):
    """Text a network wrote.

    Attributes:
        prompt: what it read first.
        text: what it wrote.
        probability: the probability each written character was drawn with (time), after
            temperature and top_k.
        likeliest: the likeliest characters' ids at each place (time, rank).
        likeliest_probability: their probabilities at temperature 1 (time, rank).
    """

    prompt: str
    text: str
    probability: Floats
    likeliest: NDArray[np.int64]
    likeliest_probability: Floats


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Surprise(Record):
    """How little a network expected each character of a text, after reading all before it.

    Attributes:
        text: the characters.
        loss: -log of the probability each was given, in nats (time).
        likeliest: ids of the characters likeliest in its place, best first (time, rank).
        likeliest_probability: their probabilities (time, rank).
    """

    text: str
    loss: Floats
    likeliest: NDArray[np.int64]
    likeliest_probability: Floats

    @property
    def mean_loss(self) -> float:
        """Nats the average character cost; NaN where there is none.

        Example:
            >>> blank = np.zeros((2, 0), dtype=int)
            >>> Surprise("ab", np.array([1.0, 2.0]), blank, blank).mean_loss
            1.5
        """
        return float(np.mean(self.loss, dtype=np.float64)) if self.text else math.nan
