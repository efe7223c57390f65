"""What `sample --hold` holds."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import replace

from rnnviz.analysis.units.held_cost import held_at
from rnnviz.cells import CELLS, Cell
from rnnviz.records import Held
from rnnviz.runs.run import Run

MEAN_CHARACTERS = 1_000
_FORM = re.compile(r"(?:([A-Za-z][\w-]*):)?(?:(-?\d{1,9}):)?(-?\d{1,9})=(.+)")


def held_of(run: Run, iteration: int | None, said: Sequence[str]) -> tuple[Held, ...]:
    """The units of a run's snapshot that are to be held, and their values.

    Args:
        run: of the network.
        iteration: of the snapshot; None takes the best.
        said: each as `read_hold` has it; "mean" as the value is the unit's own mean over the first
            1,000 characters that were held out (of the text, where none were).

    Raises:
        ValueError: one is written otherwise, or the network has no such unit or signal.
    """
    from rnnviz.recurrent.holding import check_held

    wanted = [read_hold(one, run.model_config.cell) for one in said]
    check_held([replace(one, value=0.0) for one in wanted], run.model_config)
    if not any(math.isnan(one.value) for one in wanted):
        return tuple(wanted)
    record = run.trace(run.held_out_text[:MEAN_CHARACTERS], iteration)
    return tuple(
        held_at(record, [one.unit], "mean", one.layer, one.signal)[0]
        if math.isnan(one.value)
        else one
        for one in wanted
    )


def read_hold(said: str, cell: Cell = "lstm") -> Held:
    """What one --hold says; the value NaN stands for the mean.

    Args:
        said: UNIT=VALUE, before it SIGNAL: and LAYER: where they are not h and 0. A gate is named
            by its letter or by its words, as forget_gate.
        cell: whose gates they are.

    Raises:
        ValueError: it is written otherwise.

    Example:
        >>> read_hold("15=0"), read_hold("1:42=mean").value
        (Held(unit=15, value=0.0, layer=0, signal='h'), nan)
        >>> read_hold("c:15=0").signal, read_hold("forget_gate:1:42=0.5")
        ('c', Held(unit=42, value=0.5, layer=1, signal='f'))
        >>> read_hold("15=nan")
        Traceback (most recent call last):
        ValueError: --hold is '15=nan'; write UNIT=VALUE, LAYER:UNIT=VALUE or \
SIGNAL:LAYER:UNIT=VALUE, where the value is a number or mean, such as 15=0, 1:42=mean, c:15=0 or \
forget_gate:15=mean.
    """
    found = _FORM.fullmatch(said)
    value = math.nan
    if found is not None and found[4] != "mean":
        value = _number(found[4])
        found = found if math.isfinite(value) else None
    if found is None:
        raise ValueError(
            f"--hold is {said!r}; write UNIT=VALUE, LAYER:UNIT=VALUE or SIGNAL:LAYER:UNIT=VALUE, "
            "where the value is a number or mean, such as 15=0, 1:42=mean, c:15=0 or "
            "forget_gate:15=mean."
        )
    signal = (found[1] or "h").replace("-", "_")
    by_words = {gate.role.replace(" ", "_"): gate.symbol for gate in CELLS[cell].gates}
    return Held(int(found[3]), value, int(found[2] or 0), by_words.get(signal, signal))


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return math.nan
