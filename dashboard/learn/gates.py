"""Which gate of a cell is worked out."""

from __future__ import annotations

from dashboard.learn import choices
from rnnviz.cells import CELLS, Cell


def choose_gate(cell: Cell) -> str:
    """Which gate is worked out; the plain RNN has but its sum."""
    if not CELLS[cell].gates:
        return "h"
    blocks, called = CELLS[cell].blocks, CELLS[cell].names.__getitem__
    return choices.one_of("gate", "Work out", blocks, blocks[0], of=cell, format_func=called)
