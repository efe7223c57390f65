"""What the page about the cell reads: a review of five words, and weights to be changed.

A word is three numbers: how good, how bad, how much of a turn ("but"). The weights were set by
hand so that unit 0 holds the verdict so far and unit 1 whether a turn has come. The GRU's update
gate and the LSTM's forget gate close at a turn: they forget the verdict before it, which the plain
RNN cannot.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from rnnviz.cells import CELLS, Cell
from rnnviz.lessons.by_hand.cell import CellWeights
from rnnviz.records import Array

INPUTS, UNITS = 3, 2
WORDS = ("slow", "start", "but", "lovely", "ending")
MEANS = ("good", "bad", "turn")
BINARY = ("good",)
CLASSES = ("bad", "mixed", "good")
LIMIT = 10.0

_SEQUENCE = ((0.0, 0.8, 0.0), (0.1, 0.1, 0.0), (0.0, 0.0, 1.0), (0.9, 0.0, 0.0), (0.2, 0.0, 0.1))

# Rows [W_xh | W_hh | b] of each gate.
_ROWS: Mapping[str, tuple[tuple[float, ...], ...]] = {
    "rnn h": ((1.5, -1.5, 0.0, 0.9, 0.0, 0.0), (0.0, 0.0, 2.0, 0.0, 1.5, 0.0)),
    "gru r": ((0.0, 0.0, 0.0, 0.0, 0.0, 2.0), (0.0, 0.0, 0.0, 0.0, 0.0, 2.0)),
    "gru z": ((-4.0, -4.0, -6.0, 0.0, 0.0, 2.0), (0.0, 0.0, -4.0, 0.0, 0.0, 2.0)),
    "gru n": ((2.5, -2.5, 0.0, 0.0, 0.0, 0.0), (0.0, 0.0, 2.5, 0.0, 1.0, 0.0)),
    "lstm i": ((1.0, 1.0, 0.0, 0.0, 0.0, 0.5), (0.0, 0.0, 2.0, 0.0, 0.0, 0.0)),
    "lstm f": ((0.0, 0.0, -6.0, 0.0, 0.0, 3.0), (0.0, 0.0, 0.0, 0.0, 0.0, 3.0)),
    "lstm g": ((2.0, -2.0, 0.0, 0.0, 0.0, 0.0), (0.0, 0.0, 2.0, 0.0, 0.0, 0.0)),
    "lstm o": ((0.0, 0.0, 0.0, 0.0, 0.0, 2.0), (0.0, 0.0, 0.0, 0.0, 0.0, 2.0)),
}
_READOUTS: Mapping[tuple[str, ...], tuple[tuple[float, ...], ...]] = {
    BINARY: ((3.0, 0.0, 0.0),),
    CLASSES: ((-3.0, 0.0, 0.0), (0.0, 1.0, 0.5), (3.0, 0.0, 0.0)),
}


def sequence() -> Array:
    """The words' numbers (time, input).

    Example:
        >>> sequence()[WORDS.index("but")]
        array([0., 0., 1.])
    """
    return np.array(_SEQUENCE)


def rows(cell: Cell, gate: str) -> Array:
    """One gate's weights before anybody changed them: [W_xh | W_hh | b] (unit, 3 + 2 + 1).

    Example:
        >>> rows("rnn", "h")[0]
        array([ 1.5, -1.5,  0. ,  0.9,  0. ,  0. ])
    """
    return np.array(_ROWS[f"{cell} {gate}"])


def cell_weights(cell: Cell, gates: Mapping[str, Array]) -> CellWeights:
    """The cell made of such rows; b is PyTorch's b_ih, and b_hh is zero.

    Example:
        >>> cell_weights("rnn", {"h": rows("rnn", "h")}).weight_hh
        array([[0.9, 0. ],
               [0. , 1.5]])
    """
    joined = np.concatenate([gates[name] for name in CELLS[cell].blocks])
    weight_ih, weight_hh = joined[:, :INPUTS], joined[:, INPUTS : INPUTS + UNITS]
    return CellWeights(cell, weight_ih, weight_hh, joined[:, -1], np.zeros(len(joined)))


def readout(classes: tuple[str, ...]) -> Array:
    """[W_hy | b_y] (class, 2 + 1) for `BINARY` or `CLASSES`."""
    return np.array(_READOUTS[classes])
