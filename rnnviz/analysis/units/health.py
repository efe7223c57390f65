"""How well the units of a layer work: which are dead, still or saturated, copy another, forget."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from rnnviz.analysis.states.signals import NOT_FINITE
from rnnviz.analysis.states.summary import MARGIN
from rnnviz.analysis.units.copies import Group, correlation, groups
from rnnviz.analysis.units.keeping import half_lives
from rnnviz.cells import CELLS, Gate
from rnnviz.config import ModelConfig
from rnnviz.notation import counted
from rnnviz.records import Array, Floats, Trace
from rnnviz.showing import Record

if TYPE_CHECKING:
    from rnnviz.analysis.states.stored import StoredTrace

STILL = 1e-4  # what moves no further over a text stands still
CLOSED, OPEN = 0.1, 0.9  # beyond these a gate is left-saturated and right-saturated
_TIMES, _UNITS = 4_096, 32  # so many are looked at at once: what fits the cache

Read = Callable[[slice, slice], Floats]  # some times of some units (time, unit)
_ALL = slice(None)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class GateShares(Record):
    """How often a gate is nearly closed and nearly open.

    Attributes:
        closed: the share of characters after which it is below 0.1 (unit): left-saturated, as
            Karpathy, Johnson and Li (2015, figure 3) call it.
        open: after which it is above 0.9 (unit): right-saturated.
    """

    closed: Array
    open: Array


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class LayerHealth(Record):
    """What the units of one layer did over a text.

    Attributes:
        layer: which.
        characters: of the text.
        moved: the largest less the smallest h (unit).
        saturated: the share of characters after which h is where it can hardly be moved (unit): of
            a relu, at 0; of what has bounds, within a fortieth of their distance of one of them:
            at most -0.95 or at least 0.95 where they are -1 and 1; nowhere else.
        dead: units whose relu is at 0 after every character.
        still: units that are not dead, and whose h moved by 0.0001 at most.
        groups: of units that copy each other, whose h has a correlation of 0.95 at least without
            its sign; units that are dead or still are in none.
        gates: of each sigmoid gate, by its symbol.
        half_life: after how many characters half of what the unit held is left (unit), see
            `keeping.half_life`; None where no gate says what is kept.
    """

    layer: int
    characters: int
    moved: Array
    saturated: Array
    dead: tuple[int, ...]
    still: tuple[int, ...]
    groups: tuple[Group, ...]
    gates: Mapping[str, GateShares]
    half_life: Array | None

    @property
    def units(self) -> int:
        """How many units the layer has."""
        return len(self.moved)

    @property
    def idle(self) -> int:
        """How many units tell nothing, for they keep one value over all of the text."""
        return len(self.dead) + len(self.still)

    @property
    def copying(self) -> int:
        """How many units copy another beside it: all of each group but one."""
        return sum(len(group.units) - 1 for group in self.groups)


def health(trace: Trace | StoredTrace, model: ModelConfig) -> tuple[LayerHealth, ...]:
    """The health of every layer.

    Args:
        trace: of a network, with h and all gates. Of a stored one, what is smaller than its steps
            is not seen.
        model: the network's configuration.

    Raises:
        ValueError: the text has fewer than two characters, or h is not finite.

    Example:
        >>> h, pair = np.array([[[0.0, 0.5, 0.1], [0.0, 0.5, 0.3]]]), np.zeros(2)
        >>> relu = ModelConfig(cell="rnn", nonlinearity="relu", hidden_size=3)
        >>> (found,) = health(Trace("ab", pair, h, None, {}, pair, pair, pair), relu)
        >>> found.dead, found.still, found.saturated.tolist()
        ((0,), (1,), [1.0, 0.0, 0.0])
    """
    if len(trace.text) < 2:
        raise ValueError(
            f"the text has {counted(len(trace.text), 'character')}; whether a unit moves takes 2 "
            "at least."
        )
    return tuple(
        _layer(layer, _reads(trace, layer), len(trace.text), model)
        for layer in range(model.num_layers)
    )


def ends(model: ModelConfig) -> tuple[float, float]:
    """Up to which and from which value on h can hardly be moved.

    Example:
        >>> ends(ModelConfig()), ends(ModelConfig(cell="rnn", nonlinearity="relu"))
        ((-0.95, 0.95), (0.0, inf))
    """
    bounds = CELLS[model.cell].bounds(model.nonlinearity)["h"]
    if bounds is None:
        return 0.0 if model.nonlinearity == "relu" else -np.inf, np.inf
    margin = MARGIN * (bounds[1] - bounds[0])
    return bounds[0] + margin, bounds[1] - margin


def _layer(
    layer: int, reads: Mapping[str, Read], characters: int, model: ModelConfig
) -> LayerHealth:
    facts = CELLS[model.cell]
    low, high, saturated = _extremes(partial(_blocks, reads["h"], characters), model)
    moved = high - low
    if not np.isfinite(moved).all():
        raise ValueError(NOT_FINITE)
    dead = (high <= 0) if model.nonlinearity == "relu" else np.zeros(len(high), np.bool_)
    still = (moved <= STILL) & ~dead
    alike = correlation(_blocks(reads["h"], characters))
    alike[dead | still] = 0.0
    alike[:, dead | still] = 0.0
    sigmoid = [gate.symbol for gate in facts.gates if gate.function == "sigmoid"]
    return LayerHealth(
        layer=layer,
        characters=characters,
        moved=moved,
        saturated=saturated,
        dead=_which(dead),
        still=_which(still),
        groups=groups(alike),
        gates={name: _shares(_blocks(reads[name], characters)) for name in sigmoid},
        half_life=_kept_half_lives(reads, len(moved), facts.keeping),
    )


def _extremes(
    blocks: Callable[[], Iterator[Floats]], model: ModelConfig
) -> tuple[Array, Array, Array]:
    """The smallest and the largest of each unit's values, and the share at the ends."""
    low, high = ends(model)
    least, most, beyond, count = np.inf, -np.inf, 0.0, 0
    for block in blocks():
        least, most = np.minimum(least, block.min(0)), np.maximum(most, block.max(0))
        beyond = beyond + np.count_nonzero((block <= low) | (block >= high), axis=0)
        count += len(block)
    return np.asarray(least, np.float64), np.asarray(most, np.float64), np.asarray(beyond / count)


