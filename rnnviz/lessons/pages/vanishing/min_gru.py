"""A minGRU of a few units by hand (Feng et al. 2024): its gates read characters, never the state.

What its way back should be, a product of gates, stands beside what is measured: a state is moved,
the rest of the word is read again, and the last state has moved by so much.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rnnviz.lessons.by_hand.nonlinearities import sigmoid
from rnnviz.records import Array

UNITS = 4
_SEED, _SPREAD = 3, 1.5
_MOVED = 1.0  # however far: h_T is a straight line in every state before it


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """A word read by the cell.

    Attributes:
        kept: 1 - z_t, the share of the old state that is kept (time, unit).
        candidate: n_t, what is let in by z_t (time, unit).
        h: the states, beginning with that before the word (time + 1, unit).
    """

    kept: Array
    candidate: Array
    h: Array

    @property
    def product(self) -> Array:
        """d h_T / d h_{T-lag} in theory: the product of 1 - z_t over the lag (lag, unit)."""
        ones = np.ones((1, self.kept.shape[1]))
        found: Array = np.cumprod(np.concatenate([ones, self.kept[::-1]]), axis=0)
        return found


def read(word: str, bias: float) -> Reading:
    """Read a word from the zero state.

    Args:
        word: each distinct character has columns of its own in W_z and W_n, drawn by its number.
        bias: towards keeping, the same for every unit: z = sigma(W_z x - bias).

    Example:
        >>> found = read("ab", 0.0)
        >>> found.kept.shape, found.h.shape, bool((read("ab", 9.0).kept > 0.99).all())
        ((2, 4), (3, 4), True)
    """
    columns = np.array([_columns(character) for character in word])
    kept = 1 - sigmoid(columns[:, :UNITS] - bias)
    a = columns[:, UNITS:]
    candidate = np.where(a >= 0, a + 0.5, sigmoid(a))
    return Reading(kept, candidate, _states(np.zeros(UNITS), kept, candidate))


def measured(reading: Reading) -> Array:
    """d h_T / d h_{T-lag} by moving each state up and down and reading on (lag, unit)."""
    timesteps = len(reading.kept)
    found = np.ones((timesteps + 1, UNITS))
    for lag in range(1, timesteps + 1):
        rest = slice(timesteps - lag, None)
        up, down = (
            _states(reading.h[timesteps - lag] + move, reading.kept[rest], reading.candidate[rest])
            for move in (_MOVED, -_MOVED)
        )
        found[lag] = (up[-1] - down[-1]) / (2 * _MOVED)
    return found


def _states(h: Array, kept: Array, candidate: Array) -> Array:
    states = [h]
    for keep, new in zip(kept, candidate, strict=True):
        states.append(keep * states[-1] + (1 - keep) * new)
    return np.array(states)


def _columns(character: str) -> Array:
    """W_z x and W_n x of one character, the same in every word."""
    drawn: Array = np.random.default_rng((_SEED, ord(character))).normal(0, _SPREAD, 2 * UNITS)
    return drawn
