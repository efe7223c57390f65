"""What holding a unit costs: whether the network uses what the unit holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rnnviz.analysis.gradients.bootstrap import BLOCK, block_draws, ends
from rnnviz.analysis.states.signals import Where, signal
from rnnviz.analysis.units.held_cost import ALIKE, alike_units
from rnnviz.analysis.units.holding import Stretches, held_losses
from rnnviz.analysis.units.parts import Parts
from rnnviz.analysis.units.scores import Question
from rnnviz.records import Array, Floats, Trace
from rnnviz.recurrent.char_rnn import CharRNN

LENGTH, SETTLING = 256, 32  # characters that are read with the unit held, and not counted
TOGETHER = (2, 4, 8)
HIGHEST = 0.8  # of a counter, labelled is where it is above this share of its values

_MOST_STRETCHES = 32


@dataclass(frozen=True, slots=True)
class Rise:
    """By how much the loss rises, in nats per character.

    Attributes:
        labelled: at characters after which the hypothesis holds; of a counter, after which it is
            among its highest fifth. NaN where there are none.
        other: at all others.
        labelled_between: where the mean lies, with 95 % confidence.
        other_between: likewise.
    """

    labelled: float
    other: float
    labelled_between: tuple[float, float]
    other_between: tuple[float, float]


@dataclass(frozen=True, slots=True, eq=False)
class Cause:
    """What it costs to hold the signal that a finding is of: h, c or a gate of its unit.

    Attributes:
        at_mean: held at its mean.
        elsewhere: held at what it did in other places of the text.
        alike: the same signal of five other units of the layer, of like variance, each held at its
            mean.
        together: that of so many of the layer's best units for the hypothesis, held at their means.
        characters: that losses were compared at.
        edge: of a counter, it is labelled where it is above this; else NaN.
    """

    at_mean: Rise
    elsewhere: Rise
    alike: tuple[Rise, ...]
    together: Mapping[int, Rise]
    characters: int
    edge: float


class Holding:
    """Holds units of one network over the part of a text that is kept for it."""

    def __init__(self, network: CharRNN, trace: Trace, parts: Parts, seed: int = 0) -> None:
        """Read the part once as it is.

        Args:
            network: whose trace it is.
            trace: over the whole text.
            parts: the text's parts.
            seed: of the places that values are taken from, and of the bootstrap.

        Raises:
            ValueError: the part for it is too short.
        """
        self._network, self._trace, self._parts = network, trace, parts
        self._stretches = stretches_of(parts.cause, len(trace.text))
        self._random = np.random.default_rng(seed)
        self._unheld = held_losses(network, trace, self._stretches)
        self._draws = block_draws(self._unheld[SETTLING:].size, BLOCK, seed)
        self._kept: dict[tuple[Where, tuple[int, ...]], Array] = {}

    def cause(self, question: Question, where: Where, best: list[int]) -> Cause:
        """What holding a unit costs.

        Args:
            question: what it follows (time).
            where: the signal that is held, and the layer.
            best: units of the layer, the one in question first, then the best others.
        """
        alike = self._alike(where, best)
        sizes = [size for size in TOGETHER if size <= len(best)]
        held = [
            self._at_mean(where, best[:1]),
            self._held(where, self._elsewhere(where, best[0])),
            *(self._at_mean(where, [unit]) for unit in alike),
            *(self._at_mean(where, best[:size]) for size in sizes),
        ]
        edge = self._edge(question)
        labelled = self._labelled(question, edge)
        rises = self._rises(np.stack(held), labelled)
        return Cause(
            at_mean=rises[0],
            elsewhere=rises[1],
            alike=tuple(rises[2 : 2 + len(alike)]),
            together=dict(zip(sizes, rises[2 + len(alike) :], strict=True)),
            characters=labelled.size,
            edge=edge,
        )

    def pass_over(self) -> None:
        """Leave out one that is known: those after it are held at what they would have been."""
        self._drawn()

    def _at_mean(self, where: Where, units: list[int]) -> Array:
        """The losses' rise (time, stretch); of units that were held before, as it was."""
        key = where, tuple(sorted(units))
        if key not in self._kept:
            means = self._choosing(where).mean(0, dtype=np.float64)
            self._kept[key] = self._held(where, {unit: np.asarray(means[unit]) for unit in units})
        return self._kept[key]

    def _held(self, where: Where, values: Mapping[int, Floats]) -> Array:
        name, layer = where
        losses = held_losses(self._network, self._trace, self._stretches, layer, values, name)
        return np.asarray((losses - self._unheld)[SETTLING:])

    def _choosing(self, where: Where) -> Floats:
        """The signal where units are chosen (time, unit)."""
        return signal(self._trace, *where)[self._parts.discovery]

    def _elsewhere(self, where: Where, unit: int) -> dict[int, Floats]:
        """What a unit did in other places, as many characters on end (time, stretch)."""
        places = self._drawn() + np.arange(self._stretches.length)[:, np.newaxis]
        return {unit: signal(self._trace, *where)[places, unit]}

    def _drawn(self) -> NDArray[np.int64]:
        """Where the stretches begin that values are taken from."""
        from_part = self._parts.discovery
        latest = from_part.stop - self._stretches.length
        return self._random.integers(from_part.start, latest, len(self._stretches.starts))

    def _alike(self, where: Where, best: list[int]) -> list[int]:
        """Five units, none of the best, whose variance is nearest to that of the first of these."""
        spread = self._choosing(where).var(0, dtype=np.float64)
        return [unit for (unit,) in alike_units(spread, best[:1], ALIKE, apart_from=best)]

    def _edge(self, question: Question) -> float:
        if question.binary:
            return float("nan")
        return float(np.nanquantile(question.values[self._parts.discovery], HIGHEST))

    def _labelled(self, question: Question, edge: float) -> Array:
        """1 where it is labelled, 0 where not, NaN where nobody knows (time, stretch)."""
        values = question.values[self._stretches.places[SETTLING:]]
        return values if question.binary else np.where(np.isnan(values), np.nan, values > edge)

    def _rises(self, held: Array, labelled: Array) -> list[Rise]:
        """The means of rises (experiment, time, stretch) where it is labelled and elsewhere."""
        rows = held.transpose(0, 2, 1).reshape(len(held), -1)  # one stretch after the other
        found = [self._means(rows, labelled.T.ravel() == kind) for kind in (1, 0)]
        return [Rise(one[0], other[0], one[1], other[1]) for one, other in zip(*found, strict=True)]

    def _means(
        self, rows: Array, kind: NDArray[np.bool_]
    ) -> list[tuple[float, tuple[float, float]]]:
        """The mean of each row over the characters of a kind, and between which two it lies."""
        if not kind.any():
            return [(np.nan, (np.nan, np.nan))] * len(rows)
        those = self._draws[:, kind]
        often = those.sum(1)
        drawn = (those @ rows[:, kind].T)[often > 0] / often[often > 0, np.newaxis]
        return [
            (float(row[kind].mean()), ends(own)) for row, own in zip(rows, drawn.T, strict=True)
        ]


def stretches_of(part: slice, characters: int) -> Stretches:
    """Up to 32 stretches of 256 characters, evenly spread over a part of a text.

    Args:
        part: of the text.
        characters: of the whole text.

    Raises:
        ValueError: the part is too short for one.

    Example:
        >>> stretches_of(slice(100, 1_000), 1_000).starts.tolist()
        [100, 421, 743]
    """
    begin, latest = max(1, part.start), min(part.stop, characters - 1) - LENGTH
    count = min(_MOST_STRETCHES, (latest - begin) // LENGTH + 1)
    if count < 1:
        raise ValueError(
            f"{part.stop - part.start:,} characters are kept for holding units, and a stretch has "
            f"{LENGTH}; give a longer text."
        )
    return Stretches(np.linspace(begin, latest, count).astype(np.intp), LENGTH)
