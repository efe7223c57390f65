"""The wiring of a gated cell with the numbers of one unit."""

from __future__ import annotations

from dashboard import appearance
from rnnviz.cells import Cell
from rnnviz.lessons.by_hand.cell import Step
from rnnviz.plots.drawings.wiring import gru_wiring, lstm_wiring


def draw_wiring(cell: Cell, step: Step, unit: int) -> None:
    """What flows where in the GRU or the LSTM at one timestep."""
    draw = lstm_wiring if cell == "lstm" else gru_wiring
    appearance.drawing(draw(_values(step, unit), theme=appearance.theme()))


def _values(step: Step, unit: int) -> dict[str, float]:
    """One unit's gates and states at one timestep."""
    values = {name: float(gate.value[unit]) for name, gate in step.gates.items()}
    values |= {"h_before": float(step.h_before[unit]), "h": float(step.h[unit])}
    if step.c is not None and step.c_before is not None:
        values |= {"c_before": float(step.c_before[unit]), "c": float(step.c[unit])}
    return values