def _shares(blocks: Iterator[Floats]) -> GateShares:
    closed, opened, count = 0.0, 0.0, 0
    for block in blocks:
        closed = closed + np.count_nonzero(block < CLOSED, axis=0)
        opened = opened + np.count_nonzero(block > OPEN, axis=0)
        count += len(block)
    return GateShares(np.asarray(closed / count), np.asarray(opened / count))


def _kept_half_lives(reads: Mapping[str, Read], units: int, gate: Gate | None) -> Array | None:
    if gate is None:
        return None
    parts = (slice(start, start + _UNITS) for start in range(0, units, _UNITS))
    read = reads[gate.symbol]
    return np.concatenate([half_lives(gate.kept(read(_ALL, part))) for part in parts])


def _blocks(read: Read, characters: int) -> Iterator[Floats]:
    for start in range(0, characters, _TIMES):
        yield read(slice(start, start + _TIMES), _ALL)


def _which(units: NDArray[np.bool_]) -> tuple[int, ...]:
    return tuple(int(unit) for unit in np.flatnonzero(units))


def _reads(trace: Trace | StoredTrace, layer: int) -> dict[str, Read]:
    """How to read each signal of a layer."""
    if isinstance(trace, Trace):
        signals = {"h": trace.h, **trace.gates}
        return {name: partial(_part, values[layer]) for name, values in signals.items()}
    return {name: partial(signal.values, layer) for name, signal in trace.signals.items()}


def _part(values: Floats, times: slice, units: slice) -> Floats:
    return values[times, units]
